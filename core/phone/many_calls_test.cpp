// Several calls, several devices, reloads and restarts: real phones and the real switchboard, in
// virtual time.
#include "core/testing/world.hpp"

#include <gtest/gtest.h>

namespace parley::testing {
namespace {

using phone::OtherCalls;
using phone::Phase;
using phone::Tone;
using wire::EndReason;

struct TestWorld {
  explicit TestWorld(WorldOptions options = {}) : world(options) {
    alice = &world.add_device("alice");
    bob = &world.add_device("bob");
    carol = &world.add_device("carol");
    world.run_until([&] { return alice->online() && bob->online() && carol->online(); });
  }

  bool until(const std::function<bool()>& condition, Duration limit = 20s) {
    return world.run_until(condition, limit);
  }

  bool both_active(const Device& a, const Device& b, CallId call) {
    return phase_of(a, call) == Phase::active && phase_of(b, call) == Phase::active;
  }

  static std::optional<phone::CallView> view_of(const Device& device, CallId call) {
    for (const auto& view : device.view().calls.items) {
      if (view.call == call) return view;
    }
    return std::nullopt;
  }

  static std::optional<Phase> phase_of(const Device& device, CallId call) {
    const auto view = view_of(device, call);
    return view ? std::optional(view->phase) : std::nullopt;
  }

  CallId connect(Device& from, Device& to) {
    const CallId call = from.dial(to.user().text);
    EXPECT_TRUE(until([&] { return phase_of(to, call) == Phase::incoming; }));
    to.answer();
    EXPECT_TRUE(until([&] { return both_active(from, to, call); }));
    return call;
  }

