#include "core/phone/wants.hpp"

#include <gtest/gtest.h>

namespace parley::phone {
namespace {

using wire::LegStatus;
using wire::SourceState;

TEST(Wants, KeepAMicrophoneMutedThatWasMutedAtTheOtherDevice) {
  Wants wants;
  wants.take_over({.microphone = SourceState::off});
  EXPECT_FALSE(wants.microphone);
  wants.take_over({.microphone = SourceState::lost});
  EXPECT_TRUE(wants.microphone) << "without a device it is wanted all the same";
}

TEST(Wants, PreferWhatIsPressedHere) {
  Wants wants;
  wants.switch_microphone(true);
  wants.take_over({.microphone = SourceState::off});
  EXPECT_TRUE(wants.microphone);
}

TEST(Wants, AttachAMicrophoneThatWasCutWithTheNextUnmute) {
  Wants wants;
  EXPECT_FALSE(wants.cut_microphone()) << "it is to be sent";
  wants.switch_microphone(false);
  EXPECT_TRUE(wants.cut_microphone());
  EXPECT_FALSE(wants.cut_microphone()) << "once";
  wants.switch_microphone(false);
  EXPECT_TRUE(wants.microphone_cut);
  wants.switch_microphone(true);
  EXPECT_FALSE(wants.microphone_cut);
}

TEST(Wants, GoOnAsBeforeAReload) {
  Wants wants;
  wants.restore({.microphone = SourceState::off, .camera = SourceState::on, .held = true});
  EXPECT_FALSE(wants.microphone);
  EXPECT_TRUE(wants.camera);
  EXPECT_TRUE(wants.held);
  EXPECT_FALSE(wants.screen);
}

}  // namespace
}  // namespace parley::phone
