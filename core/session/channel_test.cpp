#include "core/session/channel.hpp"

#include "core/base/random.hpp"
#include "core/wire/client_messages.hpp"
#include "core/wire/frame.hpp"
#include "core/wire/limits.hpp"
#include "core/wire/types.hpp"

#include <gtest/gtest.h>

#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace parley::session {
namespace {

using Receipt = Channel::Receipt;

wire::Ringing message(std::uint64_t id) { return {.call = {0, id}}; }

/// What a frame says, as its receiver reads it.
wire::Frame<wire::ClientMessage> read(const std::string& frame) {
  auto result = wire::read_client_frame(frame);
  EXPECT_TRUE(result) << frame;
  return result ? *result : wire::Frame<wire::ClientMessage>{};
}

wire::Envelope numbered(std::uint32_t seq) { return {.seq = seq, .ack = std::nullopt}; }
wire::Envelope acknowledging(std::uint32_t ack) { return {.seq = std::nullopt, .ack = ack}; }

std::vector<std::uint32_t> numbers_of(const std::vector<std::string>& frames) {
  std::vector<std::uint32_t> numbers;
  for (const std::string& frame : frames) numbers.push_back(*read(frame).envelope.seq);
  return numbers;
}

TEST(Channel, NumbersMessagesFromOne) {
  Channel channel;
  EXPECT_EQ(read(channel.number(message(1))).envelope.seq, 1U);
  EXPECT_EQ(read(channel.number(message(2))).envelope.seq, 2U);
  EXPECT_EQ(read(channel.unnumbered(wire::Ping{})).envelope.seq, std::nullopt);
  EXPECT_EQ(read(channel.number(message(3))).envelope.seq, 3U);
}

TEST(Channel, PutsAnAcknowledgementOnEveryFrame) {
  Channel channel;
  EXPECT_EQ(read(channel.number(message(1))).envelope.ack, 0U);
  (void)channel.receive(numbered(1));
  (void)channel.receive(numbered(2));
  EXPECT_EQ(read(channel.number(message(2))).envelope.ack, 2U);
  EXPECT_EQ(read(channel.unnumbered(wire::Pong{})).envelope.ack, 2U);
}

// ---- receiving ----

TEST(Channel, TakesEachNumberOnce) {
  Channel channel;
  EXPECT_EQ(channel.receive(numbered(1)), Receipt::fresh);
  EXPECT_EQ(channel.receive(numbered(2)), Receipt::fresh);
  EXPECT_EQ(channel.receive(numbered(1)), Receipt::duplicate);
  EXPECT_EQ(channel.receive(numbered(2)), Receipt::duplicate);
  EXPECT_EQ(channel.receive(numbered(3)), Receipt::fresh);
  EXPECT_EQ(channel.received(), 3U);
}

TEST(Channel, TakesMessagesWithoutANumberAlways) {
  Channel channel;
  EXPECT_EQ(channel.receive({}), Receipt::fresh);
  EXPECT_EQ(channel.receive({}), Receipt::fresh);
  EXPECT_EQ(channel.received(), 0U);
}

TEST(Channel, NoticesAGapAndDoesNotCountWhatFollowsIt) {
  Channel channel;
  (void)channel.receive(numbered(1));
  EXPECT_EQ(channel.receive(numbered(3)), Receipt::gap);
  EXPECT_EQ(channel.received(), 1U);
  EXPECT_EQ(channel.receive(numbered(2)), Receipt::fresh) << "the missing one is still wanted";
}

TEST(Channel, TakesNumbersThatNobodyCanSendForDuplicatesOrGaps) {
  Channel channel;
  EXPECT_EQ(channel.receive(numbered(0)), Receipt::duplicate);
  EXPECT_EQ(channel.receive(numbered(UINT32_MAX)), Receipt::gap);
  EXPECT_EQ(channel.received(), 0U);
}

TEST(Channel, AsksForAnAckOfItsOwnOnlyWhenManyCameInAndNothingWentOut) {
  Channel channel;
  for (std::uint32_t seq = 1; seq < wire::kAcknowledgeEvery; ++seq) {
    (void)channel.receive(numbered(seq));
    EXPECT_FALSE(channel.acknowledgement_due()) << seq;
  }
  (void)channel.receive(numbered(wire::kAcknowledgeEvery));
  EXPECT_TRUE(channel.acknowledgement_due());
  (void)channel.unnumbered(wire::Ack{});
  EXPECT_FALSE(channel.acknowledgement_due());
}

// ---- keeping ----

TEST(Channel, ForgetsWhatIsAcknowledged) {
  Channel channel;
  for (std::uint64_t i = 1; i <= 4; ++i) (void)channel.number(message(i));
  EXPECT_TRUE(channel.can_replay_after(0));
  (void)channel.receive(acknowledging(2));
  EXPECT_FALSE(channel.can_replay_after(1));
  EXPECT_TRUE(channel.can_replay_after(2));
  EXPECT_EQ(numbers_of(channel.replay_after(2)), (std::vector<std::uint32_t>{3, 4}));
}

TEST(Channel, TakesAcknowledgementsFromDuplicatesAndFromMessagesAfterAGap) {
  Channel channel;
  for (std::uint64_t i = 1; i <= 4; ++i) (void)channel.number(message(i));
  (void)channel.receive(numbered(1));
  EXPECT_EQ(channel.receive({.seq = 1, .ack = 2}), Receipt::duplicate);
  EXPECT_FALSE(channel.can_replay_after(1));
  EXPECT_EQ(channel.receive({.seq = 9, .ack = 3}), Receipt::gap);
  EXPECT_FALSE(channel.can_replay_after(2));
}

TEST(Channel, IgnoresAnAcknowledgementThatIsOldOrInvented) {
  Channel channel;
  for (std::uint64_t i = 1; i <= 4; ++i) (void)channel.number(message(i));
  (void)channel.receive(acknowledging(3));
  (void)channel.receive(acknowledging(1));
  (void)channel.receive(acknowledging(5));
  (void)channel.receive(acknowledging(UINT32_MAX));
  EXPECT_TRUE(channel.can_replay_after(3));
  EXPECT_EQ(numbers_of(channel.replay_after(3)), (std::vector<std::uint32_t>{4}));
}

TEST(Channel, CanReplayNothingThatWasNeverSent) {
  Channel channel;
  (void)channel.number(message(1));
  EXPECT_TRUE(channel.can_replay_after(1));
  EXPECT_FALSE(channel.can_replay_after(2));
  EXPECT_FALSE(channel.can_replay_after(UINT32_MAX));
}

TEST(Channel, SendsAgainTheVerySameBytes) {
  Channel channel;
  const std::string first = channel.number(message(1));
  const std::string second = channel.number(message(2));
  (void)channel.receive(numbered(1));
  EXPECT_EQ(channel.replay_after(0), (std::vector<std::string>{first, second}));
  EXPECT_EQ(channel.replay_after(0), (std::vector<std::string>{first, second}))
      << "a replay that is lost too can be repeated";
  EXPECT_EQ(channel.replay_after(1), (std::vector<std::string>{second}));
}

TEST(Channel, GoesOnCountingAfterAReplay) {
  Channel channel;
  (void)channel.number(message(1));
  (void)channel.replay_after(1);
  EXPECT_EQ(read(channel.number(message(2))).envelope.seq, 2U);
}

// ---- bounds ----

TEST(Channel, IsOverrunByTooManyMessages) {
  Channel channel;
  for (std::size_t i = 0; i < wire::kMaxUnacknowledgedMessages; ++i)
    (void)channel.number(message(i));
  EXPECT_FALSE(channel.overrun());
  (void)channel.number(message(0));
  EXPECT_TRUE(channel.overrun());
  (void)channel.receive(acknowledging(1));
  EXPECT_FALSE(channel.overrun());
}

TEST(Channel, IsOverrunByTooManyBytes) {
  Channel channel;
  const std::size_t big = wire::kMaxFrameBytes / 2;
  wire::Signal signal{.call = {}, .to = {}, .data = {'"' + std::string(big, 'x') + '"'}};
  for (std::size_t i = 0; i < wire::kMaxUnacknowledgedBytes / big - 1; ++i) {
    (void)channel.number(signal);
  }
  EXPECT_FALSE(channel.overrun());
  (void)channel.number(signal);
  EXPECT_TRUE(channel.overrun());
}

TEST(Channel, CountsBytesDownAgain) {
  Channel channel;
  const std::size_t big = wire::kMaxFrameBytes / 2;
  wire::Signal signal{.call = {}, .to = {}, .data = {'"' + std::string(big, 'x') + '"'}};
  for (std::uint32_t seq = 1; seq <= 200; ++seq) {
    (void)channel.number(signal);
    (void)channel.receive(acknowledging(seq));
    ASSERT_FALSE(channel.overrun());
  }
}

// ---- both ends ----

/// Two channels over sockets that break: frames in flight are lost, in both directions.
struct TwoEnds {
  Channel left;
  Channel right;
  std::deque<std::string> to_right;
  std::vector<std::uint64_t> arrived;  // ids that the right side processed, in order

