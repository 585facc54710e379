// Calls that connect while they ring, between real phones and the real switchboard.
#include "core/testing/world.hpp"

#include <gtest/gtest.h>

#include <string>

namespace parley::testing {
namespace {

using phone::ConnectionState;
using phone::Feed;
using phone::Phase;
using wire::EndReason;

const wire::IceServers kRelay{{{.urls = {{{"turn:relay"}}}}}};

struct WarmCall : ::testing::Test {
  WarmCall() : WarmCall(WorldOptions{}) {}
  explicit WarmCall(WorldOptions options) : world(options) {
    alice = &world.add_device("alice");
    bob = &world.add_device("bob");
    world.run_until([&] { return alice->online() && bob->online(); });
  }

  void make_known() { world.add_person({"bob"}, {"alice"}); }

  static const FakePeerConnection* only_connection(const Device& device) {
    return device.connections().size() == 1 ? &device.connections().begin()->second : nullptr;
  }
  static bool is_up(const Device& device) {
    const auto* connection = only_connection(device);
    return connection != nullptr && connection->state == ConnectionState::connected;
  }
  static PeerConnectionId connection_of(const Device& device) {
    return {device.connections().begin()->first};
  }
  /// Alice calls, and both are connected while it rings.
  CallId ring_connected() {
    const CallId call = alice->dial("bob");
    EXPECT_TRUE(world.run_until([&] { return is_up(*alice) && is_up(*bob); }, 5s));
    world.run_for(1s);
    EXPECT_TRUE(alice->shows(Phase::ringing));
    EXPECT_TRUE(bob->shows(Phase::incoming));
    return call;
  }
  bool both_active(Duration limit = 120s) {
    return world.run_until([&] { return alice->shows(Phase::active) && bob->shows(Phase::active); },
                           limit);
  }
  void expect_released() {
    world.run_for(5s);
    for (const auto& device : world.devices()) {
      EXPECT_EQ(device->open_connections(), 0U);
      EXPECT_EQ(device->live_tracks(), 0U);
    }
    EXPECT_EQ(world.gauges().calls, 0U);
  }