  World world;
  Device* alice = nullptr;
  Device* bob = nullptr;
  Device* carol = nullptr;
};

// ---- call waiting and hold ----

TEST(CallWaiting, RingsQuietlyAndTellsTheCaller) {
  TestWorld t;
  t.connect(*t.alice, *t.bob);
  const CallId second = t.carol->dial("bob");
  ASSERT_TRUE(t.until([&] { return t.carol->shows(Phase::ringing); }));
  EXPECT_TRUE(t.carol->call().waiting);
  EXPECT_EQ(t.bob->tone(), Tone::waiting);
  EXPECT_TRUE(TestWorld::view_of(*t.bob, second)->waiting);
}

TEST(CallWaiting, HoldsTheFirstCallWhenTheSecondIsAnswered) {
  TestWorld t;
  const CallId first = t.connect(*t.alice, *t.bob);
  const CallId second = t.carol->dial("bob");
  ASSERT_TRUE(t.until([&] { return t.bob->shows(Phase::incoming); }));
  t.bob->answer_and(OtherCalls::hold);
  ASSERT_TRUE(t.until([&] { return t.both_active(*t.bob, *t.carol, second); }));
  EXPECT_TRUE(TestWorld::view_of(*t.bob, first)->held);
  ASSERT_TRUE(t.until([&] { return t.alice->call().peer_status->held; }));
  EXPECT_EQ(t.alice->connections().begin()->second.feed.sent.microphone, phone::Feed::none);
  t.bob->hold(first, false);
  ASSERT_TRUE(t.until([&] { return t.carol->call().peer_status->held; }));
  ASSERT_TRUE(t.until([&] { return !t.alice->call().peer_status->held; }));
  EXPECT_TRUE(TestWorld::view_of(*t.bob, second)->held);
}

TEST(CallWaiting, EndsTheFirstCallWhenAskedTo) {
  TestWorld t;
  const CallId first = t.connect(*t.alice, *t.bob);
  const CallId second = t.carol->dial("bob");
  ASSERT_TRUE(t.until([&] { return t.bob->shows(Phase::incoming); }));
  t.bob->answer_and(OtherCalls::end);
  ASSERT_TRUE(t.until([&] { return t.both_active(*t.bob, *t.carol, second); }));
  EXPECT_EQ(t.alice->call().reason, EndReason::completed);
  EXPECT_EQ(t.world.record(first).reason, EndReason::completed);
}

TEST(CallWaiting, DecliningTheSecondLeavesTheFirstAlone) {
  TestWorld t;
  const CallId first = t.connect(*t.alice, *t.bob);
  const CallId second = t.carol->dial("bob");
  ASSERT_TRUE(t.until([&] { return t.bob->shows(Phase::incoming); }));
  t.bob->feed(phone::DeclinePressed{second});
  ASSERT_TRUE(t.until([&] { return t.carol->shows(Phase::ended); }));
  EXPECT_EQ(t.carol->call().reason, EndReason::declined);
  EXPECT_TRUE(t.both_active(*t.alice, *t.bob, first));
}

TEST(CallWaiting, IsBusyForAThirdCaller) {
  TestWorld t;
  t.connect(*t.alice, *t.bob);
  t.carol->dial("bob");
  Device& dave = t.world.add_device("dave");
  ASSERT_TRUE(t.until([&] { return dave.online() && t.bob->shows(Phase::incoming); }));
  dave.dial("bob");
  ASSERT_TRUE(t.until([&] { return dave.shows(Phase::ended); }));
  EXPECT_EQ(dave.call().reason, EndReason::busy);
}

TEST(CallWaiting, RingsAloudOnceTheFirstCallIsOver) {
  TestWorld t;
  t.connect(*t.alice, *t.bob);
  t.carol->dial("bob");
  ASSERT_TRUE(t.until([&] { return t.bob->tone() == Tone::waiting && t.carol->call().waiting; }));
  t.alice->hang_up();
  ASSERT_TRUE(t.until([&] { return t.bob->tone() == Tone::ringtone; }));
  EXPECT_FALSE(t.bob->call().waiting);
  ASSERT_TRUE(t.until([&] { return !t.carol->call().waiting; }));
}

TEST(CallWaiting, AnsweredOnAnotherDeviceThanTheOneThatIsOnThePhoneRingsOn) {
  TestWorld t;
  Device& tablet = t.world.add_device("bob");
  ASSERT_TRUE(t.until([&] { return tablet.online(); }));
  const CallId first = t.connect(*t.alice, *t.bob);
  const CallId second = t.carol->dial("bob");
  ASSERT_TRUE(t.until([&] { return TestWorld::phase_of(tablet, second) == Phase::incoming; }));
  tablet.feed(phone::AnswerPressed{second, wire::MediaKind::audio, OtherCalls::hold});
  t.world.run_for(2s);
  EXPECT_EQ(TestWorld::phase_of(tablet, second), Phase::incoming);
  EXPECT_EQ(tablet.live_tracks(), 0U);
  EXPECT_TRUE(t.both_active(*t.alice, *t.bob, first));
  tablet.feed(phone::DeclinePressed{second});
  ASSERT_TRUE(t.until([&] { return TestWorld::phase_of(*t.carol, second) == Phase::ended; }));
  EXPECT_EQ(t.world.record(second).reason, EndReason::declined);
}

// ---- both call each other ----

TEST(Glare, IsNotEndedByAnsweringThePersonOneCalls) {
  for (const std::uint64_t id : {1U, 2U, 3U, 4U, 1000U}) {  // now one invite stands, now the other
    TestWorld t({.seed = id, .delay = 400ms});
    const auto number = [high = t.world.next_call_id().high](std::uint64_t n) {
      return CallId{high, 0x8000'0000'0000'0000U | n};
    };
    const CallId theirs = number(id);
    t.alice->feed(phone::Dialed{theirs, {{"bob"}, {"Bob"}}, wire::MediaKind::audio});
    t.world.run_for(300ms);
    t.bob->feed(phone::Dialed{number(500), {{"alice"}, {"Alice"}}, wire::MediaKind::audio});
    ASSERT_TRUE(t.until([&] { return TestWorld::phase_of(*t.bob, theirs) == Phase::incoming; }));
    t.bob->feed(phone::AnswerPressed{theirs, wire::MediaKind::audio, OtherCalls::hold});
    ASSERT_TRUE(t.until([&] {
      return t.alice->shows(Phase::active) && t.bob->shows(Phase::active);
    })) << id;
    EXPECT_EQ(t.alice->call().call, t.bob->call().call);
    EXPECT_EQ(t.world.records().size(), 1U);
  }
}

TEST(Glare, BecomesOneCallWhateverTheTiming) {
  for (int gap = -120; gap <= 120; gap += 5) {
    for (const Duration delay : {5ms, 40ms, 300ms}) {
      TestWorld t({.seed = static_cast<std::uint64_t>(gap + 200), .delay = delay});
      Device& early = gap < 0 ? *t.alice : *t.bob;
      Device& late = gap < 0 ? *t.bob : *t.alice;
      early.dial(late.user().text);
      t.world.scheduler().after(Duration{std::abs(gap)}, [&] { late.dial(early.user().text); });
      ASSERT_TRUE(t.until([&] {
        return t.alice->shows(Phase::active) && t.bob->shows(Phase::active);
      })) << gap
          << " ms apart, " << delay.count() << " ms away";
      EXPECT_EQ(t.alice->call().call, t.bob->call().call);
      t.world.run_for(5s);
      EXPECT_EQ(t.world.records().size(), 1U) << gap;
      EXPECT_EQ(t.alice->open_connections(), 1U);
      EXPECT_EQ(t.bob->open_connections(), 1U);
      EXPECT_EQ(t.bob->view().calls.items.size(), 1U);
      t.alice->hang_up();
      ASSERT_TRUE(t.until([&] { return t.world.gauges().calls == 0; }));
      t.world.run_for(2s);
      EXPECT_EQ(t.bob->open_connections(), 0U);
      EXPECT_EQ(t.bob->live_tracks(), 0U);
    }
  }
}

TEST(ReCall, OfAnotherDeviceDoesNotEndACallThatIsOn) {
  TestWorld t;
  const CallId first = t.connect(*t.alice, *t.bob);
  Device& phone = t.world.add_device("alice");
  ASSERT_TRUE(t.until([&] { return phone.shows(Phase::elsewhere); }));
  const CallId second = phone.dial("bob");
  ASSERT_TRUE(t.until([&] { return TestWorld::phase_of(phone, second) == Phase::ended; }));
  EXPECT_EQ(TestWorld::phase_of(phone, first), Phase::elsewhere) << "to be taken over";
  t.world.run_for(5s);
  EXPECT_TRUE(t.both_active(*t.alice, *t.bob, first));
}

TEST(ReCall, OfTheDeviceInTheCallIsNoCall) {
  TestWorld t;
  const CallId first = t.connect(*t.alice, *t.bob);
  t.alice->dial("bob");
  t.world.run_for(5s);
  EXPECT_TRUE(t.both_active(*t.alice, *t.bob, first));
  EXPECT_EQ(t.world.records().size(), 1U);
  EXPECT_EQ(t.alice->view().calls.items.size(), 1U);
}

TEST(ReCall, EndsTheCallThatTheOtherSideBelievesIn) {
  TestWorld t;
  const CallId first = t.connect(*t.alice, *t.bob);
  Device& phone = t.world.add_device("alice");
  ASSERT_TRUE(t.until([&] { return phone.online(); }));
  t.alice->feed(phone::PageHidden{});
  t.world.run_for(200ms);
  t.alice->kill();
  const CallId second = phone.dial("bob");
  ASSERT_TRUE(t.until([&] { return TestWorld::phase_of(*t.bob, second) == Phase::incoming; }));
  EXPECT_EQ(t.world.record(first).reason, EndReason::completed);
  t.bob->answer();
  ASSERT_TRUE(t.until([&] { return t.both_active(phone, *t.bob, second); }));
  EXPECT_EQ(t.bob->open_connections(), 1U);
}

TEST(Ringing, GoesOnAtAPageThatStandsStillAndCountsItsAnswer) {
  TestWorld t;
  const CallId call = t.alice->dial("bob");
  ASSERT_TRUE(t.until([&] { return TestWorld::phase_of(*t.alice, call) == Phase::ringing; }));
  t.bob->block(testing::Way::to_server, true);
  t.bob->answer();
  ASSERT_TRUE(t.until([&] { return t.alice->call().quiet; }, 20s));
  EXPECT_EQ(TestWorld::phase_of(*t.alice, call), Phase::ringing);
  t.bob->block(testing::Way::to_server, false);
  ASSERT_TRUE(t.until([&] { return t.both_active(*t.alice, *t.bob, call); }, 30s));
  EXPECT_FALSE(t.alice->call().quiet);
}

TEST(CallWaiting, KeepsTheCallThatIsOnInSightHoweverManyWereMissed) {
  TestWorld t;
  const CallId call = t.connect(*t.alice, *t.bob);
  for (std::size_t missed = 0; missed < phone::kMaxCallsShown + 2; ++missed) {
    // Somebody else each time: who calls in vain again and again has to wait.
    Device& caller = t.world.add_device("caller" + std::to_string(missed));
    ASSERT_TRUE(t.until([&] { return caller.online(); }));
    const CallId second = caller.dial("bob");
    ASSERT_TRUE(t.until([&] { return TestWorld::phase_of(*t.bob, second) == Phase::incoming; }));
    caller.hang_up();
    ASSERT_TRUE(t.until([&] { return TestWorld::phase_of(*t.bob, second) == Phase::ended; }));
  }
  EXPECT_EQ(TestWorld::phase_of(*t.bob, call), Phase::active);
  EXPECT_LE(t.bob->view().calls.items.size(), phone::kMaxCallsShown);
}

// ---- several devices ----

TEST(TakeOver, GoesBackToTheFirstDeviceWhenAnotherCallCameInFront) {
  for (int gap = 0; gap < 700; gap += 20) {
    TestWorld t;
    const CallId call = t.connect(*t.alice, *t.bob);
    Device& tablet = t.world.add_device("bob");
    Device& carol = t.world.add_device("carol");
    ASSERT_TRUE(t.until([&] { return carol.online() && tablet.shows(Phase::elsewhere); }));
    tablet.join(call);
    t.world.run_for(Duration{gap});
    t.bob->dial("carol");
    t.world.run_for(60s);
    EXPECT_EQ(t.world.record(call).phase, wire::CallPhase::active) << gap;
    EXPECT_EQ(TestWorld::phase_of(*t.alice, call), Phase::active) << gap;
  }
}

TEST(TakeOver, MovesACallToAnotherDeviceBeforeTheFirstIsLetGo) {
  TestWorld t;
  const CallId call = t.connect(*t.alice, *t.bob);
  Device& tablet = t.world.add_device("bob");
  ASSERT_TRUE(t.until([&] { return tablet.shows(Phase::elsewhere); }));
  tablet.join(call);
  bool gap = false;
  t.world.after_every_step = [&] {
    gap = gap || !(t.bob->shows(Phase::active) || tablet.shows(Phase::active));
  };
  ASSERT_TRUE(
      t.until([&] { return t.bob->shows(Phase::elsewhere) && tablet.shows(Phase::active); }));
  t.world.after_every_step = nullptr;
  EXPECT_FALSE(gap) << "make before break";
  EXPECT_EQ(t.bob->tone(), Tone::none) << "the call has not ended";
  EXPECT_TRUE(t.alice->shows(Phase::active));
  t.world.run_for(3s);
  EXPECT_EQ(t.alice->open_connections(), 1U);
  EXPECT_EQ(t.bob->open_connections(), 0U);
  EXPECT_EQ(t.bob->live_tracks(), 0U);
  EXPECT_EQ(t.world.records().size(), 1U);
  EXPECT_EQ(t.world.record(call).callee.device, tablet.id());
}

TEST(TakeOver, OfACallThatIsOverHoldsNothing) {
  TestWorld t;
  const CallId over = t.connect(*t.alice, *t.bob);
  t.alice->hang_up();
  ASSERT_TRUE(t.until([&] { return t.bob->shows(Phase::ended); }));
  const CallId on = t.connect(*t.carol, *t.bob);
  t.bob->join(over);
  EXPECT_FALSE(TestWorld::view_of(*t.bob, on)->held);
}

/// What the tablet says on its own channel may come after what the server tells of the device that
/// stays.
TEST(TakeOver, ThatIsGivenUpLeavesWhatIsSeenOfTheDeviceThatStays) {
  int given_up = 0;
  for (int wait = 200; wait < 500; ++wait) {
    TestWorld t({.operation = 60ms});
    const CallId call = t.connect(*t.alice, *t.bob);
    t.bob->set_microphone(false);
    t.world.run_for(5s);
    ASSERT_EQ(t.bob->call().sources.microphone.off_proof, phone::Proof::received);
    Device& tablet = t.world.add_device("bob");
    ASSERT_TRUE(t.until([&] { return tablet.shows(Phase::elsewhere); }));
    tablet.media_delay = 2s;
    tablet.join(call);
    t.world.run_for(Duration{wait});
    tablet.hang_up();
    t.world.run_for(60s);
    if (!t.bob->shows(Phase::active)) break;  // the tablet had the call by then
    ++given_up;
    ASSERT_EQ(t.alice->call().peer_status->microphone, wire::SourceState::off) << wait;
    ASSERT_EQ(t.bob->call().sources.microphone.off_proof, phone::Proof::received) << wait;
    t.bob->set_microphone(true);
    t.world.run_for(1s);
    ASSERT_EQ(t.alice->call().peer_status->microphone, wire::SourceState::on) << wait;
  }
  EXPECT_GT(given_up, 100);
}

TEST(TakeOver, CanBeTakenBack) {
  TestWorld t;
  const CallId call = t.connect(*t.alice, *t.bob);
  Device& tablet = t.world.add_device("bob");
  ASSERT_TRUE(t.until([&] { return tablet.shows(Phase::elsewhere); }));
  tablet.join(call);
  ASSERT_TRUE(t.until([&] { return t.bob->shows(Phase::elsewhere); }));
  t.bob->join(call);
  ASSERT_TRUE(
      t.until([&] { return tablet.shows(Phase::elsewhere) && t.bob->shows(Phase::active); }));
  EXPECT_TRUE(t.alice->shows(Phase::active));
}

TEST(Decline, OnASecondDeviceLeavesTheAnsweredCallAlone) {
  TestWorld t;
  Device& tablet = t.world.add_device("bob");
  t.until([&] { return tablet.online(); });
  const CallId call = t.alice->dial("bob");
  ASSERT_TRUE(
      t.until([&] { return tablet.shows(Phase::incoming) && t.bob->shows(Phase::incoming); }));
  t.bob->answer();
  tablet.decline();
  ASSERT_TRUE(t.until([&] { return t.both_active(*t.alice, *t.bob, call); }));
  t.world.run_for(2s);
  EXPECT_TRUE(tablet.shows(Phase::elsewhere));
}

// ---- reload ----

TEST(Reload, GoesOnWithTheSameCall) {
  TestWorld t;
  const CallId call = t.connect(*t.alice, *t.bob);
  t.bob->set_microphone(false);
  t.world.run_for(1s);
  t.bob->reload();
  ASSERT_TRUE(
      t.until([&] { return t.alice->call().peer_device == wire::PeerDevice::reloading; }, 1s));
  ASSERT_TRUE(t.until([&] { return t.both_active(*t.alice, *t.bob, call); }));
  EXPECT_NE(t.bob->tone(), Tone::ringtone);
  EXPECT_EQ(t.bob->call().sources.microphone.state, wire::SourceState::off) << "muted stays muted";
  t.world.run_for(2s);
  EXPECT_EQ(t.alice->call().peer_device, wire::PeerDevice::connected);
  EXPECT_EQ(t.world.records().size(), 1U);
  EXPECT_EQ(t.alice->open_connections(), 1U);
}

TEST(Reload, OfAHeldCallKeepsWhatItWillSend) {
  TestWorld t;
  const CallId call = t.connect(*t.alice, *t.bob);
  t.bob->hold(call, true);
  t.world.run_for(1s);
  t.bob->reload();
  ASSERT_TRUE(t.until([&] { return t.bob->shows(Phase::active); }));
  EXPECT_TRUE(t.bob->call().held);
  t.bob->hold(call, false);
  ASSERT_TRUE(
      t.until([&] { return t.alice->call().peer_status->microphone == wire::SourceState::on; }));
  EXPECT_TRUE(t.bob->call().sources.microphone.wanted);
  EXPECT_FALSE(t.bob->call().sources.camera.wanted);
}

TEST(Reload, WhileTheDevicesOpenSwitchesNeitherOff) {
  TestWorld t;
  t.bob->media_delay = 60s;  // the browser asks
  const CallId call = t.alice->dial("bob", wire::MediaKind::video);
  ASSERT_TRUE(t.until([&] { return t.bob->shows(Phase::incoming); }));
  t.bob->answer(wire::MediaKind::video);
  ASSERT_TRUE(t.until([&] { return t.both_active(*t.alice, *t.bob, call); }));
  EXPECT_EQ(t.alice->call().peer_status->microphone, wire::SourceState::opening);
  EXPECT_EQ(t.alice->call().peer_status->camera, wire::SourceState::opening);
  t.bob->reload();
  t.bob->media_delay = 5ms;
  ASSERT_TRUE(t.until([&] { return t.bob->shows(Phase::active); }));
  ASSERT_TRUE(
      t.until([&] { return t.alice->call().peer_status->microphone == wire::SourceState::on; }));
  EXPECT_TRUE(t.bob->call().sources.microphone.wanted);
  EXPECT_TRUE(t.bob->call().sources.camera.wanted);
}

TEST(Reload, OfBothSidesAtOnceGoesOnWithTheSameCall) {
  for (int gap = 0; gap < 1500; gap += 50) {
    TestWorld t({.seed = static_cast<std::uint64_t>(gap) + 1});
    const CallId call = t.connect(*t.alice, *t.bob);
    t.alice->reload();
    t.world.scheduler().after(Duration{gap}, [&] { t.bob->reload(); });
    t.world.run_for(Duration{gap} + 1s);
    ASSERT_TRUE(t.until([&] { return t.both_active(*t.alice, *t.bob, call); })) << gap;
  }
}

TEST(ReplacedPage, LetsGoOfItsCallsAndFindsThemWhenItIsUsedAgain) {
  TestWorld t;
  const CallId call = t.connect(*t.alice, *t.bob);
  t.alice->feed(phone::SocketClosed{*t.alice->socket(), 4002});
  t.world.run_for(10ms);
  EXPECT_EQ(t.alice->open_connections(), 0U);
  EXPECT_EQ(t.alice->live_tracks(), 0U);
  EXPECT_TRUE(t.alice->view().calls.items.empty());
  t.alice->feed(phone::SignedIn{{"alice"}, t.alice->id(), {"world"}});
  ASSERT_TRUE(t.until([&] { return t.both_active(*t.alice, *t.bob, call); }));
}

TEST(ReplacedPage, FallsSilent) {
  TestWorld t;
  t.alice->dial("bob");
  ASSERT_TRUE(t.until([&] { return t.alice->tone() == Tone::ringback; }));
  for (Device* device : {t.alice, t.bob}) {
    device->feed(phone::SocketClosed{*device->socket(), 4002});
    EXPECT_EQ(device->tone(), Tone::none);
    EXPECT_TRUE(device->view().calls.items.empty());
  }
}

TEST(ClosedPage, EndsTheCallForBoth) {
  TestWorld t;
  const CallId call = t.connect(*t.alice, *t.bob);
  t.bob->feed(phone::PageHidden{});
  t.world.run_for(100ms);
  t.bob->kill();
  ASSERT_TRUE(t.until([&] { return t.alice->shows(Phase::ended); }, 40s));
  t.world.run_for(2s);
  EXPECT_EQ(t.world.record(call).phase, wire::CallPhase::ended);
}

TEST(ClosedPage, StopsTheRinging) {
  TestWorld t;
  t.alice->dial("bob");
  ASSERT_TRUE(t.until([&] { return t.bob->shows(Phase::incoming); }));
  t.alice->feed(phone::PageHidden{});
  t.alice->kill();
  ASSERT_TRUE(t.until([&] { return t.bob->shows(Phase::ended); }, 1s));
  EXPECT_EQ(t.bob->call().reason, EndReason::cancelled);
}

TEST(KilledDevices, LeaveACallThatEndsAsAbandonedAtTheLastMedia) {
  TestWorld t;
  const CallId call = t.connect(*t.alice, *t.bob);
  t.world.run_for(60s);
  const Instant killed = t.world.scheduler().now();
  t.alice->kill();
  t.bob->kill();
  t.world.run_for(120s);
  const auto& record = t.world.record(call);
  EXPECT_EQ(record.reason, EndReason::abandoned);
  EXPECT_LE(*record.ended_at_ms, ms_of(killed + 50ms)) << "a report can still be on its way";
  EXPECT_GE(*record.ended_at_ms, ms_of(killed - 12s));
  EXPECT_EQ(t.world.gauges().calls, 0U);
}

// ---- restart of the server ----

TEST(ServerRestart, LosesNoCallAtAnyMoment) {
  for (int ms = 0; ms < 900; ms += 15) {
    TestWorld t({.seed = static_cast<std::uint64_t>(ms) + 1});
    const CallId call = t.alice->dial("bob");
    t.world.scheduler().after(Duration{ms}, [&] { t.world.restart_server(); });
    ASSERT_TRUE(t.until([&] { return TestWorld::phase_of(*t.bob, call) == Phase::incoming; }))
        << ms;
    t.bob->answer();
    ASSERT_TRUE(t.until([&] { return t.both_active(*t.alice, *t.bob, call); })) << ms;
    t.world.run_for(3s);
    t.bob->hang_up();
    ASSERT_TRUE(t.until([&] { return t.alice->shows(Phase::ended); })) << ms;
    EXPECT_EQ(t.alice->call().reason, EndReason::completed);
    t.world.run_for(1s);
    EXPECT_EQ(t.world.records().size(), 1U);
    EXPECT_EQ(t.world.gauges().calls, 0U);
  }
}

TEST(ServerRestart, LeavesInvitesThatCrossedOneCall) {
  for (const auto moment : {testing::CrashPoint::before_commit, testing::CrashPoint::after_commit,
                            testing::CrashPoint::between_sends}) {
    for (const Duration gap : {0ms, 200ms}) {
      TestWorld t;
      t.alice->dial("bob");
      t.world.run_for(gap);
      t.bob->dial("alice");
      t.world.run_until([&] { return t.world.gauges().calls == 1; });
      t.world.crash_server(moment);
      ASSERT_TRUE(t.until([&] {
        return t.alice->shows(Phase::active) && t.bob->shows(Phase::active);
      })) << gap.count();
      EXPECT_EQ(t.alice->call().call, t.bob->call().call);
      t.world.run_for(5s);
      EXPECT_EQ(t.world.records().size(), 1U);
    }
  }
}

TEST(ServerRestart, NeverUnmutesAPageThatIsLoadedMeanwhile) {
  TestWorld t;
  t.connect(*t.alice, *t.bob);
  t.alice->set_microphone(false);
  ASSERT_TRUE(
      t.until([&] { return t.bob->call().peer_status->microphone == wire::SourceState::off; }));
  t.world.run_for(1s);  // the server hears of it a little later than bob
  t.world.restart_server(3s);
  t.alice->reload();
  ASSERT_TRUE(t.until([&] { return t.alice->shows(Phase::active); }));
  EXPECT_FALSE(t.alice->call().sources.microphone.wanted);
}

TEST(ServerRestart, LeavesNoConnectionOfACallThatIsDialledAnewMeanwhile) {
  TestWorld t;
  t.connect(*t.alice, *t.bob);
  t.world.restart_server(3s);
  t.bob->hang_up();
  t.bob->dial("alice");
  ASSERT_TRUE(t.until([&] { return t.alice->shows(Phase::incoming); }));
  t.alice->answer();
  ASSERT_TRUE(
      t.until([&] { return t.alice->shows(Phase::active) && t.bob->shows(Phase::active); }));
  EXPECT_EQ(t.alice->open_connections(), 1U);
  EXPECT_EQ(t.bob->open_connections(), 1U);
}

TEST(ServerRestart, KeepsTheDeadlineOfARingingCall) {
  TestWorld t;
  const CallId call = t.alice->dial("bob");
  ASSERT_TRUE(t.until([&] { return t.alice->shows(Phase::ringing); }));
  const auto invited = t.world.record(call).invited_at_ms;
  t.world.run_for(10s);
  t.world.restart_server(12s);
  ASSERT_TRUE(t.until([&] { return t.alice->shows(Phase::ended); }, 60s));
  EXPECT_EQ(t.alice->call().reason, EndReason::no_answer);
  EXPECT_NEAR(static_cast<double>(*t.world.record(call).ended_at_ms - invited), 45'000, 1'000);
}

TEST(ServerRestart, IsNotNoticedByACallInProgress) {
  TestWorld t;
  const CallId call = t.connect(*t.alice, *t.bob);
  t.world.restart_server(20s);
  for (int s = 0; s < 40; ++s) {
    t.world.run_for(1s);
    ASSERT_TRUE(t.both_active(*t.alice, *t.bob, call)) << s;
  }
  EXPECT_EQ(t.world.record(call).phase, wire::CallPhase::active);
}

}  // namespace
}  // namespace parley::testing
