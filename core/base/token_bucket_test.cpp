#include "core/base/token_bucket.hpp"

#include "core/base/time.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <cstdint>

namespace parley {
namespace {

using namespace std::chrono_literals;

constexpr std::int64_t kBurst = 3;
constexpr Duration kInterval = 2s;
// Real clocks are far from zero, and an unused bucket must be full there.
constexpr Instant kStart = instant_from_ms(1'700'000'000'000);

int tokens_at(TokenBucket& bucket, Instant now) {
  int taken = 0;
  while (taken < 1'000 && bucket.take(now, kBurst, kInterval)) ++taken;
  return taken;
}

TEST(TokenBucket, AllowsABurstAndThenNothing) {
  TokenBucket bucket;
  EXPECT_EQ(tokens_at(bucket, kStart), kBurst);
  EXPECT_FALSE(bucket.take(kStart, kBurst, kInterval));
}

TEST(TokenBucket, AllowsABurstAtTheEpoch) {
  TokenBucket bucket;
  EXPECT_EQ(tokens_at(bucket, Instant{}), kBurst);
}

TEST(TokenBucket, GivesOneMoreWithEachInterval) {
  TokenBucket bucket;
  (void)tokens_at(bucket, kStart);
  EXPECT_EQ(tokens_at(bucket, kStart + kInterval - 1ms), 0);
  EXPECT_EQ(tokens_at(bucket, kStart + kInterval), 1);
  EXPECT_EQ(tokens_at(bucket, kStart + 3 * kInterval), 2);
}

TEST(TokenBucket, NeverHoldsMoreThanTheBurst) {
  TokenBucket bucket;
  (void)tokens_at(bucket, kStart);
  EXPECT_EQ(tokens_at(bucket, kStart + 24h), kBurst);
}

TEST(TokenBucket, ChargesNothingForARefusal) {
  TokenBucket bucket;
  (void)tokens_at(bucket, kStart);
  for (int i = 0; i < 100; ++i) EXPECT_FALSE(bucket.take(kStart, kBurst, kInterval));
  EXPECT_EQ(tokens_at(bucket, kStart + kInterval), 1);
}

TEST(TokenBucket, KeepsToTheRateOverALongTime) {
  TokenBucket bucket;
  int taken = 0;
  for (Duration elapsed = 0s; elapsed < 100s; elapsed += 100ms) {
    if (bucket.take(kStart + elapsed, kBurst, kInterval)) ++taken;
  }
  EXPECT_EQ(taken, kBurst + 49);
}

TEST(TokenBucket, GivesNothingAwayWhenTheClockStepsBack) {
  TokenBucket bucket;
  (void)tokens_at(bucket, kStart);
  EXPECT_EQ(tokens_at(bucket, kStart - 1h), 0);
  EXPECT_EQ(tokens_at(bucket, kStart - 1h + kInterval), 1);
}

TEST(TokenBucket, SaysHowLongItTakesUntilTheNextToken) {
  TokenBucket bucket;
  EXPECT_EQ(bucket.wait(kStart, kBurst, kInterval), 0ms);
  (void)tokens_at(bucket, kStart);
  EXPECT_EQ(bucket.wait(kStart, kBurst, kInterval), kInterval);
  EXPECT_EQ(bucket.wait(kStart + 500ms, kBurst, kInterval), kInterval - 500ms);
  EXPECT_EQ(bucket.wait(kStart + kInterval, kBurst, kInterval), 0ms);
}

TEST(TokenBucket, AClockThatIsSetBackKeepsNobodyWaiting) {
  TokenBucket bucket;
  (void)tokens_at(bucket, kStart);
  const Instant earlier = kStart - 24h;
  EXPECT_EQ(tokens_at(bucket, earlier), 0);
  EXPECT_EQ(bucket.wait(earlier, kBurst, kInterval), kInterval);
  EXPECT_EQ(tokens_at(bucket, earlier + kInterval), 1);
}

}  // namespace
}  // namespace parley
