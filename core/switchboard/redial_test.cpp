// Dialing somebody with whom a call is on already, and calls that a person has left behind.
#include "core/switchboard/calls/glare.hpp"
#include "core/switchboard/test_board.hpp"
#include "core/switchboard/timers.hpp"

#include <gtest/gtest.h>

namespace parley::switchboard {
namespace {

using wire::CallPhase;
using wire::EndReason;

class SwitchboardRedial : public ::testing::Test {
 protected:
  void TearDown() override { EXPECT_EQ(board.broken_rules, Texts{}); }

  void accept() {
    alice.say(invite(1, "bob"));
    bob.say(wire::Accept{call_id(1)});
    forget_what_was_heard();
  }
  void talk() {
    accept();
    alice.say(wire::MediaReport{call_id(1), true});
    bob.say(wire::MediaReport{call_id(1), true});
  }
  void forget_what_was_heard() {
    for (Client* client : {&alice, &bob, &tablet, &carol}) (void)client->heard();
  }
  void expect_untouched(CallPhase phase = CallPhase::active) {
    EXPECT_EQ(board.record(1).phase, phase);
    EXPECT_EQ(alice.heard(), Texts{});
    EXPECT_EQ(bob.heard(), Texts{});
  }
  /// Bob's page is gone for so long that its session is forgotten; Alice goes on reporting media.
  void lose_bob() {
    bob.lose();
    for (Duration waited{0}; waited <= kSessionGrace; waited += 10s) {
      board.wait(10s);
      alice.say(wire::MediaReport{call_id(1), true});
    }
    forget_what_was_heard();
  }

  /// One with Alice, on hold, and one with Carol.
  void leave_two_behind(bool both_held) {
    talk();
    const auto hold = [&](std::uint64_t call) {
      bob.say(wire::Status{call_id(call), {.revision = 1, .held = true}});
    };
    hold(1);
    carol.say(invite(2, "bob"));
    bob.say(wire::Accept{call_id(2)});
    carol.say(wire::MediaReport{call_id(2), true});
    if (both_held) hold(2);
    lose_bob();
  }

