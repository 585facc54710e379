// A small deterministic generator (SplitMix64, Steele et al., OOPSLA 2014) for jitter. Its seed is
// an input of its machine; secrets never come from here.
#pragma once

#include <cstdint>

namespace parley {

class Random {
 public:
  explicit constexpr Random(std::uint64_t seed) : state_(seed) {}

  constexpr std::uint64_t next() {
    state_ += 0x9e3779b97f4a7c15U;
    std::uint64_t z = state_;
    z = (z ^ (z >> 30U)) * 0xbf58476d1ce4e5b9U;
    z = (z ^ (z >> 27U)) * 0x94d049bb133111ebU;
    return z ^ (z >> 31U);
  }

  /// Uniform in [0, bound); 0 for a bound of 0. The bias of the modulo is below 2^-32 for the
  /// bounds used here (milliseconds).
  constexpr std::uint64_t below(std::uint64_t bound) { return bound == 0 ? 0 : next() % bound; }

 private:
  std::uint64_t state_;
};

}  // namespace parley
