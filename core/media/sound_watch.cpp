#include "core/media/sound_watch.hpp"

#include <algorithm>

namespace parley::media {

using phone::SoundHint;

void SoundWatch::measured(std::uint32_t peak_millionths, bool muted) {
  if (muted != muted_) reset();
  muted_ = muted;
  const bool loud = peak_millionths >= kSpeechPeak;
  const bool silent = peak_millionths <= kSilencePeak;
  loud_ = loud ? std::min(loud_ + 1, kSpeechMeasurements) : 0;
  quiet_ = loud ? 0 : std::min(quiet_ + 1, kQuietMeasurements);
  silent_ = silent ? std::min(silent_ + 1, kSilentMeasurements) : 0;
  if (muted) {
    if (loud_ == kSpeechMeasurements) hint_ = SoundHint::talking_while_muted;
    if (quiet_ == kQuietMeasurements) hint_ = SoundHint::none;
  } else {
    hint_ = silent_ == kSilentMeasurements ? SoundHint::silent_microphone : SoundHint::none;
  }
}

}  // namespace parley::media
