// Writes lines to a file descriptor from a thread of its own, so that a reader who stands still (a
// stuck log driver, a terminal after Ctrl-S) never makes the server wait.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <thread>

namespace parley::server::log {

/// What waits for a reader; about 4,000 lines. A reader that is merely slow loses nothing, and the
/// server's memory does not depend on it.
inline constexpr std::size_t kQueuedLogBytes = std::size_t{1} << 20U;

/// A service manager waits 10 s or longer for a process to end; a log that nobody reads must not
/// use that up.
inline constexpr std::chrono::milliseconds kLogFlushLimit{1000};

/// `add` may be used from any thread.
class LineWriter {
 public:
  /// The line that stands in the place of `lines` missing ones.
  using Missing = std::function<std::string(std::uint64_t lines)>;

  LineWriter(int file, Missing missing, std::size_t queued_bytes = kQueuedLogBytes);
  /// Waits up to kLogFlushLimit for what is queued.
  ~LineWriter();
  LineWriter(const LineWriter&) = delete;
  LineWriter& operator=(const LineWriter&) = delete;

  /// Queues one line, or counts it as missing when the queue is full.
  void add(std::string line);

  /// Waits until everything is written, but no longer than `limit`; tells whether it is.
  bool flush(std::chrono::milliseconds limit);

 private:
  struct State;
  // Shared with the thread, which may still be in a write when the writer goes.
  std::shared_ptr<State> state_;
  std::thread thread_;
};

}  // namespace parley::server::log
