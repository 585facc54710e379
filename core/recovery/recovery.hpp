// When to restart a connection, and when to give it up. A `Recovery` watches
// one connection: facts come in, one action comes out, which the call carries out. The policy is
// the table in recovery.cpp. Specified in docs/protocol.md#lost-media.
//
// A restart is offered only when signals pass between the two devices. An offer that waits for a
// device out of reach is answered when that device is back: the path has healed by then, and the
// restart interrupts it again. A device that wants a restart therefore asks for it. The leader, one
// of the two, makes all offers, so that they don't cross.
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
  path_disturbed,  // the transport is down, and may heal by itself
  path_failed,     // the transport is down, and does not heal
  media_flows,     // media arrives
  media_stalled,   // nothing arrives, whatever the transport says
  peer_asks,       // the other device asks for a restart: signals pass
  try_due,         // it is time to do something about it
  limit_reached,   // media had to flow by now
};

enum class Action : std::uint8_t {
  wait,
  ask,                // ask the other device for a restart
  restart,            // offer a restart of ICE
  restart_on_relays,  // the same, with candidates of relays only
  give_up,
};

/// Who offers restarts.
enum class Part : std::uint8_t { leads, follows };

class Recovery {
 public:
  /// A connection without media so far, which has to flow by `limit`.
  [[nodiscard]] static Recovery awaiting_media(Part part, Instant limit);
  /// A connection that has come up before its call was answered, and has to carry media by `limit`.
  /// If it does not soon, a restart helps: the path may be dead without anybody knowing.
  [[nodiscard]] static Recovery of_warm_connection(Part part, Instant limit, Instant now);
  /// A new connection of a call that has lost its media.
  [[nodiscard]] static Recovery of_lost_media(Part part, Instant now);

  /// Takes a fact; answers with what to do now.
  [[nodiscard]] Action on(Fact fact, Instant now);
  /// Takes what time has brought about.
  [[nodiscard]] Action time_reached(Instant now);
  [[nodiscard]] std::optional<Instant> deadline() const;

  /// Whether signals reach the other device, as far as is known.
  [[nodiscard]] bool in_reach() const { return in_reach_; }
  void set_in_reach(bool in_reach, Instant now);
  /// The server's limit of the phase has changed.
  void set_limit(Instant limit) { limit_ = limit; }
  /// Nothing ran on this device for a while: neither gives up nor restarts before these moments.
  void postpone(Instant limit, Instant next_try);
  /// This connection takes the place of the one that `before` watched: the call's media and its
  /// limits go on.
  void take_place_of(const Recovery& before);

 private:
  Recovery(Part part, Media media, Instant limit) : part_(part), media_(media), limit_(limit) {}

  void lose_media(Instant now, Duration patience);
  [[nodiscard]] Action attempt(Instant now);
  [[nodiscard]] Action answer(Instant now);
  [[nodiscard]] Action restart(Instant now);
  [[nodiscard]] Instant limit() const;

  Part part_;
  Media media_;
  Instant limit_;  // while media does not flow
  Instant lost_at_;
  bool in_reach_ = true;
  unsigned tries_ = 0;  // of this loss, since signals passed last
  std::optional<Instant> try_at_;
  unsigned restarts_ = 0;                // of this loss
  std::optional<Instant> restarted_at_;  // or told the leader to
};

}  // namespace parley::recovery
