#include "server/loop/workers.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <latch>

namespace parley::server::loop {
namespace {

TEST(Workers, JobsRun) {
  std::latch done(10);
  Workers workers(2, 100);
  for (int i = 0; i < 10; ++i) EXPECT_TRUE(workers.submit([&] { done.count_down(); }));
  done.wait();
}

TEST(Workers, AFullQueueIsToldAtOnce) {
  std::latch started(1);
  std::latch go_on(1);
  Workers workers(1, 2);
  ASSERT_TRUE(workers.submit([&] {
    started.count_down();
    go_on.wait();
  }));
  started.wait();
  EXPECT_TRUE(workers.submit([] {}));
  EXPECT_TRUE(workers.submit([] {}));
  EXPECT_FALSE(workers.submit([] {}));
  go_on.count_down();
}

TEST(Workers, StoppingFinishesWhatRunsAndDropsTheRest) {
  std::latch started(1);
  std::latch go_on(1);
  std::atomic<int> ran = 0;
  Workers workers(1, 10);
  ASSERT_TRUE(workers.submit([&] {
    started.count_down();
    go_on.wait();
    ++ran;
  }));
  started.wait();
  std::thread stopper([&] { workers.stop(); });
  go_on.count_down();
  stopper.join();
  EXPECT_EQ(ran, 1);
  EXPECT_FALSE(workers.submit([] {}));
}

}  // namespace
}  // namespace parley::server::loop
