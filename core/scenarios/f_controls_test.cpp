// Group F: mute, camera and status under every timing. What browsers add to it is in tests/e2e.
#include "core/scenarios/scenario.hpp"

#include <gtest/gtest.h>

namespace parley::scenarios {
namespace {

using media::SourceKind;
using phone::CallView;
using phone::Feed;
using phone::Phase;
using phone::Proof;
using wire::MediaKind;
using wire::SourceState;

struct Two : Scenario {
  Two() : ann(device("ann")), ben(device("ben")) {}

  void ring(MediaKind kind = MediaKind::audio) {
    call = ann.dial("ben", kind);
    EXPECT_TRUE(until([&] { return phase_of(ben, call) == Phase::incoming; }));
  }
  void talk(MediaKind kind = MediaKind::audio) {
    ring(kind);
    ben.answer(kind);
    EXPECT_TRUE(until([&] { return active(ann, ben, call); }));
  }
  [[nodiscard]] CallView of(const Device& device) const { return *view_of(device, call); }
  [[nodiscard]] wire::LegStatus told() const {
    return of(ben).peer_status.value_or(wire::LegStatus{});
  }
  /// Watches from now on that nothing of ann's microphone leaves.
  void expect_silence() {
    world.after_every_step = [this] {
      for (const auto& [id, connection] : ann.connections()) {
        EXPECT_NE(connection.feed.sent.microphone, Feed::live);
      }
    };
  }
  void expect_rest_after_hang_up() {
    world.after_every_step = nullptr;
    ann.hang_up();
    expect_rest();
  }

