#include "core/recovery/stall_watch.hpp"

#include "core/recovery/timers.hpp"

#include <gtest/gtest.h>

#include <cstdint>
#include <vector>

namespace parley::recovery {
namespace {

using Finding = StallWatch::Finding;

constexpr Instant kStart = instant_from_ms(1'000'000);

/// A watch that has seen packets arrive until `kStart`.
StallWatch watch() {
  StallWatch made;
  (void)made.sampled(10, kStart - 1s);
  (void)made.sampled(60, kStart);
  return made;
}

TEST(StallWatch, FindsNothingWhilePacketsArrive) {
  StallWatch watched = watch();
  for (unsigned i = 1; i < 10; ++i) {
    EXPECT_EQ(watched.sampled(60 + i, kStart + i * 500ms), Finding::fine);
  }
}

TEST(StallWatch, AsksOnceAndThenFindsAStall) {
  StallWatch watched = watch();
  EXPECT_EQ(watched.sampled(60, kStart + 200ms), Finding::fine);
  EXPECT_EQ(watched.sampled(60, kStart + kStallSuspected), Finding::ask);
  EXPECT_TRUE(watched.doubts());
  EXPECT_EQ(watched.sampled(60, kStart + 700ms), Finding::fine);
  EXPECT_EQ(watched.sampled(60, kStart + kStallLimit), Finding::stalled);
}

TEST(StallWatch, AsksFirstHoweverLongNothingHasArrived) {
  StallWatch watched = watch();
  EXPECT_EQ(watched.sampled(60, kStart + 10s), Finding::ask);
  EXPECT_EQ(watched.sampled(60, kStart + 10s + 200ms), Finding::stalled);
}

TEST(StallWatch, TakesASignOfLifeForAPacket) {
  StallWatch watched = watch();
  (void)watched.sampled(60, kStart + kStallSuspected);
  watched.alive(kStart + 700ms);
  EXPECT_FALSE(watched.doubts());
  EXPECT_EQ(watched.sampled(60, kStart + kStallLimit), Finding::fine);
}

TEST(StallWatch, AsksADeviceThatAnswersAndSendsNothingLessAndLessOften) {
  StallWatch watched = watch();
  std::vector<std::int64_t> asked;
  for (Duration at = 100ms; at < 40s; at += 100ms) {
    const Finding finding = watched.sampled(60, kStart + at);
    ASSERT_NE(finding, Finding::stalled);
    if (finding != Finding::ask) continue;
    EXPECT_EQ(watched.asks_first(), asked.empty());
    asked.push_back(at.count());
    watched.alive(kStart + at);
  }
  EXPECT_EQ(asked,
            (std::vector<std::int64_t>{500, 1'500, 3'500, 7'500, 15'500, 23'500, 31'500, 39'500}));
  (void)watched.sampled(61, kStart + 40s);
  EXPECT_EQ(watched.sampled(61, kStart + 40s + kStallSuspected), Finding::ask) << "packets again";
}

TEST(StallWatch, DoesNotAskAgainAfterANetworkChange) {
  StallWatch watched = watch();
  watched.asked(kStart + 100ms);
  EXPECT_EQ(watched.sampled(60, kStart + kStallSuspected), Finding::fine);
  EXPECT_EQ(watched.sampled(60, kStart + kStallLimit), Finding::stalled);
}

TEST(StallWatch, StartsAnewWithCountersThatWentBack) {
  StallWatch watched = watch();
  EXPECT_EQ(watched.sampled(5, kStart + 10s), Finding::fine);
}

}  // namespace
}  // namespace parley::recovery
