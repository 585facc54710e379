// Limits of calls in a whole world: how long is waited, for what, and what does not end a call.
#include "core/phone/timers.hpp"
#include "core/recovery/timers.hpp"
#include "core/testing/world.hpp"

#include <gtest/gtest.h>

namespace parley::testing {
namespace {

using phone::Phase;
using wire::EndReason;

struct Pair {
  explicit Pair(WorldOptions options = {}) : world(options) {
    alice = &world.add_device("alice");
    bob = &world.add_device("bob");
    EXPECT_TRUE(world.run_until([&] { return alice->online() && bob->online(); }));
  }

  CallId ring() {
    const CallId call = alice->dial("bob");
    EXPECT_TRUE(world.run_until([&] { return alice->shows(Phase::ringing); }));
    return call;
  }

  CallId connect() {
    const CallId call = ring();
    bob->answer();
    EXPECT_TRUE(until_active());
    return call;
  }

  bool until_active(Duration limit = 60s) {
    return world.run_until([&] { return alice->shows(Phase::active) && bob->shows(Phase::active); },
                           limit);
  }

  bool until_lost() {
    return world.run_until(
        [&] { return alice->shows(Phase::reconnecting) && bob->shows(Phase::reconnecting); });
  }

  World world;
  Device* alice = nullptr;
  Device* bob = nullptr;
};

// ---- how long the server lets ring and connect ----

TEST(Limits, ACallRingsAsLongAsTheServerLetsIt) {
  Pair p({.ring_limit = 600s});
  const CallId call = p.ring();
  p.world.run_for(590s);
  EXPECT_TRUE(p.alice->shows(Phase::ringing));
  EXPECT_TRUE(p.bob->shows(Phase::incoming));
  ASSERT_TRUE(p.world.run_until([&] { return p.alice->shows(Phase::ended); }, 12s));
  EXPECT_EQ(p.alice->call().reason, EndReason::no_answer);
  EXPECT_EQ(p.world.record(call).reason, EndReason::no_answer);
}

TEST(Limits, ACallConnectsAsLongAsTheServerLetsIt) {
  Pair p({.connect_limit = 600s});
  p.bob->media_blocked = true;
  p.ring();
  p.bob->answer();
  p.world.run_for(590s);
  EXPECT_TRUE(p.alice->shows(Phase::connecting));
  EXPECT_TRUE(p.bob->shows(Phase::connecting));
  ASSERT_TRUE(p.world.run_until([&] { return p.alice->shows(Phase::ended); }, 12s));
  EXPECT_EQ(p.alice->call().problem, Error::no_media_path);
}

TEST(Limits, AServerThatFallsSilentEndsTheRingAllTheSame) {
  for (const Duration limit : {Duration{45s}, Duration{600s}}) {
    Pair p({.ring_limit = limit});
    p.ring();
    p.alice->set_offline(true);
    p.world.run_for(limit);
    EXPECT_TRUE(p.alice->shows(Phase::ringing)) << "it may come back in time";
    ASSERT_TRUE(
        p.world.run_until([&] { return p.alice->shows(Phase::ended); }, phone::kGuardMargin + 1s));
    EXPECT_EQ(p.alice->call().problem, Error::server_unreachable);
  }
}

// ---- negotiations that stumble ----

TEST(B09Stumbling, AnAnswerThatHangsInARestartCostsTimeAndNotTheCall) {
  Pair p;
  const CallId call = p.connect();
  p.bob->media_blocked = true;
  ASSERT_TRUE(p.until_lost());
  ASSERT_TRUE(p.world.run_until([&] {
    return p.bob->connections().begin()->second.signalling() ==
           FakePeerConnection::Signalling::have_remote_offer;
  }));
  p.bob->hang_next_operation();
  p.bob->media_blocked = false;
  EXPECT_TRUE(p.until_active(recovery::kMediaLossLimit));
  EXPECT_EQ(p.alice->call().call, call);
}

TEST(B09Stumbling, WhateverHangsOrIsRejectedInARestartIsTriedAgain) {
  for (const bool hangs : {true, false}) {
    for (const bool offerer : {true, false}) {
      Pair p;
      p.connect();
      p.bob->media_blocked = true;
      ASSERT_TRUE(p.until_lost());
      Device& device = offerer ? *p.alice : *p.bob;
      if (hangs) {
        device.hang_next_operation();
      } else {
        device.fail_next_operation();
      }
      p.world.run_for(7s);
      p.bob->media_blocked = false;
      EXPECT_TRUE(p.until_active(recovery::kMediaLossLimit - 8s)) << hangs << offerer;
    }
  }
}

TEST(B09Stumbling, WhateverHangsOrIsRejectedOnceAtTheStartIsTriedAgain) {
  for (const bool hangs : {true, false}) {
    for (const bool offerer : {true, false}) {
      Pair p;
      p.ring();
      Device& device = offerer ? *p.alice : *p.bob;
      if (hangs) {
        device.hang_next_operation();
      } else {
        device.fail_next_operation();
      }
      p.bob->answer();
      EXPECT_TRUE(p.until_active(25s)) << hangs << offerer;
    }
  }
}

// ---- what counts as connected ----

TEST(Limits, ThePageAndTheRecordSayTheSameLength) {
  Pair p;
  const CallId call = p.connect();
  p.world.run_for(12s);
  p.bob->media_blocked = true;
  ASSERT_TRUE(p.world.run_until(
      [&] { return p.alice->shows(Phase::ended) && p.bob->shows(Phase::ended); }, 60s));
  p.world.run_for(5s);
  const auto& record = p.world.record(call);
  EXPECT_EQ(p.alice->call().lasted_ms, *record.ended_at_ms - *record.connected_at_ms);
  EXPECT_EQ(p.bob->call().lasted_ms, *record.ended_at_ms - *record.connected_at_ms);
}

TEST(Limits, APageThatWasLoadedAnewGoesOnCounting) {
  Pair p;
  const CallId call = p.connect();
  p.world.run_for(40s);
  p.bob->reload();
  ASSERT_TRUE(p.world.run_until([&] { return p.bob->shows(Phase::connecting); }));
  ASSERT_TRUE(p.until_active());
  const std::int64_t since = *p.bob->call().active_since_ms;
  EXPECT_NEAR(static_cast<double>(since - *p.world.record(call).connected_at_ms), 0, 200);
  p.alice->hang_up();
  ASSERT_TRUE(p.world.run_until([&] { return p.bob->shows(Phase::ended); }));
  p.world.run_for(1s);
  EXPECT_EQ(p.alice->call().lasted_ms, p.bob->call().lasted_ms);
}

// ---- gaps in time ----

TEST(D14GapsInTime, APageThatWasFrozenFindsItsCallHealed) {
  Pair p;
  const CallId call = p.connect();
  p.bob->media_blocked = true;
  ASSERT_TRUE(p.until_lost());
  p.alice->freeze();
  p.bob->media_blocked = false;
  p.world.run_for(35s);
  p.alice->wake();
  EXPECT_TRUE(p.until_active(5s));
  EXPECT_EQ(p.alice->call().call, call);
}

TEST(D14GapsInTime, APageThatWasFrozenEndsACallThatIsReallyLost) {
  Pair p;
  p.connect();
  p.bob->media_blocked = true;
  ASSERT_TRUE(p.until_lost());
  p.alice->freeze();
  p.world.run_for(80s);
  p.alice->wake();
  ASSERT_TRUE(p.world.run_until([&] { return p.alice->shows(Phase::ended); }, 15s));
}

TEST(D14GapsInTime, APageThatWasFrozenWhileItDialledHearsHowItEnded) {
  Pair p;
  p.ring();
  p.alice->freeze();
  p.world.run_for(3min);
  p.alice->wake();
  ASSERT_TRUE(p.world.run_until([&] { return p.alice->shows(Phase::ended); }, 15s));
  EXPECT_NE(p.alice->call().problem, Error::server_unreachable);
}

TEST(D14GapsInTime, AnEndlessRowOfGapsEndsACallAllTheSame) {
  Pair p;
  p.connect();
  p.bob->media_blocked = true;
  ASSERT_TRUE(p.until_lost());
  for (int i = 0; i < 20 && !p.alice->shows(Phase::ended); ++i) {
    p.alice->freeze();
    p.world.run_for(15s);
    p.alice->wake();
  }
  EXPECT_TRUE(p.alice->shows(Phase::ended));
}

// ---- browsers that can't call ----

struct WithoutCalls : Pair {
  WithoutCalls() {
    bob->can_call = false;
    bob->reload();
    EXPECT_TRUE(world.run_until([&] { return bob->online(); }));
    world.run_for(1s);
  }
};

TEST(Limits, ABrowserThatCantCallRingsNobody) {
  WithoutCalls p;
  p.bob->dial("alice");
  EXPECT_EQ(p.bob->call().problem, Error::calls_unsupported);
  p.world.run_for(5s);
  EXPECT_TRUE(p.alice->view().calls.items.empty());
  EXPECT_EQ(p.bob->live_tracks(), 0U);
}

TEST(Limits, WhoseOnlyBrowserCantCallIsNotReachable) {
  WithoutCalls p;
  const CallId call = p.alice->dial("bob");
  ASSERT_TRUE(p.world.run_until([&] { return p.alice->shows(Phase::ended); }, 5s));
  EXPECT_EQ(p.alice->call().reason, EndReason::unreachable);
  EXPECT_FALSE(p.world.record(call).ringing_at_ms);
  EXPECT_TRUE(p.bob->view().calls.items.empty());
}

TEST(Limits, OnlyTheDevicesThatCanCallRing) {
  WithoutCalls p;
  Device& other = p.world.add_device("bob");
  ASSERT_TRUE(p.world.run_until([&] { return other.online(); }));
  p.ring();
  EXPECT_EQ(p.alice->call().devices_told, 1U);
  EXPECT_EQ(p.alice->call().devices_ringing, 1U);
  EXPECT_TRUE(p.bob->view().calls.items.empty());
  EXPECT_EQ(p.bob->tone(), phone::Tone::none);
  other.answer();
  EXPECT_TRUE(p.world.run_until(
      [&] { return p.alice->shows(Phase::active) && other.shows(Phase::active); }));
  EXPECT_TRUE(p.bob->view().calls.items.empty());
}

// ---- a phone that is closed ----

TEST(Limits, APhoneThatIsClosedHangsUp) {
  Pair p;
  p.connect();
  p.bob->feed(phone::PhoneClosed{});
  ASSERT_TRUE(p.world.run_until([&] { return p.alice->shows(Phase::ended); }, 1s));
  EXPECT_EQ(p.alice->call().reason, EndReason::completed);
}

TEST(Limits, APhoneThatIsClosedDeclinesForNobody) {
  Pair p;
  Device& other = p.world.add_device("bob");
  ASSERT_TRUE(p.world.run_until([&] { return other.online(); }));
  p.ring();
  p.bob->feed(phone::PhoneClosed{});
  p.world.run_for(5s);
  EXPECT_TRUE(other.shows(Phase::incoming));
}

}  // namespace
}  // namespace parley::testing
