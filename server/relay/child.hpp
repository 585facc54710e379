// A program that this process runs, and that does not outlive it.
#pragma once

#include "server/loop/loop.hpp"
#include "server/relay/process.hpp"
#include "server/relay/watch.hpp"

#include <sys/types.h>

#include <chrono>
#include <cstddef>
#include <deque>
#include <expected>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

namespace parley::server::relay {

/// What is kept of a line that it prints.
inline constexpr std::size_t kMaxLineBytes = 300;
/// Lines that are kept to tell why it ended.
inline constexpr std::size_t kLastLines = 4;
/// What is read of its output in a second; what it prints beyond that is lost.
inline constexpr std::size_t kMaxOutputPerSecond = std::size_t{256} << 10U;
/// Lines that are told in a second; the others are dropped.
inline constexpr std::size_t kMaxLinesPerSecond = 50;
/// How long it may take to end by itself after SIGTERM; below the patience of the server's stop.
inline constexpr std::chrono::milliseconds kTermLimit{1500};

class Child {
 public:
  struct Hooks {
    std::function<void(std::string_view line)> printed;
    /// Called once, with how it ended; may destroy the child. Not called after its destruction.
    std::function<void(const std::string& how)> ended;
  };

  /// Fails with the reason why it can't be started.
  static std::expected<std::unique_ptr<Child>, std::string> start(loop::Loop& loop,
                                                                  const Guard& guard,
                                                                  const Command& command,
                                                                  Hooks hooks);
  /// Kills it and what it has started in its process group; its end is not waited for.
  ~Child();
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;

  [[nodiscard]] pid_t pid() const { return pid_; }
  /// The last lines that it printed.
  [[nodiscard]] std::string last_lines() const;

  void signal(int number) const;
  /// SIGTERM, and SIGKILL when that does not help in time.
  void stop();

 private:
  Child(loop::Loop& loop, Process& process, Hooks hooks);
  void read_output();
  void take(std::string_view bytes);
  void end_line();
  void exited();

  loop::Loop& loop_;
  pid_t pid_;
  Hooks hooks_;
  Watch exit_;
  Watch output_;
  loop::Timer term_timer_;
  loop::Timer read_timer_;
  std::string line_;
  std::deque<std::string> last_lines_;
  std::chrono::steady_clock::time_point second_;
  std::size_t bytes_in_second_ = 0;
  std::size_t lines_in_second_ = 0;
  bool reaped_ = false;
};

}  // namespace parley::server::relay
