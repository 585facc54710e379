// What two browsers tell each other: a session description of the usual size, and candidates.
#pragma once

#include "core/wire/types.hpp"

#include <string>
#include <string_view>

namespace parley::load {

/// Candidates that each side gathers.
inline constexpr unsigned kCandidates = 6;

/// A description of 2.4 KB, as of a browser that offers audio and video.
[[nodiscard]] std::string describe(std::string_view ufrag);

[[nodiscard]] wire::Candidate candidate(unsigned index, std::string_view ufrag);

}  // namespace parley::load
