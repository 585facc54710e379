// What the tests of candidates start from.
#pragma once

#include "core/base/time.hpp"
#include "core/wire/types.hpp"

#include <string>

namespace parley::negotiation {

inline constexpr Instant kStart = instant_from_ms(1'000'000);

inline wire::Candidate candidate(const std::string& text) {
  return {.candidate = {text}, .mid = {{"0"}}, .line_index = 0};
}

}  // namespace parley::negotiation
