// Devices that connect while the call rings.
#include "core/switchboard/test_board.hpp"
#include "core/switchboard/timers.hpp"

#include <gtest/gtest.h>

#include <string>

namespace parley::switchboard {
namespace {

wire::Invite warm_invite(std::uint64_t call, const std::string& callee) {
  wire::Invite message = invite(call, callee);
  message.warm = true;
  return message;
}

const wire::IceServers kRelays{{{.urls = {{{"stun:one"}, {"turn:one"}}}}}};

struct Warm : ::testing::Test {
  void SetUp() override { make_known(); }
  void TearDown() override { EXPECT_EQ(board.broken_rules, Texts{}); }

  /// Bob knows Alice.
  void make_known() {
    board.handle(RelationChanged{.user = {"bob"}, .relation = {.other = {"alice"}, .known = true}});
  }
  void make_strangers() {
    board.handle(RelationChanged{.user = {"bob"}, .relation = {.other = {"alice"}}});
  }
  void give_relays(Client& client) {
    board.handle(IceServersRenewed{client.connection(), kRelays});
    (void)client.heard();
  }
  void forget_all() {
    for (Client* client : {&alice, &bob, &tablet}) (void)client->heard();
  }
  /// Alice calls, and Bob's first device rings.
  void ring() {
    alice.say(warm_invite(1, "bob"));
    bob.say(wire::Ringing{call_id(1), true});
  }
  void signal(Client& from, std::uint64_t to, std::uint32_t link, const std::string& data) {
    from.say(wire::Signal{call_id(1), device_id(to), link, {data}});
  }

