// Finds the subject of a frame without parsing it as a message, cheaply enough for a check after
// every step.
#pragma once

#include "core/base/ids.hpp"

#include <optional>
#include <string_view>

namespace parley::sim {

/// The value of the first string member of this name; empty without one.
inline std::string_view text_in(std::string_view frame, std::string_view key) {
  const std::size_t at = frame.find(key);
  if (at == std::string_view::npos) return {};
  const std::string_view rest = frame.substr(at + key.size());
  return rest.substr(0, rest.find('"'));
}

/// Every frame starts with its type.
inline std::string_view type_of(std::string_view frame) { return text_in(frame, "{\"type\":\""); }

inline std::optional<CallId> call_of(std::string_view frame) {
  const auto id = parse_uuid(text_in(frame, "\"call\":\""));
  return id ? std::optional(CallId{id->high, id->low}) : std::nullopt;
}

}  // namespace parley::sim
