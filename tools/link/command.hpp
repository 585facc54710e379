// The lines by which a test changes a running link: "a>b delay_ms=50 rate_kbps=100",
// "b>a cut=on", "both loss_percent=15", "stats".
#pragma once

#include "tools/link/lane.hpp"

#include <expected>
#include <string>
#include <string_view>

namespace parley::link {

struct Lanes {
  Lane a_to_b;
  Lane b_to_a;
};

/// Carries a line out and returns the answer: "ok", or the counters of both directions. A line with
/// an error changes nothing; the error is a sentence.
std::expected<std::string, std::string> carry_out(std::string_view line, Lanes& lanes);

}  // namespace parley::link
