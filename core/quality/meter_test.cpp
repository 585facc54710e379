#include "core/quality/meter.hpp"

#include "core/base/random.hpp"
#include "core/json/samples.hpp"
#include "core/quality/digest.hpp"

#include <gtest/gtest.h>

namespace parley::quality {
namespace {

using phone::StatsSampled;

constexpr Instant kBegin = instant_from_ms(1'000'000);
constexpr Expected kSound{.sound = true};
constexpr Expected kBoth{.sound = true, .camera = true};

/// A steady call: 50 packets of sound a second with 32 kbit/s, 25 pictures a second.
StatsSampled after(Duration time) {
  const auto ms = static_cast<std::uint64_t>(time.count());
  StatsSampled sample{.connection = {1}};
  sample.path.round_trip_ms = 80;
  sample.received.microphone = {.packets = ms / 20,
                                .bytes = ms * 4,
                                .lost = 0,
                                .jitter_ms = 3,
                                .samples = ms * 48,
                                .concealed = 0,
                                .silent_concealed = 0,
                                .buffered_ms = ms * 48 * 60,
                                .emitted = ms * 48};
  sample.received.camera = {.packets = ms / 10,
                            .bytes = ms * 50,
                            .lost = 0,
                            .frames = ms / 40,
                            .frozen_ms = 0,
                            .height = 480,
                            .fps = 25};
  sample.sent.microphone = {.bytes = ms * 4, .round_trip_ms = 90, .lost_permille = 20};
  return sample;
}

TEST(Meter, MeasuresASteadyCall) {
  Meter meter;
  EXPECT_FALSE(meter.sampled(after(0s), kBoth, kBegin));
  EXPECT_FALSE(meter.sampled(after(500ms), kBoth, kBegin + 500ms));
  EXPECT_TRUE(meter.sampled(after(1s), kBoth, kBegin + 1s));
  const wire::FlowReport expected{.rate_kbps = 432,
                                  .lost_permille = 0,
                                  .jitter_ms = 3,
                                  .concealed_permille = 0,
                                  .buffer_ms = 60,
                                  .frozen_permille = 0,
                                  .fps = 25,
                                  .height = 480};
  EXPECT_EQ(meter.receiving(), expected);
  EXPECT_EQ(meter.sending().rate_kbps, 32U);
  EXPECT_EQ(meter.sending().lost_permille, 20U);
  EXPECT_EQ(meter.round_trip_ms(), 90U);
}

TEST(Meter, CountsWhatIsHeardOfLoss) {
  Meter meter;
  (void)meter.sampled(after(0s), kSound, kBegin);
  StatsSampled sample = after(1s);
  sample.received.microphone.lost = 5;
  sample.received.microphone.concealed = 4'800;
  sample.received.microphone.silent_concealed = 2'400;
  ASSERT_TRUE(meter.sampled(sample, kSound, kBegin + 1s));
  EXPECT_EQ(meter.receiving().concealed_permille, 50U);
  EXPECT_EQ(meter.receiving().lost_permille, 5 * 1000U / 155);
}

TEST(Meter, MeasuresRatesOverTheTimeThatReallyPassed) {
  Meter meter;
  Duration time = 0s;
  (void)meter.sampled(after(time), kBoth, kBegin);
  for (const Duration wait : {1000ms, 1000ms, 60'000ms, 1000ms, 1700ms, 60'000ms}) {
    time += wait;
    ASSERT_TRUE(meter.sampled(after(time), kBoth, kBegin + time));
    EXPECT_NEAR(*meter.receiving().rate_kbps, 432, 8);
    EXPECT_EQ(meter.receiving().frozen_permille, 0U);
  }
}

TEST(Meter, SkipsAStepInWhichCountersWereStartedAnew) {
  Meter meter;
  (void)meter.sampled(after(60s), kBoth, kBegin);
  ASSERT_TRUE(meter.sampled(after(0s), kBoth, kBegin + 1s));
  EXPECT_FALSE(meter.receiving().lost_permille);
  EXPECT_FALSE(meter.receiving().concealed_permille);
  EXPECT_FALSE(meter.receiving().rate_kbps);
  ASSERT_TRUE(meter.sampled(after(1s), kBoth, kBegin + 2s));
  EXPECT_EQ(meter.receiving().concealed_permille, 0U);
}

TEST(Meter, PacketsThatComeLateAreNotLost) {
  Meter meter;
  StatsSampled sample = after(0s);
  sample.received.microphone.lost = 7;
  (void)meter.sampled(sample, kSound, kBegin);
  ASSERT_TRUE(meter.sampled(after(1s), kSound, kBegin + 1s));
  EXPECT_EQ(meter.receiving().lost_permille, 0U);
}

TEST(Meter, APictureThatStandsStillIsFrozenBeforeTheBrowserCountsIt) {
  Meter meter;
  (void)meter.sampled(after(0s), kBoth, kBegin);
  StatsSampled sample = after(1s);
  sample.received.camera.frames = 0;
  ASSERT_TRUE(meter.sampled(sample, kBoth, kBegin + 1s));
  EXPECT_EQ(meter.receiving().frozen_permille, 1000U);
}

TEST(Meter, ACameraThatIsOffDoesNotFreeze) {
  Meter meter;
  (void)meter.sampled(after(0s), kSound, kBegin);
  StatsSampled sample = after(1s);
  sample.received.camera.frames = 0;
  ASSERT_TRUE(meter.sampled(sample, kSound, kBegin + 1s));
  EXPECT_FALSE(meter.receiving().frozen_permille);
  EXPECT_FALSE(meter.receiving().fps);
}

TEST(Meter, ACameraOfWhichNoPacketComesIsOffAndNotFrozen) {
  Meter meter;
  (void)meter.sampled(after(1s), kBoth, kBegin);
  StatsSampled sample = after(2s);
  sample.received.camera = after(1s).received.camera;
  sample.received.camera.fps = 0;
  ASSERT_TRUE(meter.sampled(sample, kBoth, kBegin + 1s));
  EXPECT_FALSE(meter.receiving().frozen_permille);
  EXPECT_FALSE(meter.receiving().fps);
}

TEST(Meter, ComparesNothingAcrossAHole) {
  Meter meter;
  (void)meter.sampled(after(0s), kSound, kBegin);
  meter.interrupted();
  StatsSampled sample = after(10s);
  sample.received.microphone.concealed = 400'000;
  EXPECT_FALSE(meter.sampled(sample, kSound, kBegin + 10s));
}

TEST(Meter, AnyCountersGivePlausibleValues) {
  Random random(7);
  for (int round = 0; round < 200; ++round) {
    Meter meter;
    Instant now = kBegin;
    for (int i = 0; i < 20; ++i) {
      StatsSampled sample;
      json::samples::fill(random, sample);
      now += Duration{static_cast<std::int64_t>(random.below(70'000))};
      (void)meter.sampled(sample, kBoth, now);
      ASSERT_TRUE(plausible(meter.receiving()));
      ASSERT_LE(meter.sending().lost_permille.value_or(0), 1000U);
      ASSERT_LE(meter.round_trip_ms().value_or(0), kMostMs);
    }
  }
}

}  // namespace
}  // namespace parley::quality
