// How calls begin, are answered, and end.
#include "core/switchboard/switchboard.hpp"

#include "core/base/ids.hpp"
#include "core/errors/catalogue.hpp"
#include "core/switchboard/test_board.hpp"
#include "core/switchboard/timers.hpp"
#include "core/wire/client_messages.hpp"
#include "core/wire/server_messages.hpp"
#include "core/wire/types.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace parley::switchboard {
namespace {

using wire::CallPhase;
using wire::EndReason;

class SwitchboardCalls : public ::testing::Test {
 protected:
  void TearDown() override { EXPECT_EQ(board.broken_rules, Texts{}); }

  /// Alice calls Bob, who has one device; nobody has heard anything of interest yet.
  void dial(std::uint64_t call = 1) {
    alice.say(invite(call, "bob"));
    forget_what_was_heard();
  }

  void connect(std::uint64_t call = 1) {
    dial(call);
    bob.say(wire::Accept{call_id(call)});
    forget_what_was_heard();
  }

  void forget_what_was_heard() {
    (void)alice.heard();
    (void)bob.heard();
  }

  /// Of the only call there is.
  void expect_closed(EndReason reason) {
    ASSERT_EQ(board.records.size(), 1U);
    const CallRecord& record = board.records.begin()->second;
    EXPECT_EQ(record.phase, CallPhase::ended);
    EXPECT_EQ(record.reason, reason);
    EXPECT_EQ(record.deadline_ms, std::nullopt);
    EXPECT_EQ(board.gauges().calls, 0U);
  }

