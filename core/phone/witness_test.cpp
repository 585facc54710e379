#include "core/phone/witness.hpp"

#include "core/phone/timers.hpp"

#include <gtest/gtest.h>

namespace parley::phone {
namespace {

using wire::LegStatus;
using wire::SourceState;

constexpr std::uint64_t kLoud = 100'000'000;  // a tenth of full power for a second

/// A connection that is looked at every 200 ms.
class Connection {
 public:
  /// The next look, after so much sound left and arrived.
  void look(std::uint64_t sent, std::uint64_t received, std::uint64_t frames_sent = 0) {
    now += kSampleWhileConnecting;
    add(sample.sent.microphone.energy, sent);
    add(sample.received.microphone.energy, received);
    if (path_is_up) add(sample.received.microphone.packets, 10);
    add(sample.sent.camera.frames, frames_sent);
    witness.sampled(sample, now);
  }
  void feed(Feed microphone, Feed camera = Feed::none) {
    witness.fed({.sent = {.microphone = microphone, .camera = camera}}, now);
  }
  void say(LegStatus status) { witness.own_said(status, now); }
  void hear(LegStatus status) { witness.peer_said(status, now); }

  static void add(std::optional<std::uint64_t>& counter, std::uint64_t more) {
    counter = counter.value_or(0) + more;
  }

