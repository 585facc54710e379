// What is believed of the other device's reports.
#pragma once

#include "core/wire/client_messages.hpp"

#include <cstdint>

namespace parley::quality {

/// The greatest values that make sense; what is measured here is cut off at them, and a report with
/// greater ones is not believed.
inline constexpr std::uint32_t kMostKbps = 1'000'000;  // a gigabit a second
inline constexpr std::uint32_t kMostMs = 60'000;       // no call is held with a delay of a minute
inline constexpr std::uint32_t kMostFps = 240;         // the fastest cameras
inline constexpr std::uint32_t kMostLines = 16'384;    // the greatest side of a picture in WebRTC

[[nodiscard]] inline bool plausible(const wire::FlowReport& flow) {
  const auto within = [](const auto& value, std::uint32_t limit) {
    return value.value_or(0) <= limit;
  };
  return within(flow.rate_kbps, kMostKbps) && within(flow.lost_permille, 1000) &&
         within(flow.concealed_permille, 1000) && within(flow.frozen_permille, 1000) &&
         within(flow.jitter_ms, kMostMs) && within(flow.buffer_ms, kMostMs) &&
         within(flow.fps, kMostFps) && within(flow.height, kMostLines);
}

}  // namespace parley::quality
