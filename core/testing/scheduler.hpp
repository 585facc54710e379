// Virtual time: actions happen in the order of their times, and at the same time in the order
// in which they were added. Only this decides the order, so a run depends on its seed alone.
//
// An exploration decides the next action itself: after `take_control`, actions wait in their
// lanes, and the caller picks the lane whose first action runs. Then only the caller advances
// the time.
#pragma once

#include "core/base/time.hpp"

#include <algorithm>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <optional>
#include <utility>
#include <vector>

namespace parley::testing {

class Scheduler {
 public:
  using Action = std::function<void()>;
  /// Actions of one lane keep their order in both modes: the frames of one direction of a
  /// socket, the writes of the store.
  using Lane = std::uint32_t;

  [[nodiscard]] Instant now() const { return now_; }

  void at(Instant when, Action action, Lane lane = 0) {
    if (controlled_) {
      lanes_[lane].push_back(std::move(action));
      return;
    }
    queue_.push_back({when < now_ ? now_ : when, ++asked_, lane, std::move(action)});
    std::push_heap(queue_.begin(), queue_.end());
  }
  void after(Duration wait, Action action, Lane lane = 0) {
    at(now_ + wait, std::move(action), lane);
  }

  [[nodiscard]] std::optional<Instant> next() const {
    return queue_.empty() ? std::nullopt : std::optional(queue_.front().when);
  }

  /// Runs the next action; false without one.
  bool step() {
    if (queue_.empty()) return false;
    Entry entry = take();
    now_ = entry.when;
    entry.action();
    return true;
  }

  /// Advances the time without running an action.
  void skip_to(Instant when) {
    if (when > now_) now_ = when;
  }

  // ---- under control ----

  void take_control() {
    controlled_ = true;
    while (!queue_.empty()) {
      Entry entry = take();
      lanes_[entry.lane].push_back(std::move(entry.action));
    }
  }
  /// Runs all waiting actions, lane by lane.
  void release_control() {
    controlled_ = false;
    for (auto& [lane, actions] : std::exchange(lanes_, {})) {
      for (Action& action : actions) at(now_, std::move(action), lane);
    }
  }
  [[nodiscard]] bool controlled() const { return controlled_; }

  /// The lanes with waiting actions, in the order of their numbers.
  [[nodiscard]] std::vector<Lane> lanes() const {
    std::vector<Lane> waiting;
    for (const auto& [lane, actions] : lanes_) {
      if (!actions.empty()) waiting.push_back(lane);
    }
    return waiting;
  }

  /// Runs the first action of a lane with waiting actions.
  void run(Lane lane) {
    std::deque<Action>& actions = lanes_.at(lane);
    const Action action = std::move(actions.front());
    actions.pop_front();
    action();
  }

 private:
  struct Entry {
    Instant when;
    std::uint64_t order = 0;
    Lane lane = 0;
    Action action;
    bool operator<(const Entry& other) const {
      return std::pair(when, order) > std::pair(other.when, other.order);
    }
  };

  Entry take() {
    std::pop_heap(queue_.begin(), queue_.end());
    Entry entry = std::move(queue_.back());
    queue_.pop_back();
    return entry;
  }

  Instant now_ = instant_from_ms(1'700'000'000'000);
  std::uint64_t asked_ = 0;
  std::vector<Entry> queue_;  // a heap, the earliest first
  bool controlled_ = false;
  std::map<Lane, std::deque<Action>> lanes_;
};

}  // namespace parley::testing
