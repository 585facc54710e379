#include "tools/link/command.hpp"

#include <gtest/gtest.h>

namespace parley::link {
namespace {

using namespace std::chrono_literals;

class Command : public testing::Test {
 protected:
  Lanes lanes_{Lane(1), Lane(2)};
};

TEST_F(Command, ChangesOneDirection) {
  EXPECT_EQ(
      carry_out("a>b delay_ms=50 jitter_ms=5 rate_kbps=100 queue_ms=400 loss_percent=1.5", lanes_),
      "ok");
  const Conditions& changed = lanes_.a_to_b.conditions();
  EXPECT_EQ(changed.delay, 50ms);
  EXPECT_EQ(changed.jitter, 5ms);
  EXPECT_EQ(changed.rate_kbps, 100U);
  EXPECT_EQ(changed.queue, 400ms);
  EXPECT_EQ(changed.loss_percent, 1.5);
  EXPECT_EQ(lanes_.b_to_a.conditions().delay, 0ms);
}

TEST_F(Command, LeavesAloneWhatALineDoesNotName) {
  ASSERT_TRUE(carry_out("both delay_ms=50", lanes_));
  ASSERT_TRUE(carry_out("b>a cut=on", lanes_));
  EXPECT_EQ(lanes_.b_to_a.conditions().delay, 50ms);
  EXPECT_TRUE(lanes_.b_to_a.conditions().cut);
  EXPECT_FALSE(lanes_.a_to_b.conditions().cut);
  ASSERT_TRUE(carry_out("both cut=off", lanes_));
  EXPECT_FALSE(lanes_.b_to_a.conditions().cut);
}

TEST_F(Command, LiftsALimitOfTheRate) {
  ASSERT_TRUE(carry_out("both rate_kbps=100", lanes_));
  ASSERT_TRUE(carry_out("both rate_kbps=none", lanes_));
  EXPECT_EQ(lanes_.a_to_b.conditions().rate_kbps, std::nullopt);
}

TEST_F(Command, TellsTheCounters) {
  lanes_.a_to_b.send(0ms, 100);
  ASSERT_TRUE(carry_out("b>a cut=on", lanes_));
  lanes_.b_to_a.send(0ms, 100);
  EXPECT_EQ(carry_out("stats", lanes_),
            "a>b passed=1 lost=0 queue_full=0 cut=0 b>a passed=0 lost=0 queue_full=0 cut=1");
}

TEST_F(Command, ChangesNothingWhenALineHasAnError) {
  for (const char* line :
       {"", "c>d delay_ms=1", "a>b delay", "a>b delay_ms=", "a>b delay_ms=x", "a>b delay_ms=-1",
        "a>b delay_ms=60001", "a>b delay_ms=5s", "a>b rate_kbps=0", "a>b loss_percent=101",
        "a>b cut=maybe", "a>b speed=3", "a>b loss_percent=nan", "both delay_ms=9 speed=3"}) {
    EXPECT_FALSE(carry_out(line, lanes_)) << line;
    EXPECT_EQ(lanes_.a_to_b.conditions().delay, 0ms) << line;
    EXPECT_FALSE(lanes_.a_to_b.conditions().cut) << line;
  }
}

}  // namespace
}  // namespace parley::link
