// Writes lines to a file descriptor from a thread of its own: a reader that stops (a stuck log
// driver, a terminal after Ctrl-S) must not make the server wait.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <thread>

namespace parley::server::log {

/// The bytes that may wait for a reader, about 4,000 lines: a slow reader loses nothing, and the
/// memory of the server stays bounded.
inline constexpr std::size_t kQueuedLogBytes = std::size_t{1} << 20U;

/// A service manager waits 10 s or longer for a process to end; a log without a reader must not use
/// up that time.
inline constexpr std::chrono::milliseconds kLogFlushLimit{1000};

/// `add` may be used from any thread.
class LineWriter {
 public:
  /// Makes the line that replaces `lines` missing ones.
  using Missing = std::function<std::string(std::uint64_t lines)>;

  LineWriter(int file, Missing missing, std::size_t queued_bytes = kQueuedLogBytes);
  /// Waits up to kLogFlushLimit until the queued lines are written.
  ~LineWriter();
  LineWriter(const LineWriter&) = delete;
  LineWriter& operator=(const LineWriter&) = delete;

  /// Queues one line, or counts it as missing when the queue is full.
  void add(std::string line);

  /// Waits until all lines are written, at most for `limit`. False when lines are left.
  bool flush(std::chrono::milliseconds limit);

 private:
  struct State;
  // Shared with the thread, which may still be in a write when the LineWriter is destroyed.
  std::shared_ptr<State> state_;
  std::thread thread_;
};

}  // namespace parley::server::log
