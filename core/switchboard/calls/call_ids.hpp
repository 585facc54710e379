// The ids of earlier calls: an id never starts a second call. A call id carries the time at which
// its device made it (RFC 9562, 5.7), and ids of another time are refused. The switchboard
// therefore remembers only recent ids. Specified in docs/protocol.md#call-ids.
#pragma once

#include "core/base/ids.hpp"
#include "core/base/time.hpp"
#include "core/switchboard/timers.hpp"

#include <cstddef>
#include <cstdint>
#include <deque>
#include <unordered_set>

namespace parley::switchboard {

/// True for an id with the version and variant of a UUIDv7.
[[nodiscard]] constexpr bool is_uuid_v7(const CallId& id) {
  return ((id.high >> 12U) & 0xfU) == 7 && (id.low >> 62U) == 0b10;
}

/// The Unix time in a UUIDv7, in milliseconds since 1970.
[[nodiscard]] constexpr Instant made_at(const CallId& id) {
  return instant_from_ms(static_cast<std::int64_t>(id.high >> 16U));
}

class CallIds {
 public:
  /// Defaults and reasons: core/switchboard/timers.hpp.
  explicit CallIds(std::size_t kept = kCallIdsKept, std::size_t most = kMaxCallIds)
      : kept_(kept), most_(most) {}

  enum class Verdict : std::uint8_t {
    fresh,
    /// No UUIDv7, or its time is more than `kCallIdAhead` in the future.
    invalid,
    /// Used before, or too old to tell: older than the window, or no newer than a forgotten id.
    taken,
  };

  [[nodiscard]] Verdict judge(const CallId& id, Instant now) const;

  /// Remembers the id of a new call.
  void use(const CallId& id, Instant now);

  [[nodiscard]] std::size_t size() const { return used_.size(); }

 private:
  std::size_t kept_;
  std::size_t most_;
  std::unordered_set<CallId> used_;
  std::deque<CallId> oldest_first_;
  /// The time of the newest id that was forgotten while still in the window. Ids up to this time
  /// are refused.
  Instant unsure_until_{};
};

}  // namespace parley::switchboard
