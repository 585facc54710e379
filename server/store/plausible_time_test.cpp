#include "server/store/plausible_time.hpp"

#include <gtest/gtest.h>

namespace parley::server::store {
namespace {

constexpr std::int64_t kMinute = 60'000;
constexpr std::int64_t kHour = 60 * kMinute;
constexpr std::int64_t kDay = 24 * kHour;

PlausibleTime::Uptime after(int hours) { return std::chrono::hours(hours); }

TEST(PlausibleTimeTest, AServerThatWasOffForAWeekBelievesItsClock) {
  PlausibleTime time(1000 * kDay);
  EXPECT_EQ(time.look(1007 * kDay, after(5)), 1007 * kDay);
  EXPECT_FALSE(time.in_doubt());
}

TEST(PlausibleTimeTest, AStartWithAWrongClockGoesOnFromTheTimeBefore) {
  PlausibleTime time(1000 * kDay);
  EXPECT_EQ(time.look(1400 * kDay, after(5)), 1000 * kDay);
  EXPECT_EQ(time.look(1400 * kDay, after(6)), 1000 * kDay + kHour);
  EXPECT_TRUE(time.in_doubt());
}

TEST(PlausibleTimeTest, AStartWithAWrongClockThatIsSetRightBelievesIt) {
  PlausibleTime time(1000 * kDay);
  time.look(1400 * kDay, after(0));
  EXPECT_EQ(time.look(1003 * kDay, after(1)), 1003 * kDay) << "it was off for three days";
}

TEST(PlausibleTimeTest, AClockThatGoesOnIsFollowed) {
  PlausibleTime time(1000 * kDay);
  time.look(1000 * kDay, after(0));
  EXPECT_EQ(time.look(1030 * kDay, after(30 * 24)), 1030 * kDay) << "the machine slept for a month";
  EXPECT_EQ(time.look(1030 * kDay + kMinute, after(30 * 24)), 1030 * kDay + kMinute);
}

TEST(PlausibleTimeTest, AStepOfAnHourWhileItRunsIsInDoubt) {
  PlausibleTime time(1000 * kDay);
  time.look(1000 * kDay, after(0));
  EXPECT_EQ(time.look(1000 * kDay + 2 * kHour, after(1)), 1000 * kDay + kHour);
  EXPECT_TRUE(time.in_doubt());
  EXPECT_EQ(time.ahead_ms(), kHour);
}

TEST(PlausibleTimeTest, AJumpIsBelievedOnceItHasLasted) {
  PlausibleTime time(1000 * kDay);
  time.look(1000 * kDay, after(0));
  time.look(1400 * kDay, after(1));
  EXPECT_EQ(time.look(1400 * kDay, after(24)), 1001 * kDay);
  EXPECT_EQ(time.look(1401 * kDay, after(25)), 1401 * kDay);
  EXPECT_FALSE(time.in_doubt());
}

TEST(PlausibleTimeTest, AClockThatIsSetRightStartsAnew) {
  PlausibleTime time(1000 * kDay);
  time.look(1000 * kDay, after(0));
  time.look(1400 * kDay, after(1));
  EXPECT_EQ(time.look(1000 * kDay + 2 * kHour, after(2)), 1000 * kDay + 2 * kHour);
  time.look(1400 * kDay, after(30));
  EXPECT_TRUE(time.in_doubt()) << "the doubt begins again";
}

TEST(PlausibleTimeTest, GoesBackWithTheClock) {
  PlausibleTime time(1000 * kDay);
  EXPECT_EQ(time.look(900 * kDay, after(0)), 900 * kDay);
}

}  // namespace
}  // namespace parley::server::store
