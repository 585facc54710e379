// What both halves of the switchboard get from the shell: the time, one queue of deadlines, which
// keeps the order of those that are due together, and the list of effects.
#pragma once

#include "core/base/deadlines.hpp"
#include "core/base/mutants.hpp"
#include "core/switchboard/effects.hpp"
#include "core/switchboard/switchboard.hpp"

#include <compare>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace parley::switchboard {

/// The deadline at which a user's watchers get the current presence.
struct PresenceDue {
  UserId user;
  auto operator<=>(const PresenceDue&) const = default;
};

/// The deadline at which clients get the message that a list of people may have changed.
struct PeopleNews {
  auto operator<=>(const PeopleNews&) const = default;
};

/// The deadline at which a blocked caller gets `ringing` as if a device of the callee rang. It is
/// separate, so the call's own deadlines are those of any other call.
struct PretendedRing {
  CallId call;
  auto operator<=>(const PretendedRing&) const = default;
};

/// The directory has those of sockets, sessions and people, the calls have the others.
using Deadline = std::variant<SocketId, SessionId, CallId, PeopleNews, PretendedRing, PresenceDue>;

struct Context {
  Settings settings;
  Deadlines<Deadline> deadlines;
  StoreTicket last_ticket;  // the newest write
  Duration ahead{0};        // how far the wall clock is ahead of the instants
  bool overloaded = false;  // new calls are refused

  // Only valid while an event is handled.
  Instant now;
  std::vector<Effect>* effects = nullptr;

  [[nodiscard]] std::int64_t wall_ms(Instant instant) const { return ms_of(instant + ahead); }
  [[nodiscard]] Instant instant_of(std::int64_t wall_ms) const {
    return instant_from_ms(wall_ms) - ahead;
  }

  void send(SocketId connection, std::string text, StoreTicket after) const {
    if (mutant(Mutant::sent_before_stored)) after = {};
    effects->emplace_back(Send{connection, std::move(text), after});
  }
  void log(Log what) const { effects->emplace_back(std::move(what)); }
};

}  // namespace parley::switchboard
