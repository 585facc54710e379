#include "server/store/calls.hpp"

#include <charconv>

namespace parley::server::store {

std::string to_cursor(const HistoryPosition& position) {
  return std::to_string(position.invited_at_ms) + '.' + to_string(position.call);
}

std::optional<HistoryPosition> from_cursor(std::string_view cursor) {
  const std::size_t dot = cursor.find('.');
  if (dot == std::string_view::npos) return std::nullopt;
  HistoryPosition position;
  const char* end = cursor.data() + dot;
  const auto number = std::from_chars(cursor.data(), end, position.invited_at_ms);
  const auto call = parse_uuid(cursor.substr(dot + 1));
  if (number.ec != std::errc{} || number.ptr != end || !call) return std::nullopt;
  position.call = {call->high, call->low};
  return position;
}

}  // namespace parley::server::store
