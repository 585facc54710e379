#include "server/signalling/admission.hpp"

#include <gtest/gtest.h>

namespace parley::server::signalling {
namespace {

using namespace std::chrono_literals;

const Admission::Time kNow{1h};

TEST(Admission, ALongQueueRefusesUntilItIsShort) {
  Admission admission;
  EXPECT_FALSE(admission.overloaded(kNow));
  admission.queue_measured(kNow, kOverloadWait, kOverloadFrames);
  EXPECT_TRUE(admission.overloaded(kNow));
  admission.queue_measured(kNow, kRelievedWait, 0);
  EXPECT_TRUE(admission.overloaded(kNow)) << "between the limits nothing changes";
  admission.queue_measured(kNow, kRelievedWait - 1ns, kOverloadFrames);
  EXPECT_FALSE(admission.overloaded(kNow));
  admission.queue_measured(kNow, kOverloadWait - 1ns, kOverloadFrames);
  EXPECT_FALSE(admission.overloaded(kNow));
}

TEST(Admission, AMachineThatIsBusyWithSomethingElseIsNoOverload) {
  Admission admission;
  admission.queue_measured(kNow, 10s, kOverloadFrames - 1);
  EXPECT_FALSE(admission.overloaded(kNow));
}

TEST(Admission, AQueueThatNobodyHasMeasuredForAWhileIsForgotten) {
  Admission admission;
  admission.queue_measured(kNow, kOverloadWait, kOverloadFrames);
  EXPECT_TRUE(admission.overloaded(kNow + kQueueForgotten - 1ns));
  EXPECT_FALSE(admission.overloaded(kNow + kQueueForgotten));
}

TEST(Admission, AStoreThatIsBehindRefusesUntilItHasCaughtUp) {
  Admission admission;
  admission.store_measured(kOverloadStoreWait, kOverloadRecords - 1);
  EXPECT_FALSE(admission.overloaded(kNow)) << "a slow disk is no overload";
  admission.store_measured(kOverloadStoreWait, kOverloadRecords);
  EXPECT_TRUE(admission.overloaded(kNow));
  admission.store_measured(kRelievedStoreWait, 0);
  EXPECT_TRUE(admission.overloaded(kNow));
  admission.store_measured(0ns, kOverloadRecords);
  EXPECT_FALSE(admission.overloaded(kNow));
}

}  // namespace
}  // namespace parley::server::signalling
