// One thread's sockets and timers. Written on epoll itself: the generator shares the machine with
// the server it measures, so what it does besides is kept small.
#pragma once

#include "bench/load/clock.hpp"

#include <cstdint>
#include <functional>
#include <queue>
#include <vector>

namespace parley::load {

/// Takes what epoll says about one file descriptor.
class Watcher {
 public:
  Watcher() = default;
  virtual ~Watcher() = default;
  Watcher(const Watcher&) = delete;
  Watcher& operator=(const Watcher&) = delete;

  virtual void ready(bool readable, bool writable) = 0;
};

class Loop {
 public:
  Loop();
  ~Loop();
  Loop(const Loop&) = delete;
  Loop& operator=(const Loop&) = delete;

  /// `watcher` must stay where it is until `forget`.
  void watch(int fd, Watcher& watcher, bool want_write);
  void change(int fd, Watcher& watcher, bool want_write);
  void forget(int fd, Watcher& watcher);

  void at(Moment when, std::function<void()> action);

  /// When the present turn began to handle what it found.
  [[nodiscard]] Moment now() const { return now_; }

  /// Takes turns until `done` says so or `until` comes; true when it was `done`.
  bool run(Moment until, const std::function<bool()>& done);

 private:
  struct Timer {
    Moment when;
    std::uint64_t order = 0;
    std::function<void()> action;
    bool operator<(const Timer& other) const {
      return std::pair(when, order) > std::pair(other.when, other.order);
    }
  };

  void turn(Moment until);

  int epoll_ = -1;
  Moment now_ = Clock::now();
  std::uint64_t timers_asked_ = 0;
  std::priority_queue<Timer> timers_;
  std::vector<Watcher*> forgotten_;  // in this turn: what is still reported about them is stale
};

}  // namespace parley::load
