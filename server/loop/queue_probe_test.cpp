#include "server/loop/queue_probe.hpp"

#include "server/loop/loop.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace parley::server::loop {
namespace {

TEST(QueueProbe, MeasuresOneAtATimeAndAgain) {
  Loop loop;
  std::vector<std::chrono::nanoseconds> waits;
  QueueProbe probe(loop, [&](std::chrono::nanoseconds waited) {
    waits.push_back(waited);
    loop.stop();
  });
  probe.start();
  probe.start();
  loop.run();
  EXPECT_EQ(waits.size(), 1U);
  probe.start();
  loop.run();
  EXPECT_EQ(waits.size(), 2U);
  EXPECT_GE(waits[1].count(), 0);
}

TEST(QueueProbe, IsQuietOnceItIsGone) {
  Loop loop;
  int measured = 0;
  {
    QueueProbe probe(loop, [&](std::chrono::nanoseconds) { ++measured; });
    probe.start();
  }
  loop.post([&] { loop.stop(); });
  loop.run();
  EXPECT_EQ(measured, 0);
}

}  // namespace
}  // namespace parley::server::loop
