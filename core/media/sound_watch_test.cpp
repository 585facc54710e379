#include "core/media/sound_watch.hpp"

#include <gtest/gtest.h>

namespace parley::media {
namespace {

using phone::SoundHint;

constexpr std::uint32_t kTalk = 200'000;
constexpr std::uint32_t kRoom = 2'000;

TEST(SoundWatch, TellsThatSomebodyTalksWhileMuted) {
  SoundWatch watch;
  watch.measured(kTalk, false);
  for (int i = 0; i < SoundWatch::kSpeechMeasurements - 1; ++i) watch.measured(kTalk, true);
  EXPECT_EQ(watch.hint(), SoundHint::none) << "the end of a sentence";
  watch.measured(kTalk, true);
  EXPECT_EQ(watch.hint(), SoundHint::talking_while_muted);
  for (int i = 0; i < SoundWatch::kQuietMeasurements - 1; ++i) watch.measured(kRoom, true);
  EXPECT_EQ(watch.hint(), SoundHint::talking_while_muted) << "taking a breath";
  watch.measured(kRoom, true);
  EXPECT_EQ(watch.hint(), SoundHint::none);
}

TEST(SoundWatch, SaysNothingOfASingleNoise) {
  SoundWatch watch;
  for (int i = 0; i < 10; ++i) {
    watch.measured(kTalk, true);
    watch.measured(kRoom, true);
  }
  EXPECT_EQ(watch.hint(), SoundHint::none);
}

TEST(SoundWatch, ForgetsWithTheUnmute) {
  SoundWatch watch;
  for (int i = 0; i < 3; ++i) watch.measured(kTalk, true);
  watch.measured(kTalk, false);
  EXPECT_EQ(watch.hint(), SoundHint::none);
}

TEST(SoundWatch, TellsThatNothingComesFromTheMicrophone) {
  SoundWatch watch;
  for (int i = 0; i < SoundWatch::kSilentMeasurements - 1; ++i) watch.measured(0, false);
  EXPECT_EQ(watch.hint(), SoundHint::none);
  watch.measured(0, false);
  EXPECT_EQ(watch.hint(), SoundHint::silent_microphone);
  watch.measured(kRoom, false);
  EXPECT_EQ(watch.hint(), SoundHint::none);
}

TEST(SoundWatch, TakesAQuietRoomForWhatItIs) {
  SoundWatch watch;
  for (int i = 0; i < 100; ++i) watch.measured(100, false);
  EXPECT_EQ(watch.hint(), SoundHint::none);
}

TEST(SoundWatch, ExpectsNoSoundOfAMutedMicrophone) {
  SoundWatch watch;
  for (int i = 0; i < 100; ++i) watch.measured(0, true);
  EXPECT_EQ(watch.hint(), SoundHint::none);
}

}  // namespace
}  // namespace parley::media
