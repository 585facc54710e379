#include "core/switchboard/outbox.hpp"

#include <gtest/gtest.h>

#include <string>

namespace parley::switchboard {
namespace {

class OutboxTest : public testing::Test {
 protected:
  std::string sent(std::string text, std::uint64_t after, std::uint64_t durable) {
    std::string all;
    outbox.send(std::move(text), {after}, {durable}, [&](std::string out) { all += out; });
    return all;
  }
  std::string released(std::uint64_t durable) {
    std::string all;
    outbox.release({durable}, [&](std::string text) { all += text; });
    return all;
  }
  Outbox outbox;
};

TEST_F(OutboxTest, HoldsMessagesUntilTheirRecordIsDurable) {
  EXPECT_EQ(sent("a", 1, 0), "");
  EXPECT_EQ(sent("b", 3, 0), "");
  EXPECT_EQ(sent("c", 2, 0), "");
  EXPECT_EQ(outbox.bytes(), 3U);
  EXPECT_EQ(released(0), "");
  EXPECT_EQ(released(1), "a");
  EXPECT_EQ(released(2), "") << "c waits behind b";
  EXPECT_EQ(released(3), "bc");
  EXPECT_TRUE(outbox.empty());
  EXPECT_EQ(outbox.bytes(), 0U);
}

TEST_F(OutboxTest, LetsAMessageThroughWhenNothingWaits) {
  EXPECT_EQ(sent("a", 1, 1), "a");
  EXPECT_EQ(sent("b", 2, 1), "");
  EXPECT_EQ(sent("c", 1, 1), "") << "c waits behind b";
  EXPECT_EQ(released(2), "bc");
}

TEST_F(OutboxTest, ClosesBehindWhatIsHeld) {
  EXPECT_EQ(sent("a", 1, 0), "");
  outbox.close(wire::CloseCode::going_away);
  outbox.close(wire::CloseCode::overrun);
  EXPECT_TRUE(outbox.closing());
  EXPECT_EQ(outbox.close_due(), std::nullopt);
  EXPECT_EQ(sent("b", 0, 1), "") << "it comes after the close";
  EXPECT_EQ(released(1), "a");
  EXPECT_EQ(outbox.close_due(), wire::CloseCode::going_away);
}

TEST_F(OutboxTest, ClosesAtOnceWhenWhatIsHeldIsDropped) {
  EXPECT_EQ(sent("a", 1, 0), "");
  outbox.close(wire::CloseCode::overrun);
  outbox.drop();
  EXPECT_EQ(outbox.bytes(), 0U);
  EXPECT_EQ(outbox.close_due(), wire::CloseCode::overrun);
  EXPECT_EQ(released(1), "");
}

}  // namespace
}  // namespace parley::switchboard
