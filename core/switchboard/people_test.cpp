// Who may call whom, what a blocked caller can see, and how often somebody may call in vain.
#include "core/switchboard/switchboard.hpp"
#include "core/switchboard/test_board.hpp"
#include "core/switchboard/timers.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace parley::switchboard {
namespace {

using wire::CallPhase;
using wire::EndReason;

class SwitchboardPeople : public ::testing::Test {
 protected:
  void TearDown() override { EXPECT_EQ(board.broken_rules, Texts{}); }

  void relate(const std::string& user, const std::string& other, bool blocked, bool known) {
    board.handle(RelationChanged{{user}, {{other}, blocked, known}});
  }
  void let_only_known_people_call(const std::string& user) {
    board.handle(UserKnown{.user = {user}, .name = {user}, .known_callers_only = true});
  }
  void forget_what_was_heard() {
    for (Client* client : {&alice, &bob, &carol}) (void)client->heard();
  }
  /// Calls and hangs up again; says whether the phone rang.
  bool rings(std::uint64_t call, Client& caller, Client& callee) {
    (void)callee.heard();
    caller.say(invite(call, callee.user.text));
    const bool rang = !callee.heard().empty();
    if (rang) callee.say(wire::Ringing{call_id(call)});
    board.wait(kSeenAfter);
    caller.say(wire::HangUp{.call = call_id(call)});
    return rang;
  }
  void talk(std::uint64_t call, Client& caller, Client& callee) {
    caller.say(invite(call, callee.user.text));
    callee.say(wire::Accept{call_id(call)});
    caller.say(wire::MediaReport{call_id(call), true});
    caller.say(wire::HangUp{.call = call_id(call)});
    forget_what_was_heard();
  }

