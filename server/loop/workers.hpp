// A few threads for work that would block the loop, such as password hashing. The queue is bounded:
// when it is full the caller is told at once.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace parley::server::loop {

enum class Priority : std::uint8_t { normal, low };

class Workers {
 public:
  /// Threads of low priority use only the processor time that the machine has left.
  Workers(std::size_t threads, std::size_t queue_limit, Priority priority = Priority::normal);
  /// Finishes the running jobs, drops the waiting ones.
  ~Workers();
  Workers(const Workers&) = delete;
  Workers& operator=(const Workers&) = delete;

  /// False when the queue is full.
  [[nodiscard]] bool submit(std::function<void()> job);

  void stop();

 private:
  void run();

  std::size_t queue_limit_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<std::function<void()>> queue_;
  bool stopping_ = false;
  std::vector<std::thread> threads_;
};

}  // namespace parley::server::loop
