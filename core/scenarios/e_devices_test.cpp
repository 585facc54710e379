// Group E: microphones, cameras and screens that are missing, busy, refused, unplugged or muted.
// What browsers add to it is in tests/e2e.
#include "core/media/timers.hpp"
#include "core/scenarios/scenario.hpp"

#include <gtest/gtest.h>

#include <string>

namespace parley::scenarios {
namespace {

using media::SourceKind;
using phone::CallView;
using phone::Phase;
using wire::MediaKind;
using wire::SourceState;

struct TwoWithDevices : Scenario {
  TwoWithDevices() : ann(device("ann")), ben(device("ben")) {}

  CallId talk(MediaKind kind = MediaKind::audio) {
    call = ann.dial("ben", kind);
    EXPECT_TRUE(until([&] { return phase_of(ben, call) == Phase::incoming; }));
    ben.answer(kind);
    EXPECT_TRUE(until([&] { return active(ann, ben, call); }));
    return call;
  }
  [[nodiscard]] CallView of(const Device& device) const { return *view_of(device, call); }
  /// What the other side is told of ann.
  [[nodiscard]] wire::LegStatus told() const {
    return of(ben).peer_status.value_or(wire::LegStatus{});
  }
  /// What ann's connection is fed.
  [[nodiscard]] phone::FeedConnection fed() const { return ann.connections().begin()->second.feed; }
  void expect_rest_after_hang_up() {
    ann.hang_up();
    expect_rest();
  }

