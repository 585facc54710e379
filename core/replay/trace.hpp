// The trace of a phone: every event with its time and, optionally, what came of it. JSON lines, a
// header first; specified in docs/reporting-a-bug.md#the-format. Pages, simulations and tests write
// it, `parley replay` reads it. `json::to_json` of these structs writes a line.
#pragma once

#include "core/shell/effects.hpp"
#include "core/shell/events.hpp"
#include "core/shell/view.hpp"

#include <cstddef>
#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <string_view>

namespace parley::replay {

using json::field;

inline constexpr std::uint32_t kTraceVersion = 1;

/// The core takes events of 1 MiB at most; what one leads to fits beside it.
inline constexpr std::size_t kMaxLineBytes = 2UL * 1024 * 1024;
/// Ten times what a page keeps.
inline constexpr std::size_t kMaxTraceBytes = 64UL * 1024 * 1024;
/// The largest number that a browser can write exactly; nothing counts milliseconds that far.
inline constexpr std::int64_t kMaxTime = std::int64_t{1} << 53U;

struct TraceHeader {
  std::uint32_t parley_trace = kTraceVersion;
  json::Text<64> core;
  std::uint64_t seed = 0;
  std::optional<std::int64_t> started_at_ms;
  std::optional<std::uint64_t> dropped;
  static constexpr auto fields() {
    return std::tuple{
        field("parley_trace", &TraceHeader::parley_trace, "Version of the format."),
        field("core", &TraceHeader::core, "Version of the core that recorded it."),
        field("seed", &TraceHeader::seed, "What the phone was created with."),
        field("started_at_ms", &TraceHeader::started_at_ms, "Unix time."),
        field("dropped", &TraceHeader::dropped, "Events that are missing before the first line.")};
  }
};

struct TraceLine {
  std::int64_t at = 0;
  phone::Event event;
  std::optional<json::List<phone::Effect, 4096>> effects;
  std::optional<std::int64_t> deadline_ms;
  std::optional<phone::View> view;
  std::optional<std::uint64_t> repeats;
  static constexpr auto fields() {
    return std::tuple{
        field("at", &TraceLine::at, "Milliseconds on the phone's clock."),
        field("event", &TraceLine::event, "What happened."),
        field("effects", &TraceLine::effects, "What the phone did; not compared when absent."),
        field("deadline_ms", &TraceLine::deadline_ms, "With effects: when to wake it."),
        field("view", &TraceLine::view, "When it changed; without presence."),
        field("repeats", &TraceLine::repeats, "Keep-alives that were left out before this one.")};
  }
};

/// Reads the first line of a file, or says what is wrong with it.
[[nodiscard]] std::expected<TraceHeader, std::string> read_header(std::string_view text);

/// Reads any other line, or says what is wrong with it.
[[nodiscard]] std::expected<TraceLine, std::string> read_line(std::string_view text);

}  // namespace parley::replay
