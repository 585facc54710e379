// What the two sides of a call tell each other: signals, status, media, and the devices that join.
#include "core/base/ids.hpp"
#include "core/errors/catalogue.hpp"
#include "core/switchboard/switchboard.hpp"
#include "core/switchboard/test_board.hpp"
#include "core/switchboard/timers.hpp"
#include "core/wire/client_messages.hpp"
#include "core/wire/server_messages.hpp"
#include "core/wire/types.hpp"

#include <gtest/gtest.h>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace parley::switchboard {
namespace {

using wire::CallPhase;

class SwitchboardSignals : public ::testing::Test {
 protected:
  void SetUp() override {
    alice.say(invite(1, "bob"));
    bob.say(wire::Accept{call_id(1)});
    forget_what_was_heard();
  }
  void TearDown() override { EXPECT_EQ(board.broken_rules, Texts{}); }

  void forget_what_was_heard() {
    for (Client* client : {&alice, &bob, &desk, &tablet}) (void)client->heard();
  }

  void flow() {
    alice.say(wire::MediaReport{call_id(1), true});
    bob.say(wire::MediaReport{call_id(1), true});
    forget_what_was_heard();
  }

  static wire::Signal signal(const Client& to, const std::string& data, std::uint32_t link = 1) {
    return {.call = call_id(1), .to = to.device, .link = link, .data = {data}};
  }
  static wire::Status status(std::uint32_t revision, bool held = false) {
    return {call_id(1), {.revision = revision, .held = held}};
  }