  TestBoard board;
  Client& alice = board.add("alice", 11);
  Client& bob = board.add("bob", 21);
};

// ---- a call from beginning to end ----

TEST_F(SwitchboardCalls, LeadsACallFromInviteToHangUp) {
  alice.say(invite(1, "bob", wire::MediaKind::video));
  EXPECT_EQ(bob.heard(), Texts{"incoming 1 from alice"});
  EXPECT_EQ(alice.heard(), Texts{"progress 1 1/0"});
  EXPECT_EQ(board.record(1).phase, CallPhase::ringing);

  bob.say(wire::Ringing{call_id(1)});
  EXPECT_EQ(alice.heard(), Texts{"progress 1 1/1"});

  bob.say(wire::Accept{call_id(1)});
  EXPECT_EQ(alice.heard(), Texts{"accepted 1 with bob:21 link 1 offers"});
  EXPECT_EQ(bob.heard(), Texts{"accepted 1 with alice:11 link 1 answers"});
  EXPECT_EQ(board.record(1).phase, CallPhase::connecting);

  alice.say(wire::MediaReport{call_id(1), true});
  EXPECT_EQ(board.record(1).phase, CallPhase::active);

  bob.say(wire::HangUp{call_id(1), {}});
  EXPECT_EQ(alice.heard(), Texts{"ended 1 completed"});
  EXPECT_EQ(bob.heard(), Texts{"ended 1 completed"});
  expect_closed(EndReason::completed);
  EXPECT_EQ(board.phases, (Texts{"new to ringing: invited", "ringing to connecting: accepted",
                                 "connecting to active: connected", "active to ended: ended"}));
}

TEST_F(SwitchboardCalls, TellsTheCalleeWhatItNeedsToRing) {
  alice.say(invite(1, "bob", wire::MediaKind::video));
  const auto incoming = bob.last<wire::Incoming>();
  EXPECT_EQ(incoming.kind, wire::MediaKind::video);
  EXPECT_EQ(incoming.caller.name.value, "alice");
  EXPECT_EQ(incoming.expires_at_ms, ms_of(board.now + kRingLimit));
}

TEST_F(SwitchboardCalls, RecordsEveryMomentInOrder) {
  alice.say(invite(1, "bob"));
  board.wait(1s);
  bob.say(wire::Ringing{call_id(1)});
  board.wait(1s);
  bob.say(wire::Accept{call_id(1)});
  board.wait(1s);
  bob.say(wire::MediaReport{call_id(1), true});
  board.wait(1s);
  alice.say(wire::HangUp{call_id(1), {}});
  const CallRecord& record = board.record(1);
  const std::int64_t start = record.invited_at_ms;
  EXPECT_EQ(record.ringing_at_ms, start + 1'000);
  EXPECT_EQ(record.accepted_at_ms, start + 2'000);
  EXPECT_EQ(record.connected_at_ms, start + 3'000);
  EXPECT_EQ(record.ended_at_ms, start + 4'000);
  EXPECT_EQ(record.ended_by, alice.user);
  EXPECT_EQ(record.caller.device, alice.device);
  EXPECT_EQ(record.callee.device, bob.device);
}

TEST_F(SwitchboardCalls, RecordsTheFirstRingingOnly) {
  Client& tablet = board.add("bob", 22);
  dial();
  bob.say(wire::Ringing{call_id(1)});
  const auto first = board.record(1).ringing_at_ms;
  board.wait(1s);
  tablet.say(wire::Ringing{call_id(1)});
  EXPECT_EQ(board.record(1).ringing_at_ms, first);
  EXPECT_EQ(alice.heard(), (Texts{"progress 1 2/1", "progress 1 2/2"}));
}

TEST_F(SwitchboardCalls, CountsADeviceThatRingsOnce) {
  dial();
  bob.say(wire::Ringing{call_id(1)});
  EXPECT_EQ(alice.heard(), Texts{"progress 1 1/1"});
  for (int i = 0; i < 10; ++i) bob.say(wire::Ringing{call_id(1)});
  EXPECT_EQ(alice.heard(), Texts{}) << "a callee can't flood its caller";
}

// ---- several devices ----

TEST_F(SwitchboardCalls, RingsEveryDeviceAndTheFirstAcceptWins) {
  Client& tablet = board.add("bob", 22);
  alice.say(invite(1, "bob"));
  EXPECT_EQ(alice.heard(), Texts{"progress 1 2/0"});
  EXPECT_EQ(tablet.heard(), Texts{"incoming 1 from alice"});
  tablet.say(wire::Accept{call_id(1)});
  EXPECT_EQ(alice.heard(), Texts{"accepted 1 with bob:22 link 1 offers"});
  EXPECT_EQ(tablet.heard(), Texts{"accepted 1 with alice:11 link 1 answers"});
  EXPECT_EQ(bob.heard(),
            (Texts{"incoming 1 from alice", "ended 1 answered_elsewhere", "elsewhere 1"}));
  bob.say(wire::Accept{call_id(1)});
  EXPECT_EQ(bob.heard(), (Texts{"ended 1 answered_elsewhere", "elsewhere 1"}));
  EXPECT_EQ(alice.heard(), Texts{}) << "the loser changes nothing";
  EXPECT_EQ(board.record(1).callee.device, tablet.device);
}

TEST_F(SwitchboardCalls, DecliningStopsTheOtherDevicesToo) {
  Client& tablet = board.add("bob", 22);
  dial();
  (void)tablet.heard();
  bob.say(wire::Decline{call_id(1)});
  EXPECT_EQ(bob.heard(), Texts{"ended 1 declined"});
  EXPECT_EQ(tablet.heard(), Texts{"ended 1 declined_elsewhere"});
  EXPECT_EQ(alice.heard(), Texts{"ended 1 declined"});
  expect_closed(EndReason::declined);
}

TEST_F(SwitchboardCalls, HangingUpWhileItRingsIsDeclining) {
  dial();
  bob.say(wire::HangUp{call_id(1), {}});
  EXPECT_EQ(alice.heard(), Texts{"ended 1 declined"});
}

TEST_F(SwitchboardCalls, DecliningACallThatAnotherDeviceAnsweredChangesNothing) {
  Client& tablet = board.add("bob", 22);
  connect();
  (void)tablet.heard();
  tablet.say(wire::Decline{call_id(1)});
  EXPECT_EQ(tablet.heard(), (Texts{"ended 1 answered_elsewhere", "elsewhere 1"}));
  EXPECT_EQ(alice.heard(), Texts{});
  EXPECT_EQ(board.gauges().calls, 1U);
}

TEST_F(SwitchboardCalls, ADeviceThatIsNotInTheCallCannotHangItUp) {
  Client& tablet = board.add("bob", 22);
  Client& desk = board.add("alice", 12);
  connect();
  (void)tablet.heard();
  (void)desk.heard();
  tablet.say(wire::HangUp{call_id(1), {}});
  desk.say(wire::HangUp{call_id(1), {}});
  EXPECT_EQ(tablet.heard(), (Texts{"ended 1 answered_elsewhere", "elsewhere 1"}))
      << "it learns that the call is not its own";
  EXPECT_EQ(desk.heard(), (Texts{"ended 1 answered_elsewhere", "elsewhere 1"}));
  EXPECT_EQ(board.gauges().calls, 1U);
}

TEST_F(SwitchboardCalls, TheCallersOtherDevicesHearNothingWhileItRings) {
  Client& desk = board.add("alice", 12);
  dial();
  bob.say(wire::Decline{call_id(1)});
  EXPECT_EQ(desk.heard(), Texts{});
}

// ---- ends before an answer ----

TEST_F(SwitchboardCalls, TheCallerCancels) {
  dial();
  alice.say(wire::HangUp{call_id(1), {}});
  EXPECT_EQ(alice.heard(), Texts{"ended 1 cancelled"});
  EXPECT_EQ(bob.heard(), Texts{"ended 1 cancelled"});
  expect_closed(EndReason::cancelled);
}

TEST_F(SwitchboardCalls, NobodyAnswersInTime) {
  dial();
  board.wait(kRingLimit - 1ms);
  EXPECT_EQ(alice.heard(), Texts{});
  board.wait(1ms);
  EXPECT_EQ(alice.heard(), Texts{"ended 1 no_answer"});
  EXPECT_EQ(bob.heard(), Texts{"ended 1 no_answer"});
  expect_closed(EndReason::no_answer);
  EXPECT_EQ(board.record(1).ended_by, std::nullopt);
}

TEST_F(SwitchboardCalls, NobodyIsThereToRing) {
  alice.say(invite(1, "carol"));
  EXPECT_EQ(alice.heard(), Texts{"ended 1 unreachable"});
  expect_closed(EndReason::unreachable);
}

TEST_F(SwitchboardCalls, TheLastDeviceGoesWhileItRings) {
  dial();
  bob.lose();
  board.wait(kPresenceGrace - 1ms);
  EXPECT_EQ(alice.heard(), Texts{}) << "it may come back";
  board.wait(1ms);
  EXPECT_EQ(alice.heard(), Texts{"ended 1 unreachable"});
  expect_closed(EndReason::unreachable);
}

TEST_F(SwitchboardCalls, ADeviceThatComesBackInTimeRingsOn) {
  dial();
  bob.lose();
  board.wait(kPresenceGrace - 1ms);
  bob.connect();
  EXPECT_EQ(bob.heard(), Texts{"welcome back 1:ringing"});
  bob.say(wire::Accept{call_id(1)});
  EXPECT_EQ(alice.heard(), Texts{"accepted 1 with bob:21 link 1 offers"});
}

TEST_F(SwitchboardCalls, ADeviceThatReloadsWhileItRingsRingsOn) {
  Client& carol = board.add("carol", 31);
  carol.say(wire::Watch{{{bob.user}}});
  (void)carol.heard();
  dial();
  bob.reload();
  EXPECT_EQ(bob.heard(), Texts{"welcome 1:ringing"});
  EXPECT_EQ(alice.heard(), Texts{}) << "not unreachable for a moment";
  EXPECT_EQ(carol.heard(), Texts{}) << "and not offline either";
  bob.say(wire::Accept{call_id(1)});
  EXPECT_EQ(alice.heard(), Texts{"accepted 1 with bob:21 link 1 offers"});
}

TEST_F(SwitchboardCalls, ADeviceThatComesOnlineWhileItRingsRingsToo) {
  dial();
  Client& tablet = board.add("bob", 22);
  EXPECT_EQ(tablet.last<wire::Welcome>().calls.items.size(), 1U);
  EXPECT_EQ(alice.heard(), Texts{"progress 1 2/0"});
  tablet.say(wire::Accept{call_id(1)});
  EXPECT_EQ(bob.heard(), (Texts{"ended 1 answered_elsewhere", "elsewhere 1"}));
}

TEST_F(SwitchboardCalls, ACallerWhoIsGoneStopsTheRinging) {
  dial();
  alice.lose();
  board.wait(kCallerGrace - 1ms);
  EXPECT_EQ(bob.heard(), Texts{});
  board.wait(1ms);
  EXPECT_EQ(bob.heard(), Texts{"ended 1 cancelled"});
  expect_closed(EndReason::cancelled);
}

TEST_F(SwitchboardCalls, ACallerWhoComesBackInTimeGoesOn) {
  dial();
  alice.lose();
  board.wait(kCallerGrace - 1ms);
  alice.connect();
  board.wait(kCallerGrace);
  EXPECT_EQ(bob.heard(), Texts{});
  bob.say(wire::Accept{call_id(1)});
  EXPECT_EQ(alice.heard(),
            (Texts{"welcome back 1:ringing", "accepted 1 with bob:21 link 1 offers"}));
}

// ---- ends after an answer ----

TEST_F(SwitchboardCalls, MediaThatNeverFlowsIsAFailure) {
  connect();
  board.wait(kConnectLimit - 1ms);
  EXPECT_EQ(alice.heard(), Texts{});
  board.wait(1ms);
  const Texts failed{"ended 1 failed connection/no-media-path"};
  EXPECT_EQ(alice.heard(), failed);
  EXPECT_EQ(bob.heard(), failed);
  expect_closed(EndReason::failed);
}

TEST_F(SwitchboardCalls, ADeviceThatGivesUpSaysWhy) {
  connect();
  bob.say(wire::HangUp{call_id(1), Error::negotiation_failed});
  EXPECT_EQ(alice.heard(), Texts{"ended 1 failed connection/negotiation-failed"});
  EXPECT_EQ(board.record(1).failure, Error::negotiation_failed);
}

TEST_F(SwitchboardCalls, HangingUpWhileItConnectsCompletesIt) {
  connect();
  alice.say(wire::HangUp{call_id(1), {}});
  EXPECT_EQ(bob.heard(), Texts{"ended 1 completed"});
}

// ---- words that cross ----

TEST_F(SwitchboardCalls, AnAcceptAfterTheCancelLearnsOfIt) {
  dial();
  alice.say(wire::HangUp{call_id(1), {}});
  bob.say(wire::Accept{call_id(1)});
  EXPECT_EQ(bob.heard(), (Texts{"ended 1 cancelled", "ended 1 cancelled"}));
  expect_closed(EndReason::cancelled);
}

TEST_F(SwitchboardCalls, ACancelAfterTheAcceptEndsTheCall) {
  dial();
  bob.say(wire::Accept{call_id(1)});
  alice.say(wire::HangUp{call_id(1), {}});
  EXPECT_EQ(bob.heard(), (Texts{"accepted 1 with alice:11 link 1 answers", "ended 1 completed"}));
  expect_closed(EndReason::completed);
}

TEST_F(SwitchboardCalls, AnAcceptAfterTheTimeIsUpLearnsOfIt) {
  dial();
  board.wait(kRingLimit);
  bob.say(wire::Accept{call_id(1)});
  EXPECT_EQ(bob.heard(), (Texts{"ended 1 no_answer", "ended 1 no_answer"}));
}

TEST_F(SwitchboardCalls, EveryWordAboutACallThatIsOverIsAnsweredWithItsEnd) {
  connect();
  alice.say(wire::HangUp{call_id(1), {}});
  forget_what_was_heard();
  const Texts end{"ended 1 completed"};
  bob.say(wire::Accept{call_id(1)});
  EXPECT_EQ(bob.heard(), end);
  bob.say(wire::Decline{call_id(1)});
  EXPECT_EQ(bob.heard(), end);
  bob.say(wire::Ringing{call_id(1)});
  EXPECT_EQ(bob.heard(), end);
  bob.say(wire::HangUp{call_id(1), {}});
  EXPECT_EQ(bob.heard(), end);
  bob.say(wire::Join{call_id(1)});
  EXPECT_EQ(bob.heard(), end);
  alice.say(invite(1, "bob"));
  EXPECT_EQ(alice.heard(), end);
  expect_closed(EndReason::completed);
}

TEST_F(SwitchboardCalls, AnEndedCallIsForgottenAfterAWhile) {
  connect();
  alice.say(wire::HangUp{call_id(1), {}});
  forget_what_was_heard();
  board.wait(kEndedMemory);
  bob.say(wire::HangUp{call_id(1), {}});
  EXPECT_EQ(bob.heard(), Texts{"error call/unknown-call 1"});
}

// ---- saying it twice ----

TEST_F(SwitchboardCalls, AnInviteSaidAgainIsAnsweredWithWhereTheCallStands) {
  dial();
  alice.say(invite(1, "bob"));
  EXPECT_EQ(alice.heard(), Texts{"progress 1 1/0"});
  EXPECT_EQ(bob.heard(), Texts{}) << "it does not ring twice";
  bob.say(wire::Accept{call_id(1)});
  forget_what_was_heard();
  alice.say(invite(1, "bob"));
  EXPECT_EQ(alice.heard(), Texts{"accepted 1 with bob:21 link 1 offers"});
  EXPECT_EQ(bob.heard(), Texts{});
  EXPECT_EQ(board.records.size(), 1U);
}

TEST_F(SwitchboardCalls, AnAcceptSaidAgainIsConfirmedAgain) {
  connect();
  bob.say(wire::Accept{call_id(1)});
  EXPECT_EQ(bob.heard(), Texts{"accepted 1 with alice:11 link 1 answers"});
  EXPECT_EQ(alice.heard(), Texts{});
}

TEST_F(SwitchboardCalls, AHangUpSaidAgainIsConfirmedAgain) {
  connect();
  alice.say(wire::HangUp{call_id(1), {}});
  alice.say(wire::HangUp{call_id(1), Error::media_lost});
  EXPECT_EQ(alice.heard(), (Texts{"ended 1 completed", "ended 1 completed"}));
  expect_closed(EndReason::completed);
}

// ---- what is not possible ----

TEST_F(SwitchboardCalls, NobodyHasThatName) {
  alice.say(invite(1, "mallory"));
  EXPECT_EQ(alice.heard(), Texts{"error call/unknown-user 1"});
  EXPECT_TRUE(board.records.empty());
}

TEST_F(SwitchboardCalls, OneCannotCallOneself) {
  alice.say(invite(1, "alice"));
  alice.say(invite(2, "ALICE"));
  EXPECT_EQ(alice.heard(), (Texts{"error call/calling-oneself 1", "error call/calling-oneself 2"}));
}

TEST_F(SwitchboardCalls, OneCannotAnswerOnesOwnCall) {
  Client& desk = board.add("alice", 12);
  dial();
  alice.say(wire::Accept{call_id(1)});
  desk.say(wire::Accept{call_id(1)});
  EXPECT_EQ(alice.heard(), Texts{"error call/unknown-call 1"});
  EXPECT_EQ(desk.heard(), Texts{"error call/unknown-call 1"});
  alice.say(wire::Ringing{call_id(1)});
  alice.say(wire::Decline{call_id(1)});
  EXPECT_EQ(alice.heard(), Texts{});
  EXPECT_EQ(board.record(1).phase, CallPhase::ringing);
}

TEST_F(SwitchboardCalls, ACallOfOthersIsAsUnknownAsOneThatNeverWas) {
  Client& carol = board.add("carol", 31);
  connect();
  for (const std::uint64_t call : {1U, 99U}) {
    const Texts unknown{"error call/unknown-call " + std::to_string(call)};
    carol.say(wire::Accept{call_id(call)});
    EXPECT_EQ(carol.heard(), unknown);
    carol.say(wire::Join{call_id(call)});
    EXPECT_EQ(carol.heard(), unknown);
    carol.say(wire::Decline{call_id(call)});
    EXPECT_EQ(carol.heard(), unknown);
    carol.say(wire::HangUp{call_id(call), {}});
    EXPECT_EQ(carol.heard(), unknown);
    carol.say(wire::Ringing{call_id(call)});
    EXPECT_EQ(carol.heard(), unknown);
    carol.say(wire::MediaReport{call_id(call), true});
    EXPECT_EQ(carol.heard(), unknown);
    carol.say(wire::Status{call_id(call), {.revision = 1}});
    EXPECT_EQ(carol.heard(), unknown);
    carol.say(wire::Signal{.call = call_id(call), .to = bob.device});
    EXPECT_EQ(carol.heard(), unknown);
  }
  EXPECT_EQ(alice.heard(), Texts{});
  EXPECT_EQ(bob.heard(), Texts{});
  alice.say(wire::HangUp{call_id(1), {}});
  carol.say(wire::Signal{.call = call_id(1), .to = bob.device});
  carol.say(wire::HangUp{call_id(1), {}});
  EXPECT_EQ(carol.heard(), (Texts{"error call/unknown-call 1", "error call/unknown-call 1"}))
      << "also after its end";
}

TEST_F(SwitchboardCalls, ACallIdBelongsToTheDeviceThatMadeIt) {
  Client& carol = board.add("carol", 31);
  Client& desk = board.add("alice", 12);
  dial();
  carol.say(invite(1, "bob"));
  desk.say(invite(1, "bob"));
  bob.say(invite(1, "alice"));
  EXPECT_EQ(carol.heard(), Texts{"error call/call-id-taken 1"});
  EXPECT_EQ(desk.heard(), Texts{"error call/call-id-taken 1"});
  EXPECT_EQ(bob.heard(), Texts{"error call/call-id-taken 1"});
  alice.say(wire::HangUp{call_id(1), {}});
  carol.say(invite(1, "bob"));
  EXPECT_EQ(carol.heard(), Texts{"error call/call-id-taken 1"}) << "also after its end";
}

TEST_F(SwitchboardCalls, InvitesComeInABurstAndThenSlowly) {
  std::uint64_t call = 0;
  const auto rings = [&] {
    ++call;
    alice.say(invite(call, "bob"));
    alice.say(wire::HangUp{call_id(call), {}});
    const Texts heard = alice.heard();
    return heard.front() != "error protocol/rate-limited " + std::to_string(call);
  };
  for (std::int64_t i = 0; i < kInviteBurst; ++i) EXPECT_TRUE(rings()) << i;
  EXPECT_FALSE(rings());
  EXPECT_FALSE(rings());
  board.wait(kInviteEvery);
  EXPECT_TRUE(rings());
  EXPECT_FALSE(rings());
}

TEST_F(SwitchboardCalls, AnInviteThatComesTooSoonIsToldWhenItIsAllowed) {
  for (std::uint64_t call = 1; call <= static_cast<std::uint64_t>(kInviteBurst); ++call) {
    alice.say(invite(call, "bob"));
    alice.say(wire::HangUp{call_id(call), {}});
  }
  board.wait(500ms);
  alice.say(invite(50, "bob"));
  const auto refusal = alice.last<wire::Refusal>();
  EXPECT_EQ(refusal.code, Error::rate_limited);
  ASSERT_TRUE(refusal.retry_after_ms);
  EXPECT_EQ(Duration{*refusal.retry_after_ms}, kInviteEvery - 500ms);

  (void)alice.heard();
  board.wait(Duration{*refusal.retry_after_ms});
  alice.say(invite(50, "bob"));
  EXPECT_EQ(alice.heard(), Texts{"progress 50 1/0"});
}

TEST_F(SwitchboardCalls, ARefusalThatTimeDoesNotCureNamesNoTime) {
  alice.say(invite(1, "nobody"));
  EXPECT_EQ(alice.last<wire::Refusal>().code, Error::unknown_user);
  EXPECT_FALSE(alice.last<wire::Refusal>().retry_after_ms);
}

TEST_F(SwitchboardCalls, TryingNamesCountsAsCalling) {
  for (std::uint64_t call = 1; call <= static_cast<std::uint64_t>(kInviteBurst); ++call) {
    alice.say(invite(call, "nobody" + std::to_string(call)));
  }
  (void)alice.heard();
  alice.say(invite(50, "nobody"));
  alice.say(invite(51, "bob"));
  EXPECT_EQ(alice.heard(),
            (Texts{"error protocol/rate-limited 50", "error protocol/rate-limited 51"}));
  EXPECT_EQ(Duration{alice.last<wire::Refusal>().retry_after_ms.value_or(0)}, kInviteEvery);
}

TEST_F(SwitchboardCalls, AnInviteThatIsRefusedChangesNothing) {
  for (std::uint64_t call = 100; call < 100 + static_cast<std::uint64_t>(kInviteBurst) - 1;
       ++call) {
    alice.say(invite(call, "carol"));
  }
  connect();
  alice.say(invite(2, "bob"));
  EXPECT_EQ(alice.heard(), Texts{"error protocol/rate-limited 2"});
  EXPECT_EQ(bob.heard(), Texts{});
  EXPECT_EQ(board.record(1).phase, CallPhase::connecting) << "the call that is on goes on";
}

TEST_F(SwitchboardCalls, AnOverloadedServerRefusesNewCallsAndNothingElse) {
  Client& carol = board.add("carol", 31);
  board.add("dave", 41);
  alice.say(invite(1, "bob"));
  (void)alice.heard();
  board.handle(Overload{true});
  carol.say(invite(2, "dave"));
  EXPECT_EQ(carol.heard(), Texts{"error call/overloaded 2"});
  EXPECT_EQ(carol.last<wire::Refusal>().retry_after_ms, kOverloadRetry.count());
  EXPECT_EQ(board.records.size(), 1U);
  alice.say(invite(1, "bob"));
  EXPECT_EQ(alice.heard(), Texts{"progress 1 1/0"}) << "said again, it is no new call";
  bob.say(wire::Accept{call_id(1)});
  EXPECT_EQ(board.record(1).phase, CallPhase::connecting);
  board.handle(Overload{false});
  carol.say(invite(2, "dave"));
  EXPECT_EQ(carol.heard(), Texts{"progress 2 1/0"});
}

// ---- ids ----

TEST_F(SwitchboardCalls, AnIdNeverStartsASecondCall) {
  Client& carol = board.add("carol", 31);
  alice.say(invite(1, "bob"));
  alice.say(wire::HangUp{call_id(1), {}});
  for (const Duration later : {Duration{0}, Duration(kEndedMemory), Duration(kCallIdWindow)}) {
    board.wait(later);
    (void)carol.heard();
    carol.say(invite(1, "bob"));
    EXPECT_EQ(carol.heard(), Texts{"error call/call-id-taken 1"});
    if (later < kEndedMemory) continue;
    (void)alice.heard();
    alice.say(invite(1, "bob"));
    EXPECT_EQ(alice.heard(), Texts{"error call/call-id-taken 1"});
  }
  board.now -= 24h;
  carol.say(invite(1, "bob"));
  EXPECT_EQ(carol.heard(), Texts{"error call/call-id-taken 1"}) << "the clock was set back";
}

TEST_F(SwitchboardCalls, AnIdIsAUuidOfVersionSevenOfAboutNow) {
  const auto answer_to = [&](const CallId& id) {
    alice.say(wire::Invite{.call = id, .callee = {"bob"}});
    const auto refusal = alice.last<wire::Refusal>();
    return std::string(code_of(refusal.code)) + (refusal.detail ? ' ' + refusal.detail->value : "");
  };
  const std::string invalid = "protocol/invalid-field call";
  EXPECT_EQ(answer_to({}), invalid);
  EXPECT_EQ(answer_to({0x0123'4567'89ab'4def, call_id(1).low}), invalid) << "version 4";
  EXPECT_EQ(answer_to({call_id(1).high, 1}), invalid) << "another variant";
  EXPECT_EQ(answer_to(call_id(1, board.now + kCallIdAhead + 1s)), invalid);
  EXPECT_EQ(answer_to(call_id(1, board.now - kCallIdWindow - 1s)), "call/call-id-taken");
  EXPECT_EQ(bob.heard(), Texts{});
  EXPECT_TRUE(board.stores.empty());
}

// ---- busy and waiting ----

TEST_F(SwitchboardCalls, ASecondCallerWaits) {
  Client& carol = board.add("carol", 31);
  connect();
  carol.say(invite(2, "bob"));
  EXPECT_EQ(carol.heard(), Texts{"progress 2 1/0 waiting"});
  EXPECT_EQ(bob.heard(), Texts{"incoming 2 from carol waiting"});
  EXPECT_EQ(alice.heard(), Texts{}) << "the call in front is not disturbed";
  bob.say(wire::Decline{call_id(2)});
  EXPECT_EQ(carol.heard(), Texts{"ended 2 declined"});
  EXPECT_EQ(alice.heard(), Texts{});
  EXPECT_EQ(board.record(1).phase, CallPhase::connecting);
}

TEST_F(SwitchboardCalls, AWaitingCallerHearsWhenTheFirstCallIsOver) {
  Client& carol = board.add("carol", 31);
  connect();
  carol.say(invite(2, "bob"));
  (void)carol.heard();
  alice.say(wire::HangUp{call_id(1), {}});
  EXPECT_EQ(carol.heard(), Texts{"progress 2 1/0"});
}

TEST_F(SwitchboardCalls, AThirdCallerHearsBusy) {
  Client& carol = board.add("carol", 31);
  Client& dave = board.add("dave", 41);
  connect();
  carol.say(invite(2, "bob"));
  (void)bob.heard();
  dave.say(invite(3, "bob"));
  EXPECT_EQ(dave.heard(), Texts{"ended 3 busy"});
  EXPECT_EQ(bob.heard(), Texts{}) << "who is busy hears nothing of it";
  EXPECT_EQ(board.record(3).reason, EndReason::busy);
}

TEST_F(SwitchboardCalls, ASecondCallerHearsBusyWithoutCallWaiting) {
  board.add_user("bob", false);
  Client& carol = board.add("carol", 31);
  connect();
  carol.say(invite(2, "bob"));
  EXPECT_EQ(carol.heard(), Texts{"ended 2 busy"});
  EXPECT_EQ(bob.heard(), Texts{});
}

TEST_F(SwitchboardCalls, AWaitingCallIsAnsweredOnceTheFirstIsHeldOrOver) {
  Client& carol = board.add("carol", 31);
  connect();
  carol.say(invite(2, "bob"));
  forget_what_was_heard();
  bob.say(wire::Accept{call_id(2)});
  EXPECT_EQ(bob.heard(), Texts{"error call/too-many-calls 2"}) << "never two in front";
  bob.say(wire::Status{call_id(1), {.revision = 1, .held = true}});
  bob.say(wire::Accept{call_id(2)});
  EXPECT_EQ(bob.heard(), Texts{"accepted 2 with carol:31 link 1 answers"});
  EXPECT_EQ(alice.heard(), Texts{"status 1 #1 held"});

  bob.say(wire::Status{call_id(1), {.revision = 2, .held = false}});
  EXPECT_EQ(bob.heard(), Texts{"error call/too-many-calls 1"}) << "not both at once";
  bob.say(wire::HangUp{call_id(2), {}});
  bob.say(wire::Status{call_id(1), {.revision = 3, .held = false}});
  EXPECT_EQ(alice.heard(), Texts{"status 1 #3"});
}

TEST_F(SwitchboardCalls, WhoIsOnThePhoneCannotDialSomebodyElse) {
  (void)board.add("carol", 31);
  connect();
  alice.say(invite(2, "carol"));
  EXPECT_EQ(alice.heard(), Texts{"error call/too-many-calls 2"});
  alice.say(wire::Status{call_id(1), {.revision = 1, .held = true}});
  alice.say(invite(3, "carol"));
  EXPECT_EQ(alice.heard(), Texts{"progress 3 1/0"}) << "unless the call is held";
}

TEST_F(SwitchboardCalls, RingingCallsDoNotKeepAnybodyFromDialing) {
  Client& carol = board.add("carol", 31);
  Client& dave = board.add("dave", 41);
  carol.say(invite(1, "bob"));
  dave.say(invite(2, "bob"));
  (void)bob.heard();
  bob.say(invite(3, "alice"));
  EXPECT_EQ(bob.heard(), Texts{"progress 3 1/0"}) << "two who ring must not lock a person out";
}

TEST_F(SwitchboardCalls, NobodyIsBusyAfterACallHoweverItEnds) {
  Client& carol = board.add("carol", 31);
  std::uint64_t call = 0;
  for (int end = 0; end < 6; ++end) {
    ++call;
    alice.say(invite(call, "bob"));
    switch (end) {
      case 0:
        alice.say(wire::HangUp{call_id(call), {}});
        break;
      case 1:
        bob.say(wire::Decline{call_id(call)});
        break;
      case 2:
        board.wait(kRingLimit);
        break;
      case 3:
        bob.say(wire::Accept{call_id(call)});
        board.wait(kConnectLimit);
        break;
      case 4:
        bob.say(wire::Accept{call_id(call)});
        bob.say(wire::MediaReport{call_id(call), true});
        board.wait(kMediaLease);
        break;
      default:
        bob.say(wire::Accept{call_id(call)});
        bob.say(wire::HangUp{call_id(call), Error::media_lost});
        break;
    }
    EXPECT_EQ(board.gauges().calls, 0U) << end;
    (void)carol.heard();
    ++call;
    carol.say(invite(call, "bob"));
    EXPECT_EQ(carol.heard(), Texts{"progress " + std::to_string(call) + " 1/0"}) << end;
    carol.say(wire::HangUp{call_id(call), {}});
    board.wait(kInviteEvery);
  }
}

// ---- two who call each other ----

TEST_F(SwitchboardCalls, TwoInvitesThatCrossBecomeOneCall) {
  alice.say(invite(1, "bob"));
  bob.say(invite(2, "alice"));
  EXPECT_EQ(alice.heard(), (Texts{"progress 1 1/0", "accepted 1 with bob:21 link 1 offers"}));
  EXPECT_EQ(bob.heard(), (Texts{"incoming 1 from alice", "merged 2 into 1",
                                "accepted 1 with alice:11 link 1 answers"}));
  ASSERT_EQ(board.records.size(), 1U);
  EXPECT_EQ(board.record(1).phase, CallPhase::connecting);
  bob.say(wire::HangUp{call_id(2), {}});
  EXPECT_EQ(alice.heard(), Texts{"ended 1 completed"}) << "either id names the call";
  expect_closed(EndReason::completed);
}

TEST_F(SwitchboardCalls, TheSameIdStandsWhicheverComesFirst) {
  alice.say(invite(2, "bob"));
  bob.say(invite(1, "alice"));
  EXPECT_EQ(alice.heard(),
            (Texts{"progress 2 1/0", "merged 2 into 1", "accepted 1 with bob:21 link 1 answers"}));
  EXPECT_EQ(bob.heard().back(), "accepted 1 with alice:11 link 1 offers");
  ASSERT_EQ(board.records.size(), 1U) << "the other record is replaced";
  EXPECT_EQ(board.record(1).caller.user, bob.user);
  EXPECT_EQ(board.gauges().calls, 1U);
  alice.say(wire::HangUp{call_id(2), {}});
  EXPECT_EQ(bob.heard(), Texts{"ended 1 completed"});
}

TEST_F(SwitchboardCalls, AMergedInviteSaidAgainIsAnsweredWithTheCallItBecame) {
  alice.say(invite(1, "bob"));
  bob.say(invite(2, "alice"));
  forget_what_was_heard();
  bob.say(invite(2, "alice"));
  EXPECT_EQ(bob.heard(), (Texts{"merged 2 into 1", "accepted 1 with alice:11 link 1 answers"}));
  alice.say(invite(1, "bob"));
  EXPECT_EQ(alice.heard(), Texts{"accepted 1 with bob:21 link 1 offers"});
}

TEST_F(SwitchboardCalls, AMergedInviteSaidAgainAfterTheEndDoesNotRingAnew) {
  alice.say(invite(1, "bob"));
  bob.say(invite(2, "alice"));
  alice.say(wire::HangUp{call_id(1), {}});
  forget_what_was_heard();
  bob.say(invite(2, "alice"));
  EXPECT_EQ(bob.heard(), Texts{"ended 2 completed"});
  EXPECT_EQ(alice.heard(), Texts{});
  EXPECT_EQ(board.records.size(), 1U);
}

TEST_F(SwitchboardCalls, AMergedInviteSaidAgainByItsNewIdIsAnsweredToo) {
  alice.say(invite(1, "bob"));
  bob.say(invite(2, "alice"));
  alice.say(wire::HangUp{call_id(1), {}});
  forget_what_was_heard();
  bob.say(invite(1, "alice"));
  EXPECT_EQ(bob.heard(), Texts{"ended 1 completed"});
}

TEST_F(SwitchboardCalls, CrossingInvitesStopTheOtherDevices) {
  for (const auto& [first, second] : {std::pair<std::uint64_t, std::uint64_t>{1, 2}, {4, 3}}) {
    Client& tablet = board.add("bob", 22);
    Client& away = board.add("bob", 23);
    away.lose();
    alice.say(invite(first, "bob"));
    (void)tablet.heard();
    bob.say(invite(second, "alice"));
    const Texts heard = tablet.heard();
    EXPECT_EQ(heard.front(), "ended " + std::to_string(first) + " answered_elsewhere");
    EXPECT_EQ(heard.back(), "elsewhere " + std::to_string(std::min(first, second)));
    away.connect();
    const Texts missed = away.heard();
    EXPECT_NE(std::ranges::find(missed, heard.front()), missed.end())
        << "a device that was away must not ring for an invite that is gone";
    bob.say(wire::HangUp{call_id(second), {}});
    tablet.lose();
    away.lose();
    board.wait(kSessionGrace);
  }
}

// ---- what is told is written ----

TEST_F(SwitchboardCalls, WritesARecordForEveryInviteAndClosesItOnce) {
  for (std::uint64_t call = 1; call <= 5; ++call) {
    alice.say(invite(call, call % 2 == 0 ? "carol" : "bob"));
    alice.say(wire::HangUp{call_id(call), {}});
  }
  EXPECT_EQ(board.records.size(), 5U);
  const auto closed = std::ranges::count_if(
      board.stores, [](const Store& store) { return store.record.phase == CallPhase::ended; });
  EXPECT_EQ(closed, 5);
}

}  // namespace
}  // namespace parley::switchboard