  TestBoard board;
  Client& alice = board.add("alice", 11);
  Client& bob = board.add("bob", 21);
  Client& carol = board.add("carol", 31);
};

/// Everything that a caller hears of a call that nobody answers.
Texts call_in_vain(TestBoard& board, Client& caller, Client& callee, bool device_says_so) {
  Texts heard;
  const auto listen = [&] {
    for (std::string& one : caller.heard()) {
      const auto late = std::to_string((board.now - instant_from_ms(1'700'000'000'000)).count());
      heard.push_back(late + " " + one);
    }
  };
  caller.say(invite(1, callee.user.text));
  listen();
  board.wait(kUsualRingDelay);
  if (device_says_so) callee.say(wire::Ringing{call_id(1)});
  listen();
  for (int i = 0; i < 50; ++i) {
    board.wait(1s);
    listen();
  }
  return heard;
}

// ---- blocked ----

TEST_F(SwitchboardPeople, ABlockedCallerHearsWhatIsHeardOfACallThatNobodyAnswers) {
  TestBoard other;
  Client& her = other.add("alice", 11);
  Client& him = other.add("bob", 21);
  const Texts unanswered = call_in_vain(other, her, him, true);

  TestBoard blocking;
  Client& caller = blocking.add("alice", 11);
  Client& callee = blocking.add("bob", 21);
  blocking.handle(RelationChanged{{"bob"}, {{"alice"}, true, false}});
  EXPECT_EQ(call_in_vain(blocking, caller, callee, false), unanswered);
  EXPECT_EQ(callee.heard(), Texts{});
  EXPECT_EQ(blocking.record(1).reason, EndReason::no_answer);
  EXPECT_EQ(blocking.record(1).ringing_at_ms, other.record(1).ringing_at_ms);
  EXPECT_TRUE(blocking.record(1).screened);
}

TEST_F(SwitchboardPeople, ABlockMadeBeforeItsDeviceCameCounts) {
  board.handle(RelationsLoaded{{"dave"}, {{{"alice"}, true, true}}});
  Client& dave = board.add("dave", 41);
  EXPECT_FALSE(rings(1, alice, dave));
}

TEST_F(SwitchboardPeople, ACallThatIsBlockedWhileItRingsStopsForTheCalleeAlone) {
  Client& second = board.add("bob", 22);
  alice.say(invite(1, "bob"));
  bob.say(wire::Ringing{call_id(1)});
  forget_what_was_heard();
  (void)second.heard();
  relate("bob", "alice", true, false);
  EXPECT_EQ(bob.heard(), Texts{"ended 1 declined_elsewhere"});
  EXPECT_EQ(second.heard(), Texts{"ended 1 declined_elsewhere"});
  EXPECT_EQ(alice.heard(), Texts{});
  bob.say(wire::Accept{call_id(1)});
  bob.say(wire::Ringing{call_id(1)});
  EXPECT_EQ(bob.heard(), (Texts{"ended 1 declined_elsewhere", "ended 1 declined_elsewhere"}));
  EXPECT_EQ(board.record(1).phase, CallPhase::ringing);
  board.wait(kRingLimit);
  EXPECT_EQ(alice.heard(), (Texts{"progress 1 2/2", "ended 1 no_answer"}));
  EXPECT_EQ(bob.heard(), Texts{});
  bob.say(wire::Accept{call_id(1)});
  EXPECT_EQ(bob.heard(), Texts{"ended 1 declined_elsewhere"}) << "also when it is over";
  bob.say(invite(1, "alice"));
  EXPECT_EQ(bob.heard(), Texts{"error call/call-id-taken 1"});
}

TEST_F(SwitchboardPeople, ABlockedCallOccupiesNothing) {
  relate("bob", "alice", true, true);
  alice.say(invite(1, "bob"));
  forget_what_was_heard();
  bob.reload();
  EXPECT_EQ(bob.heard(), Texts{"welcome"});
  carol.say(invite(2, "bob"));
  EXPECT_EQ(bob.heard(), Texts{"incoming 2 from carol"});
  bob.say(wire::Accept{call_id(2)});
  EXPECT_EQ(board.record(2).phase, CallPhase::connecting);
}

TEST_F(SwitchboardPeople, ABlockedCallerSeesBusyAndQuietAsAnybodyDoes) {
  relate("bob", "alice", true, false);
  board.handle(UserKnown{.user = {"bob"}, .name = {"bob"}, .call_waiting = false});
  carol.say(invite(1, "bob"));
  bob.say(wire::Accept{call_id(1)});
  forget_what_was_heard();
  alice.say(invite(2, "bob"));
  EXPECT_EQ(alice.heard(), Texts{"ended 2 busy"});
  EXPECT_EQ(bob.heard(), Texts{});
  carol.say(wire::HangUp{.call = call_id(1)});
  alice.say(invite(3, "bob"));
  forget_what_was_heard();
  bob.lose();
  board.wait(kPresenceGrace);
  EXPECT_EQ(alice.heard().back(), "progress 3 1/1 quiet");  // as where a device has rung
}

TEST_F(SwitchboardPeople, ABlockChangesNothingAboutPresence) {
  alice.say(wire::Watch{{{{"bob"}}}});
  EXPECT_EQ(alice.heard(), Texts{"presence bob+"});
  relate("bob", "alice", true, false);
  EXPECT_EQ(alice.heard(), Texts{});
  alice.say(wire::Watch{{{{"bob"}}}});
  EXPECT_EQ(alice.heard(), Texts{"presence bob+"});
}

TEST_F(SwitchboardPeople, WhoDialsTheBlockedPersonThatCallsTalksToThem) {
  relate("bob", "alice", true, false);
  alice.say(invite(1, "bob"));
  forget_what_was_heard();
  bob.say(invite(2, "alice"));
  EXPECT_EQ(board.gauges().calls, 1U);
  EXPECT_EQ(alice.heard().back().substr(0, 8), "accepted");
  EXPECT_EQ(bob.heard().back().substr(0, 8), "accepted");
}

TEST_F(SwitchboardPeople, AnUnblockedCallerRingsAgain) {
  relate("bob", "alice", true, true);
  EXPECT_FALSE(rings(1, alice, bob));
  relate("bob", "alice", false, true);
  EXPECT_TRUE(rings(2, alice, bob));
}

TEST_F(SwitchboardPeople, ABlockedCallRingsNowhereAfterARestart) {
  board.handle(CallRestored{{.call = call_id(7),
                             .caller = {.user = {"alice"}, .device = device_id(11)},
                             .callee = {.user = {"bob"}},
                             .invited_at_ms = ms_of(board.now),
                             .deadline_ms = ms_of(board.now + kRingLimit),
                             .screened = true}});
  bob.reload();
  EXPECT_EQ(bob.heard(), Texts{"welcome"});
}

/// What a caller hears, and when, after the server was started again while it rings, so long before
/// the time for an answer is up. Both devices come back a moment later, one before the other.
Texts call_over_a_restart(bool blocked, bool caller_first, Duration left) {
  TestBoard board;
  board.handle(CallRestored{{.call = call_id(7),
                             .caller = {.user = {"alice"}, .device = device_id(11)},
                             .callee = {.user = {"bob"}},
                             .invited_at_ms = ms_of(board.now + left - kRingLimit),
                             .deadline_ms = ms_of(board.now + left),
                             .screened = blocked}});
  board.wait(0s);
  Client* alice = caller_first ? &board.add("alice", 11) : nullptr;
  Client& bob = board.add("bob", 21);
  const Instant rings_at = board.now + kUsualRingDelay;
  Texts heard;
  for (const Instant end = board.now + kRingLimit; board.now < end; board.wait(10ms)) {
    if (board.now == rings_at && !blocked) bob.say(wire::Ringing{call_id(7)});
    if (board.now == kTestStart + 1s && alice == nullptr) alice = &board.add("alice", 11);
    if (alice == nullptr) continue;
    const std::string when = std::to_string((board.now - kTestStart).count()) + " ms: ";
    for (const std::string& one : alice->heard()) heard.push_back(when + one);
  }
  heard.push_back(std::to_string(*board.record(7).ended_at_ms - ms_of(kTestStart)) + " ms: over");
  return heard;
}

TEST_F(SwitchboardPeople, ABlockedCallerHearsAfterARestartWhatAnybodyHears) {
  for (const bool caller_first : {true, false}) {
    for (const Duration left : {Duration{30s}, Duration{50ms}, -Duration{24h}}) {
      EXPECT_EQ(call_over_a_restart(true, caller_first, left),
                call_over_a_restart(false, caller_first, left));
    }
  }
}

// ---- known people only ----

TEST_F(SwitchboardPeople, AStrangerFindsWhoLetsOnlyKnownPeopleCallNotThere) {
  let_only_known_people_call("bob");
  alice.say(wire::Watch{{{{"bob"}}}});
  EXPECT_EQ(alice.heard(), Texts{"presence bob-"});
  alice.say(invite(1, "bob"));
  EXPECT_EQ(alice.heard(), Texts{"ended 1 unreachable"});
  EXPECT_EQ(bob.heard(), Texts{});
  EXPECT_TRUE(board.record(1).screened);
}

TEST_F(SwitchboardPeople, WhoWasAddedMayCallAndSeesWhoIsThere) {
  let_only_known_people_call("bob");
  alice.say(wire::Watch{{{{"bob"}}}});
  (void)alice.heard();
  relate("bob", "alice", false, true);
  EXPECT_EQ(alice.heard(), Texts{"presence bob+"});
  EXPECT_TRUE(rings(1, alice, bob));
  relate("bob", "alice", false, false);
  EXPECT_EQ(alice.heard().back(), "presence bob-");
}

TEST_F(SwitchboardPeople, WhoHasTalkedOrWasCalledMayCall) {
  talk(1, alice, bob);
  bob.say(invite(2, "carol"));
  bob.say(wire::HangUp{.call = call_id(2)});
  let_only_known_people_call("bob");
  EXPECT_TRUE(rings(3, alice, bob));
  EXPECT_TRUE(rings(4, carol, bob));
}

/// The store may have read what is known of somebody before it has written the call.
TEST_F(SwitchboardPeople, WhoWasCalledMayCallWhateverIsDecidedAtTheSameTime) {
  let_only_known_people_call("bob");
  bob.say(invite(1, "alice"));
  relate("bob", "alice", true, false);
  relate("bob", "alice", false, false);
  bob.say(wire::HangUp{.call = call_id(1)});
  EXPECT_TRUE(rings(2, alice, bob));
}

TEST_F(SwitchboardPeople, WhoHasTalkedMayCallWhateverIsDecidedAtTheSameTime) {
  talk(1, alice, bob);
  relate("bob", "alice", false, false);
  let_only_known_people_call("bob");
  EXPECT_TRUE(rings(2, alice, bob));
}

TEST_F(SwitchboardPeople, TwoWhoCalledEachOtherAtOnceKnowEachOther) {
  alice.say(invite(1, "bob"));
  bob.say(invite(2, "alice"));
  bob.say(wire::HangUp{.call = call_id(1)});  // before anything was heard
  for (const char* user : {"alice", "bob"}) let_only_known_people_call(user);
  EXPECT_TRUE(rings(3, alice, bob));
  EXPECT_TRUE(rings(4, bob, alice));
}

TEST_F(SwitchboardPeople, AStrangerWhoHasRungRingsOnAfterARestart) {
  TestBoard restarted;
  restarted.handle(CallRestored{{.call = call_id(7),
                                 .caller = {.user = {"alice"}, .device = device_id(11)},
                                 .callee = {.user = {"bob"}},
                                 .invited_at_ms = ms_of(restarted.now),
                                 .ringing_at_ms = ms_of(restarted.now),
                                 .deadline_ms = ms_of(restarted.now + kRingLimit)}});
  restarted.handle(UserKnown{.user = {"bob"}, .name = {"bob"}, .known_callers_only = true});
  restarted.handle(RelationsLoaded{{"bob"}, {}});
  const Client& bob = restarted.add("bob", 21);
  EXPECT_EQ(bob.last<wire::Welcome>().calls.items.size(), 1U);
}

// ---- places ----

TEST_F(SwitchboardPeople, AStrangerWhoRingsMakesRoomForSomebodyKnown) {
  talk(1, carol, bob);
  Client& dave = board.add("dave", 41);
  alice.say(invite(2, "bob"));
  dave.say(invite(3, "bob"));
  forget_what_was_heard();
  carol.say(invite(4, "bob"));
  EXPECT_EQ(alice.heard(), Texts{"ended 2 busy"});
  EXPECT_EQ(bob.heard(), (Texts{"ended 2 busy", "incoming 4 from carol waiting"}));
  EXPECT_EQ(carol.heard(), Texts{"progress 4 1/0 waiting"});
  EXPECT_EQ(dave.last<wire::Progress>().call, call_id(3));
}

TEST_F(SwitchboardPeople, AStrangerDoesNotMakeRoomForAStranger) {
  Client& dave = board.add("dave", 41);
  alice.say(invite(1, "bob"));
  dave.say(invite(2, "bob"));
  (void)carol.heard();
  carol.say(invite(3, "bob"));
  EXPECT_EQ(carol.heard(), Texts{"ended 3 busy"});
}

TEST_F(SwitchboardPeople, SomebodyKnownWhoWasAnsweredKeepsTheirPlace) {
  talk(1, carol, bob);
  board.handle(UserKnown{.user = {"bob"}, .name = {"bob"}, .call_waiting = false});
  alice.say(invite(2, "bob"));
  bob.say(wire::Accept{call_id(2)});
  forget_what_was_heard();
  carol.say(invite(3, "bob"));
  EXPECT_EQ(carol.heard(), Texts{"ended 3 busy"});
}

// ---- calls in vain ----

TEST_F(SwitchboardPeople, WhoIsNotAnsweredWaitsLongerEachTime) {
  std::uint64_t call = 0;
  for (unsigned i = 0; i < kFreeAttempts; ++i) EXPECT_TRUE(rings(++call, alice, bob));
  alice.say(invite(++call, "bob"));
  EXPECT_EQ(alice.last<wire::Refusal>().code, Error::called_too_often);
  board.wait(kFirstWait);
  EXPECT_TRUE(rings(++call, alice, bob));
  board.wait(kFirstWait);
  EXPECT_FALSE(rings(++call, alice, bob));
  board.wait(kFirstWait);
  EXPECT_TRUE(rings(++call, alice, bob));
  EXPECT_TRUE(rings(++call, carol, bob));
}

TEST_F(SwitchboardPeople, AnAnswerOrACallBackEndsTheWait) {
  std::uint64_t call = 0;
  for (unsigned i = 0; i < kFreeAttempts; ++i) EXPECT_TRUE(rings(++call, alice, bob));
  EXPECT_TRUE(rings(++call, bob, alice));
  EXPECT_TRUE(rings(++call, alice, bob));
}

TEST_F(SwitchboardPeople, WhoWaitsToCallIsConnectedWhenTheOtherOneCalls) {
  std::uint64_t call = 10;
  for (unsigned i = 0; i < kFreeAttempts; ++i) EXPECT_TRUE(rings(++call, alice, bob));
  bob.say(invite(1, "alice"));
  (void)alice.heard();
  alice.say(invite(2, "bob"));
  EXPECT_EQ(alice.heard().back().substr(0, 8), "accepted");
}

TEST_F(SwitchboardPeople, SomebodyKnownMayInsistLonger) {
  talk(1, alice, bob);
  std::uint64_t call = 1;
  for (unsigned i = 0; i < kFreeAttemptsOfKnown; ++i) {
    EXPECT_TRUE(rings(++call, alice, bob));
    board.wait(kInviteEvery);
  }
  EXPECT_FALSE(rings(++call, alice, bob));
}

TEST_F(SwitchboardPeople, ABlockedCallerWaitsLikeAnyOther) {
  relate("bob", "alice", true, false);
  std::uint64_t call = 0;
  for (unsigned i = 0; i < kFreeAttempts; ++i) {
    alice.say(invite(++call, "bob"));
    board.wait(kSeenAfter);
    alice.say(wire::HangUp{.call = call_id(call)});
  }
  alice.say(invite(++call, "bob"));
  EXPECT_EQ(alice.last<wire::Refusal>().code, Error::called_too_often);
}

// ---- the list of people ----

TEST_F(SwitchboardPeople, WhoAskedForItHearsThatTheListOfPeopleHasChanged) {
  alice.say(wire::Watch{{}, true});
  forget_what_was_heard();
  board.add_user("erin");
  board.add_user("fred");
  board.wait(kPeopleNewsEvery);
  EXPECT_EQ(alice.heard(), Texts{"people changed"});
  EXPECT_EQ(bob.heard(), Texts{});
  board.wait(kPeopleNewsEvery);
  EXPECT_EQ(alice.heard(), Texts{});
}

TEST_F(SwitchboardPeople, OnesOwnOtherDevicesHearOfABlock) {
  alice.say(wire::Watch{{}, true});
  (void)alice.heard();
  relate("alice", "bob", true, false);
  EXPECT_EQ(alice.heard(), Texts{"people changed"});
}

}  // namespace
}  // namespace parley::switchboard
