// The sockets and timers of one thread. It uses epoll directly: the generator shares the machine
// with the measured server, so its own cost is kept small.
#pragma once

#include "bench/load/clock.hpp"

#include <cstdint>
#include <functional>
#include <queue>
#include <vector>

namespace parley::load {

/// Handles the epoll events of one file descriptor.
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

  /// Do not move `watcher` until `forget`.
  void watch(int fd, Watcher& watcher, bool want_write);
  void change(int fd, Watcher& watcher, bool want_write);
  void forget(int fd, Watcher& watcher);

  void at(Moment when, std::function<void()> action);

  /// The time when the present turn began to handle its events.
  [[nodiscard]] Moment now() const { return now_; }

  /// Runs turns until `done` returns true or `until` has passed; true in the first case.
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
  std::vector<Watcher*> forgotten_;  // in this turn: later events about them are stale
};

}  // namespace parley::load