  Device& ann;
  Device& ben;
  CallId call;
};

// ---- E01 ----

TEST(E01Refused, EachDeviceHasItsSentenceAndTheCallGoesOn) {
  for (const bool caller : {true, false}) {
    TwoWithDevices t;
    Device& who = caller ? t.ann : t.ben;
    who.refuses = {{SourceKind::microphone, "NotAllowedError"},
                   {SourceKind::camera, "NotAllowedError"}};
    t.call = t.ann.dial("ben", MediaKind::video);
    ASSERT_TRUE(t.until([&] { return Scenario::phase_of(t.ben, t.call) == Phase::incoming; }));
    t.ben.answer(MediaKind::video);
    ASSERT_TRUE(t.until([&] { return Scenario::active(t.ann, t.ben, t.call); }));
    EXPECT_EQ(t.of(who).sources.microphone.problem, Error::microphone_denied);
    EXPECT_EQ(t.of(who).sources.camera.problem, Error::camera_denied);
    t.expect_rest_after_hang_up();
  }
}

// ---- E02 ----

TEST(E02Camera, ThatCantBeHadLeavesTheSound) {
  for (const std::string exception :
       {"NotFoundError", "NotReadableError", "AbortError", "OverconstrainedError"}) {
    TwoWithDevices t;
    t.ann.refuses = {{SourceKind::camera, exception}};
    t.talk(MediaKind::video);
    ASSERT_TRUE(t.until([&] { return t.told().camera == SourceState::unavailable; })) << exception;
    EXPECT_EQ(t.of(t.ann).sources.microphone.state, SourceState::on) << exception;
    EXPECT_TRUE(t.of(t.ann).sources.camera.problem.has_value());
    EXPECT_EQ(t.ann.live_tracks(), 1U) << "the microphone is opened once";
    t.ann.refuses.clear();
    t.ann.set_camera(true);
    ASSERT_TRUE(t.until([&] { return t.told().camera == SourceState::on; })) << exception;
    t.expect_rest_after_hang_up();
  }
}

// ---- E03 ----

TEST(E03NoMicrophone, ConnectsAndIsHeardOnceOneIsPluggedIn) {
  TwoWithDevices t;
  t.ann.has_microphone = false;
  t.talk();
  ASSERT_TRUE(t.until([&] { return t.told().microphone == SourceState::unavailable; }));
  EXPECT_EQ(t.of(t.ann).sources.microphone.problem, Error::microphone_missing);
  t.ann.has_microphone = true;
  t.ann.feed(phone::DevicesListed{{{{SourceKind::microphone, {"usb"}, {"usb"}}}}});
  ASSERT_TRUE(t.until([&] { return t.told().microphone == SourceState::on; }, 2s));
  EXPECT_EQ(t.fed().sent.microphone, phone::Feed::live);
  t.expect_rest_after_hang_up();
}

TEST(E03NoDevice, OnEitherSideIsStillACall) {
  TwoWithDevices t;
  for (Device* device : {&t.ann, &t.ben}) {
    device->has_microphone = false;
    device->has_camera = false;
  }
  t.talk(MediaKind::video);
  t.expect_rest_after_hang_up();
}

// ---- E06 ----

TEST(E06Unplugged, IsReplacedAtOnceWhereThereIsAnother) {
  for (const SourceKind source : {SourceKind::microphone, SourceKind::camera}) {
    TwoWithDevices t;
    t.talk(MediaKind::video);
    ASSERT_TRUE(t.until([&] { return t.told().camera == SourceState::on; }));
    t.ann.unplug(source);
    ASSERT_TRUE(t.until([&] { return t.ann.live_tracks() == 2; }, 1s));
    t.world.run_for(1s);
    EXPECT_EQ(t.told().microphone, SourceState::on);
    EXPECT_EQ(t.told().camera, SourceState::on);
    EXPECT_EQ(Scenario::phase_of(t.ann, t.call), Phase::active);
    t.expect_rest_after_hang_up();
  }
}

TEST(E06Unplugged, IsToldAsLostWhereThereIsNone) {
  TwoWithDevices t;
  t.talk();
  t.ann.set_microphone(false);
  ASSERT_TRUE(t.until([&] { return t.told().microphone == SourceState::off; }));
  t.ann.set_microphone(true);
  t.ann.has_microphone = false;
  t.ann.unplug(SourceKind::microphone);
  ASSERT_TRUE(t.until([&] { return t.told().microphone == SourceState::lost; }, 1s));
  ASSERT_TRUE(
      t.until([&] { return t.of(t.ann).sources.microphone.problem == Error::microphone_lost; }));
  t.world.run_for(60s);
  EXPECT_EQ(Scenario::phase_of(t.ann, t.call), Phase::active) << "a lost microphone ends no call";
  t.expect_rest_after_hang_up();
}

TEST(E06Revoked, IsNotAskedForAgain) {
  TwoWithDevices t;
  t.talk();
  t.ann.refuses = {{SourceKind::microphone, "NotAllowedError"}};
  t.ann.unplug(SourceKind::microphone);
  ASSERT_TRUE(
      t.until([&] { return t.of(t.ann).sources.microphone.problem == Error::microphone_denied; }));
  t.ann.refuses.clear();
  t.world.run_for(60s);
  EXPECT_EQ(t.of(t.ann).sources.microphone.problem, Error::microphone_denied)
      << "no prompt by itself";
  t.ann.feed(phone::PermissionChanged{SourceKind::microphone, media::Permission::granted});
  ASSERT_TRUE(t.until([&] { return t.told().microphone == SourceState::on; }, 1s));
  t.expect_rest_after_hang_up();
}

// ---- E08 ----

TEST(E08SilencedTrack, IsToldOnceItLastsAndLeavesTheOwnChoiceAlone) {
  TwoWithDevices t;
  t.talk(MediaKind::video);
  ASSERT_TRUE(t.until([&] { return t.told().camera == SourceState::on; }));
  const std::uint32_t before = t.told().revision;
  for (int i = 0; i < 10; ++i) {
    t.ann.silence(SourceKind::microphone, i % 2 == 0);
    t.world.run_for(100ms);
  }
  t.world.run_for(3s);
  EXPECT_EQ(t.told().revision, before) << "pairs that are over at once change nothing";
  t.ann.silence(SourceKind::microphone, true);
  ASSERT_TRUE(t.until([&] { return t.told().microphone == SourceState::silenced; }, 2s));
  EXPECT_TRUE(t.of(t.ann).sources.microphone.wanted);
  EXPECT_EQ(t.of(t.ann).sources.microphone.problem, Error::microphone_silenced);
  t.ann.silence(SourceKind::microphone, false);
  ASSERT_TRUE(t.until([&] { return t.told().microphone == SourceState::on; }, 2s));
  t.ann.set_screen(true);
  ASSERT_TRUE(t.until([&] { return t.told().sharing; }));
  t.ann.silence(SourceKind::screen, true);
  t.ann.silence(SourceKind::camera, true);
  ASSERT_TRUE(t.until([&] { return t.told().camera == SourceState::silenced; }, 2s));
  t.world.run_for(3s);
  EXPECT_TRUE(t.told().sharing) << "a window that does not move is still shared";
  t.expect_rest_after_hang_up();
}

// ---- E10 ----

TEST(E10Screen, StopsWithTheBrowsersOwnBarAndLeavesTheCameraAsItWas) {
  for (const bool camera : {true, false}) {
    TwoWithDevices t;
    t.talk(camera ? MediaKind::video : MediaKind::audio);
    const SourceState before = camera ? SourceState::on : SourceState::off;
    ASSERT_TRUE(t.until([&] { return t.told().camera == before; }));
    for (int round = 0; round < 2; ++round) {
      t.ann.set_screen(true);
      ASSERT_TRUE(t.until([&] { return t.told().sharing; }, 1s));
      EXPECT_EQ(t.fed().sent.screen, phone::Feed::live);
      t.ann.unplug(SourceKind::screen);
      ASSERT_TRUE(t.until([&] { return !t.told().sharing; }, 1s));
      EXPECT_EQ(t.fed().sent.screen, phone::Feed::none);
      EXPECT_EQ(t.told().camera, before);
      EXPECT_FALSE(t.of(t.ann).sources.screen.wanted);
    }
    t.expect_rest_after_hang_up();
  }
}

TEST(E10Screen, ThatIsNotPickedChangesNothing) {
  TwoWithDevices t;
  t.talk();
  t.ann.shares_screen = false;
  t.ann.set_screen(true);
  t.world.run_for(2s);
  EXPECT_FALSE(t.of(t.ann).sources.screen.wanted);
  EXPECT_EQ(t.of(t.ann).sources.screen.problem, std::nullopt);
  t.ann.shares_screen = true;
  t.ann.set_screen(true);
  EXPECT_TRUE(t.until([&] { return t.told().sharing; }, 1s));
  t.expect_rest_after_hang_up();
}

TEST(E10Screen, IsSharedNoMoreOnceTheOtherSideHolds) {
  TwoWithDevices t;
  t.talk();
  t.ann.set_screen(true);
  ASSERT_TRUE(t.until([&] { return t.told().sharing; }));
  t.ben.hold(t.call, true);
  ASSERT_TRUE(t.until([&] { return t.ann.live_tracks() == 1; }));
  t.ben.hold(t.call, false);
  t.world.run_for(3s);
  EXPECT_FALSE(t.told().sharing) << "nobody shows their screen without knowing";
  t.expect_rest_after_hang_up();
}

TEST(E10Screen, IsSharedNoMoreOnceTheCallIsHeldOrElsewhere) {
  TwoWithDevices t;
  t.talk();
  t.ann.set_screen(true);
  ASSERT_TRUE(t.until([&] { return t.told().sharing; }));
  t.ann.hold(t.call, true);
  ASSERT_TRUE(t.until([&] { return t.told().held && !t.told().sharing; }));
  EXPECT_EQ(t.ann.live_tracks(), 0U);
  t.ann.hold(t.call, false);
  ASSERT_TRUE(t.until([&] { return !t.told().held; }));
  t.world.run_for(2s);
  EXPECT_FALSE(t.told().sharing) << "it does not come back by itself";
  t.ann.set_screen(true);
  ASSERT_TRUE(t.until([&] { return t.told().sharing; }));
  Device& tablet = t.device("ann");
  tablet.join(t.call);
  ASSERT_TRUE(t.until([&] { return Scenario::phase_of(tablet, t.call) == Phase::active; }));
  EXPECT_TRUE(t.until([&] { return t.ann.live_tracks() == 0; }));
  tablet.hang_up();
  t.expect_rest();
}

}  // namespace
}  // namespace parley::scenarios
