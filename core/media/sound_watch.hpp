// What the sound of a microphone tells the person who sits before it: that they talk while muted,
// or that nothing at all comes from it. Both are hints and err on the side of saying nothing.
#pragma once

#include "core/base/time.hpp"
#include "core/shell/view.hpp"

#include <cstdint>

namespace parley::media {

class SoundWatch {
 public:
  /// Speech before a microphone peaks between 0.05 and 0.5 of full scale; keys and a quiet room
  /// stay below.
  static constexpr std::uint32_t kSpeechPeak = 50'000;
  /// Half a step of 16-bit sound: nothing that comes from a real microphone is that quiet.
  static constexpr std::uint32_t kSilencePeak = 15;
  /// Measurements in a row, one each `phone::kMeasureInterval`: 1.8 s of speech are no cough, 4.2 s
  /// without it no breath, and 5.4 s of silence no late start.
  static constexpr int kSpeechMeasurements = 3;
  static constexpr int kQuietMeasurements = 7;
  static constexpr int kSilentMeasurements = 9;

  /// One measurement of the open microphone. `muted`: the person has switched it off.
  void measured(std::uint32_t peak_millionths, bool muted);
  /// Another microphone, or none.
  void reset() { *this = {}; }

  [[nodiscard]] phone::SoundHint hint() const { return hint_; }

 private:
  phone::SoundHint hint_ = phone::SoundHint::none;
  bool muted_ = false;
  int loud_ = 0;
  int quiet_ = 0;
  int silent_ = 0;
};

}  // namespace parley::media