  Witness witness;
  bool path_is_up = true;
  StatsSampled sample;
  Instant now = instant_from_ms(1'000'000);
};

TEST(Witness, ProvesAMuteOnceTheMeterHasDrained) {
  Connection c;
  c.feed(Feed::live);
  c.say({.revision = 1});
  c.look(kLoud, 0);
  c.feed(Feed::silent);
  c.say({.revision = 2, .microphone = SourceState::off});
  for (int i = 0; i < 5; ++i) {
    c.look(kLoud >> (2 * i), 0);
    EXPECT_EQ(c.witness.proof(SourceKind::microphone), Proof::none) << "the meter falls slowly";
  }
  c.look(0, 0);
  EXPECT_EQ(c.witness.proof(SourceKind::microphone), Proof::sent);
  EXPECT_FALSE(c.witness.leaks());
  c.hear({.revision = 9, .confirms = 2});
  EXPECT_EQ(c.witness.proof(SourceKind::microphone), Proof::received);
}

TEST(Witness, ForgetsAProofWithTheNextUnmute) {
  Connection c;
  c.feed(Feed::silent);
  c.say({.revision = 1, .microphone = SourceState::off});
  for (int i = 0; i < 8; ++i) c.look(0, 0);
  EXPECT_EQ(c.witness.proof(SourceKind::microphone), Proof::sent);
  c.feed(Feed::live);
  EXPECT_EQ(c.witness.proof(SourceKind::microphone), Proof::none);
}

TEST(Witness, NoticesAMutedMicrophoneThatIsSent) {
  Connection c;
  c.feed(Feed::silent);
  c.say({.revision = 1, .microphone = SourceState::off});
  for (int i = 0; i < 8; ++i) c.look(kLoud, 0);
  EXPECT_TRUE(c.witness.leaks());
  EXPECT_EQ(c.witness.proof(SourceKind::microphone), Proof::none);
}

TEST(Witness, SkipsOneLookWhenCountersStartAnew) {
  Connection c;
  c.feed(Feed::silent);
  for (int i = 0; i < 6; ++i) c.look(0, 0);
  c.sample.sent.microphone.energy = kLoud;
  c.look(0, 0);
  c.sample.sent.microphone.energy = 0;  // another source behind the sender
  c.look(0, 0);
  EXPECT_FALSE(c.witness.leaks());
  c.look(0, 0);
  EXPECT_EQ(c.witness.proof(SourceKind::microphone), Proof::sent);
}

TEST(Witness, ConfirmsWhatTheOtherSideSaysItDoesNotSend) {
  Connection c;
  c.hear({.revision = 4, .microphone = SourceState::off});
  for (int i = 0; i < 7; ++i) {
    c.look(kLoud, kLoud);
    EXPECT_EQ(c.witness.confirms(), 0U) << "it is still on its way";
  }
  for (int i = 0; i < 4; ++i) c.look(kLoud, 0);
  EXPECT_EQ(c.witness.confirms(), 4U);
  c.hear({.revision = 5, .microphone = SourceState::off, .mobile_data = true});
  c.look(0, 0);
  EXPECT_EQ(c.witness.confirms(), 4U) << "nothing new is claimed, so nothing is to be confirmed";
}

TEST(Witness, DoesNotConfirmWhatItHears) {
  Connection c;
  c.hear({.revision = 4, .microphone = SourceState::off});
  for (int i = 0; i < 50; ++i) c.look(0, kLoud);
  EXPECT_EQ(c.witness.confirms(), 0U);
}

TEST(Witness, ConfirmsNothingOnAPathOnWhichNothingArrives) {
  Connection c;
  c.path_is_up = false;
  c.hear({.revision = 3, .microphone = SourceState::off});
  for (int i = 0; i < 30; ++i) c.look(0, 0);
  EXPECT_EQ(c.witness.confirms(), 0U);
  c.path_is_up = true;
  for (int i = 0; i < 2; ++i) c.look(0, 0);
  EXPECT_EQ(c.witness.confirms(), 3U);
}

TEST(Witness, TakesBackWhatItHearsAfterAll) {
  Connection c;
  c.hear({.revision = 3, .microphone = SourceState::off});
  for (int i = 0; i < 12; ++i) c.look(0, 0);
  EXPECT_EQ(c.witness.confirms(), 3U);
  for (int i = 0; i < 2; ++i) c.look(0, kLoud);
  EXPECT_EQ(c.witness.confirms(), 0U);
}

TEST(Witness, ConfirmsAHoldWhoseSideSendsNoPackets) {
  Connection c;
  c.path_is_up = false;
  c.hear({.revision = 3, .held = true});
  for (int i = 0; i < 12; ++i) c.look(0, 0);
  EXPECT_EQ(c.witness.confirms(), 3U);
}

TEST(Witness, KnowsNothingOfTheNextDevice) {
  Connection c;
  c.hear({.revision = 30, .microphone = SourceState::off, .confirms = 20});
  for (int i = 0; i < 12; ++i) c.look(0, 0);
  EXPECT_EQ(c.witness.confirms(), 30U);
  c.witness.forget_peer();
  EXPECT_EQ(c.witness.confirms(), 0U);
  c.hear({.revision = 1, .microphone = SourceState::off});
  c.look(0, kLoud);
  EXPECT_EQ(c.witness.confirms(), 0U);
  for (int i = 0; i < 12; ++i) c.look(0, 0);
  EXPECT_EQ(c.witness.confirms(), 1U);
}

TEST(Witness, HasNothingToConfirmInAnOrdinaryCall) {
  Connection c;
  c.say({.revision = 1});
  c.hear({.revision = 1});
  EXPECT_FALSE(c.witness.samples_often(c.now)) << "a camera that was never on is no claim";
  for (int i = 0; i < 50; ++i) c.look(kLoud, kLoud);
  EXPECT_EQ(c.witness.confirms(), 0U);
}

TEST(Witness, ProvesThatACameraIsOff) {
  Connection c;
  c.feed(Feed::live, Feed::live);
  c.say({.revision = 1, .camera = SourceState::on});
  c.look(0, 0, 6);
  c.feed(Feed::live, Feed::none);
  c.say({.revision = 2});
  EXPECT_TRUE(c.witness.samples_often(c.now));
  for (int i = 0; i < 8; ++i) c.look(kLoud, 0);
  EXPECT_EQ(c.witness.proof(SourceKind::camera), Proof::sent);
  EXPECT_FALSE(c.witness.samples_often(c.now));
}

TEST(Witness, TakesASilencedMicrophoneForOneThatIsSent) {
  Connection c;
  c.feed(Feed::live);
  c.say({.revision = 1, .microphone = SourceState::silenced});
  c.hear({.revision = 1, .microphone = SourceState::silenced, .confirms = 1});
  for (int i = 0; i < 20; ++i) c.look(0, 0);
  EXPECT_EQ(c.witness.proof(SourceKind::microphone), Proof::none);
  EXPECT_EQ(c.witness.confirms(), 0U);
}

TEST(Witness, StopsLookingCloselyAfterAWhile) {
  Connection c;
  c.hear({.revision = 4, .microphone = SourceState::off});
  EXPECT_TRUE(c.witness.samples_often(c.now));
  EXPECT_FALSE(c.witness.samples_often(c.now + kSampleOftenFor));
}

TEST(Witness, TakesTheOtherSidesWordWhereTheBrowserCountsNothing) {
  Connection c;
  c.sample.sent.microphone.energy.reset();
  c.feed(Feed::silent);
  c.say({.revision = 3, .microphone = SourceState::off});
  c.witness.sampled(c.sample, c.now += 1s);
  c.witness.sampled(c.sample, c.now += 1s);
  EXPECT_EQ(c.witness.proof(SourceKind::microphone), Proof::none);
  c.hear({.revision = 1, .confirms = 3});
  EXPECT_EQ(c.witness.proof(SourceKind::microphone), Proof::received);
}

}  // namespace
}  // namespace parley::phone
