// The first seconds of a server that was running a short while ago: everybody is on the way back.
#include "core/switchboard/test_board.hpp"
#include "core/switchboard/timers.hpp"

#include <gtest/gtest.h>

namespace parley::switchboard {
namespace {

constexpr Instant kStart = instant_from_ms(1'700'000'000'000);

Settings restarted() {
  Settings settings;
  settings.returning_until = kStart + kReturnGrace;
  return settings;
}

CallRecord ringing_record() {
  return {.call = call_id(1),
          .caller = {.user = {"alice"}, .device = device_id(11)},
          .callee = {.user = {"bob"}},
          .invited_at_ms = ms_of(kStart - 5s),
          .deadline_ms = ms_of(kStart + 40s)};
}

TEST(SwitchboardRestart, ACallWaitsForADeviceOnItsWayBack) {
  TestBoard board(restarted());
  Client& alice = board.add("alice", 11);
  alice.say(invite(1, "bob"));
  EXPECT_EQ(board.gauges().calls, 1U);
  board.wait(kReturnGrace - 1s);
  Client& bob = board.add("bob", 21);
  EXPECT_EQ(bob.last<wire::Welcome>().calls.items.size(), 1U);
  board.wait(kReturnGrace);
  bob.say(wire::Accept{call_id(1)});
  EXPECT_EQ(board.record(1).phase, wire::CallPhase::connecting);
}

/// Alice calls Bob, who lets only known people call and is on the way back.
void call_before_bob_is_back(TestBoard& board) {
  Client& alice = board.add("alice", 11);
  board.handle(UserKnown{.user = {"bob"}, .name = {"bob"}, .known_callers_only = true});
  alice.say(invite(1, "bob"));
}

TEST(SwitchboardRestart, WhoIsKnownWaitsForSomebodyOnTheWayBack) {
  TestBoard board(restarted());
  call_before_bob_is_back(board);
  board.handle(RelationsLoaded{{"bob"}, {{{"alice"}, false, true}}});
  const Client& bob = board.add("bob", 21);
  EXPECT_EQ(bob.last<wire::Welcome>().calls.items.size(), 1U);
}

TEST(SwitchboardRestart, AStrangerIsTurnedAwayWhenTheDevicesComeBack) {
  TestBoard board(restarted());
  call_before_bob_is_back(board);
  EXPECT_EQ(board.record(1).phase, wire::CallPhase::ringing);
  board.handle(RelationsLoaded{{"bob"}, {}});
  EXPECT_EQ(board.record(1).reason, wire::EndReason::unreachable);
}

TEST(SwitchboardRestart, ACallOfCrossedInvitesKeepsTheLineOfADeviceOnItsWayBack) {
  TestBoard board(restarted());
  CallRecord invited = ringing_record();
  invited.call = call_id(2);
  invited.caller = {.user = {"bob"}, .device = device_id(21)};
  invited.callee = {.user = {"alice"}};
  board.handle(CallRestored{invited});
  board.add("bob", 22);
  Client& alice = board.add("alice", 11);
  alice.say(invite(1, "bob"));
  ASSERT_EQ(board.record(1).phase, wire::CallPhase::connecting);
  ASSERT_EQ(board.record(1).callee.device, device_id(21)) << "which is not back yet";
  board.add("carol", 31).say(invite(3, "bob"));
  EXPECT_EQ(board.record(3).phase, wire::CallPhase::ringing) << "as a second call";
  board.add("dave", 41).say(invite(4, "bob"));
  EXPECT_EQ(board.record(4).reason, wire::EndReason::busy);
}

TEST(SwitchboardRestart, ACallToSomebodyWhoDoesNotComeBackIsUnreachable) {
  TestBoard board(restarted());
  Client& alice = board.add("alice", 11);
  board.wait(2s);
  alice.say(invite(1, "bob"));
  board.wait(kReturnGrace - 2s);
  EXPECT_EQ(board.record(1).reason, wire::EndReason::unreachable);
  alice.say(invite(2, "bob"));
  EXPECT_EQ(board.record(2).reason, wire::EndReason::unreachable) << "at once by now";
}

TEST(SwitchboardRestart, ACallThatWaitsForADeviceOnItsWayBackKeepsItsRingLimit) {
  Settings settings = restarted();
  settings.ring_limit = kReturnGrace - 4s;
  TestBoard board(settings);
  Client& alice = board.add("alice", 11);
  alice.say(invite(1, "bob"));
  board.wait(settings.ring_limit);
  EXPECT_EQ(board.record(1).reason, wire::EndReason::no_answer);
  EXPECT_EQ(board.record(1).ended_at_ms, ms_of(kStart + settings.ring_limit));
}

TEST(SwitchboardRestart, ARingingCallWhoseCallerDoesNotComeBackIsCancelled) {
  TestBoard board(restarted());
  board.handle(CallRestored{ringing_record()});
  Client& bob = board.add("bob", 21);
  board.wait(kReturnGrace);
  EXPECT_EQ(bob.heard(), Texts{"ended 1 cancelled"});
}

TEST(SwitchboardRestart, ARingingCallThatBothComeBackToKeepsItsDeadline) {
  TestBoard board(restarted());
  board.handle(CallRestored{ringing_record()});
  board.add("alice", 11);
  board.add("bob", 21);
  board.wait(40s - 1ms);
  EXPECT_EQ(board.record(1).reason, std::nullopt);
  board.wait(1ms);
  EXPECT_EQ(board.record(1).reason, wire::EndReason::no_answer);
}

TEST(SwitchboardRestart, TheDeviceThatIsBackFirstLearnsWhenTheOtherOneIs) {
  CallRecord record = ringing_record();
  record.callee.device = device_id(21);
  record.phase = wire::CallPhase::active;
  record.link = 1;
  record.accepted_at_ms = ms_of(kStart - 4s);
  record.connected_at_ms = ms_of(kStart - 3s);
  TestBoard board(restarted());
  board.handle(CallRestored{record});
  Client& alice = board.add("alice", 11);
  EXPECT_EQ(alice.last<wire::PeerDeviceChanged>().state, wire::PeerDevice::lost);
  board.add("bob", 21);
  EXPECT_EQ(alice.last<wire::PeerDeviceChanged>().state, wire::PeerDevice::connected);
}

TEST(SwitchboardRestart, MediaThatBeganMeanwhileIsHeardOfBeforeTheCallIsGivenUp) {
  CallRecord record = ringing_record();
  record.callee.device = device_id(21);
  record.phase = wire::CallPhase::connecting;
  record.link = 1;
  record.accepted_at_ms = ms_of(kStart - 60s);
  record.deadline_ms = ms_of(kStart - 30s);
  TestBoard board(restarted());
  board.handle(CallRestored{record});
  board.wait(kReturnGrace - 1s);
  Client& bob = board.add("bob", 21);
  bob.say(wire::MediaReport{call_id(1), true});
  board.wait(kReturnGrace);
  EXPECT_EQ(board.record(1).phase, wire::CallPhase::active);
}

TEST(SwitchboardConnecting, IsNotGivenUpWhileNeitherDeviceCanBeHeardOf) {
  TestBoard board;
  Client& alice = board.add("alice", 11);
  Client& bob = board.add("bob", 21);
  alice.say(invite(1, "bob"));
  bob.say(wire::Accept{call_id(1)});
  alice.lose();  // in the moment that media begins to flow
  bob.lose();
  board.wait(kMediaLease - 1s);
  ASSERT_EQ(board.record(1).phase, wire::CallPhase::connecting);
  alice.connect();
  alice.say(wire::MediaReport{call_id(1), true});
  board.wait(5s);
  EXPECT_EQ(board.record(1).phase, wire::CallPhase::active);
}

TEST(SwitchboardConnecting, IsGivenUpWhenNeitherDeviceComesBack) {
  TestBoard board;
  Client& alice = board.add("alice", 11);
  Client& bob = board.add("bob", 21);
  alice.say(invite(1, "bob"));
  bob.say(wire::Accept{call_id(1)});
  alice.lose();
  bob.lose();
  board.wait(kMediaLease);
  EXPECT_EQ(board.record(1).reason, wire::EndReason::failed);
}

TEST(SwitchboardRestart, AnIdFromBeforeStartsNoSecondCall) {
  CallRecord over{.call = call_id(1),
                  .caller = {.user = {"alice"}, .device = device_id(11)},
                  .callee = {.user = {"bob"}},
                  .phase = wire::CallPhase::ended,
                  .invited_at_ms = ms_of(kTestStart),
                  .ended_at_ms = ms_of(kTestStart),
                  .reason = wire::EndReason::cancelled};
  TestBoard board;
  board.handle(CallRestored{over});
  Client& alice = board.add("alice", 11);
  board.wait(kEndedMemory);
  alice.say(invite(1, "bob"));
  EXPECT_EQ(alice.heard(), Texts{"error call/call-id-taken 1"});
  EXPECT_TRUE(board.stores.empty());
}

/// Alice and Bob call each other, and the lower one of their ids stands.
class SwitchboardRestartMerged : public testing::TestWithParam<bool> {
 protected:
  void SetUp() override {
    const bool later_stands = GetParam();
    alice = &before.add("alice", 11);
    Client& bob = before.add("bob", 21);
    if (later_stands) {
      bob.say(invite(2, "alice"));
      alice->say(invite(1, "bob"));
    } else {
      alice->say(invite(1, "bob"));
      bob.say(invite(2, "alice"));
    }
    ASSERT_EQ(before.record(1).phase, wire::CallPhase::connecting);
  }

