// A step of a replay in a line of words each: what happened, what was done, what became of a call.
#pragma once

#include "core/replay/replay.hpp"

#include <string>
#include <string_view>

namespace parley::replay {

/// "dialed call=…00b41c callee={user=user-1 name=Person 1} kind=audio": the members of an object
/// that has a type. Ids are shortened, long texts are only measured, frames are opened.
[[nodiscard]] std::string in_words(std::string_view json);

[[nodiscard]] inline std::string in_words(const phone::Event& event) {
  return in_words(json::to_json(event));
}
[[nodiscard]] inline std::string in_words(const phone::Effect& effect) {
  return in_words(json::to_json(effect));
}

/// "call …00b41c: connecting → active".
[[nodiscard]] std::string in_words(const PhaseChange& change);

/// The last digits of an id: the first ones of a call tell only the time of day.
[[nodiscard]] std::string short_id(std::string_view uuid);

}  // namespace parley::replay
