#include "tools/link/lane.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace parley::link {
namespace {

using namespace std::chrono_literals;

TEST(Lane, PassesPacketsAtOnceUntilToldOtherwise) {
  Lane lane(1);
  const Passage passage = lane.send(7ms, 1200);
  EXPECT_EQ(passage.fate, Fate::arrives);
  EXPECT_EQ(passage.at, 7ms);
}

TEST(Lane, DelaysEveryPacket) {
  Lane lane(1);
  lane.set({.delay = 50ms});
  EXPECT_EQ(lane.send(0ms, 1200).at, 50ms);
  EXPECT_EQ(lane.send(20ms, 1200).at, 70ms);
}

TEST(Lane, SendsOnePacketAfterTheOther) {
  Lane lane(1);
  lane.set({.delay = 10ms, .rate_kbps = 1000});
  EXPECT_EQ(lane.send(0ms, 1250).at, 20ms);
  EXPECT_EQ(lane.send(0ms, 1250).at, 30ms);
  // The sender was idle in the meantime.
  EXPECT_EQ(lane.send(100ms, 1250).at, 120ms);
}

TEST(Lane, DropsWhatWouldWaitLongerThanTheQueue) {
  Lane lane(1);
  lane.set({.rate_kbps = 1000, .queue = 30ms});
  // 10 ms each: the fifth would wait 40 ms.
  for (int i = 0; i < 4; ++i) EXPECT_EQ(lane.send(0ms, 1250).fate, Fate::arrives);
  EXPECT_EQ(lane.send(0ms, 1250).fate, Fate::queue_full);
  EXPECT_EQ(lane.send(10ms, 1250).fate, Fate::arrives);
  EXPECT_EQ(lane.counters().queue_full, 1U);
  EXPECT_EQ(lane.counters().passed, 5U);
}

TEST(Lane, LosesAboutTheShareItIsTold) {
  Lane lane(1);
  lane.set({.loss_percent = 15});
  int lost = 0;
  for (int i = 0; i < 10'000; ++i) lost += lane.send(0ms, 100).fate == Fate::lost ? 1 : 0;
  EXPECT_NEAR(lost, 1500, 100);
}

TEST(Lane, LosesTheSamePacketsForTheSameSeed) {
  const auto losses = [](std::uint64_t seed) {
    Lane lane(seed);
    lane.set({.loss_percent = 50});
    std::vector<bool> lost;
    for (int i = 0; i < 64; ++i) lost.push_back(lane.send(0ms, 100).fate == Fate::lost);
    return lost;
  };
  EXPECT_EQ(losses(7), losses(7));
  EXPECT_NE(losses(7), losses(8));
}

TEST(Lane, LosesNothingOrEverythingAtTheEnds) {
  Lane lane(1);
  lane.set({.loss_percent = 100});
  for (int i = 0; i < 100; ++i) EXPECT_EQ(lane.send(0ms, 100).fate, Fate::lost);
  lane.set({});
  for (int i = 0; i < 100; ++i) EXPECT_EQ(lane.send(0ms, 100).fate, Fate::arrives);
}

TEST(Lane, KeepsPacketsInOrderWhateverTheJitter) {
  Lane lane(1);
  lane.set({.delay = 10ms, .jitter = 100ms});
  Moment last{0};
  bool differs = false;
  for (Moment now = 0ms; now < 1s; now += 5ms) {
    const Moment at = lane.send(now, 100).at;
    EXPECT_GE(at, last);
    EXPECT_GE(at, now + 10ms);
    differs = differs || (last != 0ms && at != last + 5ms);
    last = at;
  }
  EXPECT_TRUE(differs);
}

TEST(Lane, KeepsPacketsInOrderWhenTheDelayShrinks) {
  Lane lane(1);
  lane.set({.delay = 100ms});
  EXPECT_EQ(lane.send(0ms, 100).at, 100ms);
  lane.set({});
  EXPECT_EQ(lane.send(1ms, 100).at, 100ms);
}

TEST(Lane, PassesNothingWhileItIsCut) {
  Lane lane(1);
  lane.set({.cut = true});
  EXPECT_EQ(lane.send(0ms, 100).fate, Fate::cut);
  lane.set({});
  EXPECT_EQ(lane.send(1ms, 100).fate, Fate::arrives);
  EXPECT_EQ(lane.counters().cut, 1U);
}

}  // namespace
}  // namespace parley::link
