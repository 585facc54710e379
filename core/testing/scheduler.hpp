// Virtual time: actions happen in the order of their moments, and at the same moment in the order
// they were asked for. Nothing else decides the order, so a run is a function of its seed.
#pragma once

#include "core/base/time.hpp"

#include <cstdint>
#include <functional>
#include <optional>
#include <queue>
#include <utility>
#include <vector>

namespace parley::testing {

class Scheduler {
 public:
  using Action = std::function<void()>;

  [[nodiscard]] Instant now() const { return now_; }

  void at(Instant when, Action action) {
    queue_.push({when < now_ ? now_ : when, ++asked_, std::move(action)});
  }
  void after(Duration wait, Action action) { at(now_ + wait, std::move(action)); }

  [[nodiscard]] std::optional<Instant> next() const {
    return queue_.empty() ? std::nullopt : std::optional(queue_.top().when);
  }

  /// Runs the next action; false when there is none.
  bool step() {
    if (queue_.empty()) return false;
    Entry entry = queue_.top();
    queue_.pop();
    now_ = entry.when;
    entry.action();
    return true;
  }

  /// Lets time pass without anything happening in it.
  void skip_to(Instant when) {
    if (when > now_) now_ = when;
  }

 private:
  struct Entry {
    Instant when;
    std::uint64_t order = 0;
    Action action;
    bool operator<(const Entry& other) const {
      return std::pair(when, order) > std::pair(other.when, other.order);
    }
  };

  Instant now_ = instant_from_ms(1'700'000'000'000);
  std::uint64_t asked_ = 0;
  std::priority_queue<Entry> queue_;
};

}  // namespace parley::testing
