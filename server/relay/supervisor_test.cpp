#include "server/relay/supervisor.hpp"

#include "server/relay/addresses.hpp"
#include "server/relay/test_port.hpp"
#include "server/store/test_folder.hpp"

#include <arpa/inet.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <array>
#include <csignal>
#include <fstream>

namespace parley::server::relay {
namespace {

using std::chrono::milliseconds;
using testing::HasSubstr;

/// Answers STUN requests, as the program itself would.
class Responder {
 public:
  explicit Responder(loop::Loop& loop) : watch_(loop, File(make())) {
    sockaddr_in own{};
    socklen_t size = sizeof own;
    getsockname(watch_.file(), reinterpret_cast<sockaddr*>(&own), &size);
    port = ntohs(own.sin_port);
    wait();
  }

  std::uint16_t port = 0;
  bool silent = false;
  bool honest = true;

 private:
  static int make() {
    const int file = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    sockaddr_in own{};
    own.sin_family = AF_INET;
    own.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    EXPECT_EQ(bind(file, reinterpret_cast<const sockaddr*>(&own), sizeof own), 0);
    return file;
  }
  void wait() {
    watch_.wait([this] {
      answer();
      wait();
    });
  }
  void answer() const {
    std::array<std::uint8_t, 32> bytes{};
    sockaddr_in from{};
    socklen_t size = sizeof from;
    recvfrom(watch_.file(), bytes.data(), 20, 0, reinterpret_cast<sockaddr*>(&from), &size);
    if (silent) return;
    bytes[0] = 1;
    bytes[3] = 12;
    bytes[21] = 0x20;
    bytes[23] = 8;
    bytes[25] = 1;
    if (!honest) bytes[19] ^= 1U;
    sendto(watch_.file(), bytes.data(), bytes.size(), 0, reinterpret_cast<const sockaddr*>(&from),
           size);
  }

  Watch watch_;
};

class RelaySupervisor : public testing::Test {
 protected:
  void make(const std::string& script) {
    std::ofstream(folder.file("script")) << script;
    supervisor.emplace(
        loop, log,
        Supervisor::Hooks{.prepare = [this]() -> std::expected<Launch, Failure> {
                            ++starts;
                            if (failure) return std::unexpected(*failure);
                            return Launch{{"/bin/sh", {folder.file("script").string()}, "/", {}},
                                          "127.0.0.1",
                                          responder.port};
                          },
                          .first_verdict = [this] { ++verdicts; }},
        patience());
    supervisor->start();
  }

