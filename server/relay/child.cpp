#include "server/relay/child.hpp"

#include <linux/close_range.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <fcntl.h>
#include <system_error>
#include <unistd.h>
#include <utility>

namespace parley::server::relay {

namespace {

constexpr std::size_t kReadBytes = std::size_t{16} << 10U;
constexpr std::chrono::seconds kSecond{1};

std::string reason(int error) { return std::generic_category().message(error); }

struct Pipe {
  Pipe() { ok = pipe2(ends.data(), O_CLOEXEC) == 0; }
  ~Pipe() {
    for (const int end : ends) {
      if (end >= 0) close(end);
    }
  }
  Pipe(const Pipe&) = delete;
  Pipe& operator=(const Pipe&) = delete;
  int take_reading_end() { return std::exchange(ends[0], -1); }
  void close_writing_end() { close(std::exchange(ends[1], -1)); }

  std::array<int, 2> ends{-1, -1};
  bool ok = false;
};

/// In the new process, between fork and exec: only what is safe after a fork with threads. Returns
/// the error that kept the program from running.
int become(const char* program, char* const* arguments, const char* folder, int output,
           pid_t parent) {
  setpgid(0, 0);
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  // The parent may have ended before that.
  if (getppid() != parent) _exit(EXIT_FAILURE);
  for (int number = 1; number < NSIG; ++number) signal(number, SIG_DFL);
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, nullptr);
  const int nothing = open("/dev/null", O_RDONLY | O_CLOEXEC);
  if (nothing < 0 || dup2(nothing, STDIN_FILENO) < 0 || dup2(output, STDOUT_FILENO) < 0 ||
      dup2(output, STDERR_FILENO) < 0 || chdir(folder) != 0) {
    return errno;
  }
  // Sockets of clients must not stay open in here.
  if (syscall(SYS_close_range, 3U, ~0U, CLOSE_RANGE_CLOEXEC) != 0) return errno;
  execv(program, arguments);
  return errno;
}

std::string how_it_ended(int status) {
  if (WIFSIGNALED(status)) return "ended by signal " + std::to_string(WTERMSIG(status));
  return "exited with " + std::to_string(WEXITSTATUS(status));
}

}  // namespace

std::filesystem::path find_program(const std::filesystem::path& name) {
  const auto runs = [](const std::filesystem::path& file) {
    std::error_code error;
    return std::filesystem::is_regular_file(file, error) && access(file.c_str(), X_OK) == 0;
  };
  if (name.has_parent_path()) {
    return runs(name) ? std::filesystem::absolute(name) : std::filesystem::path();
  }
  const char* variable = std::getenv("PATH");
  std::string_view folders = variable == nullptr ? "/usr/bin:/bin" : variable;
  while (!folders.empty()) {
    const std::size_t colon = folders.find(':');
    const std::filesystem::path file = std::filesystem::path(folders.substr(0, colon)) / name;
    if (file.is_absolute() && runs(file)) return file;
    folders.remove_prefix(colon == std::string_view::npos ? folders.size() : colon + 1);
  }
  return {};
}

