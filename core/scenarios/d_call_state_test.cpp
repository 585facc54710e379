// Group D: presses that cross, several devices, several calls, and devices that vanish.
#include "core/scenarios/scenario.hpp"
#include "core/switchboard/timers.hpp"

#include <gtest/gtest.h>

#include <set>
#include <string>
#include <vector>

namespace parley::scenarios {
namespace {

using phone::OtherCalls;
using phone::Phase;
using phone::Tone;
using wire::EndReason;
using wire::MediaKind;

using Way = World::Way;

bool rings(const Device& device) {
  return device.tone() == Tone::ringtone || device.tone() == Tone::waiting;
}

// ---- D01 ----

TEST(D01Ringing, StopsEverywhereOnceTheServerHasDecided) {
  for (const int devices : {1, 3}) {
    for (const bool cancelled : {true, false}) {
      Scenario t;
      Device& ann = t.device("ann");
      std::vector<Device*> bens;
      for (int i = 0; i < devices; ++i) bens.push_back(&t.device("ben"));
      // The last one has a slow link.
      t.world.tamper = [&](Way, const Device& device, const std::string&) {
        return std::vector{&device == bens.back() && devices > 1 ? 2000ms : 0ms};
      };
      const CallId call = ann.dial("ben");
      ASSERT_TRUE(t.until([&] {
        return std::ranges::all_of(bens, [](const Device* ben) { return rings(*ben); });
      }));
      if (cancelled) ann.hang_up();
      ASSERT_TRUE(
          t.until([&] { return t.world.record(call).phase == wire::CallPhase::ended; }, 60s));
      t.world.run_for(devices > 1 ? 3100ms : 1100ms);
      for (const Device* ben : bens) EXPECT_FALSE(rings(*ben));
      const EndReason reason = cancelled ? EndReason::cancelled : EndReason::no_answer;
      for (const Device* ben : bens) t.expect_ended(call, reason, ann, *ben);
      t.expect_rest();
    }
  }
}

// ---- D02 ----

void expect_one_winner(Scenario& t, CallId call, Device& ann, Device& ben) {
  t.world.run_for(8s);
  const auto a = Scenario::phase_of(ann, call);
  const auto b = Scenario::phase_of(ben, call);
  if (a == Phase::active || b == Phase::active) {
    EXPECT_EQ(a, b) << "nobody is in a call alone";
    ann.hang_up();
  } else {
    EXPECT_EQ(Scenario::reason_of(ann, call), Scenario::reason_of(ben, call));
    EXPECT_EQ(Scenario::reason_of(ann, call), t.world.record(call).reason);
    EXPECT_EQ(ben.live_tracks(), 0U) << "the losing acceptor released its microphone";
  }
  t.expect_rest();
}

TEST(D02AcceptAgainstCancel, HasOneWinnerForBothSides) {
  for (int gap = -500; gap <= 500; gap += 10) {
    SCOPED_TRACE(gap);
    Scenario t({.seed = static_cast<std::uint64_t>(gap + 501)});
    Device& ann = t.device("ann");
    Device& ben = t.device("ben");
    const CallId call = t.dial(ann, ben);
    t.world.run_for(500ms);
    t.later(500ms, [&] { ann.feed(phone::HangUpPressed{call}); });
    t.later(Duration{500 + gap}, [&] { Scenario::answer(ben, call); });
    t.world.run_for(1s);
    expect_one_winner(t, call, ann, ben);
  }
}

TEST(D02AcceptAgainstTheRingLimit, HasOneWinnerForBothSides) {
  for (int gap = -500; gap <= 500; gap += 10) {
    SCOPED_TRACE(gap);
    Scenario t({.seed = static_cast<std::uint64_t>(gap + 501)});
    Device& ann = t.device("ann");
    Device& ben = t.device("ben");
    const CallId call = t.dial(ann, ben);
    const Instant deadline =
        instant_from_ms(t.world.record(call).invited_at_ms) + switchboard::kRingLimit;
    t.world.scheduler().at(deadline + Duration{gap}, [&] { Scenario::answer(ben, call); });
    t.world.run_for(deadline - t.world.scheduler().now() + 1s);
    expect_one_winner(t, call, ann, ben);
  }
}

// ---- D03 ----

TEST(D03DoubleClick, MakesOneCallWithOneMicrophoneAndOneRecord) {
  Scenario t;
  Device& ann = t.device("ann");
  Device& ben = t.device("ben");
  ann.media_delay = 300ms;  // the prompt is open
  ben.media_delay = 300ms;
  std::size_t most_tracks = 0;
  std::size_t most_connections = 0;
  t.world.after_every_step = [&] {
    for (const Device* device : {&ann, &ben}) {
      most_tracks = std::max(most_tracks, device->live_tracks());
      most_connections = std::max(most_connections, device->open_connections());
    }
  };
  const CallId call = ann.dial("ben");
  ann.dial("ben");
  t.world.run_for(100ms);
  ann.dial("ben");
  ASSERT_TRUE(t.until([&] { return Scenario::phase_of(ben, call) == Phase::incoming; }));
  Scenario::answer(ben, call);
  Scenario::answer(ben, call);
  t.world.run_for(100ms);
  Scenario::answer(ben, call);
  ASSERT_TRUE(t.until([&] { return Scenario::active(ann, ben, call); }));
  EXPECT_EQ(ann.view().calls.items.size(), 1U);
  EXPECT_EQ(most_tracks, 1U);
  EXPECT_EQ(most_connections, 1U);
  ann.hang_up();
  ann.hang_up();
  t.expect_ended(call, EndReason::completed, ann, ben);
  EXPECT_EQ(t.world.records().size(), 1U);
  t.expect_rest();
}

// ---- D04 ----

TEST(D04SecondCaller, LeavesTheRunningCallAlone) {
  Scenario t;
  Device& ann = t.device("ann");
  Device& ben = t.device("ben");
  Device& cid = t.device("cid");
  Device& dee = t.device("dee");
  const CallId first = t.connect(ann, ben);
  ben.set_microphone(false);
  const auto since = Scenario::view_of(ben, first)->active_since_ms;
  const CallId waiting = cid.dial("ben");
  t.world.run_for(10ms);
  const CallId third = dee.dial("ben");
  ASSERT_TRUE(t.until([&] { return Scenario::phase_of(ben, waiting) == Phase::incoming; }));
  ASSERT_TRUE(t.until([&] { return Scenario::phase_of(dee, third) == Phase::ended; }));
  EXPECT_EQ(Scenario::reason_of(dee, third), EndReason::busy);
  ben.feed(phone::DeclinePressed{waiting});
  ASSERT_TRUE(t.until([&] { return Scenario::phase_of(cid, waiting) == Phase::ended; }));
  EXPECT_EQ(Scenario::reason_of(cid, waiting), EndReason::declined);
  const CallId unanswered = dee.dial("ben");
  t.expect_ended(unanswered, EndReason::no_answer, dee, ben);
  EXPECT_TRUE(Scenario::active(ann, ben, first));
  const auto now = *Scenario::view_of(ben, first);
  EXPECT_EQ(now.active_since_ms, since);
  EXPECT_EQ(now.sources.microphone.state, wire::SourceState::off) << "muted stays muted";
  EXPECT_FALSE(now.held);
  ben.feed(phone::HangUpPressed{first});
  t.expect_ended(first, EndReason::completed, ann, ben);
  t.expect_rest();
}

// ---- D05 ----

TEST(D05AnsweringAWaitingCall, NeverSendsSoundIntoTwoCalls) {
  for (const OtherCalls others : {OtherCalls::hold, OtherCalls::end}) {
    Scenario t;
    Device& ann = t.device("ann");
    Device& ben = t.device("ben");
    Device& cid = t.device("cid");
    const CallId first = t.connect(ann, ben);
    const CallId second = cid.dial("ben");
    ASSERT_TRUE(t.until([&] { return Scenario::phase_of(ben, second) == Phase::incoming; }));
    std::size_t most = 0;
    t.world.after_every_step = [&] {
      most = std::max(most, Scenario::connections_with_sound(ben));
      // Who waits hears nothing before the first knows that it is held or over.
      if (cid.connections().empty() || cid.connections().begin()->second.audio_packets == 0) return;
      const auto view = *Scenario::view_of(ann, first);
      EXPECT_TRUE(view.phase == Phase::ended || view.peer_status->held);
    };
    Scenario::answer(ben, second, others);
    ASSERT_TRUE(t.until([&] { return Scenario::active(ben, cid, second); }));
    t.world.after_every_step = [&] {
      most = std::max(most, Scenario::connections_with_sound(ben));
    };
    t.world.run_for(2s);
    if (others == OtherCalls::end) {
      t.expect_ended(first, EndReason::completed, ann, ben);
    } else {
      ben.hold(first, false);
      t.world.run_for(2s);
      EXPECT_FALSE(Scenario::view_of(ann, first)->peer_status->held);
      EXPECT_TRUE(Scenario::view_of(cid, second)->peer_status->held);
      const auto packets = ann.connections().begin()->second.audio_packets;
      t.world.run_for(3s);
      EXPECT_GT(ann.connections().begin()->second.audio_packets, packets) << "sound is back";
      EXPECT_TRUE(Scenario::active(ann, ben, first));
      ann.hang_up();
    }
    EXPECT_EQ(most, 1U);
    ben.feed(phone::HangUpPressed{second});
    t.expect_ended(second, EndReason::completed, cid, ben);
    t.expect_rest();
  }
}

TEST(D05AHeldCallThatEnds, LeavesTheRingbackOfTheNextAlone) {
  Scenario t;
  Device& ann = t.device("ann");
  Device& ben = t.device("ben");
  t.device("cid");
  const CallId first = t.connect(ann, ben);
  ann.hold(first, true);
  ann.dial("cid");
  ASSERT_TRUE(t.until([&] { return ann.tone() == Tone::ringback; }));
  ben.hang_up();
  ASSERT_TRUE(t.until([&] { return Scenario::phase_of(ann, first) == Phase::ended; }));
  EXPECT_EQ(ann.tone(), Tone::ringback);
}

// ---- D06 ----

TEST(D06CrashedDevices, LeaveNobodyBusyAndARecordThatEndsWithTheMedia) {
  Scenario t;
  Device& ann = t.device("ann");
  Device& ben = t.device("ben");
  Device& cid = t.device("cid");
  const CallId first = t.connect(ann, ben);
  t.world.run_for(25s);
  const std::int64_t killed = ms_of(t.world.scheduler().now());
  ann.kill();
  ben.kill();
  t.world.run_for(switchboard::kMediaLease + 5s);
  EXPECT_EQ(t.world.record(first).reason, EndReason::abandoned);
  EXPECT_NEAR(static_cast<double>(*t.world.record(first).ended_at_ms), static_cast<double>(killed),
              12'000);
  EXPECT_EQ(t.world.gauges().calls, 0U);
  Device& tablet = t.device("ben");
  const CallId second = t.connect(cid, tablet);
  cid.hang_up();
  t.expect_ended(second, EndReason::completed, cid, tablet);
}

// ---- D07 ----

TEST(D07DeclineOnASecondDevice, LeavesTheAnsweredCallAlone) {
  for (const int gap : {0, 10, 20, 40, 60, 80, 100, 5000}) {
    SCOPED_TRACE(gap);
    Scenario t({.jitter = 0ms});
    Device& ann = t.device("ann");
    Device& laptop = t.device("ben");
    Device& tablet = t.device("ben");
    const CallId call = t.dial(ann, laptop);
    ASSERT_TRUE(t.until([&] { return Scenario::phase_of(tablet, call) == Phase::incoming; }));
    bool sounded = false;
    t.world.after_every_step = [&] { sounded = sounded || tablet.tone() == Tone::ended; };
    Scenario::answer(laptop, call);
    t.later(Duration{gap}, [&] { tablet.feed(phone::DeclinePressed{call}); });
    ASSERT_TRUE(t.until([&] { return Scenario::active(ann, laptop, call); }));
    t.world.run_for(Duration{gap} + 2s);
    EXPECT_TRUE(Scenario::active(ann, laptop, call));
    EXPECT_EQ(Scenario::phase_of(tablet, call), Phase::elsewhere);
    EXPECT_FALSE(sounded);
    ann.hang_up();
    t.expect_ended(call, EndReason::completed, ann, laptop);
    t.expect_rest();
  }
}

// ---- D08 ----

TEST(D08TwoAnswersInTheSameInstant, ConfirmOneAndReleaseTheOther) {
  for (const bool laptop_first : {true, false}) {
    for (const int crash_at : {-1, 0, 10, 20, 25, 30, 40}) {
      SCOPED_TRACE(crash_at);
      Scenario t({.seed = static_cast<std::uint64_t>(crash_at + 2), .jitter = 0ms});
      Device& ann = t.device("ann");
      Device& laptop = t.device("ben");
      Device& tablet = t.device("ben");
      const CallId call = t.dial(ann, laptop);
      ASSERT_TRUE(t.until([&] { return Scenario::phase_of(tablet, call) == Phase::incoming; }));
      std::set<std::string> heard_from;
      t.world.after_every_step = [&] {
        for (const Device* device : {&laptop, &tablet}) {
          for (const auto& [id, connection] : device->connections()) {
            if (connection.audio_packets > 0) heard_from.insert(to_string(device->id()));
          }
        }
      };
      Scenario::answer(laptop_first ? laptop : tablet, call);
      Scenario::answer(laptop_first ? tablet : laptop, call);
      if (crash_at >= 0) t.later(Duration{crash_at}, [&] { t.world.restart_server(100ms); });
      ASSERT_TRUE(t.until([&] {
        return Scenario::active(ann, laptop, call) || Scenario::active(ann, tablet, call);
      }));
      t.world.run_for(3s);
      EXPECT_EQ(heard_from.size(), 1U) << "media with one device only";
      EXPECT_EQ(laptop.live_tracks() + tablet.live_tracks(), 1U);
      EXPECT_EQ(laptop.open_connections() + tablet.open_connections(), 1U);
      ann.hang_up();
      t.expect_rest();
      EXPECT_EQ(t.world.records().size(), 1U);
    }
  }
}

// ---- D09 ----

TEST(D09MissedInvite, LeavesNoHiddenEntryBehind) {
  Scenario t;
  Device& ann = t.device("ann");
  Device& ben = t.device("ben");
  bool lost = false;
  t.world.tamper = [&](Way way, const Device& device, const std::string& text) {
    const bool hit = way == Way::to_phone && &device == &ben && !lost &&
                     text.find("\"type\":\"incoming\"") != std::string::npos;
    lost = lost || hit;
    return hit ? std::vector<Duration>{} : std::vector{0ms};
  };
  const CallId first = ann.dial("ben");
  t.world.run_for(60ms);
  ASSERT_TRUE(lost);
  ann.hang_up();
  t.world.run_for(5s);
  t.world.tamper = nullptr;
  EXPECT_EQ(t.world.record(first).reason, EndReason::cancelled);
  const CallId second = t.connect(ann, ben);
  ben.hang_up();
  t.expect_ended(second, EndReason::completed, ann, ben);
  ben.feed(phone::Dismissed{second});
  for (const auto& call : ben.view().calls.items) EXPECT_EQ(call.phase, Phase::ended);
  EXPECT_FALSE(Scenario::phase_of(ben, second));
  t.expect_rest();
}

// ---- D10 ----

TEST(D10TimersOfAFinishedCall, DoNothingForAnHourWhereverItEnded) {
  enum class Where : std::uint8_t { calling, ringing, answering, connecting, active, reconnecting };
  using enum Where;
  for (const Where where : {calling, ringing, answering, connecting, active, reconnecting}) {
    Scenario t;
    Device& ann = t.device("ann");
    Device& ben = t.device("ben");
    const CallId call = where < active ? ann.dial("ben") : t.connect(ann, ben);
    if (where == ringing || where == answering || where == connecting) {
      ASSERT_TRUE(t.until([&] { return Scenario::phase_of(ann, call) == Phase::ringing; }));
    }
    if (where == answering || where == connecting) Scenario::answer(ben, call);
    if (where == connecting) {
      ASSERT_TRUE(t.until([&] { return Scenario::phase_of(ann, call) == Phase::connecting; }));
    }
    if (where == reconnecting) {
      const PeerConnectionId id{ann.connections().begin()->first};
      ann.feed(phone::ConnectionStateChanged{id, phone::ConnectionState::failed});
    }
    ann.feed(phone::HangUpPressed{call});
    t.world.run_for(10s);
    t.expect_rest();
    const auto calls_of_ann = ann.view().calls;
    const auto calls_of_ben = ben.view().calls;
    const auto records = t.world.records();
    std::size_t talk = 0;
    t.world.tamper = [&](Way, const Device&, const std::string& text) {
      talk += text.find(to_string(call)) != std::string::npos ? 1 : 0;
      return std::vector{0ms};
    };
    t.world.run_for(3600s);
    EXPECT_EQ(talk, 0U) << "nobody says a word about it any more";
    EXPECT_EQ(ann.view().calls, calls_of_ann);
    EXPECT_EQ(ben.view().calls, calls_of_ben);
    EXPECT_TRUE(t.world.records() == records);
    t.expect_rest();
  }
}

// ---- D11 ----

TEST(D11VanishingPages, NeverLeaveTheOtherSideHangingOrRinging) {
  enum class Way : std::uint8_t { reload, close, crash };
  for (const Way way : {Way::reload, Way::close, Way::crash}) {
    for (const bool caller : {true, false}) {
      for (const bool is_active : {true, false}) {
        SCOPED_TRACE(std::to_string(static_cast<int>(way)) + (caller ? " caller" : " callee") +
                     (is_active ? " active" : " ringing"));
        Scenario t;
        Device& ann = t.device("ann");
        Device& ben = t.device("ben");
        const CallId call = is_active ? t.connect(ann, ben) : t.dial(ann, ben);
        t.world.run_for(3s);
        Device& victim = caller ? ann : ben;
        Device& other = caller ? ben : ann;
        if (way == Way::reload) victim.reload();
        if (way == Way::close) victim.feed(phone::PageHidden{});
        if (way != Way::reload) victim.kill();
        if (is_active) {
          t.world.run_for(switchboard::kMediaLease + 40s);
          const auto phase = Scenario::phase_of(other, call);
          if (way == Way::reload) {
            EXPECT_TRUE(Scenario::active(ann, ben, call)) << "back in the same call";
          } else {
            EXPECT_EQ(phase, Phase::ended);
          }
        } else if (caller && way == Way::close) {
          EXPECT_TRUE(t.until([&] { return !rings(ben); }, 1100ms));
        } else if (caller && way == Way::crash) {
          EXPECT_TRUE(t.until([&] { return !rings(ben); }, 20s));
        }
        if (way == Way::reload) {
          for (Device* device : {&ann, &ben}) device->feed(phone::HangUpPressed{call});
        }
        t.world.run_for(90s);
        EXPECT_EQ(t.world.gauges().calls, 0U);
        EXPECT_EQ(t.world.records().size(), 1U);
        EXPECT_EQ(t.world.record(call).phase, wire::CallPhase::ended);
        t.expect_rest();
      }
    }
  }
}

// ---- D12 ----

TEST(D12TwoTabsOfOneUser, NeitherFightNorMislead) {
  Scenario t;
  Device& ann = t.device("ann");
  Device& tab = t.device("ben");
  Device& other_tab = t.device("ben");
  Device& cid = t.device("cid");
  bool sounded = false;
  t.world.after_every_step = [&] { sounded = sounded || other_tab.tone() == Tone::ended; };
  const CallId call = t.connect(ann, tab);
  ASSERT_TRUE(t.until([&] { return Scenario::phase_of(other_tab, call) == Phase::elsewhere; }));
  other_tab.feed(phone::MicrophoneSwitched{call, false});
  other_tab.feed(phone::HangUpPressed{call});
  t.world.run_for(2s);
  EXPECT_TRUE(Scenario::active(ann, tab, call)) << "another tab's buttons are not this call's";
  EXPECT_EQ(Scenario::view_of(tab, call)->sources.microphone.state, wire::SourceState::on);
  const CallId refused = other_tab.dial("cid");
  t.world.run_for(2s);
  EXPECT_NE(Scenario::phase_of(cid, refused), Phase::incoming);
  EXPECT_TRUE(Scenario::active(ann, tab, call));
  other_tab.join(call);
  ASSERT_TRUE(t.until([&] { return Scenario::active(ann, other_tab, call); }));
  ASSERT_TRUE(t.until([&] { return Scenario::phase_of(tab, call) == Phase::elsewhere; }));
  sounded = false;
  tab.feed(phone::PageHidden{});
  tab.kill();
  t.world.run_for(60s);
  EXPECT_TRUE(Scenario::active(ann, other_tab, call))
      << "closing the tab that was left changes nothing";
  EXPECT_FALSE(sounded);
  ann.hang_up();
  t.expect_ended(call, EndReason::completed, ann, other_tab);
  t.expect_rest();
}

// ---- D13 ----

TEST(D13WakingUp, TheFirstViewThatIsOnlineAgreesWithTheServer) {
  for (const Duration slept : {10s, 600s, 36'000s}) {
    for (const bool clock_stops : {true, false}) {
      for (const bool is_active : {true, false}) {
        Scenario t;
        Device& ann = t.device("ann");
        Device& ben = t.device("ben");
        const CallId call = is_active ? t.connect(ann, ben) : t.dial(ann, ben);
        t.world.run_for(2s);
        ben.sleep(clock_stops);
        t.world.run_for(slept);
        ben.wake();
        ASSERT_TRUE(t.until([&] { return ben.online(); }, 30s));
        // A socket that is dead is online for as long as nobody knows; then comes the truth.
        t.world.run_for(12s);
        ASSERT_TRUE(t.until([&] { return ben.online(); }, 30s));
        const bool on = t.world.record(call).phase != wire::CallPhase::ended;
        EXPECT_EQ(Scenario::phase_of(ben, call).value_or(Phase::ended) != Phase::ended, on);
        EXPECT_EQ(Scenario::phase_of(ann, call) != Phase::ended, on);
        ann.feed(phone::HangUpPressed{call});
        t.world.run_for(5s);
        t.expect_rest();
      }
    }
  }
}

// A phone is given a steady clock that counts from anywhere, so a wall clock that jumps is none of
// its business; what it hears from the server is in the server's time.
TEST(D13WrongClocks, ChangeNeitherDurationsNorTheAgeOfInvites) {
  for (const Duration ahead : {Duration{-900'000}, Duration{900'000}}) {
    Scenario t;
    Device& ann = t.device("ann");
    Device& ben = t.device("ben");
    ben.jump_clock(ahead);
    t.world.run_for(15s);
    const CallId call = t.connect(ann, ben);
    t.world.run_for(20s);
    ann.hang_up();
    t.expect_ended(call, EndReason::completed, ann, ben);
    const auto& record = t.world.record(call);
    const auto lasted = static_cast<double>(*record.ended_at_ms - *record.connected_at_ms);
    for (const Device* device : {&ann, &ben}) {
      EXPECT_NEAR(static_cast<double>(*Scenario::view_of(*device, call)->lasted_ms), lasted, 1000);
    }
    const CallId second = t.dial(ann, ben);
    t.expect_ended(second, EndReason::no_answer, ann, ben);
    t.expect_rest();
  }
}

}  // namespace
}  // namespace parley::scenarios
