#include "server/store/plausible_time.hpp"

#include <gtest/gtest.h>

namespace parley::server::store {
namespace {

constexpr std::int64_t kDay = 24LL * 60 * 60 * 1000;

PlausibleTime::Steady after(int hours) {
  return PlausibleTime::Steady{} + std::chrono::hours(hours);
}

TEST(PlausibleTimeTest, GoesOnByAWeekAtMost) {
  PlausibleTime time(1000 * kDay);
  EXPECT_TRUE(time.look(1007 * kDay, after(0)));
  EXPECT_TRUE(time.look(1014 * kDay, after(1)));
  EXPECT_FALSE(time.look(1022 * kDay, after(2)));
  EXPECT_EQ(time.last_ms(), 1014 * kDay);
}

TEST(PlausibleTimeTest, AJumpIsBelievedOnceItHasLasted) {
  PlausibleTime time(1000 * kDay);
  EXPECT_FALSE(time.look(1400 * kDay, after(0)));
  EXPECT_FALSE(time.look(1400 * kDay, after(23)));
  EXPECT_TRUE(time.look(1401 * kDay, after(24)));
  EXPECT_FALSE(time.in_doubt());
}

TEST(PlausibleTimeTest, AClockThatIsSetRightStartsAnew) {
  PlausibleTime time(1000 * kDay);
  EXPECT_FALSE(time.look(1400 * kDay, after(0)));
  EXPECT_TRUE(time.look(1000 * kDay, after(1)));
  EXPECT_FALSE(time.look(1400 * kDay, after(30))) << "the doubt begins again";
}

TEST(PlausibleTimeTest, GoesBackWithTheClock) {
  PlausibleTime time(1000 * kDay);
  EXPECT_TRUE(time.look(900 * kDay, after(0)));
  EXPECT_EQ(time.last_ms(), 900 * kDay);
}

}  // namespace
}  // namespace parley::server::store