std::expected<std::unique_ptr<Child>, std::string> Child::start(loop::Loop& loop,
                                                                const Command& command,
                                                                Hooks hooks) {
  Pipe output;
  Pipe failure;
  if (!output.ok || !failure.ok) return std::unexpected(reason(errno));
  fcntl(output.ends[0], F_SETFL, O_NONBLOCK);
  // A program that prints faster than it is read loses lines. It must not wait: coturn holds a lock
  // while it prints, and anybody can make it print.
  fcntl(output.ends[1], F_SETFL, O_NONBLOCK);
  std::string program = command.program.native();
  std::vector<std::string> words = command.arguments;
  std::vector<char*> arguments{program.data()};
  for (std::string& word : words) arguments.push_back(word.data());
  arguments.push_back(nullptr);

  const pid_t parent = getpid();
  const pid_t pid = fork();
  if (pid < 0) return std::unexpected(reason(errno));
  if (pid == 0) {
    const int error =
        become(program.c_str(), arguments.data(), command.folder.c_str(), output.ends[1], parent);
    [[maybe_unused]] const ssize_t told = write(failure.ends[1], &error, sizeof error);
    _exit(EXIT_FAILURE);
  }
  output.close_writing_end();
  failure.close_writing_end();
  int error = 0;
  ssize_t got = 0;
  do {
    got = read(failure.ends[0], &error, sizeof error);
  } while (got < 0 && errno == EINTR);
  const int exit_file = got == 0 ? static_cast<int>(syscall(SYS_pidfd_open, pid, 0)) : -1;
  if (exit_file < 0) {
    const std::string why = reason(got == 0 ? errno : error);
    kill(pid, SIGKILL);
    waitpid(pid, nullptr, 0);
    return std::unexpected(why);
  }
  return std::unique_ptr<Child>(
      new Child(loop, pid, exit_file, output.take_reading_end(), std::move(hooks)));
}

Child::Child(loop::Loop& loop, pid_t pid, int exit_file, int output, Hooks hooks)
    : pid_(pid),
      hooks_(std::move(hooks)),
      exit_(loop, exit_file),
      output_(loop, output),
      term_timer_(loop),
      read_timer_(loop),
      second_(std::chrono::steady_clock::now()) {
  exit_.wait([this] { exited(); });
  output_.wait([this] { read_output(); });
}

Child::~Child() {
  if (reaped_) return;
  kill(-pid_, SIGKILL);
  waitpid(pid_, nullptr, 0);
}

std::string Child::last_lines() const {
  std::string text;
  for (const std::string& line : last_lines_) {
    if (!text.empty()) text += " | ";
    text += line;
  }
  return text;
}

void Child::signal(int number) const {
  if (!reaped_) kill(pid_, number);
}

void Child::stop() {
  signal(SIGTERM);
  term_timer_.arm(kTermLimit, [this] { kill(-pid_, SIGKILL); });
}

void Child::read_output() {
  const auto now = std::chrono::steady_clock::now();
  if (now - second_ >= kSecond) {
    second_ = now;
    bytes_in_second_ = 0;
    lines_in_second_ = 0;
  }
  if (bytes_in_second_ >= kMaxOutputPerSecond) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(second_ + kSecond - now);
    read_timer_.arm(left, [this] { read_output(); });
    return;
  }
  std::array<char, kReadBytes> bytes{};
  const ssize_t got = read(output_.file(), bytes.data(), bytes.size());
  if (got == 0 || (got < 0 && errno != EAGAIN && errno != EINTR)) return;
  if (got > 0) take({bytes.data(), static_cast<std::size_t>(got)});
  output_.wait([this] { read_output(); });
}

void Child::take(std::string_view bytes) {
  bytes_in_second_ += bytes.size();
  for (const char c : bytes) {
    if (c == '\n') {
      end_line();
    } else if (line_.size() < kMaxLineBytes) {
      line_ += c;
    }
  }
}

void Child::end_line() {
  if (line_.empty()) return;
  if (++lines_in_second_ <= kMaxLinesPerSecond) hooks_.printed(line_);
  last_lines_.push_back(std::exchange(line_, {}));
  if (last_lines_.size() > kLastLines) last_lines_.pop_front();
}

void Child::exited() {
  // What it has started and left behind; before the number of the group is free for others.
  kill(-pid_, SIGKILL);
  int status = 0;
  waitpid(pid_, &status, 0);
  reaped_ = true;
  term_timer_.cancel();
  read_timer_.cancel();
  // Its last words; bounded, because what it has left behind may hold the pipe and go on.
  std::array<char, kReadBytes> bytes{};
  const ssize_t got = read(output_.file(), bytes.data(), bytes.size());
  if (got > 0) take({bytes.data(), static_cast<std::size_t>(got)});
  end_line();
  const auto ended = std::move(hooks_.ended);
  ended(how_it_ended(status));
}

}  // namespace parley::server::relay
