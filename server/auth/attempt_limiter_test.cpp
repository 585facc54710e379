#include "server/auth/attempt_limiter.hpp"

#include <gtest/gtest.h>

#include <string>

namespace parley::server::auth {
namespace {

Instant at(std::int64_t ms) { return instant_from_ms(1'000'000 + ms); }

TEST(AttemptLimiter, AllowsABurstAndThenTheRate) {
  AttemptLimiter limiter(6, 100);
  for (int i = 0; i < 6; ++i) EXPECT_TRUE(limiter.take("alice", at(0)));
  EXPECT_FALSE(limiter.take("alice", at(0)));
  EXPECT_FALSE(limiter.take("alice", at(9'999)));
  EXPECT_TRUE(limiter.take("alice", at(10'000)));
  EXPECT_FALSE(limiter.take("alice", at(10'001)));
}

TEST(AttemptLimiter, RefusedAttemptsDoNotProlongTheWait) {
  AttemptLimiter limiter(1, 100);
  EXPECT_TRUE(limiter.take("alice", at(0)));
  for (int ms = 0; ms < 60'000; ms += 1000) EXPECT_FALSE(limiter.take("alice", at(ms)));
  EXPECT_TRUE(limiter.take("alice", at(60'000)));
}

TEST(AttemptLimiter, CountsEachKeyByItself) {
  AttemptLimiter limiter(1, 100);
  EXPECT_TRUE(limiter.take("alice", at(0)));
  EXPECT_TRUE(limiter.take("bob", at(0)));
  EXPECT_FALSE(limiter.take("alice", at(0)));
}

TEST(AttemptLimiter, AnAttemptCanBeGivenBack) {
  AttemptLimiter limiter(1, 100);
  EXPECT_TRUE(limiter.take("alice", at(0)));
  limiter.give_back("alice");
  limiter.give_back("nobody");
  EXPECT_TRUE(limiter.take("alice", at(0)));
}

TEST(AttemptLimiter, ForgetsTheLongestUnusedKeyWhenFull) {
  AttemptLimiter limiter(1, 3);
  for (const char* key : {"a", "b", "c"}) EXPECT_TRUE(limiter.take(key, at(0)));
  EXPECT_FALSE(limiter.take("a", at(1)));  // used again, so b is the oldest
  EXPECT_TRUE(limiter.take("d", at(2)));
  EXPECT_EQ(limiter.keys(), 3U);
  EXPECT_FALSE(limiter.take("a", at(3)));
  EXPECT_TRUE(limiter.take("b", at(3))) << "forgotten";
}

TEST(AttemptLimiter, ZeroSwitchesItOff) {
  AttemptLimiter limiter(0, 3);
  for (int i = 0; i < 1000; ++i) EXPECT_TRUE(limiter.take("alice", at(0)));
  EXPECT_EQ(limiter.keys(), 0U);
}

TEST(AddressKey, CountsANetworkOfOneSubscriberAsOne) {
  EXPECT_EQ(address_key("192.0.2.7"), "192.0.2.7");
  EXPECT_EQ(address_key("2001:db8:1:2:3:4:5:6"), address_key("2001:db8:1:2::1"));
  EXPECT_NE(address_key("2001:db8:1:3::1"), address_key("2001:db8:1:2::1"));
  EXPECT_EQ(address_key("::ffff:192.0.2.7"), "::ffff:192.0.2.7");
}

}  // namespace
}  // namespace parley::server::auth
