// Group B: offers and answers that cross, repeat, come late or come too fast.
#include "core/scenarios/negotiation_bench.hpp"
#include "core/scenarios/scenario.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <string>
#include <vector>

namespace parley::scenarios {
namespace {

using phone::Phase;
using wire::EndReason;
using wire::SourceState;

// ---- B01 ----

TEST(B01DuplicateAnswer, ChangesNothing) {
  NegotiationBench b;
  b.caller.need_offer();
  b.caller.finish();
  b.callee.hear(b.caller.take());
  b.callee.finish_all();
  const auto answer = b.callee.take();
  b.caller.hear(answer);
  b.caller.hear(answer);  // while the first is being applied
  b.caller.finish();
  b.caller.hear(answer);  // and long after
  EXPECT_FALSE(b.caller.running);
  EXPECT_EQ(b.caller.negotiator.ignored_descriptions(), 2U);
  b.caller.gather({"c1"});
  b.callee.gather({"d1"});
  b.settle();
  EXPECT_TRUE(b.connected());
  EXPECT_TRUE(b.clean());
}

TEST(B01DuplicateAnswer, LeavesAHealthyCallAloneThirtySecondsLater) {
  Scenario t;
  Device& ann = t.device("ann");
  Device& ben = t.device("ben");
  std::vector<std::string> answers;
  t.world.tamper = [&](World::Way way, const Device& device, const std::string& text) {
    if (way == World::Way::to_phone && &device == &ann &&
        text.find(R"("kind":"answer")") != std::string::npos) {
      answers.push_back(text);
    }
    return std::vector{0ms};
  };
  const CallId call = t.connect(ann, ben);
  ASSERT_EQ(answers.size(), 1U);
  const std::string seq = answers[0].substr(answers[0].find(",\"seq\":"));
  const std::string again =
      answers[0].substr(0, answers[0].size() - seq.size()) + seq.substr(seq.find_first_of(",}", 1));
  for (int i = 0; i < 2; ++i) {
    ann.feed(phone::FrameReceived{*ann.socket(), again});
    t.world.run_for(30s);
    EXPECT_TRUE(Scenario::active(ann, ben, call));
    EXPECT_FALSE(Scenario::view_of(ann, call)->problem);
  }
}

// ---- B02 ----

TEST(B02LateAnswer, IsNotAppliedToANewerOffer) {
  NegotiationBench b;
  b.connect();
  // The callee offers; the caller's offer crosses it, and the callee gives way.
  b.callee.need_offer();
  b.callee.finish();
  const auto rolled_back = b.callee.take();
  b.caller.need_offer();
  b.caller.finish();
  b.callee.hear(b.caller.take());
  b.callee.finish_all();
  b.caller.hear(b.callee.take());
  b.caller.finish_all();
  ASSERT_TRUE(b.callee.running || !b.callee.sent.empty()) << "the callee offers once more";
  b.callee.finish_all();
  // An answer to the offer that was rolled back comes now.
  const auto round = std::get<wire::Description>(rolled_back).round;
  b.callee.hear(
      wire::Description{wire::DescriptionKind::answer, round, {"v=0\r\na=ice-ufrag:stale\r\n"}});
  EXPECT_FALSE(b.callee.running);
  b.settle();
  EXPECT_TRUE(b.connected());
  EXPECT_TRUE(b.clean());
}

// ---- B03 ----

TEST(B03OneAtATime, DescriptionsAreProcessedInTheOrderTheyArrive) {
  NegotiationBench b;
  b.connect();
  b.caller.need_offer(true);
  b.caller.finish();
  const auto first = b.caller.take();
  b.caller.gather({"c2", "c3", "c4"});
  const auto candidates = b.caller.take();
  wire::Description second = std::get<wire::Description>(first);
  ++second.round;
  b.callee.hear(first);  // all in one tick, while the first is still being applied
  b.callee.hear(candidates);
  b.callee.hear(second);
  EXPECT_FALSE(b.callee.overlapped);
  b.callee.finish_all();
  EXPECT_FALSE(b.callee.overlapped);
  EXPECT_FALSE(b.callee.failed);
  ASSERT_EQ(b.callee.sent.size(), 2U);
  EXPECT_LT(std::get<wire::Description>(b.callee.sent[0]).round,
            std::get<wire::Description>(b.callee.sent[1]).round);
  EXPECT_EQ(b.callee.connection.rejected_candidates, 0U);
}

// ---- B04 ----

void expect_glare_connects(Duration gap, Duration delay_ann, Duration delay_ben, int devices) {
  SCOPED_TRACE(std::to_string(gap.count()) + " ms apart, " + std::to_string(delay_ann.count()) +
               " and " + std::to_string(delay_ben.count()) + " ms away, " +
               std::to_string(devices) + " devices each");
  Scenario t({.delay = 5ms});
  t.world.tamper = [&](World::Way, const Device& device, const std::string&) {
    return std::vector{device.user().text == "ann" ? delay_ann : delay_ben};
  };
  Device& ann = t.device("ann");
  Device& ben = t.device("ben");
  for (int i = 1; i < devices; ++i) {
    t.device("ann");
    t.device("ben");
  }
  ann.dial("ben");
  // Who already sees the other's call ringing would answer it instead of dialling.
  t.later(gap, [&] {
    if (const auto& calls = ben.view().calls.items; calls.empty()) {
      ben.dial("ann");
    } else {
      Scenario::answer(ben, calls[0].call);
    }
  });
  ASSERT_TRUE(t.until([&] { return ann.shows(Phase::active) && ben.shows(Phase::active); }, 60s));
  EXPECT_EQ(ann.call().call, ben.call().call);
  t.world.run_for(6s);
  EXPECT_EQ(t.world.records().size(), 1U);
  for (const auto& device : t.world.devices()) {
    const bool talks = device.get() == &ann || device.get() == &ben;
    EXPECT_EQ(device->open_connections(), talks ? 1U : 0U);
    EXPECT_EQ(device->live_tracks(), talks ? 1U : 0U);
    EXPECT_EQ(device->tone(), phone::Tone::none);
  }
  EXPECT_GT(ann.connections().begin()->second.audio_packets, 0U);
  EXPECT_GT(ben.connections().begin()->second.audio_packets, 0U);
  ann.hang_up();
  t.expect_rest();
}

TEST(B04Glare, BecomesOneConnectedCallWhateverTheTiming) {
  for (const Duration gap : {0ms, 20ms, 150ms, 700ms, 2000ms}) {
    for (const Duration delay_ann : {0ms, 300ms, 2000ms}) {
      for (const Duration delay_ben : {0ms, 300ms, 2000ms}) {
        for (const int devices : {1, 3}) {
          expect_glare_connects(gap, delay_ann, delay_ben, devices);
        }
      }
    }
  }
}

// ---- B05 ----

TEST(B05BothCamerasAtOnce, ShowBothPicturesEveryTime) {
  Scenario t;
  Device& ann = t.device("ann");
  Device& ben = t.device("ben");
  const CallId call = t.connect(ann, ben);
  const auto shows = [&](const Device& device, SourceState camera) {
    const auto status = Scenario::view_of(device, call)->peer_status;
    return status && status->camera == camera;
  };
  for (int i = 0; i < 100; ++i) {
    const bool on = i % 2 == 0;
    const SourceState state = on ? SourceState::on : SourceState::off;
    ann.set_camera(on);
    t.later(Duration{i / 2}, [&] { ben.set_camera(on); });
    t.world.run_for(Duration{i / 2});
    ASSERT_TRUE(t.until([&] { return shows(ann, state) && shows(ben, state); }, 5s)) << i;
    const auto feed = on ? phone::Feed::live : phone::Feed::none;
    EXPECT_EQ(ann.connections().begin()->second.feed.sent.camera, feed);
    EXPECT_EQ(ben.connections().begin()->second.feed.sent.camera, feed);
  }
  EXPECT_EQ(ann.open_connections(), 1U);
  EXPECT_TRUE(Scenario::active(ann, ben, call));
}

TEST(B05BothOfferAtOnce, SettlesWithOneOfferInFlightPerSide) {
  NegotiationBench b;
  b.connect();
  for (int i = 0; i < 100; ++i) {
    b.caller.need_offer();
    b.callee.need_offer();
    b.settle();
    ASSERT_EQ(b.caller.connection.signalling(), testing::FakePeerConnection::Signalling::stable);
    ASSERT_EQ(b.callee.connection.signalling(), testing::FakePeerConnection::Signalling::stable);
  }
  EXPECT_TRUE(b.connected());
  EXPECT_TRUE(b.clean());
}

// ---- B06 ----

TEST(B06IgnoredOffer, ItsCandidatesAreDroppedAndCountedBeforeAndAfterIt) {
  NegotiationBench b;
  b.connect();
  b.callee.need_offer(true);
  b.callee.finish();
  const auto ignored = b.callee.take();
  b.callee.gather({"x1"});
  const auto before = b.callee.take();
  b.callee.gather({"x2"});
  const auto after = b.callee.take();
  b.caller.need_offer();
  b.caller.finish();
  const auto added = b.caller.added;
  b.caller.hear(before);
  b.caller.hear(ignored);
  b.caller.hear(after);
  EXPECT_EQ(b.caller.added, added);
  EXPECT_EQ(b.caller.negotiator.dropped_candidates(), 2U);
  EXPECT_EQ(b.caller.connection.rejected_candidates, 0U);
  b.settle();
  b.caller.gather({"c2"});
  b.callee.gather({"d2"});
  b.settle();
  EXPECT_TRUE(b.connected());
}

// ---- B07 ----

TEST(B07NeedsDuringANegotiation, BecomeExactlyOneFollowUpOffer) {
  for (const bool by_caller : {true, false}) {
    NegotiationBench b;
    b.connect();
    End& end = by_caller ? b.caller : b.callee;
    End& other = by_caller ? b.callee : b.caller;
    end.need_offer();
    end.finish();
    const auto first = end.take();
    end.need_offer();  // a screen is shared,
    end.need_offer();  // is not any more,
    end.need_offer();  // and the camera is on instead
    EXPECT_FALSE(end.running) << "one offer in flight";
    other.hear(first);
    other.finish_all();
    end.hear(other.take());
    end.finish_all();
    ASSERT_EQ(end.sent.size(), 1U);
    EXPECT_EQ(std::get<wire::Description>(end.sent.front()).round,
              std::get<wire::Description>(first).round + 1);
    b.settle();
    EXPECT_TRUE(end.sent.empty());
    EXPECT_TRUE(b.clean());
  }
}

TEST(B07NeedsDuringANegotiation, OfTheAnsweringSideAreNotForgotten) {
  NegotiationBench b;
  b.connect();
  b.caller.need_offer();
  b.caller.finish();
  b.callee.hear(b.caller.take());
  b.callee.need_offer();  // while it applies the offer
  b.callee.finish_all();
  b.caller.hear(b.callee.take());
  b.caller.finish_all();
  b.callee.finish_all();
  ASSERT_EQ(b.callee.sent.size(), 1U);
  EXPECT_EQ(std::get<wire::Description>(b.callee.sent.front()).kind, wire::DescriptionKind::offer);
  b.settle();
  EXPECT_TRUE(b.clean());
}

// ---- B08 ----

TEST(B08SlowRounds, AreNoReasonForARecoveryWhileEachStaysUnderItsLimit) {
  Scenario t({.operation = 1000ms});
  Device& ann = t.device("ann");
  Device& ben = t.device("ben");
  const CallId call = t.connect(ann, ben);
  t.world.after_every_step = [&] {
    ASSERT_TRUE(Scenario::phase_of(ann, call) == Phase::active ||
                Scenario::phase_of(ann, call) == Phase::reconnecting);
    ASSERT_LE(ann.open_connections(), 1U);
  };
  // Five rounds of three seconds each: the path is lost five times in a row.
  for (int round = 0; round < 5; ++round) {
    const PeerConnectionId id{ann.connections().begin()->first};
    ann.feed(phone::ConnectionStateChanged{id, phone::ConnectionState::failed});
    t.world.run_for(3s);
  }
  t.world.after_every_step = nullptr;
  ASSERT_TRUE(t.until([&] { return Scenario::active(ann, ben, call); }));
  ann.hang_up();
  t.expect_ended(call, EndReason::completed, ann, ben);
  t.expect_rest();
}

}  // namespace
}  // namespace parley::scenarios