  World world;
  Device* alice = nullptr;
  Device* bob = nullptr;
};

TEST_F(WarmCall, ConnectsWhileItRingsAndSendsNothing) {
  make_known();
  ring_connected();
  EXPECT_EQ(bob->live_tracks(), 0U);
  for (const Device* device : {alice, bob}) {
    const auto* connection = only_connection(*device);
    ASSERT_NE(connection, nullptr);
    EXPECT_EQ(connection->feed.sent, media::BySource<Feed>{});
    EXPECT_EQ(connection->audio_packets, 0U);
  }
  EXPECT_FALSE(alice->call().connection) << "nothing is played";
}

TEST_F(WarmCall, TalksOneDelayAfterTheAnswer) {
  make_known();
  ring_connected();
  const Instant answered = world.scheduler().now();
  bob->answer();
  ASSERT_TRUE(both_active());
  // To the server and to the caller, and what it takes to open a microphone and read counters.
  EXPECT_LE(world.scheduler().now() - answered, 4 * 30ms + 250ms);
  EXPECT_EQ(world.records().begin()->second.link, 1U);
  alice->hang_up();
  expect_released();
}

TEST_F(WarmCall, SendsFromTheDeviceThatAnswersAtOnce) {
  make_known();
  ring_connected();
  bob->answer();
  EXPECT_TRUE(world.run_until(
      [&] { return only_connection(*bob)->feed.sent.microphone == Feed::live; }, 10ms));
  EXPECT_TRUE(bob->shows(Phase::answering)) << "the server has not confirmed it yet";
  EXPECT_EQ(only_connection(*alice)->feed.sent.microphone, Feed::none);
}

TEST_F(WarmCall, TellsStatusesThroughTheChannelThatIsOpen) {
  make_known();
  ring_connected();
  bob->answer();
  ASSERT_TRUE(both_active());
  world.run_for(1s);
  world.drain_server(20s);
  world.run_for(1s);
  alice->set_microphone(false);
  world.run_for(1s);
  EXPECT_EQ(bob->call().peer_status->microphone, wire::SourceState::off);
}

TEST_F(WarmCall, ClosesTheConnectionsOfDevicesThatDoNotAnswer) {
  make_known();
  Device& tablet = world.add_device("bob");
  world.run_until([&] { return tablet.online(); });
  alice->dial("bob");
  ASSERT_TRUE(world.run_until(
      [&] { return is_up(*bob) && is_up(tablet) && alice->open_connections() == 2; }));
  tablet.answer();
  ASSERT_TRUE(world.run_until(
      [&] { return alice->shows(Phase::active) && tablet.shows(Phase::active); }, 2s));
  EXPECT_EQ(alice->open_connections(), 1U);
  EXPECT_EQ(bob->open_connections(), 0U);
  tablet.hang_up();
  expect_released();
}

TEST_F(WarmCall, LeavesNothingWhenNobodyAnswers) {
  make_known();
  ring_connected();
  bob->decline();
  expect_released();
  ring_connected();
  alice->hang_up();
  expect_released();
}

TEST_F(WarmCall, WaitsForTheAnswerWithStrangersWithoutRelays) {
  alice->dial("bob");
  ASSERT_TRUE(world.run_until([&] { return alice->shows(Phase::ringing); }));
  world.run_for(2s);
  EXPECT_EQ(alice->open_connections(), 0U);
  EXPECT_EQ(bob->open_connections(), 0U);
  bob->answer();
  EXPECT_TRUE(both_active());
}

TEST_F(WarmCall, ShowsStrangersRelaysUntilTheAnswer) {
  world.set_ice_servers(kRelay);
  world.run_for(1s);
  ring_connected();
  EXPECT_TRUE(only_connection(*alice)->relays_only);
  EXPECT_TRUE(only_connection(*bob)->relays_only);
  const std::string before = only_connection(*bob)->local_ufrag();
  bob->answer();
  ASSERT_TRUE(both_active(1s));
  world.run_for(3s);
  EXPECT_FALSE(only_connection(*bob)->relays_only);
  EXPECT_NE(only_connection(*bob)->local_ufrag(), before) << "a direct path is looked for";
  EXPECT_TRUE(bob->shows(Phase::active));
}

TEST_F(WarmCall, ConnectsAnewAfterARestartOfTheServerWhileItRings) {
  make_known();
  ring_connected();
  world.restart_server();
  world.run_for(10s);
  bob->answer();
  ASSERT_TRUE(both_active());
  bob->hang_up();
  expect_released();
}

TEST_F(WarmCall, ConnectsAnewAfterAReloadOfThePageThatRings) {
  make_known();
  ring_connected();
  bob->reload();
  ASSERT_TRUE(world.run_until([&] { return bob->shows(Phase::incoming); }));
  bob->answer();
  ASSERT_TRUE(both_active());
  EXPECT_EQ(alice->open_connections(), 1U);
}

TEST_F(WarmCall, GoesOnConnectingWhenAnsweredAtOnce) {
  make_known();
  alice->dial("bob");
  ASSERT_TRUE(world.run_until([&] { return bob->shows(Phase::incoming); }));
  bob->answer();
  EXPECT_TRUE(both_active(3s));
}

TEST_F(WarmCall, RestartsADisturbedConnectionWithTheAnswer) {
  make_known();
  ring_connected();
  const std::string before = only_connection(*alice)->local_ufrag();
  bob->feed(phone::ConnectionStateChanged{connection_of(*bob), ConnectionState::disconnected});
  bob->answer();
  EXPECT_TRUE(both_active(3s));
  world.run_for(1s);
  EXPECT_NE(only_connection(*alice)->local_ufrag(), before);
  EXPECT_EQ(world.records().begin()->second.link, 1U);
}

TEST_F(WarmCall, ConnectsAnewInPlaceOfAFailedOne) {
  make_known();
  ring_connected();
  bob->feed(phone::ConnectionStateChanged{connection_of(*bob), ConnectionState::failed});
  bob->answer();
  EXPECT_TRUE(both_active(3s));
  EXPECT_EQ(world.records().begin()->second.link, 2U);
}

TEST_F(WarmCall, CrossedInvitesBecomeOneCall) {
  make_known();
  ring_connected();
  bob->dial("alice");
  ASSERT_TRUE(both_active());
  EXPECT_EQ(alice->open_connections(), 1U);
  EXPECT_EQ(bob->open_connections(), 1U);
  alice->hang_up();
  expect_released();
}

TEST_F(WarmCall, StopsSendingWhenTheAnswerIsRefused) {
  make_known();
  Device& carol = world.add_device("carol");
  Device& tablet = world.add_device("bob");
  world.run_until([&] { return carol.online() && tablet.online(); });
  // Bob talks on his tablet, and a call waits at both of his devices.
  carol.dial("bob");
  world.run_until([&] { return tablet.shows(Phase::incoming); });
  tablet.answer();
  world.run_until([&] { return carol.shows(Phase::active); });
  alice->dial("bob");
  ASSERT_TRUE(world.run_until([&] { return bob->shows(Phase::incoming); }));
  world.run_for(2s);
  bob->answer();
  world.run_for(2s);
  ASSERT_TRUE(bob->shows(Phase::incoming)) << "another call of his is in front";
  for (const auto& [id, connection] : bob->connections()) {
    EXPECT_EQ(connection.feed.sent.microphone, Feed::none);
  }
  EXPECT_EQ(bob->live_tracks(), 0U);
}

}  // namespace
}  // namespace parley::testing
