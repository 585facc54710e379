#include "core/switchboard/calls/call_ids.hpp"

#include "core/switchboard/timers.hpp"

#include <gtest/gtest.h>

namespace parley::switchboard {
namespace {

using Verdict = CallIds::Verdict;

constexpr Instant kNow = instant_from_ms(1'700'000'000'000);

CallId id_at(Instant time, std::uint64_t number = 1) {
  return {static_cast<std::uint64_t>(ms_of(time)) << 16U | 0x7000U,
          0x8000'0000'0000'0000U | number};
}

TEST(CallIds, TakesUuidsOfVersionSevenAlone) {
  const CallIds ids;
  const CallId good = id_at(kNow);
  EXPECT_EQ(ids.judge(good, kNow), Verdict::fresh);
  EXPECT_EQ(ids.judge(CallId{}, kNow), Verdict::invalid);
  for (std::uint64_t version = 0; version < 16; ++version) {
    const CallId other{(good.high & ~0xf000ULL) | version << 12U, good.low};
    EXPECT_EQ(ids.judge(other, kNow), version == 7 ? Verdict::fresh : Verdict::invalid) << version;
  }
  for (std::uint64_t variant = 0; variant < 4; ++variant) {
    const CallId other{good.high, (good.low & ~(3ULL << 62U)) | variant << 62U};
    EXPECT_EQ(ids.judge(other, kNow), variant == 2 ? Verdict::fresh : Verdict::invalid) << variant;
  }
}

TEST(CallIds, TakesThoseOfAboutNow) {
  const CallIds ids;
  EXPECT_EQ(ids.judge(id_at(kNow + kCallIdAhead), kNow), Verdict::fresh);
  EXPECT_EQ(ids.judge(id_at(kNow + kCallIdAhead + Duration{1}), kNow), Verdict::invalid);
  EXPECT_EQ(ids.judge(id_at(kNow - kCallIdWindow), kNow), Verdict::fresh);
  EXPECT_EQ(ids.judge(id_at(kNow - kCallIdWindow - Duration{1}), kNow), Verdict::taken);
}

TEST(CallIds, AnIdIsUsedOnceHoweverLate) {
  CallIds ids;
  ids.use(id_at(kNow), kNow);
  for (Instant now = kNow - 24h; now < kNow + 24h; now += 1min) {
    EXPECT_EQ(ids.judge(id_at(kNow), now), Verdict::taken) << ms_of(now);
  }
}

TEST(CallIds, ForgetsTheOldestOnceTheirTimeIsPast) {
  CallIds ids(100, 1'000);
  for (std::uint64_t i = 0; i < 100; ++i) ids.use(id_at(kNow, i), kNow);
  const Instant later = kNow + kCallIdWindow + 1s;
  for (std::uint64_t i = 0; i < 10; ++i) ids.use(id_at(later, i), later);
  EXPECT_EQ(ids.size(), 100U);
  EXPECT_EQ(ids.judge(id_at(kNow, 1), later), Verdict::taken);
  EXPECT_EQ(ids.judge(id_at(later, 10), later), Verdict::fresh);
}

TEST(CallIds, ARushOfCallsLeavesNoIdThatCouldBeUsedTwice) {
  CallIds ids(100, 1'000);
  for (std::uint64_t i = 0; i < 1'010; ++i) {
    ids.use(id_at(kNow + Duration{static_cast<std::int64_t>(i)}, i), kNow);
  }
  EXPECT_EQ(ids.size(), 1'000U);
  EXPECT_EQ(ids.judge(id_at(kNow, 0), kNow), Verdict::taken) << "it is forgotten";
  EXPECT_EQ(ids.judge(id_at(kNow, 5'000), kNow), Verdict::taken) << "nobody can tell";
  EXPECT_EQ(ids.judge(id_at(kNow + 1s, 5'000), kNow), Verdict::fresh);
}

}  // namespace
}  // namespace parley::switchboard
