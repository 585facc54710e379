#include "server/signalling/rate_budget.hpp"

#include <gtest/gtest.h>

namespace parley::server::signalling {
namespace {

using namespace std::chrono_literals;

constexpr RateBudget::Clock::time_point kStart{1h};

TEST(RateBudget, ABurstIsFree) {
  RateBudget budget(10, 5);
  for (int i = 0; i < 10; ++i) budget.spend(1, kStart);
  EXPECT_EQ(budget.pause(), 0us);
  budget.spend(1, kStart);
  EXPECT_EQ(budget.pause(), 200ms);
}

TEST(RateBudget, TheSteadyRateIsKept) {
  RateBudget budget(10, 5);
  auto now = kStart;
  int taken = 0;
  while (now < kStart + 60s) {
    budget.spend(1, now);
    ++taken;
    now += budget.pause();
    if (budget.pause() == 0us) continue;
  }
  EXPECT_NEAR(taken, 10 + 60 * 5, 2);
}

TEST(RateBudget, TellsForHowLongASenderHasPushed) {
  RateBudget budget(10, 5);
  budget.spend(11, kStart);
  budget.spend(5, kStart + 1s);
  EXPECT_EQ(budget.short_for(kStart + 1s), 1s);
  budget.spend(1, kStart + 3s);  // let up: back below half the burst
  EXPECT_EQ(budget.short_for(kStart + 3s), 0s);
}

}  // namespace
}  // namespace parley::server::signalling
