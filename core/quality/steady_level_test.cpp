#include "core/quality/steady_level.hpp"

#include "core/base/random.hpp"

#include <gtest/gtest.h>

#include <deque>
#include <functional>
#include <string>
#include <vector>

namespace parley::quality {
namespace {

/// The levels after each of some scores, each given for some windows.
struct Stretch {
  std::uint32_t score;
  unsigned windows;
};

std::string letters(const std::vector<Stretch>& stretches) {
  constexpr std::string_view kLetters = "egfpl";
  SteadyLevel steady;
  std::string shown;
  for (const auto& [score, windows] : stretches) {
    for (unsigned i = 0; i < windows; ++i) {
      steady.scored(score);
      const auto level = steady.level();
      shown += level ? kLetters[static_cast<std::size_t>(*level)] : '-';
    }
  }
  return shown;
}

TEST(SteadyLevel, FollowsTheScoresAfterAMoment) {
  EXPECT_EQ(letters({{90, 3}}), "-ee");
  EXPECT_EQ(letters({{20, 1}, {90, 2}}), "-ee");  // the first windows don't count against a call
  EXPECT_EQ(letters({{90, 2}, {50, 3}}), "-eeff");
  EXPECT_EQ(letters({{90, 2}, {50, 1}, {90, 2}}), "-eeee");  // one bad window is none
  EXPECT_EQ(letters({{90, 2}, {20, 2}}), "-eep");            // not by way of the levels between
  EXPECT_EQ(letters({{50, 2}, {90, 5}}), "-ffffee");
  EXPECT_EQ(letters({{50, 2}, {90, 3}, {50, 1}, {90, 4}}),
            "-fffffff"
            "fe");
}

TEST(SteadyLevel, StaysWhereItIsCloseToABorder) {
  EXPECT_EQ(letters({{82, 2}, {78, 9}}), "-eeeeeeeeee");
  EXPECT_EQ(letters({{78, 2}, {82, 9}}), "-gggggggggg");
  EXPECT_EQ(letters({{82, 2}, {76, 2}}), "-eeg");
}

TEST(SteadyLevel, KeepsTheLevelWhileNothingIsKnown) {
  SteadyLevel steady;
  steady.scored(std::nullopt);
  EXPECT_FALSE(steady.level());
  steady.scored(90);
  steady.scored(90);
  for (int i = 0; i < 100; ++i) steady.scored(std::nullopt);
  EXPECT_EQ(steady.level(), QualityLevel::excellent);
}

/// The most changes within a minute, with a window each second.
unsigned most_changes(unsigned windows, const std::function<std::uint32_t(unsigned)>& score) {
  SteadyLevel steady;
  std::deque<unsigned> changes;
  std::size_t most = 0;
  for (unsigned at = 0; at < windows; ++at) {
    const auto before = steady.level();
    steady.scored(score(at));
    if (before && steady.level() != before) changes.push_back(at);
    while (!changes.empty() && changes.front() + 60 <= at) changes.pop_front();
    most = std::max(most, changes.size());
  }
  return static_cast<unsigned>(most);
}

TEST(SteadyLevel, DoesNotSwingWithThePath) {
  for (const unsigned half : {1U, 2U, 3U, 5U, 10U, 15U, 20U}) {
    for (const std::uint32_t border : {kFair, kGood, kExcellent}) {
      for (const std::uint32_t swing : {1U, 5U, 20U}) {
        EXPECT_LE(most_changes(600,
                               [&](unsigned at) {
                                 return at / half % 2 == 0 ? border + swing : border - swing;
                               }),
                  4U)
            << half << " s around " << border << " by " << swing;
      }
    }
  }
}

TEST(SteadyLevel, IsRightHalfAMinuteAfterThePathIsSteady) {
  for (const std::uint32_t score : {10U, 55U, 72U, 95U}) {
    for (unsigned half = 1; half <= 20; ++half) {
      SteadyLevel steady;
      for (unsigned at = 0; at < 300; ++at) steady.scored(at / half % 2 == 0 ? 90 : 20);
      for (unsigned at = 0; at < 30; ++at) steady.scored(score);
      EXPECT_EQ(steady.level(), level_of(score)) << half;
    }
  }
}

TEST(SteadyLevel, ChangesRarelyWhateverTheScores) {
  for (std::uint64_t seed = 1; seed <= 50; ++seed) {
    Random random(seed);
    const auto any = [&](unsigned) { return static_cast<std::uint32_t>(random.below(101)); };
    EXPECT_LE(most_changes(2'000, any), 8U) << seed;
  }
}

}  // namespace
}  // namespace parley::quality
