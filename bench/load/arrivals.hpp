// Calls that start at a fixed rate, independent of earlier calls: an open loop.
#pragma once

#include "bench/load/loop.hpp"

#include <functional>
#include <utility>

namespace parley::load {

class Arrivals {
 public:
  /// Calls `arrive` with its scheduled time, `per_second` times a second until `stop`. Do not move
  /// this object until then.
  Arrivals(Loop& loop, double per_second, Moment stop, std::function<void(Moment)> arrive)
      : loop_(loop), gap_(from_seconds(1 / per_second)), stop_(stop), arrive_(std::move(arrive)) {
    schedule(Clock::now());
  }
  Arrivals(const Arrivals&) = delete;
  Arrivals& operator=(const Arrivals&) = delete;

 private:
  void schedule(Moment due) {
    if (due >= stop_) return;
    loop_.at(due, [this, due] {
      arrive_(due);
      schedule(due + gap_);
    });
  }

  Loop& loop_;
  Clock::duration gap_;
  Moment stop_;
  std::function<void(Moment)> arrive_;
};

}  // namespace parley::load
