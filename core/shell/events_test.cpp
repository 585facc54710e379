#include "core/shell/events.hpp"

#include "core/json/codec.hpp"

#include <gtest/gtest.h>

#include <string_view>

namespace parley::phone {
namespace {

bool read(std::string_view text, StatsSampled& sample) {
  json::Reader in(text);
  json::ReadError error;
  return json::read(in, sample, error) && in.at_end();
}

TEST(StatsSampled, IsReadInParts) {
  StatsSampled sample;
  ASSERT_TRUE(read(R"({"type":"stats_sampled","connection":3,"camera_received":{"frames":5},)"
                   R"("path":{"round_trip_ms":42,"remote":"relay"}})",
                   sample));
  EXPECT_EQ(sample.connection.value, 3U);
  EXPECT_EQ(sample.received.camera.frames, 5U);
  EXPECT_EQ(sample.received.camera.packets, std::nullopt);
  EXPECT_EQ(sample.path.remote, CandidateType::relay);
  EXPECT_EQ(sample.path.local, std::nullopt);
}

TEST(StatsSampled, OfAnEarlierVersionIsReadWithoutItsCounters) {
  StatsSampled sample;
  ASSERT_TRUE(read(R"({"type":"stats_sampled","connection":3,"audio_packets_received":50,)"
                   R"("camera_frames_decoded":0,"screen_frames_decoded":0,"camera_frames_sent":0,)"
                   R"("screen_frames_sent":0,"state":"connected"})",
                   sample));
  EXPECT_EQ(sample.state, ConnectionState::connected);
  EXPECT_EQ(sample.received.microphone.packets, std::nullopt);
}

}  // namespace
}  // namespace parley::phone
