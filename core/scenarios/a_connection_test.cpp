// Group A: candidates, generations and connections that do not come up.
#include "core/scenarios/negotiation_bench.hpp"
#include "core/scenarios/scenario.hpp"
#include "core/switchboard/timers.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <set>

namespace parley::scenarios {
namespace {

using phone::ConnectionState;
using phone::Phase;
using wire::EndReason;

using Texts = std::vector<std::string>;

/// A frame a device was sent, as it would be without a number: a late copy that no session drops.
std::string without_number(const std::string& text) {
  const auto from = text.find(",\"seq\":");
  if (from == std::string::npos) return text;
  return text.substr(0, from) + text.substr(text.find_first_of(",}", from + 1));
}

// ---- A01 ----

TEST(A01EarlyCandidates, AreAllAppliedOnceInOrderWhenTheyArriveBeforeTheOffer) {
  NegotiationBench b;
  b.caller.need_offer();
  b.caller.finish();
  const auto offer = b.caller.take();
  b.caller.gather({"c1", "c2", "c3"}, true);
  b.callee.hear(b.caller.take());
  EXPECT_EQ(b.callee.added, Texts{});
  b.callee.hear(offer);
  b.callee.finish();  // the offer is applied, the answer is not made yet
  EXPECT_EQ(b.callee.added, (Texts{"c1", "c2", "c3", ""}));
  b.callee.finish();
  b.callee.gather({"d1"});
  b.settle();
  EXPECT_TRUE(b.connected());
  EXPECT_TRUE(b.clean());
  EXPECT_EQ(b.callee.added.size(), 4U);
}

TEST(A01EarlyCandidates, AreAppliedBetweenTheOfferAndTheAnswer) {
  NegotiationBench b;
  b.caller.need_offer();
  b.caller.finish();
  b.callee.hear(b.caller.take());
  b.callee.finish();
  ASSERT_TRUE(b.callee.running) << "the answer is being made";
  b.caller.gather({"c1", "c2"});
  b.callee.hear(b.caller.take());
  EXPECT_EQ(b.callee.added, (Texts{"c1", "c2"}));
  b.callee.finish();
  b.callee.gather({"d1"});
  b.settle();
  EXPECT_TRUE(b.connected());
  EXPECT_TRUE(b.clean());
}

TEST(A01EarlyCandidates, DoNotHarmACallWhoseConnectionsAreSlow) {
  for (const Duration operation : {1ms, 100ms, 800ms, 2000ms}) {
    Scenario t({.operation = operation});
    Device& ann = t.device("ann");
    Device& ben = t.device("ben");
    const CallId call = t.connect(ann, ben);
    t.world.run_for(5s);
    for (const Device* device : {&ann, &ben}) {
      const auto& connection = device->connections().begin()->second;
      EXPECT_EQ(connection.rejected_candidates, 0U);
      EXPECT_EQ(connection.added_candidates, 7U) << "six and the end of candidates";
    }
    ben.hang_up();
    t.expect_ended(call, EndReason::completed, ann, ben);
    t.expect_rest();
  }
}

// ---- A02 ----

TEST(A02TwoRingingDevices, NeverGetTheirCandidatesMixed) {
  for (int gap = -100; gap <= 100; gap += 10) {
    Scenario t({.seed = static_cast<std::uint64_t>(gap + 200)});
    Device& ann = t.device("ann");
    Device& laptop = t.device("ben");
    Device& tablet = t.device("ben");
    const CallId call = t.dial(ann, laptop);
    ASSERT_TRUE(t.until([&] { return Scenario::phase_of(tablet, call) == Phase::incoming; }));
    Device& early = gap < 0 ? laptop : tablet;
    Device& late = gap < 0 ? tablet : laptop;
    Scenario::answer(early, call);
    t.later(Duration{std::abs(gap)}, [&] { Scenario::answer(late, call); });
    ASSERT_TRUE(t.until([&] {
      return Scenario::active(ann, laptop, call) || Scenario::active(ann, tablet, call);
    }));
    t.world.run_for(3s);
    EXPECT_EQ(ann.open_connections(), 1U);
    EXPECT_EQ(ann.connections().begin()->second.rejected_candidates, 0U);
    EXPECT_EQ(laptop.open_connections() + tablet.open_connections(), 1U);
    EXPECT_EQ(laptop.live_tracks() + tablet.live_tracks(), 1U);
    ann.hang_up();
    t.expect_rest();
  }
}

TEST(A02TwoRingingDevices, ASignalOfTheOneThatDidNotAnswerIsDropped) {
  Scenario t;
  Device& ann = t.device("ann");
  Device& laptop = t.device("ben");
  Device& tablet = t.device("ben");
  const CallId call = t.connect(ann, laptop);
  const auto added = ann.connections().begin()->second.added_candidates;
  wire::RelayedSignal signal{.call = call, .from = tablet.id(), .link = 1, .data = {}};
  signal.data.text =
      R"({"type":"candidates","ufrag":"x","candidates":[{"candidate":"candidate:1"}],"complete":false})";
  ann.feed(phone::FrameReceived{*ann.socket(), wire::write_frame(signal, {})});
  EXPECT_EQ(ann.connections().begin()->second.added_candidates, added);
  EXPECT_TRUE(Scenario::active(ann, laptop, call));
}

// ---- A03 ----

TEST(A03EndOfCandidates, IsUnderstoodInEveryFormABrowserGivesIt) {
  const std::array<wire::Candidate, 4> forms{
      {{{""}, {{"0"}}, 0}, {{""}, {{"0"}}, {}}, {{""}, {}, std::uint16_t{0}}, {{""}, {}, {}}}};
  for (const wire::Candidate& form : forms) {
    for (const bool by_caller : {true, false}) {
      Scenario t;
      Device& ann = t.device("ann");
      Device& ben = t.device("ben");
      const CallId call = t.connect(ann, ben);
      Device& from = by_caller ? ann : ben;
      Device& to = by_caller ? ben : ann;
      const PeerConnectionId id{from.connections().begin()->first};
      const auto before = to.connections().begin()->second.added_candidates;
      from.feed(phone::CandidateGathered{id, {}, form});
      from.feed(phone::CandidateGathered{id, {}, {{"candidate:late"}, {{"0"}}, 0}});
      t.world.run_for(1s);
      EXPECT_GE(to.connections().begin()->second.added_candidates, before + 1)
          << "a later candidate still arrives";
      EXPECT_EQ(to.connections().begin()->second.rejected_candidates, 0U);
      EXPECT_TRUE(Scenario::active(ann, ben, call));
      EXPECT_TRUE(from.online());
    }
  }
}

// ---- A04 ----

TEST(A04LateSignals, OfTheLastCallDoNotTouchTheNextOneWithTheSamePerson) {
  Scenario t;
  Device& ann = t.device("ann");
  Device& ben = t.device("ben");
  std::vector<std::string> late;
  t.world.tamper = [&](World::Way way, const Device& device, const std::string& text) {
    if (way == World::Way::to_phone && &device == &ann &&
        text.find("\"type\":\"signal\"") != std::string::npos) {
      late.push_back(without_number(text));
    }
    return std::vector{0ms};
  };
  const CallId first = t.connect(ann, ben);
  ann.hang_up();
  t.expect_ended(first, EndReason::completed, ann, ben);
  t.world.tamper = nullptr;
  ASSERT_GE(late.size(), 2U) << "an answer and candidates";
  const CallId second = ann.dial("ben");
  for (int i = 0; i < 40; ++i) {
    for (const std::string& text : late) ann.feed(phone::FrameReceived{*ann.socket(), text});
    if (Scenario::phase_of(ben, second) == Phase::incoming) Scenario::answer(ben, second);
    t.world.run_for(50ms);
  }
  EXPECT_TRUE(Scenario::active(ann, ben, second));
  EXPECT_EQ(ann.connections().begin()->second.rejected_candidates, 0U);
  EXPECT_EQ(ann.connections().begin()->second.added_candidates, 7U);
  ben.hang_up();
  t.expect_ended(second, EndReason::completed, ann, ben);
  t.expect_rest();
}

// ---- A05 ----

TEST(A05Generations, OldCandidatesAreIgnoredAndNewOnesWaitForTheirDescription) {
  NegotiationBench b;
  b.connect();
  ASSERT_TRUE(b.connected());
  b.caller.gather({"old"});
  const auto old_candidates = b.caller.take();
  b.caller.need_offer(true);
  b.caller.finish();
  const auto offer = b.caller.take();
  b.caller.gather({"new"});
  b.callee.hear(b.caller.take());  // before the description of its generation
  b.callee.hear(offer);
  b.callee.finish();
  b.callee.hear(old_candidates);  // after it
  b.callee.finish_all();
  b.callee.gather({"new too"});
  b.settle();
  EXPECT_EQ(b.callee.added, (Texts{"c1", "new"}));
  EXPECT_EQ(b.callee.negotiator.dropped_candidates(), 1U);
  EXPECT_TRUE(b.connected());
  EXPECT_TRUE(b.clean());
}

// ---- A08 ----

TEST(A08OddIceStates, MakeACallActiveExactlyOnce) {
  using enum ConnectionState;
  const std::array<std::vector<ConnectionState>, 5> plays{{
      {connected},
      {connecting, connected, connected, connected},
      {connected, disconnected, connected},
      {connecting, disconnected, connecting, connected},
      {fresh, connected, fresh, connected},
  }};
  for (const auto& play : plays) {
    Scenario t;
    Device& ann = t.device("ann");
    Device& ben = t.device("ben");
    int activations = 0;
    Phase last = Phase::calling;
    const CallId call = t.dial(ann, ben);
    t.world.after_every_step = [&] {
      const Phase now = Scenario::phase_of(ann, call).value_or(Phase::ended);
      activations += now == Phase::active && last != Phase::active && last != Phase::reconnecting;
      last = now;
    };
    Scenario::answer(ben, call);
    ASSERT_TRUE(t.until([&] { return ann.open_connections() == 1; }));
    const PeerConnectionId id{ann.connections().begin()->first};
    for (const ConnectionState state : play) ann.feed(phone::ConnectionStateChanged{id, state});
    ASSERT_TRUE(t.until([&] { return Scenario::active(ann, ben, call); }));
    t.world.run_for(5s);
    EXPECT_EQ(activations, 1);
    ann.hang_up();
    t.world.after_every_step = nullptr;
    t.expect_ended(call, EndReason::completed, ann, ben);
    t.expect_rest();
  }
}

TEST(A08OddIceStates, NoCandidatesAtAllAreNoConnection) {
  Scenario t;
  Device& ann = t.device("ann");
  Device& ben = t.device("ben");
  ann.candidates = 0;
  const CallId call = t.dial(ann, ben);
  Scenario::answer(ben, call);
  t.expect_ended(call, EndReason::failed, ann, ben);
  t.expect_rest();
}

// ---- A09 ----

TEST(A09StuckInNew, EndsAsFailedForBothInTimeAndReleasesTheDevices) {
  Scenario t;
  Device& ann = t.device("ann");
  Device& ben = t.device("ben");
  ann.candidates = 0;
  ben.candidates = 0;
  const CallId call = t.dial(ann, ben);
  Scenario::answer(ben, call);
  const Instant accepted = t.world.scheduler().now();
  t.expect_ended(call, EndReason::failed, ann, ben);
  EXPECT_LE(t.world.scheduler().now() - accepted, switchboard::kConnectLimit + 5s);
  EXPECT_TRUE(t.world.record(call).failure);
  for (const Device* device : {&ann, &ben}) {
    EXPECT_TRUE(Scenario::view_of(*device, call)->problem) << "a reason a person can read";
  }
  t.expect_rest();
}

}  // namespace
}  // namespace parley::scenarios