  TestBoard board;
  Client& alice = board.add("alice", 11);
  Client& bob = board.add("bob", 21);
  Client& desk = board.add("alice", 12);  // is not in the call
  Client& tablet = board.add("bob", 22);  // nor is this one
};

// ---- how much ----

TEST_F(SwitchboardSignals, ASenderIsRefusedBeforeTheOthersSessionIsFull) {
  bob.acknowledges = false;
  std::size_t passed = 0;
  for (std::int64_t i = 0; i < kRelayBurst; ++i) {
    alice.say(signal(bob, "{}"));
    passed += bob.heard().size();
  }
  EXPECT_EQ(passed, kMaxRelayedMessages);
  EXPECT_EQ(alice.last<wire::Refusal>().code, Error::rate_limited);
  EXPECT_EQ(alice.last<wire::Refusal>().retry_after_ms, Duration(kRelayRetry).count());
  EXPECT_EQ(bob.closed(), std::nullopt);

  // The server's own messages still come through.
  alice.reload();
  alice.say(wire::HangUp{call_id(1), {}});
  EXPECT_EQ(bob.heard().back(), "ended 1 completed");
}

TEST_F(SwitchboardSignals, TheSameBoundHoldsInBytes) {
  bob.acknowledges = false;
  const std::string large = '"' + std::string(60'000, 'x') + '"';
  std::size_t passed = 0;
  for (int i = 0; i < 12; ++i) {
    alice.say(signal(bob, large));
    passed += bob.heard().size();
  }
  EXPECT_EQ(passed, kMaxRelayedBytes / large.size());
  EXPECT_EQ(bob.closed(), std::nullopt);
}

TEST_F(SwitchboardSignals, ASocketThatIsLostIsNoReasonToOverrunItsSession) {
  flow();
  bob.lose();
  for (int i = 0; i < 300; ++i) {
    alice.say(signal(bob, "{}"));
    alice.say(status(static_cast<std::uint32_t>(i + 1)));
    if (i % 3 == 0) board.wait(100ms);
  }
  bob.connect();
  const Texts heard = bob.heard();
  ASSERT_FALSE(heard.empty());
  EXPECT_EQ(heard.front(), "welcome back 1:active");
  EXPECT_LE(heard.size(), 1 + kMaxRelayedMessages + 4);
}

TEST_F(SwitchboardSignals, WhatWasAcknowledgedMakesRoomAgain) {
  flow();
  for (int i = 0; i < 800; ++i) {
    alice.say(signal(bob, "{}"));
    board.wait(kRelayEvery);
    EXPECT_EQ(bob.heard().size(), 1U) << i;
  }
  EXPECT_EQ(alice.heard(), Texts{});
}

TEST_F(SwitchboardSignals, SignalsComeInABurstAndThenSlowly) {
  for (std::int64_t i = 0; i < kRelayBurst; ++i) alice.say(signal(bob, "{}"));
  EXPECT_EQ(alice.heard(), Texts{});
  alice.say(signal(bob, "{}"));
  EXPECT_EQ(alice.heard(), Texts{"error protocol/rate-limited 1"});
  EXPECT_EQ(alice.last<wire::Refusal>().retry_after_ms, Duration(kRelayEvery).count());
  board.wait(kRelayEvery);
  alice.say(signal(bob, "{}"));
  EXPECT_EQ(alice.heard(), Texts{});
  bob.say(signal(alice, "{}"));
  EXPECT_EQ(alice.heard().size(), 1U) << "each direction counts by itself";
}

TEST_F(SwitchboardSignals, WhoGoesOnAndOnIsClosed) {
  for (std::int64_t i = 0; i < kRelayBurst + kRefusedBurst; ++i) alice.say(signal(bob, "{}"));
  EXPECT_EQ(alice.closed(), std::nullopt);
  alice.say(signal(bob, "{}"));
  EXPECT_EQ(alice.closed(), wire::CloseCode::policy_violation);
  EXPECT_EQ(bob.closed(), std::nullopt);
  EXPECT_EQ(board.record(1).phase, CallPhase::connecting) << "the call is not over for that";
}

TEST_F(SwitchboardSignals, ARefusedStatusIsNotTaken) {
  bob.acknowledges = false;
  for (std::uint32_t i = 1; i <= 120; ++i) alice.say(status(i));
  EXPECT_EQ(bob.last<wire::PeerStatus>().status.revision, kMaxRelayedMessages);
  EXPECT_EQ(alice.last<wire::Refusal>().code, Error::rate_limited);
}

TEST_F(SwitchboardSignals, APageThatComesAndGoesDoesNotFillTheOthersSession) {
  bob.acknowledges = false;
  for (int i = 0; i < 200; ++i) {
    alice.say(wire::Leaving{});
    alice.say_unnumbered(wire::Ping{});
  }
  EXPECT_LE(bob.heard().size(), 2U * kLeavingBurst);
}

TEST_F(SwitchboardSignals, ASignalFitsIntoAFrameOfTheOtherSide) {
  const std::string largest = '"' + std::string(wire::kMaxSignalBytes - 2, 'x') + '"';
  alice.say(signal(bob, largest, 4'000'000'000U));
  ASSERT_EQ(bob.heard().size(), 1U);
  alice.say(signal(bob, '"' + std::string(wire::kMaxSignalBytes - 1, 'x') + '"'));
  EXPECT_EQ(alice.heard(), Texts{"error protocol/message-too-large 1"});
}

// ---- signals ----

TEST_F(SwitchboardSignals, PassesSignalsOnUnread) {
  alice.say(signal(bob, R"({"type":"from the future","x":[1.50,"\u0041"]})"));
  EXPECT_EQ(bob.heard(),
            Texts{R"(signal 1 from 11: {"type":"from the future","x":[1.50,"\u0041"]})"});
  bob.say(signal(alice, "null"));
  EXPECT_EQ(alice.heard(), Texts{"signal 1 from 21: null"});
  EXPECT_EQ(alice.last<wire::RelayedSignal>().link, 1U);
}

TEST_F(SwitchboardSignals, KeepsSignalsForADeviceThatIsAway) {
  bob.lose();
  alice.say(signal(bob, "1"));
  alice.say(signal(bob, "2"));
  bob.connect();
  EXPECT_EQ(bob.heard(),
            (Texts{"welcome back 1:connecting", "signal 1 from 11: 1", "signal 1 from 11: 2"}));
}

TEST_F(SwitchboardSignals, RefusesSignalsToADeviceThatIsNotInTheCall) {
  alice.say(signal(tablet, "1"));
  EXPECT_EQ(alice.heard(), Texts{"error call/unknown-call 1"});
  alice.say(signal(alice, "1"));
  EXPECT_EQ(alice.heard(), Texts{"error call/unknown-call 1"});
  EXPECT_EQ(tablet.heard(), Texts{});
}

TEST_F(SwitchboardSignals, RefusesSignalsOfADeviceThatIsNotInTheCall) {
  desk.say(signal(bob, "1"));
  EXPECT_EQ(desk.heard(), Texts{"error call/unknown-call 1"});
  tablet.say(signal(alice, "1"));
  EXPECT_EQ(tablet.heard(), Texts{"error call/unknown-call 1"});
  EXPECT_EQ(bob.heard(), Texts{});
  EXPECT_EQ(alice.heard(), Texts{});
}

TEST_F(SwitchboardSignals, RefusesEverythingElseOfADeviceThatIsNotInTheCall) {
  desk.say(status(1));
  desk.say(wire::MediaReport{call_id(1), true});
  EXPECT_EQ(desk.heard(), (Texts{"error call/unknown-call 1", "error call/unknown-call 1"}));
  EXPECT_EQ(bob.heard(), Texts{});
  EXPECT_EQ(board.record(1).phase, CallPhase::connecting);
}

TEST_F(SwitchboardSignals, SaysNothingToALateSignal) {
  bob.say(wire::HangUp{call_id(1), {}});
  forget_what_was_heard();
  alice.say(signal(bob, "1"));
  EXPECT_EQ(alice.heard(), Texts{});
  EXPECT_EQ(bob.heard(), Texts{});
}

TEST_F(SwitchboardSignals, PassesNoSignalsBeforeAnAnswer) {
  Client& carol = board.add("carol", 31);
  Client& dave = board.add("dave", 41);
  carol.say(invite(2, "dave"));
  (void)carol.heard();
  (void)dave.heard();
  carol.say(wire::Signal{.call = call_id(2), .to = dave.device, .link = 0});
  dave.say(wire::Signal{.call = call_id(2), .to = carol.device, .link = 0});
  EXPECT_EQ(carol.heard(), Texts{"error call/unknown-call 2"});
  EXPECT_EQ(dave.heard(), Texts{"error call/unknown-call 2"});
}

// ---- status ----

TEST_F(SwitchboardSignals, TellsTheOtherSideWhatIsSent) {
  alice.say(wire::Status{call_id(1), {.revision = 1, .microphone = wire::SourceState::off}});
  EXPECT_EQ(bob.heard(), Texts{"status 1 #1"});
  EXPECT_EQ(bob.last<wire::PeerStatus>().status.microphone, wire::SourceState::off);
  EXPECT_EQ(tablet.heard(), Texts{});
}

TEST_F(SwitchboardSignals, BelievesTheHighestRevision) {
  alice.say(status(2));
  alice.say(status(1));
  alice.say(status(2));
  EXPECT_EQ(bob.heard(), Texts{"status 1 #2"});
  alice.say(status(3));
  EXPECT_EQ(bob.heard(), Texts{"status 1 #3"});
}

/// The join of the one pairs the two anew, and what the other one then says is that join said
/// twice.
TEST_F(SwitchboardSignals, BelievesPagesThatWereBothLoadedAnew) {
  flow();
  alice.say(status(2, true));
  bob.say(status(2, true));
  alice.reload();
  bob.reload();
  forget_what_was_heard();
  alice.say(wire::Join{call_id(1)});
  bob.say(wire::Join{call_id(1)});
  forget_what_was_heard();
  alice.say(status(1, true));
  bob.say(status(1, true));
  EXPECT_EQ(bob.heard(), Texts{"status 1 #1 held"});
  EXPECT_EQ(alice.heard(), Texts{"status 1 #1 held"});
}

TEST_F(SwitchboardSignals, TellsTheStatusInASnapshot) {
  alice.say(status(4));
  bob.reload();
  const auto welcome = bob.last<wire::Welcome>();
  ASSERT_EQ(welcome.calls.items.size(), 1U);
  EXPECT_EQ(welcome.calls.items.front().peer_status->revision, 4U);
}

TEST_F(SwitchboardSignals, WritesThatACallIsHeld) {
  alice.say(status(1));
  alice.say(status(2, true));
  EXPECT_TRUE(board.record(1).caller.status->held);
  EXPECT_EQ(bob.heard(), (Texts{"status 1 #1", "status 1 #2 held"}));
}

// ---- media ----

TEST_F(SwitchboardSignals, WritesThatACallIsHeldFromTheFirstWordOn) {
  alice.say(status(1, true));
  EXPECT_TRUE(board.record(1).caller.status->held);
}

TEST_F(SwitchboardSignals, WritesWhatIsTurnedOff) {
  using wire::SourceState;
  alice.say(wire::Status{call_id(1), {.revision = 1, .camera = SourceState::on}});
  const std::size_t writes = board.stores.size();
  alice.say(wire::Status{
      call_id(1), {.revision = 2, .microphone = SourceState::off, .camera = SourceState::on}});
  EXPECT_EQ(board.record(1).caller.status->microphone, SourceState::off);
  alice.say(wire::Status{call_id(1), {.revision = 3, .camera = SourceState::on}});
  EXPECT_EQ(board.stores.size(), writes + 1) << "on again is no harm to forget";
  alice.say(status(4));
  EXPECT_EQ(board.record(1).caller.status->camera, SourceState::off);
}

TEST_F(SwitchboardSignals, TheFirstReportOfMediaMakesACallActiveOnce) {
  board.wait(2s);
  bob.say(wire::MediaReport{call_id(1), true});
  const std::int64_t connected = ms_of(board.now);
  EXPECT_EQ(board.record(1).phase, CallPhase::active);
  EXPECT_EQ(board.record(1).connected_at_ms, connected);
  const std::size_t writes = board.stores.size();
  board.wait(1s);
  alice.say(wire::MediaReport{call_id(1), true});
  bob.say(wire::MediaReport{call_id(1), true});
  EXPECT_EQ(board.record(1).connected_at_ms, connected);
  EXPECT_EQ(board.stores.size(), writes) << "not every report is written";
}

TEST_F(SwitchboardSignals, AReportThatNothingFlowsMakesNothingActive) {
  alice.say(wire::MediaReport{call_id(1), false});
  EXPECT_EQ(board.record(1).phase, CallPhase::connecting);
}

TEST_F(SwitchboardSignals, ACallThatRingsHasNoMedia) {
  Client& carol = board.add("carol", 31);
  carol.say(invite(2, "dave"));
  Client& dave = board.add("dave", 41);
  carol.say(invite(3, "dave"));
  carol.say(wire::MediaReport{call_id(3), true});
  dave.say(wire::MediaReport{call_id(3), true});
  EXPECT_EQ(board.record(3).phase, CallPhase::ringing);
}

TEST_F(SwitchboardSignals, ReportsKeepACallAliveForAsLongAsTheyCome) {
  flow();
  for (int i = 0; i < 20; ++i) {
    board.wait(kMediaLease - 1ms);
    (i % 2 == 0 ? alice : bob).say(wire::MediaReport{call_id(1), true});
  }
  EXPECT_EQ(board.gauges().calls, 1U);
  board.wait(kMediaLease);
  EXPECT_EQ(board.gauges().calls, 0U);
}

TEST_F(SwitchboardSignals, WritesTheMomentOfTheLastMediaNowAndThen) {
  flow();
  const std::size_t writes = board.stores.size();
  for (int i = 0; i < 60; ++i) {
    board.wait(10s);
    alice.say(wire::MediaReport{call_id(1), true});
    bob.say(wire::MediaReport{call_id(1), true});
  }
  EXPECT_EQ(board.stores.size() - writes, 20U);
}

// ---- taking over ----

TEST_F(SwitchboardSignals, AnotherDeviceTakesTheCallOverOnceItHasMedia) {
  flow();
  tablet.say(wire::Join{call_id(1)});
  EXPECT_EQ(tablet.heard(), Texts{"accepted 1 with alice:11 link 2 answers"});
  EXPECT_EQ(alice.heard(), Texts{"accepted 1 with bob:22 link 2 offers"});
  EXPECT_EQ(bob.heard(), Texts{}) << "it goes on until the other one works";
  bob.say(signal(alice, "\"old\"", 1));
  tablet.say(signal(alice, "\"new\"", 2));
  EXPECT_EQ(alice.heard(), (Texts{R"(signal 1 from 21: "old")", R"(signal 1 from 22: "new")"}));

  tablet.say(wire::MediaReport{call_id(1), true});
  EXPECT_EQ(bob.heard(), (Texts{"ended 1 answered_elsewhere", "elsewhere 1"}));
  EXPECT_EQ(board.record(1).callee.device, tablet.device);
  bob.say(signal(alice, "\"late\"", 1));
  EXPECT_EQ(bob.heard(), Texts{"error call/unknown-call 1"});
  alice.say(signal(bob, "\"late\"", 1));
  EXPECT_EQ(alice.heard(), Texts{}) << "to a device that was let go: late, not wrong";
  tablet.say(wire::HangUp{call_id(1), {}});
  EXPECT_EQ(alice.heard(), Texts{"ended 1 completed"});
}

TEST_F(SwitchboardSignals, ADeviceThatTakesOverFromOneThatIsAwayIsThere) {
  flow();
  bob.say(wire::Leaving{});
  bob.lose();
  tablet.say(wire::Join{call_id(1)});
  forget_what_was_heard();
  tablet.say(wire::MediaReport{call_id(1), true});
  EXPECT_EQ(alice.heard(), Texts{"peer 1 connected"});
}

TEST_F(SwitchboardSignals, TheOtherSideHearsLastOfTheDeviceThatHasTheCall) {
  flow();
  bob.say(status(5));
  tablet.say(wire::Join{call_id(1)});
  tablet.say(status(1));
  bob.say(status(6));
  forget_what_was_heard();
  tablet.say(wire::MediaReport{call_id(1), true});
  EXPECT_EQ(alice.heard(), Texts{"status 1 #1"});
}

TEST_F(SwitchboardSignals, ADeviceThatGivesUpTakingOverLeavesItsStatusBehind) {
  flow();
  bob.say(status(5));
  tablet.say(wire::Join{call_id(1)});
  tablet.say(status(1));
  forget_what_was_heard();
  tablet.say(wire::HangUp{call_id(1), {}});
  EXPECT_EQ(alice.heard(), Texts{"status 1 #5"});
}

TEST_F(SwitchboardSignals, ADeviceThatReloadsWhileTakingOverHasGivenUp) {
  flow();
  bob.say(status(5));
  tablet.say(wire::Join{call_id(1)});
  tablet.say(status(1));
  forget_what_was_heard();
  tablet.reload();
  EXPECT_EQ(alice.heard(), Texts{"status 1 #5"});
  EXPECT_EQ(board.record(1).callee.takeover, std::nullopt);
  tablet.say(wire::MediaReport{call_id(1), true});
  EXPECT_EQ(board.record(1).callee.device, bob.device);
}

TEST_F(SwitchboardSignals, ADeviceThatGivesUpTakingOverLeavesTheCallWhereItWas) {
  flow();
  tablet.say(wire::Join{call_id(1)});
  forget_what_was_heard();
  tablet.say(wire::HangUp{call_id(1), Error::no_media_path});
  EXPECT_EQ(tablet.heard(), (Texts{"ended 1 answered_elsewhere", "elsewhere 1"}));
  EXPECT_EQ(bob.heard(), Texts{});
  EXPECT_EQ(alice.heard(), Texts{});
  EXPECT_EQ(board.record(1).callee.device, bob.device);
}

TEST_F(SwitchboardSignals, NobodyIsConnectedToTheWrongDeviceWhileOneTakesOver) {
  flow();
  tablet.say(wire::Join{call_id(1)});
  forget_what_was_heard();
  alice.say(invite(1, "bob"));
  bob.say(wire::Accept{call_id(1)});
  EXPECT_EQ(alice.heard(), Texts{"accepted 1 with bob:22 link 2 offers"});
  EXPECT_EQ(bob.heard(), Texts{"accepted 1 with alice:11 link 1 answers"}) << "link 2 is not his";
  (void)tablet.heard();
  tablet.say(wire::HangUp{call_id(1), {}});
  forget_what_was_heard();
  alice.say(invite(1, "bob"));
  EXPECT_EQ(alice.heard(), Texts{"accepted 1 with bob:21 link 1 offers"})
      << "link 2 does not become one with bob";
}

TEST_F(SwitchboardSignals, TheLatestDeviceThatJoinsIsTheOneThatTakesOver) {
  Client& watch = board.add("bob", 23);
  flow();
  tablet.say(wire::Join{call_id(1)});
  forget_what_was_heard();
  (void)watch.heard();
  watch.say(wire::Join{call_id(1)});
  EXPECT_EQ(tablet.heard(), (Texts{"ended 1 answered_elsewhere", "elsewhere 1"}))
      << "it must not hold its microphone open for nothing";
  EXPECT_EQ(watch.heard(), Texts{"accepted 1 with alice:11 link 3 answers"});
  EXPECT_EQ(alice.heard(), Texts{"accepted 1 with bob:23 link 3 offers"});
  tablet.say(wire::MediaReport{call_id(1), true});
  EXPECT_EQ(board.record(1).callee.device, bob.device);
}

TEST_F(SwitchboardSignals, ADeviceThatReloadsJoinsItsOwnCallAgain) {
  flow();
  bob.say(status(5));
  bob.reload();
  forget_what_was_heard();
  bob.say(wire::Join{call_id(1)});
  EXPECT_EQ(bob.heard(), Texts{"accepted 1 with alice:11 link 2 answers"});
  EXPECT_EQ(alice.heard(), Texts{"accepted 1 with bob:21 link 2 offers"});
  bob.say(status(1));
  EXPECT_EQ(alice.heard(), Texts{"status 1 #1"}) << "it counts from the start";
}

TEST_F(SwitchboardSignals, ADeviceThatReloadsStopsAnotherFromTakingOver) {
  flow();
  tablet.say(wire::Join{call_id(1)});
  bob.reload();
  forget_what_was_heard();
  bob.say(wire::Join{call_id(1)});
  EXPECT_EQ(tablet.heard(), (Texts{"ended 1 answered_elsewhere", "elsewhere 1"}));
  EXPECT_EQ(board.record(1).callee.takeover, std::nullopt);
}

TEST_F(SwitchboardSignals, ADeviceThatReloadsTurnsAwayWhoWasToConnectToItsOldPage) {
  flow();
  tablet.say(wire::Join{call_id(1)});
  alice.reload();
  forget_what_was_heard();
  alice.say(wire::Join{call_id(1)});
  EXPECT_EQ(tablet.heard(), (Texts{"ended 1 answered_elsewhere", "elsewhere 1"}));
  EXPECT_EQ(bob.heard(), Texts{"accepted 1 with alice:11 link 3 offers"});
  EXPECT_EQ(board.record(1).callee.takeover, std::nullopt);
}

TEST_F(SwitchboardSignals, TakingOverNeverPutsASecondCallInFront) {
  flow();
  Client& carol = board.add("carol", 31);
  tablet.say(wire::Join{call_id(1)});
  tablet.say(status(1));
  carol.say(invite(2, "bob"));
  bob.say(status(1, true));
  bob.say(wire::Accept{call_id(2)});
  forget_what_was_heard();
  tablet.say(wire::MediaReport{call_id(1), true});
  EXPECT_EQ(tablet.heard(), (Texts{"ended 1 answered_elsewhere", "elsewhere 1"}));
  EXPECT_EQ(board.record(1).callee.device, bob.device);
  EXPECT_TRUE(board.record(1).callee.status->held);
}

/// Both sides are taken over at once, and one of the two can't be: the devices that stay are paired
/// anew, and so is the other one that takes over, for what it was to connect to is gone.
TEST_F(SwitchboardSignals, WhoTakesOverIsPairedWithTheDeviceThatStays) {
  board.add("carol", 31);
  flow();
  desk.say(wire::Join{call_id(1)});
  tablet.say(wire::Join{call_id(1)});
  alice.say(status(1, true));
  alice.say(invite(2, "carol"));
  forget_what_was_heard();
  desk.say(wire::MediaReport{call_id(1), true});
  EXPECT_EQ(desk.heard(), (Texts{"ended 1 answered_elsewhere", "elsewhere 1"}));
  const Texts alices{"accepted 1 with bob:21 link 4 offers",
                     "accepted 1 with bob:22 link 5 offers"};
  EXPECT_EQ(bob.heard().back(), "accepted 1 with alice:11 link 4 answers");
  EXPECT_EQ(tablet.heard().back(), "accepted 1 with alice:11 link 5 answers");
  EXPECT_EQ(alice.heard(), alices);
  tablet.say(wire::MediaReport{call_id(1), true});
  EXPECT_EQ(board.record(1).callee.device, tablet.device);
}

TEST_F(SwitchboardSignals, ADeviceWithTwoCallsJoinsBothAfterAReload) {
  Client& carol = board.add("carol", 31);
  flow();
  bob.say(status(1, true));
  carol.say(invite(2, "bob"));
  bob.say(wire::Accept{call_id(2)});
  bob.say(wire::MediaReport{call_id(2), true});
  bob.reload();
  forget_what_was_heard();
  bob.say(wire::Join{call_id(1)});
  bob.say(wire::Join{call_id(2)});
  EXPECT_EQ(bob.heard(), (Texts{"accepted 1 with alice:11 link 2 answers",
                                "accepted 2 with carol:31 link 2 answers"}));
}

TEST_F(SwitchboardSignals, WhoIsInAnotherCallCannotJoinOrResume) {
  Client& carol = board.add("carol", 31);
  flow();
  alice.say(status(1, true));
  alice.say(invite(2, "carol"));
  carol.say(wire::Accept{call_id(2)});
  forget_what_was_heard();
  desk.say(wire::Join{call_id(1)});
  EXPECT_EQ(desk.heard(), Texts{"error call/too-many-calls 1"});
  alice.say(status(2, false));
  EXPECT_EQ(alice.heard(), Texts{"error call/too-many-calls 1"});
  EXPECT_EQ(alice.last<wire::Refusal>().request->value, "status");
}

TEST_F(SwitchboardSignals, ACallThatRingsCannotBeJoined) {
  Client& carol = board.add("carol", 31);
  carol.say(invite(2, "dave"));
  (void)carol.heard();
  Client& dave = board.add("dave", 41);
  carol.say(invite(3, "dave"));
  (void)carol.heard();
  carol.say(wire::Join{call_id(3)});
  dave.say(wire::Join{call_id(3)});
  EXPECT_EQ(carol.heard(), Texts{"error call/unknown-call 3"});
  EXPECT_EQ(board.record(3).phase, CallPhase::ringing);
}

TEST_F(SwitchboardSignals, OfTwoSidesThatMoveAtOnceTheFirstWithMediaWins) {
  flow();
  bob.say(status(1));
  desk.say(wire::Join{call_id(1)});
  desk.say(wire::Status{call_id(1), {.revision = 7, .camera = wire::SourceState::on}});
  tablet.say(wire::Join{call_id(1)});
  tablet.say(wire::Status{call_id(1), {.revision = 2, .camera = wire::SourceState::off}});
  forget_what_was_heard();
  desk.say(wire::MediaReport{call_id(1), true});
  EXPECT_EQ(tablet.heard(), (Texts{"ended 1 answered_elsewhere", "elsewhere 1"}))
      << "it was to connect to the device that is let go";
  EXPECT_EQ(desk.heard(), Texts{"status 1 #1"}) << "of the device that has the call";
  EXPECT_EQ(board.record(1).caller.device, desk.device);
  EXPECT_EQ(board.record(1).caller.status->revision, 7U);
  EXPECT_EQ(board.record(1).callee.device, bob.device);
  EXPECT_EQ(board.record(1).callee.takeover, std::nullopt);
}

TEST_F(SwitchboardSignals, TellsTheOtherDevicesWhereTheCallIs) {
  Client& late = board.add("bob", 23);
  EXPECT_EQ(late.last<wire::Welcome>().calls.items.size(), 1U);
  flow();
  bob.say(wire::HangUp{call_id(1), {}});
  const Texts end{"ended 1 completed"};
  EXPECT_EQ(desk.heard(), end);
  EXPECT_EQ(tablet.heard(), end);
  EXPECT_EQ(late.heard(), end);
}

}  // namespace
}  // namespace parley::switchboard
