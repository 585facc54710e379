#include "core/base/deadlines.hpp"

#include "core/base/random.hpp"
#include "core/base/time.hpp"

#include <gtest/gtest.h>

#include <map>
#include <optional>
#include <string>

namespace parley {
namespace {

constexpr Instant at(int ms) { return instant_from_ms(ms); }

TEST(Deadlines, HasNothingDueWhenNothingIsArmed) {
  Deadlines<int> deadlines;
  EXPECT_EQ(deadlines.next(), std::nullopt);
  EXPECT_EQ(deadlines.take_due(at(1'000'000)), std::nullopt);
}

TEST(Deadlines, ComesDueAtItsMomentAndNotBefore) {
  Deadlines<int> deadlines;
  deadlines.arm(7, at(100));
  EXPECT_EQ(deadlines.take_due(at(99)), std::nullopt);
  EXPECT_TRUE(deadlines.armed(7));
  EXPECT_EQ(deadlines.take_due(at(100)), 7);
  EXPECT_FALSE(deadlines.armed(7));
}

TEST(Deadlines, FiresOnce) {
  Deadlines<int> deadlines;
  deadlines.arm(7, at(100));
  EXPECT_EQ(deadlines.take_due(at(500)), 7);
  EXPECT_EQ(deadlines.take_due(at(500)), std::nullopt);
  EXPECT_EQ(deadlines.next(), std::nullopt);
}

TEST(Deadlines, GivesTheEarliestFirst) {
  Deadlines<std::string> deadlines;
  deadlines.arm("late", at(300));
  deadlines.arm("early", at(100));
  deadlines.arm("middle", at(200));
  EXPECT_EQ(deadlines.next(), at(100));
  EXPECT_EQ(deadlines.take_due(at(1'000)), "early");
  EXPECT_EQ(deadlines.take_due(at(1'000)), "middle");
  EXPECT_EQ(deadlines.take_due(at(1'000)), "late");
}

TEST(Deadlines, OrdersTheSameMomentByKeySoThatRunsRepeat) {
  Deadlines<int> deadlines;
  for (const int key : {3, 1, 2}) deadlines.arm(key, at(100));
  EXPECT_EQ(deadlines.take_due(at(100)), 1);
  EXPECT_EQ(deadlines.take_due(at(100)), 2);
  EXPECT_EQ(deadlines.take_due(at(100)), 3);
}

TEST(Deadlines, MovesWhenItIsArmedAgain) {
  Deadlines<int> deadlines;
  deadlines.arm(1, at(100));
  deadlines.arm(2, at(150));
  deadlines.arm(1, at(200));
  EXPECT_EQ(deadlines.next(), at(150));
  EXPECT_EQ(deadlines.take_due(at(150)), 2);
  EXPECT_EQ(deadlines.take_due(at(199)), std::nullopt);
  EXPECT_EQ(deadlines.take_due(at(200)), 1);

  deadlines.arm(1, at(400));
  deadlines.arm(1, at(300));
  EXPECT_EQ(deadlines.take_due(at(300)), 1) << "earlier works too";
  EXPECT_EQ(deadlines.take_due(at(400)), std::nullopt) << "and leaves nothing behind";
}

TEST(Deadlines, NeverFiresOnceItIsDisarmed) {
  Deadlines<int> deadlines;
  deadlines.arm(1, at(100));
  deadlines.disarm(1);
  deadlines.disarm(1);
  deadlines.disarm(2);
  EXPECT_FALSE(deadlines.armed(1));
  EXPECT_EQ(deadlines.next(), std::nullopt);
  EXPECT_EQ(deadlines.take_due(at(1'000)), std::nullopt);
}

TEST(Deadlines, AgreesWithAMapThatIsSearchedWhole) {
  Random random(0x5eed);
  Deadlines<int> deadlines;
  std::map<int, Instant> model;
  const auto earliest = [&] {
    auto best = model.end();
    for (auto entry = model.begin(); entry != model.end(); ++entry) {
      if (best == model.end() || entry->second < best->second) best = entry;
    }
    return best;
  };
  for (int step = 0; step < 5'000; ++step) {
    const int key = static_cast<int>(random.below(12));
    const Instant when = at(static_cast<int>(random.below(100)));
    switch (random.below(3)) {
      case 0:
        deadlines.arm(key, when);
        model.insert_or_assign(key, when);
        break;
      case 1:
        deadlines.disarm(key);
        model.erase(key);
        break;
      default: {
        const auto expected = earliest();
        const auto taken = deadlines.take_due(when);
        if (expected != model.end() && expected->second <= when) {
          ASSERT_EQ(taken, expected->first);
          model.erase(expected);
        } else {
          ASSERT_EQ(taken, std::nullopt);
        }
      }
    }
    const auto next = earliest();
    ASSERT_EQ(deadlines.next(), next == model.end() ? std::nullopt : std::optional(next->second));
  }
}

}  // namespace
}  // namespace parley
