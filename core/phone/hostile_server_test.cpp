// What a server may say that makes no sense: a phone must bear it. Found by fuzz/phone_fuzz.cpp.
#include "core/phone/phone.hpp"
#include "core/wire/frame.hpp"

#include <gtest/gtest.h>

#include <cstdint>
#include <limits>
#include <string>
#include <vector>

namespace parley::phone {
namespace {

constexpr DeviceId kOwnDevice{0xd, 1};
constexpr CallId kHostileCall{0x0190'0000'0000'7000U, 1};

/// A phone that is online as soon as a server welcomes it.
class Victim {
 public:
  Victim() {
    feed(SignedIn{.token = {"t"}, .device = kOwnDevice, .client = {"test"}});
    feed(SocketOpened{{1}});
  }

  void welcome(std::int64_t server_time_ms) {
    say(wire::Welcome{.me = {{"ada"}, {"Ada"}}, .server_time_ms = server_time_ms}, {});
  }

  template <class Message>
  void say(const Message& message, const wire::Envelope& envelope) {
    feed(FrameReceived{{1}, wire::write_frame(message, envelope)});
  }

  void feed(const Event& event) {
    effects.clear();
    phone.handle(event, instant_from_ms(1000), effects);
  }

  Phone phone{1};
  std::vector<Effect> effects;
};

constexpr std::int64_t kLowest = std::numeric_limits<std::int64_t>::min();
constexpr std::int64_t kLast = std::numeric_limits<std::int64_t>::max();

TEST(HostileServer, MayClaimAnyTimeOfDay) {
  for (const std::int64_t time : {kLowest, kLast, std::int64_t{-1}}) {
    Victim victim;
    victim.welcome(time);
    EXPECT_EQ(victim.phone.view().session, SessionPhase::online);
    victim.say(
        wire::Incoming{.call = kHostileCall, .caller = {{"bea"}, {"Bea"}}, .expires_at_ms = 0},
        {.seq = 1, .ack = {}});
  }
}

TEST(HostileServer, MayLetACallRingUntilAnyTime) {
  Victim victim;
  victim.welcome(1'700'000'000'000);
  victim.say(
      wire::Incoming{.call = kHostileCall, .caller = {{"bea"}, {"Bea"}}, .expires_at_ms = kLowest},
      {.seq = 1, .ack = {}});
  EXPECT_TRUE(victim.phone.view().calls.items.empty());  // too late
  victim.say(
      wire::Incoming{.call = kHostileCall, .caller = {{"bea"}, {"Bea"}}, .expires_at_ms = kLast},
      {.seq = 2, .ack = {}});
  EXPECT_EQ(victim.phone.view().calls.items.size(), 1U);
}

}  // namespace
}  // namespace parley::phone
