// Whole calls between real phones and the real switchboard, in virtual time.
#include "core/testing/world.hpp"

#include <gtest/gtest.h>

#include <map>
#include <string>
#include <utility>
#include <vector>

namespace parley::testing {
namespace {

using phone::Phase;
using phone::Tone;
using wire::EndReason;
using wire::MediaKind;
using wire::SourceState;

struct Pair {
  explicit Pair(WorldOptions options = {}) : world(options) {
    alice = &world.add_device("alice");
    bob = &world.add_device("bob");
    world.run_until([&] { return alice->online() && bob->online(); });
  }

  CallId dial(MediaKind kind = MediaKind::audio) {
    const CallId call = alice->dial("bob", kind);
    EXPECT_TRUE(world.run_until([&] { return bob->shows(Phase::incoming); }));
    return call;
  }

  CallId connect(MediaKind kind = MediaKind::audio) {
    const CallId call = dial(kind);
    bob->answer(kind);
    EXPECT_TRUE(
        world.run_until([&] { return alice->shows(Phase::active) && bob->shows(Phase::active); }));
    return call;
  }

  /// Nobody holds anything of a call any more.
  void expect_released() {
    world.run_for(5s);
    for (const Device* device : {alice, bob}) {
      EXPECT_EQ(device->open_connections(), 0U);
      EXPECT_EQ(device->live_tracks(), 0U);
      EXPECT_NE(device->tone(), Tone::ringtone);
      EXPECT_NE(device->tone(), Tone::ringback);
    }
    EXPECT_EQ(world.gauges().calls, 0U);
  }

  void expect_ended(CallId call, EndReason reason) {
    ASSERT_TRUE(
        world.run_until([&] { return alice->shows(Phase::ended) && bob->shows(Phase::ended); }));
    world.run_for(1s);
    EXPECT_EQ(alice->call().reason, reason);
    EXPECT_EQ(bob->call().reason, reason);
    EXPECT_EQ(world.record(call).reason, reason);
    EXPECT_EQ(world.records().size(), 1U);
    expect_released();
  }

