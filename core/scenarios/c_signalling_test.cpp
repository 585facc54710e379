// Group C: the way to the server breaks, stalls, repeats, forgets and comes back.
#include "core/scenarios/scenario.hpp"
#include "core/switchboard/test_board.hpp"
#include "core/switchboard/timers.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <string>
#include <vector>

namespace parley::scenarios {
namespace {

using phone::Phase;
using phone::SessionPhase;
using wire::EndReason;

using Way = World::Way;

bool is(const std::string& text, const char* type) {
  return text.find("\"type\":\"" + std::string(type) + "\"") != std::string::npos;
}
bool keeps_alive(const std::string& text) {
  return is(text, "ping") || is(text, "pong") || is(text, "ack");
}

// ---- C01 ----

TEST(C01SocketLoss, LeavesMediaAndTheCallAlone) {
  for (const Duration cut : {10s, 60s}) {
    for (const bool both : {false, true}) {
      Scenario t;
      Device& ann = t.device("ann");
      Device& ben = t.device("ben");
      const CallId call = t.connect(ann, ben);
      ann.set_offline(true);
      if (both) ben.set_offline(true);
      std::uint64_t packets = 0;
      for (Duration waited{}; waited < cut; waited += 2s) {
        t.world.run_for(2s);
        ASSERT_TRUE(Scenario::active(ann, ben, call)) << waited.count() << " ms, both: " << both;
        const auto arrived = ann.connections().begin()->second.audio_packets;
        EXPECT_GT(arrived, packets);
        packets = arrived;
      }
      EXPECT_EQ(ann.view().session, SessionPhase::reconnecting);
      ann.set_offline(false);
      ben.set_offline(false);
      ASSERT_TRUE(t.until([&] { return ann.online() && ben.online(); }));
      t.world.run_for(5s);
      EXPECT_TRUE(Scenario::active(ann, ben, call)) << "the same call goes on";
      ben.hang_up();
      t.expect_ended(call, EndReason::completed, ann, ben);
      t.expect_rest();
      EXPECT_EQ(t.world.records().size(), 1U);
    }
  }
}

// ---- C02 ----

TEST(C02LateCloseOfAnOldSocket, TouchesNeitherSessionNorCallNorPresence) {
  using namespace switchboard;
  for (const Duration late : {0ms, 100ms, 1000ms, 5000ms}) {
    TestBoard board;
    board.add_user("ann");
    board.add_user("ben");
    Client& ann = board.add("ann", 1);
    Client& ben = board.add("ben", 2);
    ann.say(invite(1, "ben"));
    ben.say(wire::Accept{call_id(1)});
    const SocketId old = ann.connection();
    ann.go_deaf();
    ann.connect();
    ben.heard();
    board.wait(late);
    board.handle(ConnectionLost{old});
    EXPECT_EQ(ben.heard(), Texts{}) << "nobody hears of it";
    EXPECT_EQ(board.gauges().sessions_online, 2U);
    EXPECT_EQ(board.gauges().calls, 1U);
    ann.say(wire::HangUp{call_id(1), {}});
    EXPECT_EQ(board.record(1).reason, EndReason::completed);
  }
}

TEST(C02LateCloseOfAnOldSocket, StartsNoSecondReconnectOfThePhone) {
  Scenario t;
  Device& ann = t.device("ann");
  const SocketId old = *ann.socket();
  ann.cut_socket();
  ASSERT_TRUE(t.until([&] { return ann.online() && ann.socket() != old; }));
  const SocketId present = *ann.socket();
  ann.feed(phone::SocketClosed{old, 1006});
  t.world.run_for(5s);
  EXPECT_EQ(ann.socket(), present);
  EXPECT_TRUE(ann.online());
}

// ---- C03 ----

TEST(C03HalfOpenSocket, RingsTheOtherDevicesAndIsFoundInTime) {
  for (const bool has_tablet : {false, true}) {
    Scenario t;
    Device& ann = t.device("ann");
    Device& laptop = t.device("ben");
    Device* tablet = has_tablet ? &t.device("ben") : nullptr;
    laptop.set_offline(true);  // silently: neither side is told
    const CallId call = ann.dial("ben");
    if (tablet != nullptr) {
      EXPECT_TRUE(
          t.until([&] { return Scenario::phase_of(*tablet, call) == Phase::incoming; }, 1s));
      tablet->decline();
      t.expect_ended(call, EndReason::declined, ann, *tablet);
    } else {
      ASSERT_TRUE(t.until([&] { return Scenario::phase_of(ann, call) == Phase::ended; }, 15s));
      EXPECT_EQ(Scenario::reason_of(ann, call), EndReason::unreachable);
      EXPECT_EQ(t.world.record(call).reason, EndReason::unreachable);
    }
    t.world.run_for(10s);
    EXPECT_EQ(laptop.view().session, SessionPhase::reconnecting) << "noticed within 10 s";
    laptop.set_offline(false);
    EXPECT_TRUE(t.until([&] { return laptop.online(); }, 10s));
    t.expect_rest();
  }
}

TEST(C03HalfOpenSocket, IsFoundWhenOnlyTheWayToTheClientIsDead) {
  Scenario t;
  Device& ann = t.device("ann");
  Device& ben = t.device("ben");
  ben.block(Way::to_phone, true);
  const CallId call = ann.dial("ben");
  ASSERT_TRUE(t.until([&] { return !ben.online(); }, 10s));
  ASSERT_TRUE(t.until([&] { return Scenario::phase_of(ann, call) == Phase::ended; }, 15s));
  EXPECT_EQ(Scenario::reason_of(ann, call), EndReason::unreachable);
  ben.block(Way::to_phone, false);
  EXPECT_TRUE(t.until([&] { return ben.online(); }, 25s));
  EXPECT_TRUE(ben.view().calls.items.empty()) << "and nothing rings late";
  t.expect_rest();
}

// ---- C04 ----

// Loses the n-th numbered message of one direction for good; what follows it arrives.
TEST(C04LostMessage, IsHealedByASnapshotAndBlocksNothingBehindIt) {
  for (const bool of_caller : {true, false}) {
    for (const Way lost_way : {Way::to_server, Way::to_phone}) {
      for (int lost = 1; lost <= 8; ++lost) {
        SCOPED_TRACE(std::string(of_caller ? "caller" : "callee") +
                     (lost_way == Way::to_server ? " to server " : " from server ") +
                     std::to_string(lost));
        Scenario t({.seed = static_cast<std::uint64_t>(lost)});
        Device& ann = t.device("ann");
        Device& ben = t.device("ben");
        int count = 0;
        t.world.tamper = [&](Way way, const Device& device, const std::string& text) {
          const bool hit = way == lost_way && (&device == &ann) == of_caller &&
                           text.find("\"seq\":") != std::string::npos && ++count == lost;
          return hit ? std::vector<Duration>{} : std::vector{0ms};
        };
        // More messages follow, so that there is a gap: without one, nothing can be missing.
        for (int i = 1; i < 40; ++i) {
          t.later(Duration{i * 300}, [&, i] {
            for (Device* device : {&ann, &ben}) {
              device->feed(phone::PeopleShown{{{UserId{i % 2 == 0 ? "ann" : "ben"}}}});
            }
          });
        }
        const CallId call = ann.dial("ben");
        ASSERT_TRUE(t.until([&] { return Scenario::phase_of(ben, call) == Phase::incoming; }));
        Scenario::answer(ben, call);
        ASSERT_TRUE(t.until([&] { return Scenario::active(ann, ben, call); }));
        t.world.run_for(12s);
        (of_caller ? ann : ben).hang_up();
        t.expect_ended(call, EndReason::completed, ann, ben);
        t.expect_rest();
        EXPECT_EQ(t.world.records().size(), 1U);
      }
    }
  }
}

TEST(C04LostMessage, DoesNotKeepAHangUpFromTakingEffect) {
  Scenario t;
  Device& ann = t.device("ann");
  Device& ben = t.device("ben");
  const CallId call = t.connect(ann, ben);
  bool lose_next = true;
  t.world.tamper = [&](Way way, const Device& device, const std::string& text) {
    if (way != Way::to_server || &device != &ann || keeps_alive(text) || !lose_next) {
      return std::vector{0ms};
    }
    lose_next = false;
    return std::vector<Duration>{};
  };
  ann.set_microphone(false);  // this message is lost for good,
  ann.hang_up();              // this one comes right behind it
  ASSERT_TRUE(t.until([&] { return Scenario::phase_of(ben, call) == Phase::ended; }, 2s));
  EXPECT_FALSE(lose_next);
  t.expect_ended(call, EndReason::completed, ann, ben);
  t.expect_rest();
}

// ---- C05 ----

struct Story {
  std::vector<Phase> ann;
  std::vector<Phase> ben;
  std::vector<std::pair<EndReason, bool>> records;
  bool operator==(const Story&) const = default;
};

void note(std::vector<Phase>& phases, const Device& device) {
  const auto& calls = device.view().calls.items;
  if (!calls.empty() && (phases.empty() || phases.back() != calls.back().phase)) {
    phases.push_back(calls.back().phase);
  }
}

Story tell(bool duplicated, std::uint64_t seed) {
  Scenario t({.seed = 1, .jitter = 0ms});
  Random chance(seed);
  if (duplicated) {
    t.world.tamper = [&](Way, const Device&, const std::string&) {
      if (chance.below(10) >= 3) return std::vector{0ms};
      return std::vector{0ms, Duration{static_cast<std::int64_t>(chance.below(2'000))}};
    };
  }
  Device& ann = t.device("ann");
  Device& ben = t.device("ben");
  Story story;
  t.world.after_every_step = [&] {
    note(story.ann, ann);
    note(story.ben, ben);
  };
  const CallId call = t.dial(ann, ben);
  ann.cut_socket();
  t.world.run_for(3s);
  Scenario::answer(ben, call);
  EXPECT_TRUE(t.until([&] { return Scenario::active(ann, ben, call); }));
  t.world.restart_server();
  t.world.run_for(5s);
  ben.cut_socket();
  t.world.run_for(5s);
  ben.hang_up();
  t.expect_ended(call, EndReason::completed, ann, ben);
  t.expect_rest();
  for (const auto& [id, record] : t.world.records()) {
    story.records.emplace_back(*record.reason, record.connected_at_ms.has_value());
  }
  return story;
}

TEST(C05Duplicates, HaveNoEffectAlsoAcrossAResumeAndARestart) {
  const Story once = tell(false, 0);
  for (std::uint64_t seed = 1; seed <= 20; ++seed) EXPECT_EQ(tell(true, seed), once) << seed;
}

// ---- C06 ----

TEST(C06HangUpOvertakesTheInvite, NothingRingsOrItStopsAtOnce) {
  for (int after = 0; after <= 300; after += 20) {
    for (const bool slow : {false, true}) {
      Scenario t;
      Device& ann = t.device("ann");
      Device& ben = t.device("ben");
      // The first message is slow: whatever comes after it may arrive before it.
      bool first = true;
      t.world.tamper = [&](Way way, const Device& device, const std::string& text) {
        if (way == Way::to_server && &device == &ann && is(text, "invite") && first) {
          first = false;
          return std::vector<Duration>{slow ? 2000ms : 150ms};
        }
        return std::vector{0ms};
      };
      const CallId call = ann.dial("ben");
      t.world.run_for(Duration{after});
      ann.hang_up();
      t.world.run_for(8s);
      EXPECT_NE(Scenario::phase_of(ben, call), Phase::incoming);
      EXPECT_EQ(ben.tone() == phone::Tone::ringtone, false);
      EXPECT_EQ(Scenario::reason_of(ann, call), EndReason::cancelled);
      if (t.world.records().contains(call)) {
        EXPECT_EQ(t.world.record(call).reason, EndReason::cancelled);
      }
      t.expect_rest();
    }
  }
}

// ---- C07 ----

TEST(C07OldInvites, DoNotRingWhenADeviceComesBack) {
  Scenario t;
  Device& ann = t.device("ann");
  Device& ben = t.device("ben");
  std::vector<CallId> missed;
  ben.set_offline(true);
  for (int i = 0; i < 3; ++i) {
    missed.push_back(ann.dial("ben"));
    t.world.run_for(2s);
    ann.hang_up();
    t.world.run_for(1s);
  }
  int rings = 0;
  phone::Tone last = phone::Tone::none;
  t.world.after_every_step = [&] {
    rings += ben.tone() == phone::Tone::ringtone && last != phone::Tone::ringtone ? 1 : 0;
    last = ben.tone();
  };
  ben.set_offline(false);
  const CallId fourth = ann.dial("ben");
  const Instant dialled = t.world.scheduler().now();
  ASSERT_TRUE(t.until([&] { return Scenario::phase_of(ben, fourth) == Phase::incoming; }, 30s));
  for (const CallId call : missed) {
    EXPECT_FALSE(Scenario::phase_of(ben, call)) << "only the fourth is shown";
    EXPECT_EQ(t.world.record(call).phase, wire::CallPhase::ended);
  }
  t.expect_ended(fourth, EndReason::no_answer, ann, ben);
  EXPECT_LE(t.world.scheduler().now() - dialled, switchboard::kRingLimit + 5s)
      << "with the time that remained";
  EXPECT_EQ(rings, 1);
  EXPECT_EQ(t.world.records().size(), 4U);
  t.expect_rest();
}

// ---- C08 ----

// Breaks the socket of one side at the very moment it sends or is sent its n-th message.
TEST(C08SocketLostBehindAnyMessage, EachArrivesExactlyOnceAfterTheResume) {
  for (const bool of_caller : {true, false}) {
    for (const Way lost_way : {Way::to_server, Way::to_phone}) {
      for (int cut = 1; cut <= 12; ++cut) {
        SCOPED_TRACE(std::string(of_caller ? "caller" : "callee") +
                     (lost_way == Way::to_server ? " to server " : " from server ") +
                     std::to_string(cut));
        Scenario t({.seed = static_cast<std::uint64_t>(cut)});
        Device& ann = t.device("ann");
        Device& ben = t.device("ben");
        Device& victim = of_caller ? ann : ben;
        int count = 0;
        t.world.tamper = [&](Way way, const Device& device, const std::string& text) {
          if (way == lost_way && &device == &victim && !keeps_alive(text) && ++count == cut) {
            t.later(0ms, [&] { victim.cut_socket(); });
          }
          return std::vector{0ms};
        };
        const CallId call = ann.dial("ben");
        ASSERT_TRUE(t.until([&] { return Scenario::phase_of(ben, call) == Phase::incoming; }));
        Scenario::answer(ben, call);
        ASSERT_TRUE(t.until([&] { return Scenario::active(ann, ben, call); }));
        for (const Device* device : {&ann, &ben}) {
          EXPECT_EQ(device->connections().begin()->second.rejected_candidates, 0U);
        }
        t.world.run_for(1s);
        ann.hang_up();
        t.expect_ended(call, EndReason::completed, ann, ben);
        t.expect_rest();
        EXPECT_EQ(t.world.records().size(), 1U);
      }
    }
  }
}

// ---- C09 ----

TEST(C09ForgottenSession, IsReplacedByAFreshOneThatGoesOnWithTheCall) {
  Scenario t;
  Device& ann = t.device("ann");
  Device& ben = t.device("ben");
  const CallId call = t.connect(ann, ben);
  int hellos = 0;
  t.world.tamper = [&](Way way, const Device& device, const std::string& text) {
    hellos += way == Way::to_server && &device == &ann && is(text, "hello") ? 1 : 0;
    return std::vector{0ms};
  };
  t.world.restart_server(100ms);  // a restarted server knows every call, and no session
  ASSERT_TRUE(t.until([&] { return !ann.online(); }));
  ASSERT_TRUE(t.until([&] { return ann.online() && ben.online(); }));
  t.world.run_for(10s);
  EXPECT_LE(hellos, 2);
  EXPECT_TRUE(Scenario::active(ann, ben, call));
  ann.hang_up();
  t.expect_ended(call, EndReason::completed, ann, ben);
  t.expect_rest();
}

}  // namespace
}  // namespace parley::scenarios
