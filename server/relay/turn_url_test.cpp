#include "server/relay/turn_url.hpp"

#include <gtest/gtest.h>

namespace parley::server::relay {
namespace {

void expect_url(const char* url, const char* host, std::uint16_t port, TurnTransport transport) {
  const auto parsed = parse_turn_url(url);
  ASSERT_TRUE(parsed) << url;
  EXPECT_EQ(parsed->host, host) << url;
  EXPECT_EQ(parsed->port, port) << url;
  EXPECT_EQ(parsed->transport, transport) << url;
}

TEST(TurnUrl, HasTheDefaultsOfRfc7065) {
  expect_url("turn:turn.example", "turn.example", 3478, TurnTransport::udp);
  expect_url("turns:turn.example", "turn.example", 5349, TurnTransport::tls);
  expect_url("turn:turn.example:80?transport=tcp", "turn.example", 80, TurnTransport::tcp);
  expect_url("turns:turn.example:443?transport=tcp", "turn.example", 443, TurnTransport::tls);
  expect_url("turns:turn.example?transport=udp", "turn.example", 5349, TurnTransport::dtls);
  expect_url("turn:[2001:db8::1]:99?transport=udp", "2001:db8::1", 99, TurnTransport::udp);
  expect_url("turn:[2001:db8::1]", "2001:db8::1", 3478, TurnTransport::udp);
}

TEST(TurnUrl, WhatIsNoneIsNotRead) {
  for (const char* url : {"stun:a", "turn:", "turn:a:", "turn:a:0", "turn:a:70000", "turn:a:1x",
                          "turn:[::1", "turn:a?transport=sctp"}) {
    EXPECT_FALSE(parse_turn_url(url)) << url;
  }
}

}  // namespace
}  // namespace parley::server::relay