  Device& ann;
  Device& ben;
  CallId call;
};

// ---- F01 ----

TEST(F01Mute, BeforeThereIsAConnectionHoldsFromTheFirstPacket) {
  for (const bool while_calling : {true, false}) {
    Two t;
    if (while_calling) {
      t.call = t.ann.dial("ben");
      t.ann.set_microphone(false);
      ASSERT_TRUE(t.until([&] { return Scenario::phase_of(t.ben, t.call) == Phase::incoming; }));
    } else {
      t.ring();
      t.ann.set_microphone(false);
    }
    t.expect_silence();
    t.ben.answer();
    ASSERT_TRUE(t.until([&] { return Scenario::active(t.ann, t.ben, t.call); }));
    EXPECT_EQ(t.told().microphone, SourceState::off) << "right with the first sound";
    t.world.run_for(10s);
    t.world.after_every_step = nullptr;
    t.ann.set_microphone(true);
    EXPECT_EQ(t.ann.connections().begin()->second.feed.sent.microphone, Feed::live);
    ASSERT_TRUE(t.until([&] { return t.told().microphone == SourceState::on; }, 1s));
    t.expect_rest_after_hang_up();
  }
}

// ---- F02 ----

TEST(F02Toggling, EndsWithTheLastPress) {
  for (const bool last : {true, false}) {
    Two t;
    t.talk();
    t.ann.media_delay = 150ms;
    for (int i = 0; i < 20; ++i) {
      t.later(i * 50ms, [&t, on = i % 2 == 0 ? !last : last] {
        t.ann.set_microphone(on);
        t.ann.set_camera(on);
      });
    }
    // A renegotiation meanwhile.
    t.later(400ms, [&t] { t.ann.cut_socket(); });
    t.world.run_for(1s);
    t.world.run_for(3s);
    const SourceState expected = last ? SourceState::on : SourceState::off;
    EXPECT_EQ(t.of(t.ann).sources.microphone.state, expected);
    EXPECT_EQ(t.of(t.ann).sources.camera.state, expected);
    EXPECT_EQ(t.told().microphone, expected);
    EXPECT_EQ(t.told().camera, expected);
    EXPECT_EQ(t.ann.live_tracks(), last ? 2U : 1U);
    t.expect_rest_after_hang_up();
  }
}

// ---- F03 ----

TEST(F03Muted, StaysSilentWhateverHappensToTheDeviceAndTheCall) {
  Two t;
  t.talk();
  t.ann.set_microphone(false);
  t.expect_silence();
  t.ann.feed(phone::DevicesListed{
      {{{SourceKind::microphone, {"a"}, {"a"}}, {SourceKind::microphone, {"b"}, {"b"}}}}});
  t.world.run_for(1s);
  t.ann.feed(phone::DeviceChosen{SourceKind::microphone, {{"b"}}});
  t.world.run_for(1s);
  t.ann.unplug(SourceKind::microphone);
  t.world.run_for(1s);
  t.ann.media_blocked = true;  // the path is lost, and comes back with an ICE restart
  t.world.run_for(20s);
  t.ann.media_blocked = false;
  ASSERT_TRUE(t.until([&] { return Scenario::active(t.ann, t.ben, t.call); }));
  t.ann.hold(t.call, true);
  t.world.run_for(1s);
  t.ann.hold(t.call, false);
  t.world.run_for(1s);
  t.ann.reload();
  ASSERT_TRUE(t.until([&] { return Scenario::active(t.ann, t.ben, t.call); }));
  t.world.run_for(2s);
  EXPECT_EQ(t.of(t.ann).sources.microphone.state, SourceState::off);
  EXPECT_EQ(t.told().microphone, SourceState::off);
  t.expect_rest_after_hang_up();
}

TEST(F03Muted, StaysSoOnTheDeviceThatTakesTheCallOver) {
  Two t;
  t.talk();
  Device& tablet = t.device("ann");
  t.ann.set_microphone(false);
  ASSERT_TRUE(t.until([&] { return t.told().microphone == SourceState::off; }));
  t.world.after_every_step = [&] {
    for (const Device* device : {&t.ann, &tablet}) {
      for (const auto& [id, connection] : device->connections()) {
        EXPECT_NE(connection.feed.sent.microphone, Feed::live);
      }
    }
  };
  tablet.join(t.call);
  ASSERT_TRUE(t.until([&] { return Scenario::phase_of(tablet, t.call) == Phase::active; }));
  t.world.run_for(5s);
  EXPECT_FALSE(Scenario::view_of(tablet, t.call)->sources.microphone.wanted);
  EXPECT_EQ(t.told().microphone, SourceState::off);
  ASSERT_TRUE(t.until(
      [&] {
        return Scenario::view_of(tablet, t.call)->sources.microphone.off_proof == Proof::received;
      },
      5s));
  t.world.after_every_step = nullptr;
  tablet.hang_up();
  t.expect_rest();
}

TEST(F03Muted, WhileItIsSilencedFromOutsideStaysSoAfterACrashOfEverything) {
  Two t;
  t.talk();
  t.ann.silence(SourceKind::microphone, true);
  ASSERT_TRUE(t.until([&] { return t.told().microphone == SourceState::silenced; }));
  t.ann.set_microphone(false);
  ASSERT_TRUE(t.until([&] { return t.told().microphone == SourceState::off; }));
  t.world.run_for(1s);
  t.ann.crash_page(false, 800ms);
  t.world.restart_server(500ms);
  ASSERT_TRUE(t.until([&] { return Scenario::active(t.ann, t.ben, t.call); }));
  EXPECT_FALSE(t.of(t.ann).sources.microphone.wanted);
  t.expect_rest_after_hang_up();
}

TEST(F03Hint, IsForgottenWithTheUnmuteEvenWhereNothingMoreIsHeard) {
  Two t;
  t.talk();
  t.ann.loudness = 300'000;
  t.ann.set_microphone(false);
  ASSERT_TRUE(
      t.until([&] { return t.of(t.ann).sound_hint == phone::SoundHint::talking_while_muted; }, 5s));
  t.ann.loudness.reset();
  t.ann.set_microphone(true);
  EXPECT_EQ(t.of(t.ann).sound_hint, phone::SoundHint::none);
  t.expect_rest_after_hang_up();
}

// ---- F04 ----

TEST(F04Mute, WaitsForNothing) {
  Two t;
  t.talk();
  t.ann.set_offline(true);
  t.ann.media_delay = 60s;  // a device that is being changed hangs
  t.ann.feed(phone::DeviceChosen{SourceKind::camera, {{"c"}}});
  t.ann.set_camera(true);
  t.ann.set_microphone(false);
  EXPECT_EQ(t.ann.connections().begin()->second.feed.sent.microphone, Feed::silent);
  t.world.run_for(20s);
  t.ann.set_offline(false);
  ASSERT_TRUE(t.until([&] { return t.told().microphone == SourceState::off; }, 10s));
  t.world.run_for(60s);
  t.expect_rest_after_hang_up();
}

// ---- F05 ----

TEST(F05Status, OfADeviceThatStillOpensIsNotThatItIsOff) {
  Two t;
  t.ann.media_delay = 4s;  // the browser asks
  t.talk(MediaKind::video);
  EXPECT_EQ(t.told().microphone, SourceState::opening);
  EXPECT_EQ(t.told().camera, SourceState::opening);
  t.ann.set_camera(false);
  ASSERT_TRUE(t.until([&] { return t.told().camera == SourceState::off; }, 1s));
  ASSERT_TRUE(t.until([&] { return t.told().microphone == SourceState::on; }, 5s));
  EXPECT_EQ(t.told().camera, SourceState::off);
  t.expect_rest_after_hang_up();
}

TEST(F05Status, ThatArrivesTwiceOrLateShowsTheNewestState) {
  Two t;
  t.talk();
  for (Device* device : {&t.ann, &t.ben}) device->link = {.duplicated = 50, .late = 30};
  for (int i = 0; i < 30; ++i) {
    t.ann.set_microphone(i % 2 == 1);
    t.world.run_for(40ms);
  }
  t.ann.set_microphone(false);
  for (Device* device : {&t.ann, &t.ben}) device->link = {};
  EXPECT_TRUE(t.until([&] { return t.told().microphone == SourceState::off; }, 20s));
  t.world.run_for(5s);
  EXPECT_EQ(t.told().microphone, SourceState::off);
  t.expect_rest_after_hang_up();
}

TEST(F05Status, ForWhichTheServerHadNoRoomIsSaidAgain) {
  Two t;
  t.ben.has_direct = false;
  t.talk();
  t.ben.block(testing::Way::to_server, true);  // what it takes is not acknowledged
  for (int i = 0; i < 105; ++i) t.ann.set_microphone(i % 2 == 1);
  t.world.run_for(1s);
  t.ann.hold(t.call, true);
  t.world.run_for(1s);
  EXPECT_FALSE(t.told().held);
  t.ben.block(testing::Way::to_server, false);
  EXPECT_TRUE(t.until([&] { return t.told().held; }, 15s));
  t.expect_rest_after_hang_up();
}

TEST(F05Status, OfADeviceThatTakesOverIsNotMistakenForThatOfTheOneBefore) {
  Two t;
  Device& tablet = t.device("ann");
  t.talk(MediaKind::video);
  for (int press = 0; press < 20; ++press) t.ann.set_camera(press % 2 == 1);
  t.ann.set_camera(false);
  ASSERT_TRUE(t.until([&] { return t.told().camera == SourceState::off; }));
  ASSERT_TRUE(t.until([&] { return Scenario::phase_of(tablet, t.call) == Phase::elsewhere; }));
  tablet.join(t.call);
  ASSERT_TRUE(t.until([&] { return Scenario::active(tablet, t.ben, t.call); }));
  tablet.set_camera(true);
  EXPECT_TRUE(t.until([&] { return t.told().camera == SourceState::on; }, 3s));
  tablet.hang_up();
  t.expect_rest();
}

// ---- F06 ----

TEST(F06Status, ReachesTheOtherSideWithoutAServer) {
  for (const bool who_switches_is_offline : {true, false}) {
    Two t;
    t.talk(MediaKind::video);
    t.world.run_for(1s);
    Device& cut_off = who_switches_is_offline ? t.ann : t.ben;
    cut_off.set_offline(true);
    t.ann.set_camera(false);
    t.ann.set_microphone(false);
    const auto both_off = [&] {
      return t.told().camera == SourceState::off && t.told().microphone == SourceState::off;
    };
    EXPECT_TRUE(t.until(both_off, 500ms));
    t.ann.hold(t.call, true);
    EXPECT_TRUE(t.until([&] { return t.told().held; }, 500ms));
    t.ann.hold(t.call, false);
    t.ann.set_camera(true);
    const auto back = [&] { return t.told().camera == SourceState::on && !t.told().held; };
    EXPECT_TRUE(t.until(back, 500ms));
    // What the server tells late does not turn the clock back.
    t.world.after_every_step = [&] { EXPECT_TRUE(back()); };
    cut_off.set_offline(false);
    EXPECT_TRUE(t.until([&] { return t.ann.reaches_server() && t.ben.reaches_server(); }, 30s));
    t.world.run_for(1s);
    t.expect_rest_after_hang_up();
  }
}

TEST(F06Status, ThatMakesNoSenseIsIgnored) {
  Two t;
  t.talk();
  const PeerConnectionId connection = *t.of(t.ben).connection;
  const auto before = t.told();
  const std::string endless(100'000, '{');
  for (const char* text : {"", "{}", R"({"type":"hang_up"})", endless.c_str()}) {
    t.ben.feed(phone::DirectReceived{connection, text});
  }
  EXPECT_EQ(t.told(), before);
  EXPECT_TRUE(Scenario::active(t.ann, t.ben, t.call));
  t.expect_rest_after_hang_up();
}

TEST(F06Status, IsSaidOnceToAChannelThatIsReportedTwice) {
  struct Counter : testing::Observer {
    void device_took(Device& /*device*/, const phone::Event& /*event*/,
                     const std::vector<phone::Effect>& effects) override {
      for (const phone::Effect& effect : effects) {
        sent += std::holds_alternative<phone::SendDirect>(effect) ? 1 : 0;
      }
    }
    int sent = 0;
  } counter;
  Two t;
  t.talk();
  t.world.run_for(1s);
  t.world.observers.push_back(&counter);
  t.ben.feed(phone::DirectOpened{*t.of(t.ben).connection});
  EXPECT_EQ(counter.sent, 0);
  t.ben.hold(t.call, true);
  EXPECT_EQ(counter.sent, 1);
  t.world.observers.pop_back();
}

// ---- mute is proven ----

TEST(F03Mute, IsProvenByTheCountersOfBothSides) {
  Two t;
  t.talk();
  EXPECT_EQ(t.of(t.ann).sources.microphone.off_proof, Proof::none);
  t.ann.set_microphone(false);
  EXPECT_EQ(t.of(t.ann).sources.microphone.off_proof, Proof::none)
      << "not before anybody has looked";
  ASSERT_TRUE(t.until([&] { return t.of(t.ann).sources.microphone.off_proof == Proof::sent; }, 3s));
  ASSERT_TRUE(
      t.until([&] { return t.of(t.ann).sources.microphone.off_proof == Proof::received; }, 3s));
  t.ann.set_microphone(true);
  EXPECT_EQ(t.of(t.ann).sources.microphone.off_proof, Proof::none);
  t.expect_rest_after_hang_up();
}

/// Nobody looks at what leaves through the second connection before it is the only one.
TEST(F03Mute, IsNotProvenWhileAnotherDeviceTakesTheOtherSideOver) {
  for (const bool muted : {true, false}) {
    Two t;
    t.talk();
    Device& tablet = t.device("ben");
    t.ann.set_microphone(false);
    ASSERT_TRUE(
        t.until([&] { return t.of(t.ann).sources.microphone.off_proof == Proof::received; }));
    if (!muted) {
      t.ben.hold(t.call, true);
      ASSERT_TRUE(t.until([&] { return t.of(t.ann).peer_status->held; }));
      t.ann.set_microphone(true);  // nothing of it leaves: ben's device holds
      ASSERT_NE(t.of(t.ann).sources.microphone.off_proof, Proof::none);
    }
    int steps = 0;
    t.world.after_every_step = [&] {
      if (t.ann.open_connections() < 2) return;
      ++steps;
      EXPECT_EQ(t.of(t.ann).sources.microphone.off_proof, Proof::none);
    };
    tablet.join(t.call);
    ASSERT_TRUE(t.until([&] { return Scenario::phase_of(tablet, t.call) == Phase::active; }));
    EXPECT_GT(steps, 0);
    const auto proven = [&] { return t.of(t.ann).sources.microphone.off_proof == Proof::received; };
    EXPECT_EQ(t.until(proven, 5s), muted);
    t.expect_rest_after_hang_up();
  }
}

TEST(F03Mute, ThatABrowserDoesNotKeepIsEnforced) {
  Two t;
  t.talk();
  t.ann.set_microphone(false);
  t.ann.leaks_when_muted = true;
  ASSERT_TRUE(t.until(
      [&] { return t.ann.connections().begin()->second.feed.sent.microphone == Feed::none; }, 10s));
  EXPECT_EQ(t.of(t.ann).sources.microphone.state, SourceState::off);
  t.ann.leaks_when_muted = false;
  t.ann.set_microphone(true);
  EXPECT_EQ(t.ann.connections().begin()->second.feed.sent.microphone, Feed::live);
  t.expect_rest_after_hang_up();
}

TEST(F05Status, TellsWhoReconnectsAndWhoIsOnMobileData) {
  Two t;
  t.talk();
  t.ann.feed(phone::NetworkChanged{true});
  ASSERT_TRUE(t.until([&] { return t.told().mobile_data; }, 3s));
  t.ann.media_blocked = true;
  ASSERT_TRUE(t.until([&] { return t.told().reconnecting; }, 20s));
  t.ann.media_blocked = false;
  ASSERT_TRUE(t.until([&] { return !t.told().reconnecting; }, 30s));
  t.expect_rest_after_hang_up();
}

// ---- what the sound tells ----

TEST(F03TalkingWhileMuted, IsNoticed) {
  Two t;
  t.talk();
  t.ann.loudness = 300'000;
  t.world.run_for(5s);
  EXPECT_EQ(t.of(t.ann).sound_hint, phone::SoundHint::none);
  t.ann.set_microphone(false);
  ASSERT_TRUE(
      t.until([&] { return t.of(t.ann).sound_hint == phone::SoundHint::talking_while_muted; }, 5s));
  t.ann.set_microphone(true);
  t.world.run_for(2s);
  EXPECT_EQ(t.of(t.ann).sound_hint, phone::SoundHint::none);
  t.expect_rest_after_hang_up();
}

TEST(E06SilentMicrophone, IsNoticed) {
  Two t;
  t.talk();
  t.ann.loudness = 0;
  ASSERT_TRUE(
      t.until([&] { return t.of(t.ann).sound_hint == phone::SoundHint::silent_microphone; }, 10s));
  t.ann.loudness = 3'000;
  t.world.run_for(2s);
  EXPECT_EQ(t.of(t.ann).sound_hint, phone::SoundHint::none);
  t.expect_rest_after_hang_up();
}

}  // namespace
}  // namespace parley::scenarios
