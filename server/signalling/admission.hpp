// Decides whether new calls are let in. A server that has more work than it can do lets every frame
// wait in a queue; the calls that exist suffer as much as new ones. New calls are refused while the
// queue is long, and let in again once it is short. This class neither reads a clock nor measures.
#pragma once

#include "server/signalling/limits.hpp"

#include <chrono>
#include <cstddef>
#include <optional>

namespace parley::server::signalling {

class Admission {
 public:
  using Time = std::chrono::steady_clock::time_point;

  /// A frame that arrived now would be handled after `wait` and after `frames` others. The number
  /// tells a queue from a machine that is busy with something else.
  void queue_measured(Time now, std::chrono::nanoseconds wait, std::size_t frames) {
    measured_at_ = now;
    if (wait >= kOverloadWait && frames >= kOverloadFrames) queue_long_ = true;
    if (wait < kRelievedWait) queue_long_ = false;
  }

  /// `records` wait for the store, and a frame has waited for one of them for `wait`.
  void store_measured(std::chrono::nanoseconds wait, std::size_t records) {
    if (wait >= kOverloadStoreWait && records >= kOverloadRecords) store_behind_ = true;
    if (wait < kRelievedStoreWait) store_behind_ = false;
  }

  /// False: `overloaded` is false, whatever the time.
  [[nodiscard]] bool may_be_overloaded() const { return store_behind_ || queue_long_; }
  /// A queue that was measured long ago is gone.
  [[nodiscard]] bool overloaded(Time now) const {
    return store_behind_ || (queue_long_ && now - measured_at_ < kQueueForgotten);
  }

 private:
  Time measured_at_{};
  bool queue_long_ = false;
  bool store_behind_ = false;
};

}  // namespace parley::server::signalling