  /// Bob's device asks with its own id after a restart.
  Texts told_after_restart(TestBoard& board) {
    board.handle(CallRestored{before.record(1)});
    Client& bob = board.add("bob", 21);
    bob.say(invite(2, "alice"));
    return bob.heard();
  }

  TestBoard before;
  Client* alice = nullptr;
  TestBoard after;
};

TEST_P(SwitchboardRestartMerged, AnInviteStaysPartOfTheCallThatItBecamePartOf) {
  EXPECT_EQ(told_after_restart(after),
            (Texts{"merged 2 into 1", "accepted 1 with alice:11 link 1 answers"}));
  EXPECT_TRUE(after.stores.empty());
  EXPECT_EQ(after.gauges().calls, 1U);
}

TEST_P(SwitchboardRestartMerged, AnInviteStaysPartOfTheCallAlsoOnceThatIsOn) {
  CallRecord& record = before.records[call_id(1)];
  record.phase = wire::CallPhase::active;
  record.connected_at_ms = record.accepted_at_ms;
  EXPECT_EQ(told_after_restart(after),
            (Texts{"merged 2 into 1", "accepted 1 with alice:11 link 1 answers"}));
}

TEST_P(SwitchboardRestartMerged, AnInviteOfAnotherDeviceThanTheOneThatTalksIsToldWhere) {
  before.records[call_id(1)].callee.device = device_id(22);
  EXPECT_EQ(told_after_restart(after),
            (Texts{"merged 2 into 1", "ended 1 answered_elsewhere", "elsewhere 1"}));
}

TEST_P(SwitchboardRestartMerged, ItsIdStartsNoCallOnceThatIsOver) {
  alice->say(wire::HangUp{call_id(1), {}});
  EXPECT_EQ(told_after_restart(after), Texts{"ended 2 completed"});
  after.wait(kEndedMemory);
  for (const char* user : {"bob", "alice", "carol"}) {
    Client& late = after.add(user, 90);
    late.say(invite(2, "dave"));
    EXPECT_EQ(late.heard(), Texts{"error call/call-id-taken 2"}) << user;
  }
  EXPECT_TRUE(after.stores.empty());
}

TEST_P(SwitchboardRestartMerged, WhoAsksHowTheRingingOfThatInviteEndedEndsNothing) {
  after.handle(CallRestored{before.record(1)});
  Client& phone = after.add("alice", 11);
  Client& tablet = after.add("alice", 12);
  for (Client* device : {&phone, &tablet}) device->say(wire::HangUp{call_id(2), {}});
  EXPECT_EQ(phone.heard(), Texts{"merged 2 into 1"});
  EXPECT_EQ(tablet.heard(), Texts{"ended 2 answered_elsewhere"});
  EXPECT_EQ(after.record(1).reason, std::nullopt);
  EXPECT_EQ(after.gauges().calls, 1U);
}

INSTANTIATE_TEST_SUITE_P(WhicheverCameFirst, SwitchboardRestartMerged, testing::Bool());

}  // namespace
}  // namespace parley::switchboard
