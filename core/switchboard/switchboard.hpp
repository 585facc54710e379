// The switchboard: who is connected, who calls whom, and how every call ends. Runs in the server
// and in the simulator; knows sockets only by number. One event in, effects out, and
// `next_deadline` says when time itself is the next event. Specified in docs/protocol.md.
#pragma once

#include "core/base/time.hpp"
#include "core/switchboard/effects.hpp"
#include "core/switchboard/events.hpp"

#include <array>
#include <cstdint>
#include <memory>

namespace parley::switchboard {

/// What an operator can change. Defaults and reasons: core/switchboard/timers.hpp.
struct Settings {
  Duration ring_limit;
  Duration connect_limit;
  Duration media_lease;
  /// The server has stopped a short while ago: until then its devices are on their way back, and a
  /// call to someone who is not there yet rings nowhere instead of ending as unreachable.
  Instant returning_until{};
  /// Random bits of this process: which of two invites that cross stands can't be known before.
  std::array<std::uint64_t, 2> glare_key{};
  Settings();
};

/// Numbers for health checks and metrics.
struct Gauges {
  std::size_t sessions = 0;
  std::size_t sessions_online = 0;
  std::size_t users_online = 0;
  std::size_t calls = 0;
};

class Switchboard {
 public:
  explicit Switchboard(Settings settings);
  ~Switchboard();
  Switchboard(Switchboard&&) noexcept;
  Switchboard& operator=(Switchboard&&) noexcept;

  /// Takes one event and appends its effects.
  void handle(const Event& event, Instant now, std::vector<Effect>& effects);

  /// When to send TimeReached; nothing while no timer runs.
  [[nodiscard]] std::optional<Instant> next_deadline() const;

  [[nodiscard]] Gauges gauges() const;

 private:
  class State;
  std::unique_ptr<State> state_;
};

}  // namespace parley::switchboard
