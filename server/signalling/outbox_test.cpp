#include "server/signalling/outbox.hpp"

#include <gtest/gtest.h>

#include <string>

namespace parley::server::signalling {
namespace {

std::string released(Outbox& outbox, std::uint64_t durable) {
  std::string all;
  outbox.release({durable}, [&](std::string text) { all += text; });
  return all;
}

TEST(Outbox, HoldsMessagesUntilTheirRecordIsDurable) {
  Outbox outbox;
  outbox.hold("a", {1});
  outbox.hold("b", {3});
  outbox.hold("c", {2});
  EXPECT_EQ(outbox.bytes(), 3U);
  EXPECT_EQ(released(outbox, 0), "");
  EXPECT_EQ(released(outbox, 1), "a");
  EXPECT_EQ(released(outbox, 2), "") << "c waits behind b";
  EXPECT_EQ(released(outbox, 3), "bc");
  EXPECT_TRUE(outbox.empty());
  EXPECT_EQ(outbox.bytes(), 0U);
}

}  // namespace
}  // namespace parley::server::signalling
