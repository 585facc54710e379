// When to restart a connection, and when to give it up. A `Recovery` watches one connection: facts
// come in, one action comes out, which the call carries out. The policy is the table in
// recovery.cpp.
#pragma once

#include "core/base/time.hpp"

#include <cstdint>
#include <optional>

namespace parley::recovery {

/// The media of a connection.
enum class Media : std::uint8_t {
  awaited,  // none yet
  flows,
  lost,  // it has flowed and has stopped
};

enum class Fact : std::uint8_t {
  path_disturbed,   // the transport is down, and may heal by itself
  path_failed,      // the transport is down, and does not heal
  media_flows,      // media arrives
  network_changed,  // this device has another network, or has one again
  restart_due,      // the last restart, or the loss, was some time ago
  limit_reached,    // media had to flow by now
};

enum class Action : std::uint8_t { wait, restart, give_up };

/// The policy: one row of the table.
[[nodiscard]] Action action_for(Fact fact, Media media);

class Recovery {
 public:
  /// A connection without media so far, which has to flow by `limit`.
  [[nodiscard]] static Recovery awaiting_media(Instant limit);
  /// A connection of a call that has lost its media.
  [[nodiscard]] static Recovery of_lost_media(Instant now);

  /// Takes a fact; answers with what to do now.
  [[nodiscard]] Action on(Fact fact, Instant now);
  /// Takes what time has brought about.
  [[nodiscard]] Action time_reached(Instant now);
  [[nodiscard]] std::optional<Instant> deadline() const;

  /// The server's limit of the phase has changed.
  void set_limit(Instant limit) { limit_ = limit; }
  /// Nothing ran on this device for a while: neither gives up nor restarts before these moments.
  void postpone(Instant limit, Instant restart);

 private:
  Recovery(Media media, Instant limit, Instant restart_at)
      : media_(media), limit_(limit), restart_at_(restart_at) {}

  Media media_;
  Instant limit_;       // while media does not flow
  Instant restart_at_;  // while media is lost
};

}  // namespace parley::recovery
