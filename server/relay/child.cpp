#include "server/relay/child.hpp"

#include <sys/wait.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <exception>
#include <fcntl.h>
#include <unistd.h>
#include <utility>

namespace parley::server::relay {

namespace {

constexpr std::size_t kReadBytes = std::size_t{16} << 10U;
constexpr std::chrono::seconds kSecond{1};

/// A process that was killed but may take its time to end.
struct Left {
  pid_t pid = 0;
  Watch exit;
};

void reap_later(loop::Loop& loop, pid_t pid, int exit_file) {
  File copy(fcntl(exit_file, F_DUPFD_CLOEXEC, 0));
  if (copy.get() < 0) return;
  try {
    const auto left = std::make_shared<Left>(pid, Watch(loop, std::move(copy)));
    left->exit.wait([left] { waitpid(left->pid, nullptr, WNOHANG); });
  } catch (const std::exception&) {
    // The system reaps it when this process ends.
  }
}

std::string how_it_ended(int status) {
  if (WIFSIGNALED(status)) return "ended by signal " + std::to_string(WTERMSIG(status));
  return "exited with " + std::to_string(WEXITSTATUS(status));
}

}  // namespace

std::expected<std::unique_ptr<Child>, std::string> Child::start(loop::Loop& loop,
                                                                const Guard& guard,
                                                                const Command& command,
                                                                Hooks hooks) {
  auto process = start_process(command, guard);
  if (!process) return std::unexpected(process.error());
  try {
    return std::unique_ptr<Child>(new Child(loop, *process, std::move(hooks)));
  } catch (const std::exception& error) {
    kill(-process->pid, SIGKILL);
    waitpid(process->pid, nullptr, WNOHANG);
    return std::unexpected(error.what());
  }
}

Child::Child(loop::Loop& loop, Process& process, Hooks hooks)
    : loop_(loop),
      pid_(process.pid),
      hooks_(std::move(hooks)),
      exit_(loop, std::move(process.exit)),
      output_(loop, std::move(process.output)),
      term_timer_(loop),
      read_timer_(loop),
      second_(std::chrono::steady_clock::now()) {
  exit_.wait([this] { exited(); });
  output_.wait([this] { read_output(); });
}

Child::~Child() {
  if (reaped_) return;
  kill(-pid_, SIGKILL);
  reap_later(loop_, pid_, exit_.file());
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
  // A debugger may keep what is left of it.
  const bool known = waitpid(pid_, &status, WNOHANG) == pid_;
  reaped_ = true;
  term_timer_.cancel();
  read_timer_.cancel();
  // Its last words; bounded, because what it has left behind may hold the pipe and go on.
  std::array<char, kReadBytes> bytes{};
  const ssize_t got = read(output_.file(), bytes.data(), bytes.size());
  if (got > 0) take({bytes.data(), static_cast<std::size_t>(got)});
  end_line();
  const auto ended = std::move(hooks_.ended);
  ended(known ? how_it_ended(status) : "ended");
}

}  // namespace parley::server::relay
