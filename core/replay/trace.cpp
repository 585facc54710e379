#include "core/replay/trace.hpp"

namespace parley::replay {

namespace {

std::string describe(const json::ReadError& error) {
  using Kind = json::ReadError::Kind;
  switch (error.kind) {
    case Kind::malformed:
      break;
    case Kind::unknown_type:
      return "it is of a type that this version does not know";
    case Kind::invalid_field:
      return "\"" + std::string(error.where) + "\" is missing or invalid";
  }
  return "it is not JSON, from byte " + std::to_string(error.offset + 1) + " on";
}

template <class T>
std::expected<T, std::string> read_all(std::string_view text) {
  if (text.size() > kMaxLineBytes) return std::unexpected("it is too long");
  json::Reader in(text);
  json::ReadError error;
  T value;
  if (!json::read(in, value, error)) return std::unexpected(describe(error));
  if (!in.at_end()) return std::unexpected("something follows the object");
  return value;
}

}  // namespace

std::expected<TraceHeader, std::string> read_header(std::string_view text) {
  auto header = read_all<TraceHeader>(text);
  if (header && header->parley_trace != kTraceVersion) {
    return std::unexpected("it has version " + std::to_string(header->parley_trace) +
                           " of the format; this program reads version " +
                           std::to_string(kTraceVersion));
  }
  return header;
}

std::expected<TraceLine, std::string> read_line(std::string_view text) {
  auto line = read_all<TraceLine>(text);
  if (line && (line->at < 0 || line->at > kMaxTime)) {
    return std::unexpected("\"at\" is no time of a phone's clock");
  }
  return line;
}

}  // namespace parley::replay
