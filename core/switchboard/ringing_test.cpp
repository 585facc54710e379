// Devices that ring and give up by themselves, fall silent, or come back.
#include "core/switchboard/test_board.hpp"
#include "core/switchboard/timers.hpp"

#include <gtest/gtest.h>

namespace parley::switchboard {
namespace {

using wire::CallPhase;
using wire::EndReason;

class SwitchboardRinging : public ::testing::Test {
 protected:
  void SetUp() override {
    alice.say(invite(1, "bob"));
    for (Client* client : {&bob, &tablet}) {
      client->say(wire::Ringing{call_id(1)});
      (void)client->heard();
    }
    (void)alice.heard();
  }
  void TearDown() override { EXPECT_EQ(board.broken_rules, Texts{}); }

  TestBoard board;
  Client& alice = board.add("alice", 11);
  Client& bob = board.add("bob", 21);
  Client& tablet = board.add("bob", 22);
};

const wire::HangUp kNoMicrophone{call_id(1), Error::microphone_denied};

// ---- a device that gives up ----

TEST_F(SwitchboardRinging, ADeviceThatGivesUpSpeaksForItselfAlone) {
  bob.say(kNoMicrophone);
  EXPECT_EQ(bob.heard(), Texts{"ended 1 failed device/microphone-denied"});
  EXPECT_EQ(tablet.heard(), Texts{});
  EXPECT_EQ(alice.heard(), Texts{"progress 1 1/1"});
  tablet.say(wire::Accept{call_id(1)});
  EXPECT_EQ(alice.heard(), Texts{"accepted 1 with bob:22 link 1 offers"});
}

TEST_F(SwitchboardRinging, TheLastDeviceThatGivesUpFailsTheCall) {
  bob.say(wire::HangUp{call_id(1), Error::negotiation_failed});
  (void)bob.heard();
  tablet.say(kNoMicrophone);
  const Texts failed{"ended 1 failed device/microphone-denied"};
  EXPECT_EQ(tablet.heard(), failed);
  EXPECT_EQ(bob.heard(), failed);
  EXPECT_EQ(alice.heard().back(), failed.front());
  EXPECT_EQ(board.record(1).failure, Error::microphone_denied);
}

TEST_F(SwitchboardRinging, ADeviceThatNeverSaidThatItRingsMayStillAnswer) {
  Client& watch = board.add("bob", 23);
  bob.say(kNoMicrophone);
  tablet.say(kNoMicrophone);
  EXPECT_EQ(board.record(1).phase, CallPhase::ringing);
  watch.say(kNoMicrophone);
  EXPECT_EQ(board.record(1).reason, EndReason::failed);
}

TEST_F(SwitchboardRinging, GivingUpTwiceIsConfirmedTwice) {
  bob.say(kNoMicrophone);
  bob.say(kNoMicrophone);
  const std::string failed = "ended 1 failed device/microphone-denied";
  EXPECT_EQ(bob.heard(), (Texts{failed, failed}));
  EXPECT_EQ(alice.heard(), Texts{"progress 1 1/1"}) << "told once";
}

TEST_F(SwitchboardRinging, APersonWhoDeclinesElsewhereIsHeard) {
  bob.say(kNoMicrophone);
  tablet.say(wire::HangUp{call_id(1), {}});
  EXPECT_EQ(alice.heard().back(), "ended 1 declined");
  EXPECT_EQ(bob.heard().back(), "ended 1 declined_elsewhere");
}

TEST_F(SwitchboardRinging, ADeviceThatGaveUpAndIsLoadedAnewRingsAgain) {
  bob.say(kNoMicrophone);
  bob.reload();
  EXPECT_EQ(bob.heard().back(), "welcome 1:ringing");
  tablet.say(kNoMicrophone);
  EXPECT_EQ(board.record(1).phase, CallPhase::ringing);
  bob.say(wire::Accept{call_id(1)});
  EXPECT_EQ(board.record(1).phase, CallPhase::connecting);
}

TEST_F(SwitchboardRinging, WhenTheOthersAreForgottenTheFailureIsWhyItEnds) {
  bob.say(kNoMicrophone);
  tablet.say(wire::Leaving{});
  tablet.lose();
  board.wait(kReloadGrace);
  EXPECT_EQ(board.record(1).reason, EndReason::failed);
  EXPECT_EQ(board.record(1).failure, Error::microphone_denied);
}

// ---- devices that fall silent ----

TEST_F(SwitchboardRinging, GoesOnWhileADeviceIsSilentAndItsAnswerCounts) {
  tablet.say(kNoMicrophone);
  (void)alice.heard();
  bob.answers_pings = false;
  board.wait(kSilenceLimit + kPresenceGrace);
  EXPECT_EQ(alice.heard(), Texts{"progress 1 1/1 quiet"}) << "the other one can't answer";
  bob.answers_pings = true;
  bob.connect();
  bob.say(wire::Accept{call_id(1)});
  EXPECT_EQ(alice.heard(), (Texts{"progress 1 1/1", "accepted 1 with bob:21 link 1 offers"}));
}

TEST_F(SwitchboardRinging, ACallThatHasRungIsNotUnreachable) {
  tablet.lose();
  bob.lose();
  board.wait(kPresenceGrace);
  EXPECT_EQ(alice.heard(), Texts{"progress 1 2/2 quiet"});
  board.wait(10s);
  bob.connect();
  EXPECT_EQ(bob.heard(), Texts{"welcome back 1:ringing"});
  EXPECT_EQ(alice.heard(), Texts{"progress 1 2/2"});
  bob.say(wire::Accept{call_id(1)});
  EXPECT_EQ(alice.heard(), Texts{"accepted 1 with bob:21 link 1 offers"});
}

TEST_F(SwitchboardRinging, EndsUnansweredAtItsLimitHoweverQuietItIs) {
  tablet.lose();
  bob.lose();
  board.wait(kRingLimit - 1ms);
  EXPECT_EQ(board.record(1).phase, CallPhase::ringing);
  board.wait(1ms);
  EXPECT_EQ(alice.heard().back(), "ended 1 no_answer");
}

TEST_F(SwitchboardRinging, EndsUnansweredWhenEverySessionIsForgotten) {
  for (Client* client : {&bob, &tablet}) {
    client->say(wire::Leaving{});
    client->lose();
  }
  board.wait(kReloadGrace - 1ms);
  EXPECT_EQ(board.record(1).phase, CallPhase::ringing);
  board.wait(1ms);
  EXPECT_EQ(board.record(1).reason, EndReason::no_answer);
  EXPECT_EQ(alice.heard().back(), "ended 1 no_answer");
}

TEST_F(SwitchboardRinging, RingsOnAfterARestartForADeviceThatIsLate) {
  const CallRecord record = board.record(1);
  TestBoard next;
  next.now = board.now;
  next.handle(CallRestored{record});
  Client& caller = next.add("alice", 11);
  next.wait(kReturnGrace);
  EXPECT_EQ(caller.heard(), Texts{"progress 1 0/0 quiet"});
  Client& callee = next.add("bob", 21);
  callee.say(wire::Accept{call_id(1)});
  EXPECT_EQ(next.record(1).phase, CallPhase::connecting);
}

}  // namespace
}  // namespace parley::switchboard