  World world;
  Device* alice = nullptr;
  Device* bob = nullptr;
};

TEST(WholeCall, RingsBothSidesUntilItIsAnswered) {
  Pair p;
  p.dial();
  EXPECT_EQ(p.bob->tone(), Tone::ringtone);
  EXPECT_EQ(p.bob->call().peer.user.text, "alice");
  ASSERT_TRUE(p.world.run_until([&] { return p.alice->shows(Phase::ringing); }));
  EXPECT_EQ(p.alice->tone(), Tone::ringback);
  EXPECT_EQ(p.alice->call().devices_ringing, 1U);
  EXPECT_EQ(p.bob->live_tracks(), 0U) << "no device is opened before a person answers";
  p.bob->answer();
  EXPECT_EQ(p.bob->tone(), Tone::none);
}

TEST(WholeCall, FlowsBothWaysAndIsRecorded) {
  Pair p;
  const CallId call = p.connect();
  EXPECT_EQ(p.alice->live_tracks(), 1U);
  EXPECT_TRUE(p.alice->call().active_since_ms);
  p.world.run_for(30s);
  p.alice->hang_up();
  EXPECT_EQ(p.alice->open_connections(), 0U) << "hanging up releases at once";
  p.expect_ended(call, EndReason::completed);
  const auto& record = p.world.record(call);
  EXPECT_LE(record.invited_at_ms, *record.ringing_at_ms);
  EXPECT_LE(*record.ringing_at_ms, *record.accepted_at_ms);
  EXPECT_LE(*record.accepted_at_ms, *record.connected_at_ms);
  EXPECT_LE(*record.connected_at_ms, *record.ended_at_ms);
  EXPECT_EQ(record.ended_by->text, "alice");
  EXPECT_NEAR(static_cast<double>(*p.bob->call().lasted_ms), 30'000, 500);
}

TEST(WholeCall, TellsTheOtherSideWhatIsSent) {
  Pair p;
  p.connect(MediaKind::video);
  ASSERT_TRUE(p.world.run_until([&] {
    const auto status = p.bob->call().peer_status;
    return status && status->camera == SourceState::on && status->microphone == SourceState::on;
  }));
  p.alice->set_microphone(false);
  ASSERT_TRUE(p.world.run_until(
      [&] { return p.bob->call().peer_status->microphone == SourceState::off; }, 1s));
  EXPECT_EQ(p.alice->connections().begin()->second.feed.sent.microphone, phone::Feed::silent);
  p.alice->set_camera(false);
  EXPECT_EQ(p.alice->live_tracks(), 1U) << "the camera is closed, not only hidden";
  p.alice->set_camera(true);
  ASSERT_TRUE(p.world.run_until(
      [&] { return p.alice->call().sources.camera.state == SourceState::on; }, 1s));
}

TEST(WholeCall, GoesOnWithAudioWhenTheCameraIsMissing) {
  Pair p;
  p.bob->has_camera = false;
  const CallId call = p.connect(MediaKind::video);
  ASSERT_TRUE(p.world.run_until([&] {
    const auto status = p.alice->call().peer_status;
    return status && status->camera == SourceState::unavailable &&
           status->microphone == SourceState::on;
  }));
  EXPECT_EQ(p.bob->call().sources.camera.problem, Error::camera_missing);
  EXPECT_EQ(p.bob->live_tracks(), 1U);
  p.bob->hang_up();
  p.expect_ended(call, EndReason::completed);
  EXPECT_EQ(p.world.record(call).callee.status->camera, SourceState::unavailable);
}

TEST(WholeCall, ConnectsWithoutAnyMicrophone) {
  Pair p;
  p.alice->has_microphone = false;
  p.bob->has_microphone = false;
  p.connect();
  EXPECT_EQ(p.alice->call().sources.microphone.problem, Error::microphone_missing);
}

TEST(WholeCall, EndsAsDeclined) {
  Pair p;
  const CallId call = p.dial();
  p.bob->decline();
  p.expect_ended(call, EndReason::declined);
}

TEST(WholeCall, EndsAsCancelled) {
  Pair p;
  const CallId call = p.dial();
  p.alice->hang_up();
  p.expect_ended(call, EndReason::cancelled);
}

TEST(WholeCall, EndsAsNoAnswerWhenNobodyAnswers) {
  Pair p;
  const CallId call = p.dial();
  p.expect_ended(call, EndReason::no_answer);
}

TEST(WholeCall, IsUnreachableWhenNoDeviceIsOnline) {
  World world;
  Device& alice = world.add_device("alice");
  Device& bob = world.add_device("bob");
  world.run_until([&] { return alice.online() && bob.online(); });
  bob.feed(phone::SignedOut{});
  world.run_for(10s);
  const CallId call = alice.dial("bob");
  ASSERT_TRUE(world.run_until([&] { return alice.shows(Phase::ended); }, 1s));
  EXPECT_EQ(alice.call().reason, EndReason::unreachable);
  EXPECT_EQ(world.record(call).reason, EndReason::unreachable);
}

TEST(WholeCall, StopsRingingOnOtherDevicesWhenOneAnswers) {
  Pair p;
  Device& tablet = p.world.add_device("bob");
  p.world.run_until([&] { return tablet.online(); });
  p.dial();
  ASSERT_TRUE(p.world.run_until([&] { return tablet.shows(Phase::incoming); }));
  p.bob->answer();
  ASSERT_TRUE(p.world.run_until([&] { return tablet.shows(Phase::elsewhere); }, 1s));
  EXPECT_EQ(tablet.tone(), Tone::none);
  ASSERT_TRUE(p.world.run_until([&] { return p.alice->shows(Phase::active); }));
}

TEST(WholeCall, SurvivesTheLossOfTheSocketAtEveryMoment) {
  for (int ms = 0; ms < 600; ms += 20) {
    for (const bool cut_caller : {true, false}) {
      Pair p({.seed = static_cast<std::uint64_t>(ms) + 1});
      const CallId call = p.alice->dial("bob");
      p.world.scheduler().after(Duration{ms},
                                [&] { (cut_caller ? p.alice : p.bob)->cut_socket(); });
      ASSERT_TRUE(p.world.run_until([&] { return p.bob->shows(Phase::incoming); })) << ms;
      p.bob->answer();
      ASSERT_TRUE(p.world.run_until([&] {
        return p.alice->shows(Phase::active) && p.bob->shows(Phase::active);
      })) << "cut at "
          << ms << " ms, " << (cut_caller ? "caller" : "callee");
      p.bob->hang_up();
      p.expect_ended(call, EndReason::completed);
    }
  }
}

TEST(WholeCall, HangsUpOfflineAndTellsTheServerLater) {
  Pair p;
  const CallId call = p.connect();
  p.alice->set_offline(true);
  p.alice->cut_socket();
  p.world.run_for(2s);
  p.alice->hang_up();
  EXPECT_EQ(p.alice->live_tracks(), 0U);
  p.world.run_for(3s);
  EXPECT_FALSE(p.bob->shows(Phase::ended));
  p.alice->set_offline(false);
  p.expect_ended(call, EndReason::completed);
}

wire::IceServers stun(const std::string& name) { return {{{.urls = {{{"stun:" + name}}}}}}; }

/// What is done with the servers of each connection, with the ones it then has.
struct IceServersSeen : Observer {
  void device_took(Device& device, const phone::Event& /*event*/,
                   const std::vector<phone::Effect>& effects) override {
    const auto note = [&](std::string what, PeerConnectionId id) {
      const auto found = device.connections().find(id.value);
      if (found == device.connections().end()) return;
      for (const wire::IceServer& server : found->second.ice_servers.items) {
        what += " " + server.urls.items.front().value;
      }
      seen[&device].push_back(std::move(what));
    };
    for (const phone::Effect& effect : effects) {
      if (const auto* e = std::get_if<phone::CreateConnection>(&effect)) note("new", e->connection);
      if (const auto* e = std::get_if<phone::SetIceServers>(&effect)) note("set", e->connection);
      const auto* offer = std::get_if<phone::MakeOffer>(&effect);
      if (offer != nullptr && offer->restart_ice) note("restart", offer->connection);
    }
  }
  std::vector<std::string> of(const Device* device) { return std::exchange(seen[device], {}); }

  std::map<const Device*, std::vector<std::string>> seen;
};

TEST(WholeCall, GivesTheNewestStunAndTurnServersToEveryConnection) {
  using Texts = std::vector<std::string>;
  Pair p;
  IceServersSeen ice;
  p.world.observers.push_back(&ice);
  p.world.set_ice_servers(stun("one"));
  p.world.run_for(1s);
  EXPECT_EQ(ice.of(p.alice), Texts{}) << "there is no connection yet";
  const CallId call = p.connect();
  EXPECT_EQ(ice.of(p.alice), Texts{"new stun:one"});
  EXPECT_EQ(ice.of(p.bob), Texts{"new stun:one"});

  p.world.set_ice_servers(stun("two"));
  p.world.run_for(1s);
  EXPECT_EQ(ice.of(p.alice), Texts{"set stun:two"});
  EXPECT_EQ(ice.of(p.bob), Texts{"set stun:two"});
  p.world.set_ice_servers(stun("two"));
  p.world.run_for(1s);
  EXPECT_EQ(ice.of(p.alice), Texts{}) << "it has them";

  // While it is away they change again: a welcome brings them.
  p.alice->set_offline(true);
  p.alice->cut_socket();
  p.alice->media_blocked = true;
  p.world.run_for(2s);
  p.world.set_ice_servers(stun("three"));
  p.alice->set_offline(false);
  ASSERT_TRUE(p.world.run_until([&] { return p.alice->online(); }));
  EXPECT_EQ(ice.of(p.alice), Texts{"set stun:three"});
  (void)ice.of(p.bob);
  p.world.run_for(10s);
  std::size_t restarts = 0;
  for (const Device* device : {p.alice, p.bob}) {
    for (const std::string& what : ice.of(device)) {
      EXPECT_EQ(what, "restart stun:three");
      ++restarts;
    }
  }
  EXPECT_GT(restarts, 0U);
  p.alice->media_blocked = false;
  ASSERT_TRUE(p.world.run_until([&] { return p.alice->shows(Phase::active); }));

  p.bob->hang_up();
  p.expect_ended(call, EndReason::completed);
  p.connect();
  EXPECT_EQ(ice.of(p.bob).back(), "new stun:three");
}

TEST(WholeCall, IgnoresASecondPressOfEveryButton) {
  Pair p;
  p.dial();
  p.alice->dial("bob");
  p.bob->answer();
  p.bob->answer();
  ASSERT_TRUE(p.world.run_until(
      [&] { return p.alice->shows(Phase::active) && p.bob->shows(Phase::active); }));
  EXPECT_EQ(p.alice->view().calls.items.size(), 1U);
  EXPECT_EQ(p.bob->open_connections(), 1U);
  p.bob->hang_up();
  p.bob->hang_up();
  p.world.run_for(2s);
  EXPECT_EQ(p.world.records().size(), 1U);
}

TEST(WholeCall, ReleasesAMicrophoneThatIsGrantedAfterTheEnd) {
  Pair p;
  p.alice->media_delay = 10s;  // the prompt stays open
  const CallId call = p.alice->dial("bob");
  ASSERT_TRUE(p.world.run_until([&] { return p.bob->shows(Phase::incoming); }));
  p.alice->hang_up();
  p.world.run_for(20s);
  p.expect_ended(call, EndReason::cancelled);
}

TEST(WholeCall, GivesUpAnInviteTheServerNeverAnswers) {
  World world;
  Device& alice = world.add_device("alice");
  alice.set_offline(true);
  alice.dial("bob");
  ASSERT_TRUE(world.run_until([&] { return alice.shows(Phase::ended); }, 30s));
  EXPECT_EQ(alice.call().problem, Error::server_unreachable);
  EXPECT_EQ(alice.live_tracks(), 0U);
}

TEST(WholeCall, TwentyCallsLeaveNothingBehind) {
  Pair p;
  for (int i = 0; i < 20; ++i) {
    p.connect(i % 2 == 0 ? MediaKind::audio : MediaKind::video);
    (i % 3 == 0 ? p.alice : p.bob)->hang_up();
    p.world.run_for(3s);
    for (Device* device : {p.alice, p.bob}) device->feed(phone::Dismissed{device->call().call});
  }
  p.expect_released();
  EXPECT_EQ(p.world.records().size(), 20U);
}

}  // namespace
}  // namespace parley::testing