  static Patience patience() {
    return {.ask_starting = milliseconds(10),
            .start_limit = milliseconds(200),
            .ask_healthy = milliseconds(20),
            .max_unanswered = 3,
            .first_wait = milliseconds(10),
            .max_wait = milliseconds(40),
            .good_run = milliseconds(60'000)};
  }

  template <class Condition>
  void run_until(Condition condition) {
    const auto limit = std::chrono::steady_clock::now() + std::chrono::seconds(20);
    bool late = false;
    loop::Timer tick(loop);
    while (!condition() && !late) {
      tick.arm(milliseconds(5), [&] { late = std::chrono::steady_clock::now() > limit; });
      loop.run_one();
    }
    EXPECT_FALSE(late) << text;
  }

  store::TestFolder folder;
  loop::Loop loop;
  std::string text;
  log::Log log{log::Level::info, log::Format::json,
               [this](std::string_view line) { text += line; }};
  Responder responder{loop};
  std::optional<Failure> failure;
  std::optional<Supervisor> supervisor;
  int starts = 0;
  int verdicts = 0;
};

TEST_F(RelaySupervisor, OneThatAnswersIsHealthyAndStops) {
  make("exec sleep 60");
  run_until([this] { return supervisor->healthy(); });
  EXPECT_EQ(verdicts, 1);
  EXPECT_FALSE(supervisor->idle());
  supervisor->stop();
  EXPECT_FALSE(supervisor->healthy());
  run_until([this] { return supervisor->idle(); });
  EXPECT_EQ(starts, 1);
}

TEST_F(RelaySupervisor, OneThatExitsAtOnceIsStartedAgainAndToldOnce) {
  responder.silent = true;
  make("echo bad option >&2; exit 3");
  run_until([this] { return starts == 4; });
  EXPECT_EQ(verdicts, 1);
  EXPECT_FALSE(supervisor->healthy());
  EXPECT_THAT(text, HasSubstr("\"code\":\"relay/ended\",\"why\":\"exited with 3: bad option\""));
  EXPECT_EQ(text.find("relay/ended"), text.rfind("relay/ended"));
}

TEST_F(RelaySupervisor, OneThatNeverGetsReadyIsStartedAgain) {
  responder.silent = true;
  make("exec sleep 60");
  run_until([this] { return starts == 2; });
  EXPECT_THAT(text, HasSubstr("relay/not-ready"));
}

TEST_F(RelaySupervisor, AnAnswerToAnotherQuestionIsNone) {
  responder.honest = false;
  make("exec sleep 60");
  run_until([this] { return starts == 2; });
  EXPECT_THAT(text, HasSubstr("relay/not-ready"));
}

TEST_F(RelaySupervisor, OneThatFallsSilentIsStartedAgain) {
  make("exec sleep 60");
  run_until([this] { return supervisor->healthy(); });
  responder.silent = true;
  run_until([this] { return starts == 2; });
  EXPECT_THAT(text, HasSubstr("relay/silent"));
  responder.silent = false;
  run_until([this] { return supervisor->healthy(); });
  EXPECT_EQ(verdicts, 1);
}

TEST_F(RelaySupervisor, OneThatPrintsWithoutEndDisturbsNothing) {
  make("while :; do echo 0123456789; done");
  run_until([this] { return supervisor->healthy(); });
  supervisor->stop();
  run_until([this] { return supervisor->idle(); });
}

TEST_F(RelaySupervisor, WhatCanNotBePreparedIsTriedAgain) {
  failure = Failure{"relay/port-in-use", "127.0.0.1:3478"};
  make("exec sleep 60");
  EXPECT_EQ(verdicts, 1);
  run_until([this] { return starts == 3; });
  EXPECT_THAT(text, HasSubstr("relay/port-in-use"));
  failure.reset();
  run_until([this] { return supervisor->healthy(); });
}

TEST_F(RelaySupervisor, AStopBetweenTwoStartsIsForGood) {
  responder.silent = true;
  make("exit 0");
  run_until([this] { return supervisor->idle(); });
  supervisor->stop();
  const int before = starts;
  bool waited = false;
  loop::Timer timer(loop);
  timer.arm(milliseconds(100), [&] { waited = true; });
  run_until([&] { return waited; });
  EXPECT_EQ(starts, before);
}

TEST(RelayAddresses, APortThatIsSharedIsInUse) {
  TakenPort port(/*shared=*/true);
  EXPECT_FALSE(why_no_relay_port("127.0.0.1", port.number).empty());
  port.give_back();
  EXPECT_TRUE(why_no_relay_port("127.0.0.1", port.number).empty());
}

TEST(RelayAddresses, OnlyOwnAddressesAreOwn) {
  EXPECT_TRUE(is_own_address("127.0.0.1"));
  EXPECT_FALSE(is_own_address("192.0.2.1"));
  EXPECT_FALSE(is_own_address("localhost"));
  EXPECT_FALSE(is_own_address(""));
}

TEST(RelayAddresses, PrivateOnesAreKnown) {
  for (const char* address :
       {"10.1.2.3", "172.16.0.1", "172.31.255.255", "192.168.1.1", "100.64.0.1", "169.254.1.1",
        "127.0.0.1", "::1", "fd00::1", "fe80::1"}) {
    EXPECT_TRUE(is_private_address(address)) << address;
  }
  for (const char* address : {"9.255.255.255", "172.32.0.1", "192.169.0.1", "100.128.0.1",
                              "203.0.113.7", "2001:db8::1", ""}) {
    EXPECT_FALSE(is_private_address(address)) << address;
  }
}

}  // namespace
}  // namespace parley::server::relay
