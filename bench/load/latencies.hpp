// Every latency of a run, stored without loss: percentiles are exact, and a run is short.
#pragma once

#include "bench/load/clock.hpp"

#include <algorithm>
#include <cstddef>
#include <vector>

namespace parley::load {

class Latencies {
 public:
  void add(Clock::duration latency) { all_.push_back(latency); }
  void clear() { all_.clear(); }
  [[nodiscard]] std::size_t size() const { return all_.size(); }

  /// In milliseconds; `share` is 0.99 for p99. 0 without samples.
  [[nodiscard]] double percentile_ms(double share) {
    if (all_.empty()) return 0;
    const auto rank = static_cast<std::size_t>(share * static_cast<double>(all_.size() - 1));
    const auto nth = all_.begin() + static_cast<std::ptrdiff_t>(rank);
    std::ranges::nth_element(all_, nth);
    return seconds_of(*nth) * 1000;
  }

 private:
  std::vector<Clock::duration> all_;
};

}  // namespace parley::load
