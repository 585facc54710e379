#include "server/relay/turn_message.hpp"

#include <gtest/gtest.h>

namespace parley::server::relay {
namespace {

constexpr StunTransaction kTransaction{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12};

TurnAddress address(std::uint8_t last, std::uint16_t port, bool v6 = false) {
  TurnAddress made{.v6 = v6, .port = port};
  made.bytes = {203, 0, 113, last};
  return made;
}

Bytes allocate_request(const TurnKey& key) {
  TurnWriter writer(TurnMethod::allocate, TurnClass::request, kTransaction);
  writer.add_requested_transport();
  writer.add_login("1767272400:n", "calls.example", "nonce", key);
  return writer.take();
}

// RFC 5769, section 2.4: a request with a lasting login, and its key.
TEST(TurnMessage, TheProofOfALoginIsThatOfRfc5769) {
  const Bytes sample{0x00, 0x01, 0x00, 0x60, 0x21, 0x12, 0xa4, 0x42, 0x78, 0xad, 0x34, 0x33, 0xc6,
                     0xad, 0x72, 0xc0, 0x29, 0xda, 0x41, 0x2e, 0x00, 0x06, 0x00, 0x12, 0xe3, 0x83,
                     0x9e, 0xe3, 0x83, 0x88, 0xe3, 0x83, 0xaa, 0xe3, 0x83, 0x83, 0xe3, 0x82, 0xaf,
                     0xe3, 0x82, 0xb9, 0x00, 0x00, 0x00, 0x15, 0x00, 0x1c, 0x66, 0x2f, 0x2f, 0x34,
                     0x39, 0x39, 0x6b, 0x39, 0x35, 0x34, 0x64, 0x36, 0x4f, 0x4c, 0x33, 0x34, 0x6f,
                     0x4c, 0x39, 0x46, 0x53, 0x54, 0x76, 0x79, 0x36, 0x34, 0x73, 0x41, 0x00, 0x14,
                     0x00, 0x0b, 0x65, 0x78, 0x61, 0x6d, 0x70, 0x6c, 0x65, 0x2e, 0x6f, 0x72, 0x67,
                     0x00, 0x00, 0x08, 0x00, 0x14, 0xf6, 0x70, 0x24, 0x65, 0x6d, 0xd6, 0x4a, 0x3e,
                     0x02, 0xb8, 0xe0, 0x71, 0x2e, 0x85, 0xc9, 0xa2, 0x8c, 0xa8, 0x96, 0x66};
  const auto message = read_turn_message(sample);
  ASSERT_TRUE(message);
  EXPECT_EQ(message->realm, "example.org");
  EXPECT_EQ(message->nonce, "f//499k954d6OL34oL9FSTvy64sA");
  EXPECT_TRUE(
      has_integrity(sample, *message, turn_key("マトリックス", "example.org", "TheMatrIX")));
  EXPECT_FALSE(has_integrity(sample, *message, turn_key("マトリックス", "example.org", "x")));
}

TEST(TurnMessage, WhatIsWrittenIsRead) {
  for (const bool v6 : {false, true}) {
    TurnWriter writer(TurnMethod::send, TurnClass::indication, kTransaction);
    writer.add_peer(address(7, 49'160, v6));
    writer.add_data(Bytes{1, 2, 3});
    const auto message = read_turn_message(writer.take());
    ASSERT_TRUE(message);
    EXPECT_EQ(message->method, static_cast<std::uint16_t>(TurnMethod::send));
    EXPECT_EQ(message->kind, TurnClass::indication);
    EXPECT_EQ(message->transaction, kTransaction);
    EXPECT_EQ(message->peer, address(7, 49'160, v6));
    EXPECT_EQ(message->data, (Bytes{1, 2, 3}));
  }
}

TEST(TurnMessage, AChangedOneHasNoIntegrity) {
  const TurnKey key = turn_key("1767272400:n", "calls.example", "password");
  Bytes bytes = allocate_request(key);
  EXPECT_TRUE(has_integrity(bytes, *read_turn_message(bytes), key));
  bytes[kTurnHeaderSize + 4] ^= 1U;
  EXPECT_FALSE(has_integrity(bytes, *read_turn_message(bytes), key));
  TurnMessage none;
  EXPECT_FALSE(has_integrity(bytes, none, key));
}

TEST(TurnMessage, AnErrorTellsItsCode) {
  Bytes bytes{0x01, 0x13, 0x00, 0x08, 0x21, 0x12, 0xa4, 0x42};
  bytes.insert(bytes.end(), kTransaction.begin(), kTransaction.end());
  const std::size_t value = bytes.size() + 4;
  bytes.insert(bytes.end(), {0x00, 0x09, 0x00, 0x04, 0x00, 0x00, 0x04, 0x26});
  ASSERT_TRUE(read_turn_message(bytes));
  EXPECT_EQ(read_turn_message(bytes)->error, 438U);
  EXPECT_EQ(read_turn_message(bytes)->kind, TurnClass::error);
  bytes[value + 3] = 100;
  EXPECT_FALSE(read_turn_message(bytes));
}

TEST(TurnMessage, NoPartOfOneIsOne) {
  const Bytes bytes = allocate_request({});
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    EXPECT_FALSE(read_turn_message(std::span(bytes).first(size)));
  }
  Bytes more = bytes;
  more.push_back(0);
  EXPECT_FALSE(read_turn_message(more));
}

}  // namespace
}  // namespace parley::server::relay
