#include "server/auth/sign_in_guard.hpp"

#include "server/auth/limits.hpp"

#include <gtest/gtest.h>

#include <string>

namespace parley::server::auth {
namespace {

Instant at(std::int64_t ms) { return instant_from_ms(1'000'000 + ms); }

class Guard : public testing::Test {
 protected:
  /// "wrong", "wait" after a password check, or "refused" before it.
  std::string guess(const std::string& user, const std::string& address, std::int64_t ms) {
    if (guard.admit(user, address, at(ms))) return "refused";
    return guard.failed(user, address, at(ms)) ? "wait" : "wrong";
  }
  bool signs_in(const std::string& user, const std::string& address, std::int64_t ms) {
    if (guard.admit(user, address, at(ms))) return false;
    guard.succeeded(user, address);
    return true;
  }
  SignInGuard guard{10};
};

TEST_F(Guard, OneAddressHasTenGuessesAtOneAccount) {
  for (int i = 0; i < 10; ++i) EXPECT_EQ(guess("ada", "evil", 0), "wrong");
  EXPECT_EQ(guess("ada", "evil", 0), "refused");
  EXPECT_EQ(guard.admit("ada", "evil", at(0)), Duration{6000});
  EXPECT_EQ(guess("ada", "evil", 6000), "wrong") << "one more";
  EXPECT_EQ(guess("ada", "evil", 6001), "refused");
}

TEST_F(Guard, TheOwnerGetsInFromAnywhereWhileSomebodyGuesses) {
  for (int second = 0; second < 600; ++second) {
    const std::int64_t ms = second * 1000;
    (void)guess("ada", "evil", ms);
    EXPECT_TRUE(signs_in("ada", "home", ms)) << second;
    EXPECT_TRUE(signs_in("ada", "fresh" + std::to_string(second), ms)) << second;
  }
}

TEST_F(Guard, TenWrongNamesLockNobodyOutBehindTheSameAddress) {
  for (int i = 0; i < 10; ++i) EXPECT_EQ(guess("name" + std::to_string(i), "office", 0), "wrong");
  EXPECT_EQ(guess("another", "office", 0), "wait") << "whoever goes on is told to wait";
  EXPECT_TRUE(signs_in("ada", "office", 0));
}

TEST_F(Guard, AnAddressThatTriesEverybodyIsRefusedButForThoseItKnows) {
  EXPECT_TRUE(signs_in("ada", "office", 0));
  int refused = 0;
  for (int i = 0; i < 100; ++i) {
    if (guess("name" + std::to_string(i), "office", 0) == "refused") ++refused;
  }
  EXPECT_EQ(refused, 50);
  EXPECT_TRUE(signs_in("ada", "office", 0));
  EXPECT_EQ(guess("ada", "office", 0), "wrong") << "a budget of its own";
  EXPECT_FALSE(signs_in("bea", "office", 0)) << "nobody knows her here yet";
  EXPECT_TRUE(signs_in("bea", "office", 60'000));
}

TEST_F(Guard, TheWaitGrowsWithEachFailureUpToABound) {
  Duration last{0};
  for (int i = 0; i < 200; ++i) {
    const std::string address = "bot" + std::to_string(i);
    ASSERT_FALSE(guard.admit("ada", address, at(0)));
    const Duration wait = guard.failed("ada", address, at(0)).value_or(Duration{0});
    EXPECT_GE(wait, last);
    last = wait;
  }
  EXPECT_EQ(last, Duration{kMaxWait});
}

TEST_F(Guard, AnAttemptThatWasNoneCostsNothing) {
  for (int i = 0; i < 1000; ++i) {
    ASSERT_FALSE(guard.admit("ada", "home", at(0)));
    guard.withdrawn("ada", "home");
  }
  EXPECT_EQ(guess("ada", "home", 0), "wrong");
}

TEST(GuardWithoutLimits, AdmitsEverybody) {
  SignInGuard guard(0);
  for (int i = 0; i < 1000; ++i) {
    EXPECT_FALSE(guard.admit("ada", "evil", at(0)));
    EXPECT_FALSE(guard.failed("ada", "evil", at(0)));
  }
}

}  // namespace
}  // namespace parley::server::auth