  TestBoard board;
  Client& alice = board.add("alice", 11);
  Client& bob = board.add("bob", 21);
  Client& tablet = board.add("bob", 22);
  Client& carol = board.add("carol", 31);
  Client& dave = board.add("dave", 41);
};

// ---- what is evidence that a call is over ----

TEST_F(SwitchboardRedial, AnotherDevicesDialDoesNotEndACallThatIsOn) {
  talk();
  tablet.say(invite(2, "alice"));
  EXPECT_EQ(tablet.heard(), (Texts{"error call/too-many-calls 2", "elsewhere 1"}));
  Client& desk = board.add("alice", 12);
  desk.say(invite(3, "bob"));
  EXPECT_EQ(desk.heard(), (Texts{"error call/too-many-calls 3", "elsewhere 1"}));
  expect_untouched();
  EXPECT_EQ(board.records.size(), 1U);
}

TEST_F(SwitchboardRedial, TheDeviceInTheCallDoesNotEndItByDialingEither) {
  talk();
  bob.say(invite(2, "alice"));
  EXPECT_EQ(bob.heard(), Texts{"error call/too-many-calls 2"});
  expect_untouched();
}

TEST_F(SwitchboardRedial, ALostSocketIsNoEvidence) {
  talk();
  bob.lose();
  board.wait(kPresenceGrace);
  forget_what_was_heard();
  tablet.say(invite(2, "alice"));
  EXPECT_EQ(tablet.heard(), (Texts{"error call/too-many-calls 2", "elsewhere 1"}));
  expect_untouched();
}

TEST_F(SwitchboardRedial, APageThatWasLoadedAnewAndDialsHasLostItsCall) {
  talk();
  bob.reload();
  forget_what_was_heard();
  bob.say(invite(2, "alice"));
  EXPECT_EQ(alice.heard(), (Texts{"ended 1 completed", "incoming 2 from bob"}));
  EXPECT_EQ(board.record(1).reason, EndReason::completed);
}

TEST_F(SwitchboardRedial, APageThatWasLoadedAnewAndSpokeOfItsCallHasNot) {
  talk();
  bob.reload();
  bob.say(wire::Join{call_id(1)});
  forget_what_was_heard();
  bob.say(invite(2, "alice"));
  EXPECT_EQ(bob.heard(), Texts{"error call/too-many-calls 2"});
  expect_untouched();
}

TEST_F(SwitchboardRedial, APageThatSaidGoodbyeGivesWay) {
  talk();
  bob.say(wire::Leaving{});
  bob.lose();
  forget_what_was_heard();
  tablet.say(invite(2, "alice"));
  EXPECT_EQ(alice.heard(), (Texts{"ended 1 completed", "incoming 2 from bob"}));
}

TEST_F(SwitchboardRedial, ADeviceWhoseSessionIsForgottenGivesWay) {
  talk();
  lose_bob();
  tablet.say(invite(2, "alice"));
  EXPECT_EQ(alice.heard(), (Texts{"ended 1 completed", "incoming 2 from bob"}));
}

TEST_F(SwitchboardRedial, ADialThatCrossedTheAnswerBecomesPartOfTheCall) {
  accept();
  tablet.say(invite(2, "alice"));
  const Texts told{"merged 2 into 1", "ended 1 answered_elsewhere", "elsewhere 1"};
  EXPECT_EQ(tablet.heard(), told);
  tablet.say(invite(2, "alice"));
  EXPECT_EQ(tablet.heard(), told) << "said again";
  expect_untouched(CallPhase::connecting);
  EXPECT_EQ(board.records.size(), 1U);
  alice.say(wire::HangUp{call_id(1), {}});
  (void)tablet.heard();
  tablet.say(invite(2, "alice"));
  EXPECT_EQ(tablet.heard(), Texts{"ended 2 completed"});
}

TEST_F(SwitchboardRedial, TheAnsweringDevicesOwnDialBecomesPartOfTheCallToo) {
  accept();
  bob.say(invite(2, "alice"));
  EXPECT_EQ(bob.heard(), (Texts{"merged 2 into 1", "accepted 1 with alice:11 link 1 answers"}));
  expect_untouched(CallPhase::connecting);
}

TEST_F(SwitchboardRedial, TheCallersOtherDeviceDoesNotEndWhatRings) {
  Client& desk = board.add("alice", 12);
  alice.say(invite(1, "bob"));
  forget_what_was_heard();
  desk.say(invite(2, "bob"));
  EXPECT_EQ(desk.heard(), Texts{"error call/too-many-calls 2"});
  expect_untouched(CallPhase::ringing);
}

TEST_F(SwitchboardRedial, ADialThatIsRefusedLeavesAHeldCallAlone) {
  Client& desk = board.add("bob", 23);
  talk();
  bob.say(wire::Status{call_id(1), {.revision = 1, .held = true}});
  bob.say(invite(2, "carol"));
  carol.say(wire::Accept{call_id(2)});
  forget_what_was_heard();
  (void)desk.heard();
  desk.say(invite(3, "alice"));
  EXPECT_EQ(desk.heard(), (Texts{"error call/too-many-calls 3", "elsewhere 1"}));
  expect_untouched();
  EXPECT_EQ(board.record(2).phase, CallPhase::connecting);
  EXPECT_EQ(carol.heard(), Texts{});
}

TEST_F(SwitchboardRedial, ADialThatIsRefusedLeavesEvenADeadCallAlone) {
  talk();
  bob.say(wire::Status{call_id(1), {.revision = 1, .held = true}});
  tablet.say(invite(2, "carol"));
  carol.say(wire::Accept{call_id(2)});
  bob.say(wire::Leaving{});
  bob.lose();
  forget_what_was_heard();
  tablet.say(invite(3, "alice"));
  EXPECT_EQ(tablet.heard(), Texts{"error call/too-many-calls 3"});
  expect_untouched();
}

// ---- left behind ----

TEST_F(SwitchboardRedial, AnyDeviceHangsUpACallThatWasLeftBehind) {
  talk();
  lose_bob();
  tablet.say(wire::HangUp{call_id(1), Error::no_media_path});
  EXPECT_EQ(board.record(1).phase, CallPhase::active) << "a device speaks for itself";
  forget_what_was_heard();
  tablet.say(wire::HangUp{call_id(1), {}});
  EXPECT_EQ(alice.heard(), Texts{"ended 1 completed"});
  EXPECT_EQ(board.record(1).ended_by, bob.user);
}

TEST_F(SwitchboardRedial, ADeviceThatTakesOverWhatWasLeftBehindCanEndIt) {
  talk();
  lose_bob();
  tablet.say(wire::Join{call_id(1)});
  forget_what_was_heard();
  tablet.say(wire::HangUp{call_id(1), {}});
  EXPECT_EQ(alice.heard(), Texts{"ended 1 completed"});
}

TEST_F(SwitchboardRedial, ACallThatWasLeftBehindKeepsNobodyFromDialing) {
  talk();
  lose_bob();
  tablet.say(invite(2, "carol"));
  EXPECT_EQ(tablet.heard(), (Texts{"ended 1 completed", "progress 2 1/0"}));
  EXPECT_EQ(board.record(1).reason, EndReason::completed);
}

TEST_F(SwitchboardRedial, NorDoesOneThatAnotherDeviceTookOverInVain) {
  talk();
  lose_bob();
  tablet.say(wire::Join{call_id(1)});
  tablet.reload();
  forget_what_was_heard();
  tablet.say(invite(2, "carol"));
  EXPECT_EQ(tablet.heard(), (Texts{"ended 1 completed", "progress 2 1/0"}));
}

TEST_F(SwitchboardRedial, ACallThatWasLeftBehindKeepsNobodyFromAnswering) {
  talk();
  lose_bob();
  carol.say(invite(2, "bob"));
  EXPECT_EQ(tablet.heard(), Texts{"incoming 2 from carol"}) << "not waiting: nobody is talking";
  tablet.say(wire::Accept{call_id(2)});
  EXPECT_EQ(carol.heard().back(), "accepted 2 with bob:22 link 1 offers");
  EXPECT_EQ(board.record(1).reason, EndReason::completed);
}

TEST_F(SwitchboardRedial, TwoCallsThatWereLeftBehindKeepNobodyFromCallingOrAnswering) {
  leave_two_behind(false);
  dave.say(invite(3, "bob"));
  EXPECT_EQ(tablet.heard(), Texts{"incoming 3 from dave"});
  tablet.say(wire::Accept{call_id(3)});
  EXPECT_EQ(dave.heard().back(), "accepted 3 with bob:22 link 1 offers");
  EXPECT_EQ(board.record(2).reason, EndReason::completed) << "it was in front";
  EXPECT_EQ(board.record(1).phase, CallPhase::active) << "one on hold has its place";
}

TEST_F(SwitchboardRedial, NorDoTwoThatWereLeftBehindOnHold) {
  leave_two_behind(true);
  dave.say(invite(3, "bob"));
  tablet.say(wire::Accept{call_id(3)});
  EXPECT_EQ(dave.heard().back(), "accepted 3 with bob:22 link 1 offers");
  EXPECT_EQ(board.record(1).reason, EndReason::completed) << "its place was needed";
  EXPECT_EQ(board.record(2).phase, CallPhase::active);
}

TEST_F(SwitchboardRedial, NorFromDialing) {
  leave_two_behind(true);
  tablet.say(invite(3, "dave"));
  EXPECT_EQ(tablet.heard().back(), "progress 3 1/0");
  EXPECT_EQ(board.record(1).reason, EndReason::completed);
  EXPECT_EQ(board.record(2).phase, CallPhase::active);
}

TEST_F(SwitchboardRedial, SigningTheLostDeviceOutEndsItsCall) {
  talk();
  lose_bob();
  board.handle(SignedOut{bob.user, bob.device});
  EXPECT_EQ(alice.heard(), Texts{"ended 1 completed"});
}

TEST_F(SwitchboardRedial, OneSidesMediaKeepsACallForAWhileOnly) {
  talk();
  bob.lose();
  Duration waited{0};
  while (board.record(1).phase == CallPhase::active && waited < 600s) {
    board.wait(10s);
    waited += 10s;
    alice.say(wire::MediaReport{call_id(1), true});
  }
  EXPECT_EQ(board.record(1).reason, EndReason::abandoned);
  EXPECT_GE(waited, 60s + kMediaLease) << "an outage of a minute ends nothing";
  EXPECT_LE(waited, kUnheardLimit + kMediaLease + 10s);
}

TEST_F(SwitchboardRedial, ADeviceThatWasAwayForLongAndTalkedOnIsHeardOfAgain) {
  talk();
  lose_bob();
  bob.connect();
  for (int i = 0; i < 30; ++i) {
    board.wait(10s);
    alice.say(wire::MediaReport{call_id(1), true});
  }
  EXPECT_EQ(board.record(1).phase, CallPhase::active);
}

TEST_F(SwitchboardRedial, AfterARestartNobodyIsLeftBehindBeforeAllCanBeBack) {
  talk();
  const CallRecord record = board.record(1);
  TestBoard next;
  next.now = board.now;
  next.handle(CallRestored{record});
  Client& other = next.add("bob", 22);
  other.say(wire::HangUp{call_id(1), {}});
  other.say(invite(2, "carol"));
  EXPECT_EQ(other.heard(),
            (Texts{"ended 1 answered_elsewhere", "elsewhere 1", "error call/too-many-calls 2"}));
  next.wait(kReturnGrace);
  other.say(wire::HangUp{call_id(1), {}});
  EXPECT_EQ(next.record(1).reason, EndReason::completed);
}

// ---- said twice ----

TEST_F(SwitchboardRedial, AJoinSaidAgainIsAnsweredAndChangesNothing) {
  talk();
  tablet.say(wire::Join{call_id(1)});
  forget_what_was_heard();
  const auto stores = board.stores.size();
  for (int i = 0; i < 3; ++i) tablet.say(wire::Join{call_id(1)});
  const std::string told = "accepted 1 with alice:11 link 2 answers";
  EXPECT_EQ(tablet.heard(), (Texts{told, told, told}));
  EXPECT_EQ(board.stores.size(), stores);
  tablet.say(wire::MediaReport{call_id(1), true});
  EXPECT_EQ(bob.heard(), (Texts{"ended 1 answered_elsewhere", "elsewhere 1"}));
  tablet.say(wire::Join{call_id(1)});
  EXPECT_EQ(tablet.heard(), Texts{told}) << "also once it has taken over";
  EXPECT_EQ(alice.heard(), Texts{}) << "she builds nothing anew";
  EXPECT_EQ(board.record(1).link, 2U);
}

TEST_F(SwitchboardRedial, AnAcceptSaidAgainIsAnsweredOnAnyLink) {
  talk();
  bob.reload();
  bob.say(wire::Join{call_id(1)});
  forget_what_was_heard();
  bob.say(wire::Accept{call_id(1)});
  bob.say(wire::Join{call_id(1)});
  const std::string told = "accepted 1 with alice:11 link 2 answers";
  EXPECT_EQ(bob.heard(), (Texts{told, told}));
  EXPECT_EQ(alice.heard(), Texts{});
}

TEST_F(SwitchboardRedial, AnAcceptSaidAgainAfterARestartPairsTheTwoOnceMore) {
  talk();
  bob.reload();
  bob.say(wire::Join{call_id(1)});
  const CallRecord record = board.record(1);
  TestBoard next;
  next.now = board.now;
  next.handle(CallRestored{record});
  Client& caller = next.add("alice", 11);
  Client& callee = next.add("bob", 21);
  callee.say(wire::Accept{call_id(1)});
  EXPECT_EQ(callee.heard(), Texts{"accepted 1 with alice:11 link 3 answers"});
  EXPECT_EQ(caller.heard().back(), "accepted 1 with bob:21 link 3 offers");
}

// ---- which of two invites stands ----

TEST(SwitchboardGlare, ExactlyOneOfTwoInvitesStands) {
  int lower = 0;
  for (std::uint64_t i = 0; i < 1'000; ++i) {
    const CallId low{7, i};
    const CallId high{9, i * i};
    EXPECT_NE(stands(low, high, {1, 2}), stands(high, low, {1, 2}));
    lower += stands(low, high, {1, 2}) ? 1 : 0;
  }
  EXPECT_GT(lower, 400) << "neither early nor late ids are better off";
  EXPECT_LT(lower, 600);
}

TEST(SwitchboardGlare, WhichOneStandsDependsOnTheKey) {
  int differ = 0;
  for (std::uint64_t key = 0; key < 100; ++key) {
    differ += stands({1, 1}, {1, 2}, {key, 0}) ? 1 : 0;
  }
  EXPECT_GT(differ, 20);
  EXPECT_LT(differ, 80);
}

// The reference vectors of SipHash-2-4 for 32 bytes that count up, with a key that does.
TEST(SwitchboardGlare, HashesLikeSipHash) {
  const std::array<std::uint64_t, 4> words{0x0706050403020100U, 0x0f0e0d0c0b0a0908U,
                                           0x1716151413121110U, 0x1f1e1d1c1b1a1918U};
  EXPECT_EQ(keyed_hash(words, {0x0706050403020100U, 0x0f0e0d0c0b0a0908U}), 0x7127512f72f27cceU);
}

}  // namespace
}  // namespace parley::switchboard
