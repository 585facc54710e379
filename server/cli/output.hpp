// What commands print besides their results.
#pragma once

#include <string_view>

namespace parley::server::cli {

/// True when something that was printed could not be written: a full disk, a closed stdout.
[[nodiscard]] bool is_output_lost();
inline constexpr std::string_view kOutputLost = "the output could not be written";

/// Prints to stderr and returns kMisused.
int misused(std::string_view what);
/// Prints to stderr and returns kFailed.
int failed(std::string_view what);

}  // namespace parley::server::cli