  void say(std::uint64_t id) { to_right.push_back(left.number(message(id))); }

  void deliver_one() {
    if (to_right.empty()) return;
    const auto frame = read(to_right.front());
    to_right.pop_front();
    if (right.receive(frame.envelope) != Receipt::fresh) return;
    if (const auto* said = std::get_if<wire::Ringing>(&frame.message)) {
      arrived.push_back(said->call.low);
    }
  }

  void acknowledge() { (void)left.receive(read(right.unnumbered(wire::Ack{})).envelope); }

  void break_and_resume() {
    to_right.clear();
    ASSERT_TRUE(left.can_replay_after(right.received()));
    for (std::string& frame : left.replay_after(right.received())) to_right.push_back(frame);
  }
};

TEST(Channel, LosesRepeatsAndReordersNothingHoweverOftenTheSocketBreaks) {
  for (std::uint64_t seed = 1; seed <= 50; ++seed) {
    Random random(seed);
    TwoEnds ends;
    std::uint64_t said = 0;
    for (int step = 0; step < 400; ++step) {
      switch (random.below(8)) {
        case 0:
          ASSERT_NO_FATAL_FAILURE(ends.break_and_resume()) << seed;
          break;
        case 1:
          ends.acknowledge();
          break;
        case 2:
        case 3:
        case 4:
          ends.say(++said);
          break;
        default:
          ends.deliver_one();
          break;
      }
    }
    ends.break_and_resume();
    while (!ends.to_right.empty()) ends.deliver_one();
    ASSERT_EQ(ends.arrived.size(), said) << seed;
    for (std::size_t i = 0; i < said; ++i) ASSERT_EQ(ends.arrived[i], i + 1) << seed;
  }
}

}  // namespace
}  // namespace parley::session
