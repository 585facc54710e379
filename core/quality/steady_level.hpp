// The level that is shown for a direction: it follows the scores, but does not flicker. It falls
// after a moment, rises later, and the later the more often it has risen in vain.
#pragma once

#include "core/shell/view.hpp"

#include <cstdint>
#include <optional>

namespace parley::quality {

using phone::QualityLevel;

/// The least scores of the levels. 80 and 65 are the ratings of "satisfied" and "some users
/// dissatisfied" (ITU-T G.107, Annex B, rounded); with less than 45, talking is work.
inline constexpr std::uint32_t kExcellent = 80;
inline constexpr std::uint32_t kGood = 65;
inline constexpr std::uint32_t kFair = 45;
/// A score this close to a border does not cross it.
inline constexpr std::uint32_t kDeadBand = 3;
/// Windows in a row before the first level, and before it falls.
inline constexpr unsigned kFirstAfter = 2;
inline constexpr unsigned kFallsAfter = 2;
/// Windows in a row before it rises.
inline constexpr unsigned kRisesAfter = 4;
/// A level that has fallen soon after it rose takes this many times as long to rise again.
inline constexpr unsigned kPatience = 3;
inline constexpr unsigned kRisesAfterAtMost = 24;
/// Windows without a fall after which it rises quickly again.
inline constexpr unsigned kCalmAfter = 60;

class SteadyLevel {
 public:
  /// Takes the score of one window, a second after the one before; empty for not known, which
  /// changes nothing.
  void scored(std::optional<std::uint32_t> score);
  [[nodiscard]] std::optional<QualityLevel> level() const { return level_; }

 private:
  std::optional<QualityLevel> level_;
  std::uint32_t extreme_ = 0;  // the best score of the windows that are worse, or the other way
  unsigned worse_ = 0;
  unsigned better_ = 0;
  unsigned rises_after_ = kRisesAfter;
  unsigned calm_ = kCalmAfter;
};

[[nodiscard]] QualityLevel level_of(std::uint32_t score);

}  // namespace parley::quality
