// How much one person can make the server say to another one: it has a bound, and costs nobody the
// session.
#include "core/base/ids.hpp"
#include "core/errors/catalogue.hpp"
#include "core/switchboard/switchboard.hpp"
#include "core/switchboard/test_board.hpp"
#include "core/switchboard/timers.hpp"
#include "core/wire/client_messages.hpp"
#include "core/wire/server_messages.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace parley::switchboard {
namespace {

std::size_t count(const Texts& heard, std::string_view begin) {
  return static_cast<std::size_t>(std::ranges::count_if(
      heard, [&](const std::string& text) { return text.starts_with(begin); }));
}

class SwitchboardBounds : public ::testing::Test {
 protected:
  void TearDown() override { EXPECT_EQ(board.broken_rules, Texts{}); }

  /// The two talk from now on.
  void talk() {
    alice.say(invite(1, "bob"));
    bob.say(wire::Accept{call_id(1)});
    alice.say(wire::MediaReport{call_id(1), true});
    (void)alice.heard();
    (void)bob.heard();
  }

  static void join_in_vain(Client& joiner) {
    joiner.say(wire::Join{call_id(1)});
    joiner.say(wire::HangUp{call_id(1), Error::microphone_denied});
  }

  TestBoard board;
  Client& alice = board.add("alice", 11);
  Client& bob = board.add("bob", 21);
};

// ---- links ----

TEST_F(SwitchboardBounds, DevicesThatJoinInVainDoNotEndTheOthersSession) {
  talk();
  std::vector<Client*> joiners;
  for (std::uint64_t i = 0; i < 13; ++i) joiners.push_back(&board.add("alice", 100 + i));
  bob.acknowledges = false;
  for (int round = 0; round < 22; ++round) {
    for (Client* joiner : joiners) join_in_vain(*joiner);
  }
  board.wait(100ms);
  EXPECT_EQ(bob.closed(), std::nullopt);
  EXPECT_LE(count(bob.heard(), "accepted"), static_cast<std::size_t>(kJoinBurst));
  const auto refusal = joiners.front()->last<wire::Refusal>();
  EXPECT_EQ(refusal.code, Error::rate_limited);
  EXPECT_EQ(refusal.call, call_id(1));
  EXPECT_GT(refusal.retry_after_ms, 0U);
}

TEST_F(SwitchboardBounds, ACallIsJoinedInABurstAndThenSlowly) {
  talk();
  Client& desk = board.add("alice", 12);
  for (std::int64_t i = 0; i < kJoinBurst; ++i) join_in_vain(desk);
  EXPECT_EQ(count(bob.heard(), "accepted"), static_cast<std::size_t>(kJoinBurst));
  (void)desk.heard();
  desk.say(wire::Join{call_id(1)});
  EXPECT_EQ(desk.heard(), Texts{"error protocol/rate-limited 1"});
  EXPECT_EQ(desk.last<wire::Refusal>().retry_after_ms, Duration(kJoinEvery).count());
  EXPECT_EQ(bob.heard(), Texts{});
  board.wait(kJoinEvery);
  desk.say(wire::Join{call_id(1)});
  EXPECT_EQ(count(bob.heard(), "accepted"), 1U);
  // The other side has a budget of its own.
  Client& tablet = board.add("bob", 22);
  tablet.say(wire::Join{call_id(1)});
  EXPECT_EQ(count(tablet.heard(), "accepted"), 1U);
}

TEST_F(SwitchboardBounds, WhoeverIsAwayForAMinuteFindsTheSessionAgain) {
  talk();
  Client& desk = board.add("alice", 12);
  bob.lose();
  for (Duration away = 0s; away < 50s; away += 200ms) {
    alice.say(wire::MediaReport{call_id(1), true});
    desk.say(wire::Join{call_id(1)});
    desk.reload();
    for (int i = 0; i < 10; ++i) alice.say(wire::Signal{call_id(1), bob.device, 1, {"{}"}});
    if (alice.closed()) alice.reload();
    board.wait(200ms);
  }
  bob.connect();
  EXPECT_EQ(bob.heard().front(), "welcome back 1:active");
}

TEST_F(SwitchboardBounds, NobodyIsPairedAnewWhoHasNotTakenWhatCameBefore) {
  talk();
  Client& desk = board.add("alice", 12);
  bob.acknowledges = false;
  for (std::size_t i = 0; i < kMaxRelayedMessages; ++i) {
    alice.say(wire::Signal{call_id(1), bob.device, 1, {"{}"}});
  }
  (void)bob.heard();
  (void)desk.heard();
  desk.say(wire::Join{call_id(1)});
  EXPECT_EQ(desk.heard(), Texts{"error protocol/rate-limited 1"});
  EXPECT_EQ(desk.last<wire::Refusal>().retry_after_ms, Duration(kRelayRetry).count());
  EXPECT_EQ(bob.heard(), Texts{});
}

// ---- ringing ----

TEST_F(SwitchboardBounds, ADeviceThatRingsAndGivesUpInTurnsIsNotAlwaysTold) {
  Client& tablet = board.add("bob", 22);
  alice.say(invite(1, "bob"));
  tablet.say(wire::Ringing{call_id(1)});
  (void)alice.heard();
  alice.acknowledges = false;
  for (int i = 0; i < 300; ++i) {
    bob.say(wire::Ringing{call_id(1)});
    bob.say(wire::HangUp{call_id(1), Error::microphone_denied});
  }
  board.wait(100ms);
  EXPECT_EQ(alice.closed(), std::nullopt);
  EXPECT_LE(count(alice.heard(), "progress"), static_cast<std::size_t>(kProgressBurst));
  // Who asks is answered.
  alice.say(invite(1, "bob"));
  EXPECT_EQ(count(alice.heard(), "progress"), 1U);
  board.wait(kProgressEvery);
  bob.say(wire::Ringing{call_id(1)});
  EXPECT_EQ(alice.heard(), Texts{"progress 1 2/2"});
}

/// Strangers, each of whom calls once and hangs up.
void call_together(TestBoard& board, const std::string& callee, std::size_t callers) {
  for (std::size_t i = 0; i < callers; ++i) {
    const std::string name = "stranger" + std::to_string(i);
    board.add_user(name);
    Client& caller = board.add(name, 1000 + i);
    caller.say(invite(1000 + i, callee));
    caller.say(wire::HangUp{.call = call_id(1000 + i)});
  }
}

TEST_F(SwitchboardBounds, ManyCallersTogetherDoNotFillTheSessionOfWhoeverIsAway) {
  bob.lose();
  call_together(board, "bob", 200);
  alice.say(invite(1, "bob"));
  EXPECT_EQ(alice.heard(), Texts{"progress 1 0/0"});
  bob.connect();
  const Texts heard = bob.heard();
  EXPECT_EQ(heard.front(), "welcome back 1:ringing") << "the welcome rings";
  EXPECT_EQ(count(heard, "incoming"), kMaxRings);
  EXPECT_EQ(count(heard, "ended"), kMaxRings) << "only of calls that it was told of";
  EXPECT_EQ(alice.heard(), Texts{"progress 1 1/0"});
  bob.say(wire::Accept{call_id(1)});
  EXPECT_EQ(board.record(1).phase, wire::CallPhase::connecting);
}

TEST_F(SwitchboardBounds, ADeviceThatHasNotTakenManyCallsRingsOnceItHas) {
  Client& tablet = board.add("bob", 22);
  bob.acknowledges = false;
  call_together(board, "bob", 200);
  (void)bob.heard();
  (void)tablet.heard();
  alice.say(invite(1, "bob"));
  EXPECT_EQ(bob.heard(), Texts{});
  EXPECT_EQ(tablet.heard(), Texts{"incoming 1 from alice"}) << "others of the person ring";
  EXPECT_EQ(alice.heard(), Texts{"progress 1 1/0"});
  bob.say_unnumbered(wire::Ack{});
  EXPECT_EQ(bob.heard(), Texts{"incoming 1 from alice"});
  EXPECT_EQ(alice.heard(), Texts{"progress 1 2/0"});
  EXPECT_EQ(bob.closed(), std::nullopt);
  alice.say(wire::HangUp{.call = call_id(1)});
  EXPECT_EQ(bob.heard(), Texts{"ended 1 cancelled"});
}

TEST_F(SwitchboardBounds, ACallOfWhichNoDeviceCouldBeToldIsUnreachable) {
  bob.lose();
  call_together(board, "bob", 200);
  alice.say(invite(1, "bob"));
  board.wait(kPresenceGrace);
  EXPECT_EQ(alice.heard().back(), "ended 1 unreachable");
  bob.connect();
  EXPECT_EQ(count(bob.heard(), "ended"), kMaxRings);
}

TEST_F(SwitchboardBounds, ABlockedCallerCannotTellThatASessionIsFull) {
  board.handle(RelationChanged{{"bob"}, {{"alice"}, true, true}});
  bob.acknowledges = false;
  call_together(board, "bob", 200);
  (void)bob.heard();
  alice.say(invite(1, "bob"));
  EXPECT_EQ(alice.heard(), Texts{"progress 1 0/0"});
  bob.say_unnumbered(wire::Ack{});
  EXPECT_EQ(alice.heard(), Texts{"progress 1 1/0"});
  EXPECT_EQ(bob.heard(), Texts{});
}

TEST_F(SwitchboardBounds, ACallOfWhichADeviceCouldNotBeToldIsAnsweredElsewhere) {
  Client& tablet = board.add("bob", 22);
  bob.acknowledges = false;
  call_together(board, "bob", 200);
  (void)bob.heard();
  alice.say(invite(1, "bob"));
  tablet.say(wire::Accept{call_id(1)});
  EXPECT_EQ(bob.heard(), Texts{"elsewhere 1"});
}

// ---- what finds no room ----

TEST_F(SwitchboardBounds, WhatIsNewOfTheOtherSideIsToldOnceThereIsRoom) {
  talk();
  Client& desk = board.add("alice", 12);
  alice.say(wire::Status{call_id(1), {.revision = 1}});
  desk.say(wire::Join{call_id(1)});
  desk.say(wire::Status{call_id(1), {.revision = 2}});
  alice.say(wire::Status{call_id(1), {.revision = 3}});
  (void)bob.heard();
  bob.acknowledges = false;
  for (std::size_t i = 0; i < kMaxRelayedMessages; ++i) {
    alice.say(wire::Signal{call_id(1), bob.device, 1, {"{}"}});
  }
  (void)bob.heard();
  desk.say(wire::MediaReport{call_id(1), true});
  EXPECT_EQ(count(bob.heard(), "status"), 0U) << "there is no room";
  bob.say_unnumbered(wire::Ack{});
  EXPECT_EQ(bob.heard(), (Texts{"status 1 #2", "peer 1 connected"}));
  bob.say_unnumbered(wire::Ack{});
  EXPECT_EQ(bob.heard(), Texts{}) << "once";
}

TEST_F(SwitchboardBounds, WhatFoundNoRoomIsToldOnceHoweverManyAcknowledgementsCome) {
  talk();
  alice.say(wire::Status{call_id(1), {.revision = 1}});
  (void)bob.heard();
  bob.lose();
  for (std::size_t i = 0; i < kMaxRelayedMessages; ++i) {
    alice.say(wire::Signal{call_id(1), bob.device, 1, {"{}"}});
  }
  alice.say(wire::Leaving{});
  bob.connect();  // takes them one by one
  const Texts heard = bob.heard();
  EXPECT_EQ(count(heard, "signal"), kMaxRelayedMessages);
  EXPECT_EQ(count(heard, "status"), 1U);
  EXPECT_EQ(heard.back(), "peer 1 reloading");
}

TEST_F(SwitchboardBounds, ADeviceThatWentAwayWhileThereWasNoRoomIsToldOf) {
  talk();
  bob.acknowledges = false;
  for (std::size_t i = 0; i < kMaxRelayedMessages; ++i) {
    alice.say(wire::Signal{call_id(1), bob.device, 1, {"{}"}});
  }
  (void)bob.heard();
  alice.say(wire::Leaving{});
  EXPECT_EQ(bob.heard(), Texts{});
  bob.say_unnumbered(wire::Ack{});
  EXPECT_EQ(bob.heard(), Texts{"peer 1 reloading"});
}

// ---- coming and going ----

TEST_F(SwitchboardBounds, APageThatIsLoadedAgainAndAgainIsNotAlwaysTold) {
  talk();
  for (int i = 0; i < 300; ++i) {
    alice.say(wire::Leaving{});
    alice.reload();
  }
  const std::size_t told = count(bob.heard(), "peer 1");
  EXPECT_GE(told, 2U);
  EXPECT_LE(told, 2U * kComingBurst);
  EXPECT_EQ(bob.last<wire::PeerDeviceChanged>().state, wire::PeerDevice::connected);
}

TEST_F(SwitchboardBounds, WhoComesAndGoesIsShownToDoSoSlowly) {
  bob.say(wire::Watch{.users = {{{"alice"}}}});
  (void)bob.heard();
  bob.acknowledges = false;
  for (int i = 0; i < 600; ++i) {
    board.handle(SignedOut{.user = {"alice"}, .device = alice.device});
    alice.reload();
  }
  board.wait(100ms);
  EXPECT_EQ(bob.closed(), std::nullopt);
  EXPECT_LE(count(bob.heard(), "presence"), static_cast<std::size_t>(kPresenceBurst));
  // In the end what is shown is true.
  bob.acknowledges = true;
  board.wait(2 * kPresenceEvery);
  EXPECT_EQ(bob.heard(), Texts{"presence alice+"});
  board.handle(SignedOut{.user = {"alice"}, .device = alice.device});
  board.wait(2 * kPresenceEvery);
  EXPECT_EQ(bob.heard().back(), "presence alice-");
  alice.reload();
  board.wait(2 * kPresenceEvery);
  EXPECT_EQ(bob.heard().back(), "presence alice+");
}

TEST_F(SwitchboardBounds, NewsOfPeopleWaitForWhoeverIsAway) {
  for (int i = 0; i < 40; ++i) board.add_user("user" + std::to_string(i));
  wire::Watch watch{.users = {}, .people = true};
  for (int i = 0; i < 40; ++i) watch.users.items.push_back({"user" + std::to_string(i)});
  bob.say(watch);
  std::vector<Client*> crowd;
  for (int i = 0; i < 40; ++i) {
    crowd.push_back(&board.add("user" + std::to_string(i), 1000 + static_cast<std::uint64_t>(i)));
  }
  board.wait(3s);
  (void)bob.heard();
  bob.lose();
  for (int round = 0; round < 5; ++round) {
    for (Client* one : crowd) one->lose();
    board.wait(5s);
    for (Client* one : crowd) one->connect();
    board.wait(5s);
  }
  for (std::size_t i = 0; i < 20; ++i) crowd[i]->lose();
  board.wait(6s);
  bob.connect();
  const Texts heard = bob.heard();
  EXPECT_EQ(heard.front(), "welcome back");
  EXPECT_LE(count(heard, "presence"), kMaxNews + 1);
  EXPECT_EQ(bob.last<wire::Presence>().people.items.size(), 40U) << "all of it, once more";
  EXPECT_FALSE(bob.last<wire::Presence>().people.items.front().online);
  EXPECT_TRUE(bob.last<wire::Presence>().people.items.back().online);
  EXPECT_EQ(heard.back(), "people changed");
}

}  // namespace
}  // namespace parley::switchboard
