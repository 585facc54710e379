#include "bench/load/server.hpp"

#include "bench/load/clock.hpp"
#include "core/json/codec.hpp"

#include <sys/prctl.h>
#include <sys/wait.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <fcntl.h>
#include <fstream>
#include <poll.h>
#include <stdexcept>
#include <system_error>
#include <thread>
#include <unistd.h>

namespace parley::load {

namespace {

constexpr auto kStartLimit = 20s;
constexpr auto kStopLimit = 8s;

/// The server's output once it listens.
struct Listening {
  std::string url;
  static constexpr auto fields() { return std::tuple{json::field("url", &Listening::url, "")}; }
};

/// The end of the server's log, to explain a failed start.
std::string last_words(const std::string& log_file) {
  std::ifstream in(log_file);
  std::string last;
  for (std::string line; std::getline(in, line);) last = line;
  return last.empty() ? "it said nothing" : last;
}

[[noreturn]] void become(const std::vector<std::string>& command, int output, int log) {
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);  // it must not outlive this program
  ::dup2(output, STDOUT_FILENO);
  ::dup2(log, STDERR_FILENO);
  std::vector<char*> arguments;
  for (const std::string& word : command) arguments.push_back(const_cast<char*>(word.c_str()));
  arguments.push_back(nullptr);
  ::execv(arguments.front(), arguments.data());
  ::_exit(127);
}

}  // namespace

TemporaryFolder::TemporaryFolder() {
  std::string name = std::filesystem::temp_directory_path() / "parley-load-XXXXXX";
  if (::mkdtemp(name.data()) == nullptr) {
    throw std::system_error(errno, std::generic_category(), "mkdtemp");
  }
  path_ = name;
}

TemporaryFolder::~TemporaryFolder() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

Server::Server(const std::filesystem::path& program, const std::filesystem::path& data,
               const std::vector<std::string>& options) {
  if (!std::filesystem::exists(program)) {
    throw std::runtime_error("there is no " + program.string() + "; build it, or name another");
  }
  std::vector<std::string> command{program,
                                   "serve",
                                   "--listen",
                                   "127.0.0.1:0",
                                   "--data",
                                   data,
                                   "--password-cost",
                                   "minimal",
                                   "--attempts-per-minute",
                                   "0",
                                   "--max-connections",
                                   "20000"};
  command.insert(command.end(), options.begin(), options.end());
  std::array<int, 2> output{};
  if (::pipe2(output.data(), O_CLOEXEC) != 0) {
    throw std::system_error(errno, std::generic_category(), "pipe2");
  }
  const std::string log_file = data / "server.log";
  const int log = ::open(log_file.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  const Moment start = Clock::now();
  pid_ = ::fork();
  if (pid_ == 0) become(command, output[1], log);
  ::close(output[1]);
  ::close(log);
  const std::string line = first_line(output[0]);
  ::close(output[0]);
  started_in_s_ = seconds_of(Clock::now() - start);
  Listening listening;
  json::Reader in(line);
  json::ReadError error;
  if (!json::read(in, listening, error)) {
    kill();
    throw std::runtime_error("the server did not start: " + last_words(log_file));
  }
  endpoint_ = parse_endpoint(listening.url);
}

/// Empty when the server ends, or takes too long, before its first output.
std::string Server::first_line(int output) const {
  std::string line;
  const Moment give_up = Clock::now() + kStartLimit;
  while (line.find('\n') == std::string::npos && Clock::now() < give_up) {
    pollfd waiting{output, POLLIN, 0};
    if (::poll(&waiting, 1, 100) <= 0) continue;
    std::array<char, 1024> buffer;
    const ssize_t size = ::read(output, buffer.data(), buffer.size());
    if (size <= 0) return {};
    line.append(buffer.data(), static_cast<std::size_t>(size));
  }
  return line;
}

Server::~Server() {
  ::kill(pid_, SIGTERM);
  const Moment give_up = Clock::now() + kStopLimit;
  while (Clock::now() < give_up) {
    if (::waitpid(pid_, nullptr, WNOHANG) != 0) return;
    std::this_thread::sleep_for(5ms);
  }
  kill();
}

void Server::kill() {
  ::kill(pid_, SIGKILL);
  ::waitpid(pid_, nullptr, 0);
}

Endpoint parse_endpoint(const std::string& url) {
  std::string rest = url;
  if (rest.starts_with("http://")) rest.erase(0, 7);
  if (rest.ends_with('/')) rest.pop_back();
  const std::size_t colon = rest.rfind(':');
  const std::string port = colon == std::string::npos ? "" : rest.substr(colon + 1);
  if (port.empty() || port.find_first_not_of("0123456789") != std::string::npos) {
    throw std::runtime_error("the address must be http://HOST:PORT, not " + url);
  }
  const std::string host = rest.substr(0, colon);
  return {host == "localhost" ? "127.0.0.1" : host, static_cast<std::uint16_t>(std::stoul(port))};
}

}  // namespace parley::load
