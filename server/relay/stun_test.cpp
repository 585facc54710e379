#include "server/relay/stun.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace parley::server::relay {
namespace {

using Bytes = std::vector<std::uint8_t>;

constexpr StunTransaction kTransaction{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12};

/// A success response with these attributes.
Bytes answer(const Bytes& attributes) {
  Bytes bytes{1, 1, 0, static_cast<std::uint8_t>(attributes.size()), 0x21, 0x12, 0xa4, 0x42};
  bytes.insert(bytes.end(), kTransaction.begin(), kTransaction.end());
  bytes.insert(bytes.end(), attributes.begin(), attributes.end());
  return bytes;
}

const Bytes kMapped{0, 0x20, 0, 8, 0, 1, 0xa1, 0x47, 0x5e, 0x12, 0xa4, 0x43};

Bytes changed(std::size_t at, std::uint8_t value) {
  Bytes bytes = answer(kMapped);
  bytes[at] = value;
  return bytes;
}

TEST(Stun, ARequestIsAHeaderAlone) {
  const StunRequest expected{0, 1, 0, 0, 0x21, 0x12, 0xa4, 0x42, 1,  2,
                             3, 4, 5, 6, 7,    8,    9,    10,   11, 12};
  EXPECT_EQ(stun_request(kTransaction), expected);
}

TEST(Stun, AnAnswerHasTheTransactionAndAnAddress) {
  EXPECT_TRUE(answers_stun_request(answer(kMapped), kTransaction));
  // An attribute of another kind, with padding, before it.
  Bytes two{0x80, 0x22, 0, 2, 'c', 'o', 0, 0};
  two.insert(two.end(), kMapped.begin(), kMapped.end());
  EXPECT_TRUE(answers_stun_request(answer(two), kTransaction));
  Bytes six{0, 0x20, 0, 20, 0, 2};
  six.resize(24);
  EXPECT_TRUE(answers_stun_request(answer(six), kTransaction));
}

TEST(Stun, WhatIsNoAnswerIsRefused) {
  struct Case {
    const char* what;
    Bytes bytes;
  };
  const std::vector<Case> cases{
      {"nothing", {}},
      {"an error response", changed(0, 0x11)},
      {"a request", changed(0, 0)},
      {"another cookie", changed(4, 0)},
      {"another transaction", changed(19, 0)},
      {"a length that is too small", changed(3, 8)},
      {"a length that is too large", changed(3, 255)},
      {"a length of 65535", changed(2, 255)},
      {"no address", answer({})},
      {"an attribute that goes on behind the end", changed(23, 9)},
      {"an attribute of 65535 bytes", answer({0, 0x20, 255, 255})},
      {"half the head of an attribute", answer({0, 0x20})},
      {"an empty address", answer({0, 0x20, 0, 0})},
      {"an address of an unknown family", changed(25, 3)},
      {"an address of IPv6 that is too short", changed(25, 2)},
  };
  for (const Case& row : cases) {
    EXPECT_FALSE(answers_stun_request(row.bytes, kTransaction)) << row.what;
  }
  const Bytes whole = answer(kMapped);
  for (std::size_t size = 0; size < whole.size(); ++size) {
    EXPECT_FALSE(answers_stun_request(std::span(whole).first(size), kTransaction)) << size;
  }
}

}  // namespace
}  // namespace parley::server::relay