  TestBoard board;
  Client& alice = board.add("alice", 1);
  Client& bob = board.add("bob", 2);
  Client& tablet = board.add("bob", 3);
};

TEST_F(Warm, PairsTheCallerWithEachDeviceThatRings) {
  ring();
  EXPECT_EQ(alice.heard(),
            (Texts{"progress 1 2/0", "progress 1 2/1", "warm up 1 with 2 link 1 offers"}));
  EXPECT_EQ(bob.heard(), (Texts{"incoming 1 from alice", "warm up 1 with 1 link 1 answers"}));
  tablet.say(wire::Ringing{call_id(1), true});
  EXPECT_EQ(alice.heard(), (Texts{"progress 1 2/2", "warm up 1 with 3 link 2 offers"}));
  signal(alice, 3, 2, R"("offer")");
  signal(bob, 1, 1, R"("answer")");
  EXPECT_EQ(tablet.heard().back(), R"(signal 1 from 1: "offer")");
  EXPECT_EQ(alice.heard(), (Texts{R"(signal 1 from 2: "answer")"}));
}

TEST_F(Warm, GoesOnWithTheConnectionOfTheDeviceThatAnswers) {
  ring();
  tablet.say(wire::Ringing{call_id(1), true});
  forget_all();
  tablet.say(wire::Accept{call_id(1), 2});
  EXPECT_EQ(alice.heard(), (Texts{"accepted 1 with bob:3 link 2 offers"}));
  EXPECT_EQ(tablet.heard(), (Texts{"accepted 1 with alice:1 link 2 answers"}));
  EXPECT_EQ(board.record(1).link, 2U);
  // What was on its way to the device that did not answer is late, not wrong.
  (void)bob.heard();
  signal(alice, 2, 1, "{}");
  signal(bob, 1, 1, "{}");
  EXPECT_EQ(alice.heard(), Texts{});
  EXPECT_EQ(bob.heard(), Texts{});
}

TEST_F(Warm, ConnectsAnewWhenTheDeviceDoesNotNameItsConnection) {
  ring();
  forget_all();
  bob.say(wire::Accept{call_id(1)});
  EXPECT_EQ(alice.heard(), (Texts{"accepted 1 with bob:2 link 2 offers"}));
}

TEST_F(Warm, ConnectsAnewWhenTheNamedConnectionIsAnothers) {
  ring();
  forget_all();
  tablet.say(wire::Accept{call_id(1), 1});
  EXPECT_EQ(alice.heard(), (Texts{"accepted 1 with bob:3 link 2 offers"}));
}

TEST_F(Warm, ConnectsAnewWhenTheCallerHasStartedAnew) {
  ring();
  alice.reload();
  alice.say(warm_invite(1, "bob"));
  forget_all();
  bob.say(wire::Accept{call_id(1), 1});
  EXPECT_EQ(alice.heard(), (Texts{"accepted 1 with bob:2 link 2 offers"}));
}

TEST_F(Warm, PairsADeviceAgainThatHasStartedAnew) {
  ring();
  bob.reload();
  forget_all();
  bob.say(wire::Ringing{call_id(1), true});
  bob.say(wire::Ringing{call_id(1), true});
  EXPECT_EQ(bob.heard(), (Texts{"warm up 1 with 1 link 2 answers"}));
  bob.say(wire::Accept{call_id(1), 2});
  EXPECT_EQ(bob.heard(), (Texts{"accepted 1 with alice:1 link 2 answers"}));
}

TEST_F(Warm, KeepsTheConnectionOverALostSocket) {
  ring();
  bob.lose();
  bob.connect();
  forget_all();
  bob.say(wire::Accept{call_id(1), 1});
  EXPECT_EQ(bob.heard(), (Texts{"accepted 1 with alice:1 link 1 answers"}));
}

TEST_F(Warm, HasABound) {
  ring();
  for (std::uint32_t i = 1; i < kMaxWarmLinks; ++i) {
    bob.reload();
    bob.say(wire::Ringing{call_id(1), true});
  }
  forget_all();
  bob.reload();
  (void)bob.heard();
  bob.say(wire::Ringing{call_id(1), true});
  EXPECT_EQ(bob.heard(), Texts{});
  EXPECT_EQ(alice.heard(), Texts{});
}

TEST_F(Warm, LeavesOldDevicesAlone) {
  alice.say(warm_invite(1, "bob"));
  bob.say(wire::Ringing{call_id(1)});
  EXPECT_EQ(alice.heard().back(), "progress 1 2/1");
  alice.say(wire::HangUp{call_id(1), {}});
  forget_all();
  alice.say(invite(2, "bob"));
  bob.say(wire::Ringing{call_id(2), true});
  EXPECT_EQ(alice.heard().back(), "progress 2 2/1");
  EXPECT_EQ(bob.heard(), (Texts{"incoming 2 from alice"}));
}

TEST_F(Warm, ShowsAStrangerRelaysOnly) {
  make_strangers();
  give_relays(alice);
  give_relays(bob);
  ring();
  EXPECT_EQ(alice.heard().back(), "warm up 1 with 2 link 1 offers relays only");
  EXPECT_EQ(bob.heard().back(), "warm up 1 with 1 link 1 answers relays only");
}

TEST_F(Warm, LeavesStrangersUnconnectedWithoutRelays) {
  make_strangers();
  give_relays(bob);
  ring();
  EXPECT_EQ(alice.heard().back(), "progress 1 2/1");
  EXPECT_EQ(bob.heard(), (Texts{"incoming 1 from alice"}));
}

TEST_F(Warm, RefusesSignalsOfOthersWhileItRings) {
  ring();
  forget_all();
  signal(tablet, 1, 1, "{}");
  EXPECT_EQ(tablet.heard(), (Texts{"error call/unknown-call 1"}));
  signal(bob, 1, 2, "{}");
  EXPECT_EQ(bob.heard(), (Texts{"error call/unknown-call 1"}));
  EXPECT_EQ(alice.heard(), Texts{});
}

TEST_F(Warm, PassesNothingToWhoHasBlockedTheCaller) {
  ring();
  board.handle(RelationChanged{.user = {"bob"}, .relation = {.other = {"alice"}, .blocked = true}});
  forget_all();
  signal(alice, 2, 1, "{}");
  EXPECT_EQ(bob.heard(), Texts{});
  EXPECT_EQ(alice.heard(), Texts{}) << "nor is the caller told";
}

TEST_F(Warm, CrossingInvitesConnectAnew) {
  ring();
  forget_all();
  bob.say(warm_invite(2, "alice"));
  const auto told = alice.last<wire::Accepted>();
  EXPECT_EQ(told.link, 2U) << "a signal of the earlier link is out of date in either call";
  EXPECT_EQ(bob.last<wire::Accepted>().link, 2U);
}

TEST_F(Warm, EndsWithTheCall) {
  ring();
  forget_all();
  alice.say(wire::HangUp{call_id(1), {}});
  signal(bob, 1, 1, "{}");
  EXPECT_EQ(bob.heard(), (Texts{"ended 1 cancelled"}));
  EXPECT_EQ(alice.heard(), (Texts{"ended 1 cancelled"}));
}

TEST_F(Warm, ATakeOverGetsALinkOfItsOwn) {
  ring();
  tablet.say(wire::Ringing{call_id(1), true});
  bob.say(wire::Accept{call_id(1), 1});
  forget_all();
  tablet.say(wire::Join{call_id(1)});
  EXPECT_EQ(tablet.heard(), (Texts{"accepted 1 with alice:1 link 3 answers"}));
}

}  // namespace
}  // namespace parley::switchboard
