// What makes a call bad, and on whose side. Two devices can't see where between them a packet was
// lost; the rules below name the likelier side and say "between" where both are as likely.
#pragma once

#include "core/shell/view.hpp"
#include "core/wire/client_messages.hpp"

#include <cstdint>
#include <optional>

namespace parley::quality {

using phone::QualityCause;
using phone::QualityLevel;
using phone::QualitySide;

/// A cause with its side.
struct Finding {
  QualityCause cause = QualityCause::none;
  QualitySide side = QualitySide::between;
  bool operator==(const Finding&) const = default;
};

/// One direction of a call, as its receiver measured it.
struct Direction {
  wire::FlowReport flow;
  std::optional<QualityLevel> level;
  /// What its sender says of itself.
  bool sender_busy = false;
  bool sender_limited = false;
};

struct Evidence {
  Direction receiving;
  Direction sending;
  std::uint32_t round_trip_ms = 0;
  bool relayed = false;
  bool mobile_here = false;   // this device is on mobile data
  bool mobile_there = false;  // the other one is
};

/// The cause of the worse direction. `none` only where neither direction is below good.
[[nodiscard]] Finding find_cause(const Evidence& evidence);

}  // namespace parley::quality
