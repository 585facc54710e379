// The signals of two browsers: a session description of the usual size, and candidates.
#pragma once

#include "core/wire/types.hpp"

#include <string>
#include <string_view>

namespace parley::load {

/// The number of candidates of each side.
inline constexpr unsigned kCandidates = 6;

/// A description of 2.4 KB, as in a browser's offer of audio and video.
[[nodiscard]] std::string describe(std::string_view ufrag);

[[nodiscard]] wire::Candidate candidate(unsigned index, std::string_view ufrag);

}  // namespace parley::load
