#include "server/log/line_writer.hpp"

#include <algorithm>
#include <cerrno>
#include <climits>
#include <condition_variable>
#include <csignal>
#include <mutex>
#include <poll.h>
#include <string_view>
#include <unistd.h>
#include <utility>

namespace parley::server::log {

namespace {

// How long the thread may be late with noticing that the server ends while nobody reads.
constexpr int kPollMs = 100;

// A line that comes within this time after a write waits for others: a busy server then makes 50
// writes a second instead of one for each line. A line that comes alone is written at once.
constexpr std::chrono::milliseconds kGather{20};

}  // namespace

struct LineWriter::State {
  State(int to, Missing sentence, std::size_t bytes)
      : file(to), missing(std::move(sentence)), most(bytes) {}

  const int file;
  const Missing missing;
  const std::size_t most;

  std::mutex mutex;
  std::condition_variable wake;     // the thread has something to do
  std::condition_variable drained;  // the thread has written all lines, or has ended
  std::string queue;
  std::uint64_t dropped = 0;
  int flushing = 0;   // the number of threads that wait for `drained`
  bool idle = false;  // the thread waits for a line
  bool busy = false;  // the thread has a batch in its hands
  bool stop = false;
  bool abandoned = false;  // what is queued will not be written any more
  bool done = false;

  void run() {
    std::unique_lock lock(mutex);
    std::uint64_t unwritten = 0;
    for (;;) {
      // After a failure (full disk, reader gone) the next line is the next try; trying again
      // without one would only burn the processor.
      idle = true;
      wake.wait(lock, [&] { return stop || !queue.empty() || (dropped > 0 && unwritten == 0); });
      idle = false;
      if (queue.empty() && (dropped == 0 || unwritten > 0)) break;
      const std::string lines = std::exchange(queue, {});
      const std::uint64_t lost = std::exchange(dropped, 0);
      busy = true;
      lock.unlock();
      // Lines that failed stood before the queue; others were dropped while it was full, after all
      // that stands in it.
      bool written = unwritten == 0 || write_all(missing(unwritten) + '\n') == 0;
      if (written) {
        unwritten = write_all(lines);
        written = unwritten == 0 && (lost == 0 || write_all(missing(lost) + '\n') == 0);
        if (!written) unwritten += lost;
      } else {
        unwritten += lines_in(lines) + lost;
      }
      lock.lock();
      busy = false;
      drained.notify_all();
      wake.wait_for(lock, kGather, [&] { return stop || flushing > 0 || nearly_full(); });
    }
    done = true;
    drained.notify_all();
  }

  [[nodiscard]] bool nearly_full() const { return queue.size() > most / 2; }

  /// Returns how many lines could not be written.
  std::uint64_t write_all(std::string_view text) {
    while (!text.empty()) {
      if (!writable()) return lines_in(text);
      const std::string_view piece = text.substr(0, piece_of(text));
      const ssize_t written = ::write(file, piece.data(), piece.size());
      if (written > 0) {
        text.remove_prefix(static_cast<std::size_t>(written));
      } else if (written < 0 && errno != EINTR && errno != EAGAIN) {
        return lines_in(text);
      }
    }
    return 0;
  }

  /// Waits until a write would not block; false when the server ends meanwhile. A pipe is writable
  /// when it has room for PIPE_BUF bytes, and no more than that is written at once.
  bool writable() {
    for (;;) {
      pollfd wanted{.fd = file, .events = POLLOUT, .revents = 0};
      const int ready = poll(&wanted, 1, kPollMs);
      if (ready > 0 || (ready < 0 && errno != EINTR)) return true;
      const std::lock_guard lock(mutex);
      if (abandoned) return false;
    }
  }
  /// Whole lines, so that those of several processes do not mix.
  static std::size_t piece_of(std::string_view text) {
    const std::size_t most = std::min<std::size_t>(text.size(), PIPE_BUF);
    const std::size_t end = text.rfind('\n', most - 1);
    return end == std::string_view::npos ? most : end + 1;
  }

  static std::uint64_t lines_in(std::string_view text) {
    return static_cast<std::uint64_t>(std::ranges::count(text, '\n'));
  }
};

LineWriter::LineWriter(int file, Missing missing, std::size_t queued_bytes)
    : state_(std::make_shared<State>(file, std::move(missing), queued_bytes)) {
  // Signals are for the loop's thread.
  sigset_t all{};
  sigset_t before{};
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &before);
  thread_ = std::thread([state = state_] { state->run(); });
  pthread_sigmask(SIG_SETMASK, &before, nullptr);
}

LineWriter::~LineWriter() {
  flush(kLogFlushLimit);
  std::unique_lock lock(state_->mutex);
  state_->stop = true;
  state_->abandoned = true;
  state_->wake.notify_one();
  // A write to a file on a server that is gone may never return: the thread is left behind then.
  const bool done = state_->drained.wait_for(lock, std::chrono::milliseconds(3 * kPollMs),
                                             [this] { return state_->done; });
  lock.unlock();
  if (done) {
    thread_.join();
  } else {
    thread_.detach();
  }
}

void LineWriter::add(std::string line) {
  line += '\n';
  const std::lock_guard lock(state_->mutex);
  if (state_->queue.size() + line.size() > state_->most) {
    ++state_->dropped;
    return;
  }
  state_->queue += line;
  if (state_->idle || state_->nearly_full()) state_->wake.notify_one();
}

bool LineWriter::flush(std::chrono::milliseconds limit) {
  std::unique_lock lock(state_->mutex);
  ++state_->flushing;
  state_->wake.notify_one();
  const bool written = state_->drained.wait_for(
      lock, limit, [this] { return state_->queue.empty() && !state_->busy; });
  --state_->flushing;
  return written;
}

}  // namespace parley::server::log
