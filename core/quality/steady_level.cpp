#include "core/quality/steady_level.hpp"

#include <algorithm>

namespace parley::quality {

QualityLevel level_of(std::uint32_t score) {
  if (score >= kExcellent) return QualityLevel::excellent;
  if (score >= kGood) return QualityLevel::good;
  return score >= kFair ? QualityLevel::fair : QualityLevel::poor;
}

void SteadyLevel::scored(std::optional<std::uint32_t> score) {
  if (!score) return;
  if (!level_) {
    // The first windows of a call are those of a path that is still being tried out.
    extreme_ = std::max(extreme_, *score);
    if (++better_ < kFirstAfter) return;
    level_ = level_of(extreme_);
    better_ = 0;
    return;
  }
  const bool worse = level_of(*score + kDeadBand) > *level_;
  const bool better = level_of(*score - std::min(*score, kDeadBand)) < *level_;
  if (worse) extreme_ = worse_ == 0 ? *score : std::max(extreme_, *score);
  if (better) extreme_ = better_ == 0 ? *score : std::min(extreme_, *score);
  worse_ = worse ? worse_ + 1 : 0;
  better_ = better ? better_ + 1 : 0;
  calm_ = std::min(calm_ + 1, kCalmAfter);
  if (worse_ >= kFallsAfter) {
    level_ = level_of(extreme_);
    worse_ = 0;
    rises_after_ =
        calm_ >= kCalmAfter ? kRisesAfter : std::min(rises_after_ * kPatience, kRisesAfterAtMost);
    calm_ = 0;
  } else if (better_ >= rises_after_) {
    level_ = level_of(extreme_);
    better_ = 0;
  }
}

}  // namespace parley::quality
