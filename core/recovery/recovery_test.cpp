#include "core/recovery/recovery.hpp"

#include "core/recovery/timers.hpp"

#include <gtest/gtest.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

namespace parley::recovery {
namespace {

constexpr Instant kLoss = instant_from_ms(1'000'000);
constexpr Duration kPatience = 45s;
constexpr std::array<std::string_view, 3> kMedia{"awaited", "flows", "lost"};

/// A recovery whose media stands like this since `kLoss`.
Recovery with(Media media, Part part = Part::leads) {
  Recovery recovery = Recovery::awaiting_media(part, kLoss + kPatience);
  if (media != Media::awaited) (void)recovery.on(Fact::media_flows, kLoss);
  if (media == Media::lost) (void)recovery.on(Fact::media_stalled, kLoss);
  return recovery;
}

/// What a recovery does from one moment to another, with the milliseconds since the loss.
std::vector<std::pair<std::int64_t, Action>> actions(Recovery& recovery, Instant until) {
  std::vector<std::pair<std::int64_t, Action>> done;
  while (recovery.deadline() && *recovery.deadline() <= until) {
    const Instant now = *recovery.deadline();
    const Action action = recovery.time_reached(now);
    done.emplace_back((now - kLoss).count(), action);
    if (action == Action::give_up) break;
  }
  return done;
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
      //                                           awaited  flows    lost
      Row{"path disturbed", Fact::path_disturbed, {wait,    wait,    wait}},
      Row{"path failed",    Fact::path_failed,    {give_up, ask,     ask}},
      Row{"media flows",    Fact::media_flows,    {wait,    wait,    wait}},
      Row{"media stalled",  Fact::media_stalled,  {wait,    wait,    wait}},
      Row{"peer asks",      Fact::peer_asks,      {restart, restart, restart}},
      Row{"try due",        Fact::try_due,        {wait,    wait,    ask}},
      Row{"limit reached",  Fact::limit_reached,  {give_up, wait,    give_up}},
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
  EXPECT_EQ(with(Media::lost).deadline(), kLoss + kHealsWithin);
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

TEST(Recovery, LosesMediaWithItsPathOrItsPackets) {
  for (const Fact fact : {Fact::path_disturbed, Fact::media_stalled}) {
    Recovery recovery = with(Media::flows);
    (void)recovery.on(fact, kLoss);
    EXPECT_EQ(recovery.deadline(), kLoss + kHealsWithin);
  }
}

TEST(Recovery, AsksMoreAndMoreSeldomThenOffersAndGivesUp) {
  using enum Action;
  const std::vector<std::pair<std::int64_t, Action>> expected{{500, ask},        {2'500, ask},
                                                              {6'500, ask},      {14'500, restart},
                                                              {22'500, restart}, {30'000, give_up}};
  Recovery recovery = with(Media::lost);
  EXPECT_EQ(actions(recovery, kLoss + 1h), expected);
}

TEST(Recovery, OffersUnaskedOnlyIfItLeads) {
  Recovery recovery = with(Media::lost, Part::follows);
  for (const auto& [at, action] : actions(recovery, kLoss + 25s)) EXPECT_EQ(action, Action::ask);
}

TEST(Recovery, AsksAtOnceWhenAPathHasFailed) {
  Recovery recovery = with(Media::lost);
  EXPECT_EQ(recovery.on(Fact::path_failed, kLoss + 100ms), Action::ask);
  EXPECT_EQ(recovery.deadline(), kLoss + 100ms + kTryAgainAfter[0]);
}

TEST(Recovery, SaysNothingToADeviceOutOfReach) {
  Recovery recovery = with(Media::lost);
  recovery.set_in_reach(false, kLoss);
  EXPECT_EQ(recovery.on(Fact::path_failed, kLoss + 15s), Action::wait);
  EXPECT_EQ(recovery.deadline(), kLoss + kLongestMediaLoss) << "no try is due";
}

TEST(Recovery, AsksSoonAfterTheOtherDeviceIsInReachAgain) {
  Recovery recovery = with(Media::lost);
  recovery.set_in_reach(false, kLoss);
  recovery.set_in_reach(true, kLoss + 25s);
  EXPECT_EQ(recovery.deadline(), kLoss + 25s + kAfterReturn);
  EXPECT_EQ(recovery.time_reached(kLoss + 25s + kAfterReturn), Action::ask);
}

TEST(Recovery, HasTimeLeftAfterTheOtherDeviceIsInReachAgain) {
  Recovery recovery = with(Media::lost);
  recovery.set_in_reach(false, kLoss);
  EXPECT_EQ(recovery.time_reached(kLoss + 40s), Action::wait);
  recovery.set_in_reach(true, kLoss + 40s);
  EXPECT_EQ(actions(recovery, kLoss + 1h).back(), std::pair(std::int64_t{60'000}, Action::give_up));
}

TEST(Recovery, EndsAtLastHoweverOftenTheOtherDeviceIsInReach) {
  Recovery recovery = with(Media::lost);
  for (Instant now = kLoss; now < kLoss + kLongestMediaLoss - 5s; now += 5s) {
    recovery.set_in_reach(false, now);
    recovery.set_in_reach(true, now + 1s);
  }
  EXPECT_EQ(actions(recovery, kLoss + 1h).back().first, kLongestMediaLoss.count());
  recovery = with(Media::lost);
  recovery.set_in_reach(false, kLoss);
  EXPECT_EQ(actions(recovery, kLoss + 1h).back().first, kLongestMediaLoss.count());
}

TEST(Recovery, OffersOneRestartForWhatBothDevicesAskFor) {
  Recovery recovery = with(Media::lost);
  EXPECT_EQ(recovery.on(Fact::peer_asks, kLoss + 1s), Action::restart);
  EXPECT_EQ(recovery.on(Fact::peer_asks, kLoss + 1s + kRestartPause - 1ms), Action::wait);
  EXPECT_EQ(recovery.on(Fact::peer_asks, kLoss + 1s + kRestartPause), Action::restart);
}

TEST(Recovery, LeavesTheOfferToTheOneThatLeads) {
  Recovery recovery = with(Media::flows, Part::follows);
  EXPECT_EQ(recovery.on(Fact::peer_asks, kLoss), Action::ask) << "it only shows that it is there";
}

TEST(Recovery, TriesRelaysAndEveryPathInTurnAfterRestartsInVain) {
  using enum Action;
  Recovery recovery = with(Media::lost);
  Instant now = kLoss;
  for (const Action expected : {restart, restart, restart_on_relays, restart, restart_on_relays}) {
    EXPECT_EQ(recovery.on(Fact::peer_asks, now), expected);
    now += kRestartPause;
  }
}

TEST(Recovery, CountsNoRestartsThatBroughtMediaOrThatOnlyTheOtherSideNeeded) {
  Recovery recovery = with(Media::lost);
  Instant now = kLoss;
  for (unsigned i = 0; i < 6; ++i) {
    EXPECT_EQ(recovery.on(Fact::peer_asks, now), Action::restart);
    (void)recovery.on(Fact::media_flows, now);
    now += kRestartPause;
    if (i > 2) (void)recovery.on(Fact::media_stalled, now);
  }
}

TEST(Recovery, IsOverWhenMediaFlowsAgain) {
  Recovery recovery = with(Media::lost);
  EXPECT_EQ(recovery.on(Fact::media_flows, kLoss + 3s), Action::wait);
  EXPECT_EQ(recovery.deadline(), std::nullopt);
  EXPECT_EQ(recovery.time_reached(kLoss + 10h), Action::wait);
  (void)recovery.on(Fact::path_disturbed, kLoss + 10h);
  EXPECT_EQ(recovery.deadline(), kLoss + 10h + kHealsWithin) << "the next loss counts anew";
}

TEST(Recovery, WaitsForNewFactsAfterASleep) {
  Recovery recovery = with(Media::lost);
  const Instant woken = kLoss + 10h;
  recovery.postpone(woken + 10s, woken + 2s);
  EXPECT_EQ(recovery.time_reached(woken), Action::wait);
  EXPECT_EQ(recovery.time_reached(woken + 2s), Action::ask);
  EXPECT_EQ(recovery.time_reached(woken + 10s), Action::give_up);
}

TEST(Recovery, IsNotHurriedByASleep) {
  Recovery recovery = with(Media::lost);
  recovery.postpone(kLoss, kLoss);
  EXPECT_EQ(recovery.deadline(), kLoss + kHealsWithin);
}

TEST(Recovery, OfANewConnectionGivesItTimeAndKeepsTheLimitOfTheCall) {
  Recovery recovery = Recovery::of_lost_media(Part::leads, kLoss + 14s);
  recovery.take_place_of(with(Media::lost));
  EXPECT_EQ(recovery.deadline(), kLoss + 14s + kConnectsWithin);
  EXPECT_EQ(actions(recovery, kLoss + 1h).back().first, kMediaLossLimit.count());
}

}  // namespace
}  // namespace parley::recovery
