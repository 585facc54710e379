#include "core/quality/monitor.hpp"

#include "core/base/random.hpp"
#include "core/json/samples.hpp"
#include "core/quality/digest.hpp"

#include <gtest/gtest.h>

namespace parley::quality {
namespace {

using phone::QualityView;
using phone::StatsSampled;

constexpr Instant kStart = instant_from_ms(1'000'000);
constexpr CallId kCall{1, 2};
constexpr Situation kTalk{.receiving = {.sound = true}, .sending = {.sound = true}};
constexpr Situation kVideo{.receiving = {.sound = true, .camera = true},
                           .sending = {.sound = true, .camera = true}};

/// A call whose counters grow by a second each time.
struct Running {
  Monitor monitor;
  StatsSampled sample{
      .connection = {1},
      .received = {.microphone = {.packets = 0, .lost = 0, .samples = 0, .concealed = 0}}};
  Instant now = kStart;

  /// `concealed`: of each second's sound, in thousandths.
  void run(unsigned seconds, std::uint64_t concealed, const Situation& situation = kTalk) {
    for (unsigned i = 0; i < seconds; ++i) {
      monitor.sampled(sample, situation, now);
      auto& heard = sample.received.microphone;
      *heard.packets += 50;
      *heard.samples += 48'000;
      *heard.concealed += 48 * concealed;
      now += 1s;
    }
  }
  [[nodiscard]] std::optional<QualityLevel> receiving() const {
    const auto view = monitor.view();
    return view ? view->receiving.level : std::nullopt;
  }
};

wire::Quality report(const wire::FlowReport& flow) { return {.call = kCall, .received = flow}; }

TEST(Monitor, SaysNothingBeforeItKnows) {
  Running call;
  EXPECT_FALSE(call.monitor.view());
  call.run(2, 0);
  EXPECT_FALSE(call.monitor.view());
  call.run(1, 0);
  EXPECT_EQ(call.receiving(), QualityLevel::excellent);
}

TEST(Monitor, ABadSecondAtTheBeginningIsNoVerdict) {
  Running call;
  call.run(1, 400);
  call.run(9, 0);
  EXPECT_EQ(call.receiving(), QualityLevel::excellent);
}

TEST(Monitor, ShowsWhatIsHeardWithItsCause) {
  Running call;
  call.run(5, 0);
  call.run(6, 150);
  const QualityView view = *call.monitor.view();
  EXPECT_EQ(view.level, QualityLevel::poor);
  EXPECT_EQ(view.cause, phone::QualityCause::loss);
  EXPECT_EQ(view.side, phone::QualitySide::theirs);
}

TEST(Monitor, ACameraThatStartsIsNotJudgedYet) {
  Running call;
  call.run(5, 0);
  call.sample.received.camera = {.packets = 0, .frames = 0, .height = 120, .fps = 1};
  call.run(4, 0, kVideo);
  EXPECT_EQ(call.receiving(), QualityLevel::excellent);
}

TEST(Monitor, KeepsTheLevelWhileNothingIsToBeHeard) {
  Running call;
  call.run(5, 0);
  call.run(20, 900, {});
  EXPECT_EQ(call.receiving(), QualityLevel::excellent);
}

TEST(Monitor, BelievesTheOtherDeviceAboutWhatIsSent) {
  Running call;
  call.run(3, 0);
  for (int i = 0; i < 5; ++i) {
    EXPECT_TRUE(
        call.monitor.heard(report({.lost_permille = 200, .concealed_permille = 150}), call.now));
    call.run(2, 0);
  }
  const QualityView view = *call.monitor.view();
  EXPECT_EQ(view.receiving.level, QualityLevel::excellent);
  EXPECT_EQ(view.sending.level, QualityLevel::poor);
  EXPECT_EQ(view.sending.concealed_permille, 150U);
  EXPECT_EQ(view.side, phone::QualitySide::mine);
  call.run(8, 0);
  EXPECT_FALSE(call.monitor.view()->sending.concealed_permille) << "an old report counts no more";
}

TEST(Monitor, DoesNotBelieveAbsurdReports) {
  using wire::FlowReport;
  for (const FlowReport& flow :
       {FlowReport{.rate_kbps = kMostKbps + 1}, FlowReport{.lost_permille = 1001},
        FlowReport{.jitter_ms = kMostMs + 1}, FlowReport{.concealed_permille = 1001},
        FlowReport{.buffer_ms = kMostMs + 1}, FlowReport{.frozen_permille = 1001},
        FlowReport{.fps = kMostFps + 1}, FlowReport{.height = kMostLines + 1}}) {
    Running call;
    call.run(3, 0);
    const auto before = call.monitor.view();
    EXPECT_FALSE(call.monitor.heard(report(flow), call.now));
    call.run(1, 0);
    EXPECT_EQ(call.monitor.view()->sending, before->sending);
  }
}

TEST(Monitor, ReadsNoFloodOfReports) {
  Monitor monitor;
  unsigned read = 0;
  for (int i = 0; i < 1'000; ++i) {
    if (monitor.heard(report({}), kStart + Duration{i})) ++read;
  }
  EXPECT_LE(read, 5U);
}

TEST(Monitor, TellsTheOtherDeviceEveryTwoSeconds) {
  Running call;
  EXPECT_FALSE(call.monitor.tell(kCall, call.now)) << "nothing is measured yet";
  unsigned told = 0;
  for (int i = 0; i < 21; ++i) {
    call.run(1, 20);
    if (const auto said = call.monitor.tell(kCall, call.now)) {
      ++told;
      EXPECT_EQ(said->received.concealed_permille, 20U);
    }
  }
  EXPECT_EQ(told, 10U);
}

/// Whatever comes: scores are in range, a level below good has a cause, and a good one has none
/// for long.
TEST(Monitor, AnythingGivesAViewThatIsConsistent) {
  for (std::uint64_t seed = 1; seed <= 40; ++seed) {
    Random random(seed);
    Monitor monitor;
    Instant now = kStart;
    for (int i = 0; i < 120; ++i) {
      StatsSampled sample;
      json::samples::fill(random, sample);
      if (random.below(3) == 0) {
        wire::Quality said;
        json::samples::fill(random, said);
        (void)monitor.heard(said, now);
      }
      now += Duration{static_cast<std::int64_t>(random.below(3'000))};
      monitor.sampled(sample, random.below(2) == 0 ? kTalk : kVideo, now);
      const auto view = monitor.view();
      if (!view) continue;
      for (const phone::FlowView& flow : {view->receiving, view->sending}) {
        ASSERT_LE(flow.lost_permille.value_or(0), 1000U);
        ASSERT_LE(flow.concealed_permille.value_or(0), 1000U);
        ASSERT_LE(flow.rate_kbps.value_or(0), kMostKbps);
        ASSERT_GE(flow.sound_mos_hundredths.value_or(100), 100U);
        ASSERT_LE(flow.sound_mos_hundredths.value_or(450), 450U);
      }
      const bool bad = view->level > QualityLevel::good;
      ASSERT_EQ(bad, view->cause != phone::QualityCause::none) << seed << ", " << i;
    }
  }
}

}  // namespace
}  // namespace parley::quality
