// The switchboard decides about sessions and calls: which devices are connected, which calls ring,
// and how each call ends. It runs in the server and in the simulator. It takes one event at a time
// and answers with effects; the shell sends TimeReached at `next_deadline`. Sockets are numbers
// here. Specified in docs/protocol.md.
#pragma once

#include "core/base/time.hpp"
#include "core/switchboard/effects.hpp"
#include "core/switchboard/events.hpp"

#include <array>
#include <cstdint>
#include <memory>
#include <string>

namespace parley::switchboard {

/// The settings of a switchboard; the first three are options of the server. Defaults and reasons:
/// core/switchboard/timers.hpp.
struct Settings {
  Duration ring_limit;
  Duration connect_limit;
  Duration media_lease;
  /// Until this moment, devices of an earlier run of the server may reconnect: a call to a user
  /// without a device waits instead of ending as unreachable.
  Instant returning_until{};
  /// Random bits of this process, used by core/switchboard/calls/glare.hpp.
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

  /// Handles one event and appends its effects. `now` never goes back.
  void handle(const Event& event, Instant now, std::vector<Effect>& effects);

  /// When to send TimeReached; empty while no timer runs.
  [[nodiscard]] std::optional<Instant> next_deadline() const;

  [[nodiscard]] Gauges gauges() const;

  /// For tests: the first contradiction between the tables of users, sessions, calls and deadlines,
  /// in words; empty when there is none.
  [[nodiscard]] std::string inconsistency() const;

 private:
  class State;
  std::unique_ptr<State> state_;
};

}  // namespace parley::switchboard
