#include "core/recovery/recovery.hpp"

#include "core/recovery/timers.hpp"

#include <gtest/gtest.h>

#include <array>
#include <cstddef>
#include <optional>
#include <string_view>

namespace parley::recovery {
namespace {

constexpr Instant kLoss = instant_from_ms(1'000'000);
constexpr Duration kPatience = 45s;
constexpr std::array<std::string_view, 3> kMedia{"awaited", "flows", "lost"};

/// A recovery whose media stands like this since `kLoss`.
Recovery with(Media media) {
  if (media == Media::lost) return Recovery::of_lost_media(kLoss);
  Recovery recovery = Recovery::awaiting_media(kLoss + kPatience);
  if (media == Media::flows) (void)recovery.on(Fact::media_flows, kLoss);
  return recovery;
}

TEST(Recovery, AnswersEachFactAsTheTableSays) {
  using enum Action;
  struct Row {
    std::string_view name;
    Fact fact;
    std::array<Action, 3> expected;
  };
  // clang-format off
  constexpr std::array kRows{
      //                                             awaited  flows    lost
      Row{"path disturbed",  Fact::path_disturbed,  {wait,    wait,    wait}},
      Row{"path failed",     Fact::path_failed,     {give_up, restart, restart}},
      Row{"media flows",     Fact::media_flows,     {wait,    wait,    wait}},
      Row{"network changed", Fact::network_changed, {wait,    wait,    wait}},
      Row{"restart due",     Fact::restart_due,     {wait,    wait,    restart}},
      Row{"limit reached",   Fact::limit_reached,   {give_up, wait,    give_up}},
  };
  // clang-format on
  for (const Row& row : kRows) {
    for (std::size_t i = 0; i < row.expected.size(); ++i) {
      const auto media = static_cast<Media>(i);
      EXPECT_EQ(with(media).on(row.fact, kLoss), row.expected[i])
          << row.name << ", media " << kMedia[i];
    }
  }
}

TEST(Recovery, HasTheDeadlinesOfItsMedia) {
  EXPECT_EQ(with(Media::awaited).deadline(), kLoss + kPatience);
  EXPECT_EQ(with(Media::flows).deadline(), std::nullopt);
  EXPECT_EQ(with(Media::lost).deadline(), kLoss + kRestartInterval);
}

TEST(Recovery, GivesUpAConnectionThatNeverHasMedia) {
  Recovery recovery = with(Media::awaited);
  EXPECT_EQ(recovery.time_reached(kLoss + kPatience - 1ms), Action::wait);
  EXPECT_EQ(recovery.time_reached(kLoss + kPatience), Action::give_up);
}

TEST(Recovery, TakesTheServersNewLimit) {
  Recovery recovery = with(Media::awaited);
  recovery.set_limit(kLoss + 5s);
  EXPECT_EQ(recovery.deadline(), kLoss + 5s);
}

TEST(Recovery, LosesMediaWithItsPath) {
  for (const Fact fact : {Fact::path_disturbed, Fact::path_failed}) {
    Recovery recovery = with(Media::flows);
    (void)recovery.on(fact, kLoss);
    EXPECT_EQ(recovery.deadline(), kLoss + kRestartInterval);
  }
}

TEST(Recovery, RestartsAgainAndAgainUntilItGivesUp) {
  Recovery recovery = with(Media::lost);
  for (Instant now = kLoss + kRestartInterval; now < kLoss + kMediaLossLimit;
       now += kRestartInterval) {
    EXPECT_EQ(recovery.deadline(), now);
    EXPECT_EQ(recovery.time_reached(now - 1ms), Action::wait);
    EXPECT_EQ(recovery.time_reached(now), Action::restart);
  }
  EXPECT_EQ(recovery.time_reached(kLoss + kMediaLossLimit), Action::give_up);
}

TEST(Recovery, CountsTheIntervalFromTheLastRestart) {
  Recovery recovery = with(Media::lost);
  EXPECT_EQ(recovery.on(Fact::path_failed, kLoss + 4s), Action::restart);
  EXPECT_EQ(recovery.deadline(), kLoss + 4s + kRestartInterval);
}

TEST(Recovery, IsOverWhenMediaFlowsAgain) {
  Recovery recovery = with(Media::lost);
  EXPECT_EQ(recovery.on(Fact::media_flows, kLoss + 3s), Action::wait);
  EXPECT_EQ(recovery.deadline(), std::nullopt);
  EXPECT_EQ(recovery.time_reached(kLoss + 10h), Action::wait);
  (void)recovery.on(Fact::path_disturbed, kLoss + 10h);
  EXPECT_EQ(recovery.deadline(), kLoss + 10h + kRestartInterval) << "the next loss counts anew";
}

TEST(Recovery, WaitsForNewFactsAfterASleep) {
  Recovery recovery = with(Media::lost);
  const Instant woken = kLoss + 10h;
  recovery.postpone(woken + 10s, woken + 2s);
  EXPECT_EQ(recovery.time_reached(woken), Action::wait);
  EXPECT_EQ(recovery.time_reached(woken + 2s), Action::restart);
  EXPECT_EQ(recovery.time_reached(woken + 10s), Action::give_up);
}

TEST(Recovery, IsNotHurriedByASleep) {
  Recovery recovery = with(Media::lost);
  recovery.postpone(kLoss, kLoss);
  EXPECT_EQ(recovery.deadline(), kLoss + kRestartInterval);
}

}  // namespace
}  // namespace parley::recovery
