// The server's wall clock is set right, or wrong, while it runs and while it does not.
#include "core/switchboard/test_board.hpp"
#include "core/switchboard/timers.hpp"
#include "core/wire/client_messages.hpp"
#include "core/wire/server_messages.hpp"

#include <gtest/gtest.h>

namespace parley::switchboard {
namespace {

using wire::CallPhase;
using wire::EndReason;

constexpr Duration kTwoWeeks = 14 * 24h;

class SwitchboardWallClock : public ::testing::TestWithParam<Duration> {
 protected:
  void TearDown() override { EXPECT_EQ(board.broken_rules, Texts{}); }

  void set_clock() { board.handle(WallClock{.ahead = GetParam(), .corrected = GetParam()}); }
  [[nodiscard]] std::int64_t wall_ms(Instant instant) const { return ms_of(instant + GetParam()); }

  TestBoard board;
  Client& alice = board.add("alice", 11);
  Client& bob = board.add("bob", 21);
};

INSTANTIATE_TEST_SUITE_P(ForthAndBack, SwitchboardWallClock,
                         ::testing::Values(kTwoWeeks, -kTwoWeeks, 2s, -2s));

TEST_P(SwitchboardWallClock, WhatIsToldAndRecordedFollowsIt) {
  set_clock();
  Client& carol = board.add("carol", 31);
  EXPECT_EQ(carol.last<wire::Welcome>().server_time_ms, wall_ms(board.now));
  const CallId call = call_id(1, board.now + GetParam());
  carol.say(wire::Invite{.call = call, .callee = bob.user});
  EXPECT_EQ(board.records[call].invited_at_ms, wall_ms(board.now));
  EXPECT_EQ(board.records[call].deadline_ms, wall_ms(board.now + kRingLimit));
}

TEST_P(SwitchboardWallClock, ACallThatIsOnLastsAsLongAsItDoes) {
  alice.say(invite(1, "bob"));
  const Instant invited = board.now;
  board.wait(3s);
  bob.say(wire::Accept{call_id(1)});
  alice.say(wire::MediaReport{.call = call_id(1), .flowing = true});
  const Instant connected = board.now;
  board.wait(5s);
  set_clock();
  board.wait(5s);
  alice.say(wire::HangUp{.call = call_id(1)});
  EXPECT_EQ(board.record(1).invited_at_ms, wall_ms(invited));
  EXPECT_EQ(board.record(1).connected_at_ms, wall_ms(connected));
  EXPECT_EQ(board.record(1).ended_at_ms, wall_ms(connected + 10s));
}

TEST_P(SwitchboardWallClock, ACallIdIsMadeByTheClockOfTheWelcomeOrTheOneOfNow) {
  set_clock();
  alice.say(wire::Invite{.call = call_id(1), .callee = bob.user});
  EXPECT_TRUE(board.records.contains(call_id(1))) << "by the clock of the welcome";
  alice.say(wire::HangUp{.call = call_id(1)});
  const CallId by_the_new_clock = call_id(2, board.now + GetParam());
  alice.say(wire::Invite{.call = by_the_new_clock, .callee = bob.user});
  EXPECT_TRUE(board.records.contains(by_the_new_clock));
}

TEST_P(SwitchboardWallClock, DeadlinesDoNotJump) {
  alice.say(invite(1, "bob"));
  const Instant due = board.now + kRingLimit;
  board.wait(5s);
  set_clock();
  board.wait(due - board.now - 1ms);
  EXPECT_EQ(board.record(1).phase, CallPhase::ringing);
  board.wait(1ms);
  EXPECT_EQ(board.record(1).reason, EndReason::no_answer);
  EXPECT_EQ(board.record(1).ended_at_ms, wall_ms(due));
}

TEST_P(SwitchboardWallClock, AClientIsToldTimesOfTheClockThatItKnows) {
  set_clock();
  alice.say(invite(1, "bob"));
  EXPECT_EQ(bob.last<wire::Incoming>().expires_at_ms, ms_of(board.now + kRingLimit))
      << "its welcome came before the clock was set";
  Client& tablet = board.add("bob", 22);
  EXPECT_EQ(tablet.last<wire::Welcome>().calls.items.at(0).expires_at_ms,
            wall_ms(board.now + kRingLimit));
}

TEST(SwitchboardWallClockSleep, TimeInWhichTheMachineSleptIsNoMistake) {
  TestBoard board;
  Client& alice = board.add("alice", 11);
  board.add("bob", 21);
  alice.say(invite(1, "bob"));
  const std::int64_t invited = ms_of(board.now);
  board.handle(WallClock{.ahead = 2h});
  board.wait(kRingLimit);
  EXPECT_EQ(board.record(1).invited_at_ms, invited);
  EXPECT_EQ(board.record(1).reason, EndReason::no_answer);
}

TEST(SwitchboardWallClockBack, NoCallEndsBeforeItWasConnectedNorWaitsForATimeThatIsFarAway) {
  TestBoard board;
  Client& alice = board.add("alice", 11);
  Client& bob = board.add("bob", 21);
  Client& carol = board.add("carol", 31);
  Client& dan = board.add("dan", 41);
  alice.say(invite(1, "bob"));
  bob.say(wire::Accept{call_id(1)});
  alice.say(wire::MediaReport{.call = call_id(1), .flowing = true});
  carol.say(invite(2, "dan"));
  dan.say(wire::Accept{call_id(2)});
  board.handle(WallClock{.ahead = -2h});
  alice.say(wire::HangUp{.call = call_id(1)});
  EXPECT_EQ(board.record(1).ended_at_ms, board.record(1).connected_at_ms);
  carol.lose();
  dan.lose();
  board.wait(kConnectLimit + kMediaLease);
  EXPECT_EQ(board.record(2).phase, CallPhase::ended);
}

CallRecord record_of(CallPhase phase, Instant at) {
  CallRecord record{.call = call_id(1),
                    .caller = {.user = {"alice"}, .device = device_id(11)},
                    .callee = {.user = {"bob"}, .device = device_id(21)},
                    .phase = phase,
                    .invited_at_ms = ms_of(at),
                    .deadline_ms = ms_of(at + 40s)};
  if (phase != CallPhase::ringing) record.accepted_at_ms = ms_of(at);
  if (phase == CallPhase::active) record.connected_at_ms = record.media_at_ms = ms_of(at);
  return record;
}

class SwitchboardRestored : public ::testing::TestWithParam<CallPhase> {};

INSTANTIATE_TEST_SUITE_P(InEveryPhase, SwitchboardRestored,
                         ::testing::Values(CallPhase::ringing, CallPhase::connecting,
                                           CallPhase::active));

/// A call that was on for a minute before the server was killed, and its clock set forth by a year.
void restore_after_a_year(TestBoard& board) {
  CallRecord record = record_of(CallPhase::active, board.now - 365 * 24h);
  record.media_at_ms = *record.connected_at_ms + 60'000;
  board.handle(CallRestored{record});
}

TEST(SwitchboardRestoredMuchLater, ACallHasLastedUntilTheLastMedia) {
  TestBoard board;
  restore_after_a_year(board);
  Client& alice = board.add("alice", 11);
  board.add("bob", 21);
  alice.say(wire::HangUp{.call = call_id(1)});
  EXPECT_EQ(board.record(1).reason, EndReason::completed);
  EXPECT_EQ(*board.record(1).ended_at_ms - *board.record(1).connected_at_ms, 60'000);
}

TEST(SwitchboardRestoredMuchLater, ACallThatGoesOnLeavesOutTheTimeThatWasLost) {
  TestBoard board;
  restore_after_a_year(board);
  Client& alice = board.add("alice", 11);
  board.add("bob", 21);
  alice.say(wire::MediaReport{.call = call_id(1), .flowing = true});
  board.wait(20s);
  alice.say(wire::HangUp{.call = call_id(1)});
  EXPECT_EQ(board.record(1).ended_at_ms, ms_of(board.now));
  EXPECT_EQ(*board.record(1).ended_at_ms - *board.record(1).connected_at_ms, 80'000);
}

TEST(SwitchboardRestoredMuchLater, AnOutageOfSomeHoursIsPartOfTheCall) {
  TestBoard board;
  board.handle(CallRestored{record_of(CallPhase::active, board.now - 3h)});
  Client& alice = board.add("alice", 11);
  board.add("bob", 21);
  alice.say(wire::MediaReport{.call = call_id(1), .flowing = true});
  alice.say(wire::HangUp{.call = call_id(1)});
  EXPECT_EQ(*board.record(1).ended_at_ms - *board.record(1).connected_at_ms, Duration(3h).count());
}

TEST_P(SwitchboardRestored, ByAClockThatWasSetBackKeepsItsLimits) {
  TestBoard board;
  const Instant start = board.now;
  board.handle(CallRestored{record_of(GetParam(), start + 24h)});
  Client& alice = board.add("alice", 11);
  board.add("bob", 21);
  const Duration longest = GetParam() == CallPhase::active ? kMediaLease : kRingLimit;
  board.wait(longest);
  const CallRecord& record = board.record(1);
  EXPECT_EQ(record.phase, CallPhase::ended);
  EXPECT_GE(*record.ended_at_ms, record.connected_at_ms.value_or(record.invited_at_ms));
  EXPECT_LE(*record.ended_at_ms, ms_of(board.now));
  (void)alice;
}

TEST_P(SwitchboardRestored, ByAClockThatWasSetForthEndsInItsTime) {
  TestBoard board;
  board.handle(CallRestored{record_of(GetParam(), board.now - 24h)});
  board.add("alice", 11);
  board.add("bob", 21);
  board.wait(kMediaLease);
  EXPECT_EQ(board.record(1).phase, CallPhase::ended);
}

}  // namespace
}  // namespace parley::switchboard
