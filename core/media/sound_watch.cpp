#include "core/media/sound_watch.hpp"

#include <algorithm>

namespace parley::media {

using phone::SoundHint;

void SoundWatch::measured(std::uint32_t peak_millionths, bool muted) {
  if (muted != muted_) reset();
  muted_ = muted;
  const bool loud = peak_millionths >= kSpeechPeak;
  const bool silent = peak_millionths <= kSilencePeak;
  loud_ = loud ? std::min(loud_ + 1, kSpeechLasts) : 0;
  quiet_ = loud ? 0 : std::min(quiet_ + 1, kQuietLasts);
  silent_ = silent ? std::min(silent_ + 1, kSilenceLasts) : 0;
  if (muted) {
    if (loud_ == kSpeechLasts) hint_ = SoundHint::talking_while_muted;
    if (quiet_ == kQuietLasts) hint_ = SoundHint::none;
  } else {
    hint_ = silent_ == kSilenceLasts ? SoundHint::silent_microphone : SoundHint::none;
  }
}

}  // namespace parley::media
