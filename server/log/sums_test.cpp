#include "server/log/sums.hpp"

#include <gtest/gtest.h>

#include <string>

namespace parley::server::log {
namespace {

constexpr Sums::Time kStart{};

TEST(Sums, TheFirstFewOfAnAddressAreLinesAndTheRestIsANumber) {
  Sums sums;
  std::uint64_t lines = 0;
  for (int i = 0; i < 110; ++i) lines += sums.take({"refused", "192.0.2.1"}, kStart) ? 1 : 0;
  EXPECT_EQ(lines, kLinesEach);
  EXPECT_TRUE(sums.take({"refused", "192.0.2.2"}, kStart)) << "others are counted apart";
  EXPECT_TRUE(sums.take({"signed in", "192.0.2.1"}, kStart)) << "so are other events";
  EXPECT_TRUE(sums.take_due(kStart + kSumOver - std::chrono::milliseconds(1)).empty());
  const auto due = sums.take_due(kStart + kSumOver);
  ASSERT_EQ(due.size(), 1U);
  EXPECT_EQ(due[0].who, "192.0.2.1");
  EXPECT_EQ(due[0].more, 110 - kLinesEach);
  EXPECT_TRUE(sums.take({"refused", "192.0.2.1"}, kStart + kSumOver)) << "ten new seconds";
}

TEST(Sums, OneReasonHidesNoOther) {
  Sums sums;
  for (int i = 0; i < 20; ++i) (void)sums.take({"refused", "192.0.2.1", "unreadable"}, kStart);
  EXPECT_TRUE(sums.take({"refused", "192.0.2.1", "wrong"}, kStart));
  const auto due = sums.take_due(kStart + kSumOver);
  ASSERT_EQ(due.size(), 1U);
  EXPECT_EQ(due[0].why, "unreadable");
  EXPECT_EQ(due[0].more, 20 - kLinesEach);
}

TEST(Sums, ManyAddressesGetNoMoreLinesThanAFew) {
  Sums sums;
  std::uint64_t lines = 0;
  constexpr int kMany = 100'000;
  for (int i = 0; i < kMany; ++i) {
    const std::string address = "2001:db8::" + std::to_string(i);
    lines += sums.take({"refused", address}, kStart) ? 1 : 0;
  }
  EXPECT_EQ(lines, kLinesOfAll);
  const auto due = sums.take_due(kStart + kSumOver);
  EXPECT_LE(due.size(), kSumsApart + 1);
  std::uint64_t more = 0;
  for (const auto& sum : due) more += sum.more;
  EXPECT_EQ(lines + more, kMany) << "none is forgotten";
}

}  // namespace
}  // namespace parley::server::log
