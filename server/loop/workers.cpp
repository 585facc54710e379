#include "server/loop/workers.hpp"

#include <sys/resource.h>

#include <unistd.h>
#include <utility>

namespace parley::server::loop {

namespace {

// A tenth of the weight of an ordinary thread (setpriority(2), sched(7)): the loop gets the core
// whenever it has work. A lower weight would block sign-ins on a machine that is busy for a long
// time.
constexpr int kNice = 10;

void lower_priority() {
  // On Linux the call applies to the calling thread. Without it all works, but calls may be
  // delayed.
  static_cast<void>(setpriority(PRIO_PROCESS, static_cast<id_t>(gettid()), kNice));
}

}  // namespace

Workers::Workers(std::size_t threads, std::size_t queue_limit, Priority priority)
    : queue_limit_(queue_limit) {
  for (std::size_t i = 0; i < threads; ++i) {
    threads_.emplace_back([this, priority] {
      if (priority == Priority::low) lower_priority();
      run();
    });
  }
}

Workers::~Workers() { stop(); }

bool Workers::submit(std::function<void()> job) {
  {
    const std::lock_guard lock(mutex_);
    if (stopping_ || queue_.size() >= queue_limit_) return false;
    queue_.push_back(std::move(job));
  }
  changed_.notify_one();
  return true;
}

void Workers::stop() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
    queue_.clear();
  }
  changed_.notify_all();
  for (std::thread& thread : threads_) {
    if (thread.joinable()) thread.join();
  }
}

void Workers::run() {
  for (;;) {
    std::function<void()> job;
    {
      std::unique_lock lock(mutex_);
      changed_.wait(lock, [this] { return stopping_ || !queue_.empty(); });
      if (stopping_) return;
      job = std::move(queue_.front());
      queue_.pop_front();
    }
    job();
  }
}

}  // namespace parley::server::loop
