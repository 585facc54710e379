// A port for tests.
#pragma once

#include "server/relay/addresses.hpp"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <unistd.h>

namespace parley::server::relay {

/// A UDP port of 127.0.0.1 that is taken until it is given back, and that no other program takes
/// then: systems choose ports from higher ranges (RFC 6335, 6; Linux from 32768).
class TakenPort {
 public:
  explicit TakenPort(bool shared = false) {
    while (number < kEnd && !why_no_relay_port("127.0.0.1", number).empty()) ++number;
    const int yes = 1;
    if (shared) setsockopt(file_, SOL_SOCKET, SO_REUSEPORT, &yes, sizeof yes);
    sockaddr_in own{};
    own.sin_family = AF_INET;
    own.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    own.sin_port = htons(number);
    EXPECT_EQ(bind(file_, reinterpret_cast<const sockaddr*>(&own), sizeof own), 0);
  }
  TakenPort(const TakenPort&) = delete;
  TakenPort& operator=(const TakenPort&) = delete;
  ~TakenPort() { give_back(); }

  void give_back() {
    if (file_ >= 0) close(file_);
    file_ = -1;
  }

  std::uint16_t number = 20'000;

 private:
  static constexpr std::uint16_t kEnd = 30'000;
  int file_ = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
};

}  // namespace parley::server::relay
