// The events that the server's shell reports to the switchboard.
#pragma once

#include "core/base/time.hpp"
#include "core/switchboard/record.hpp"

#include <string>
#include <vector>

namespace parley::switchboard {

/// An account exists. Reported for every account before the first connection, and when one is made.
struct UserKnown {
  UserId user;
  wire::DisplayName name;
  /// True when a second caller may ring while this user is in a call.
  bool call_waiting = true;
  /// True when only people whom this user knows may call.
  bool known_callers_only = false;
};

/// What one user has decided about another user, or what follows from their calls.
struct Relation {
  UserId other;
  /// Calls of the other user ring nowhere; the other user can't tell.
  bool blocked = false;
  /// This user has added, called or talked to the other user.
  bool known = false;
};

/// All relations of a user. Reported before the first device of the user is authenticated; the
/// relations of a user without a device are not needed.
struct RelationsLoaded {
  UserId user;
  std::vector<Relation> relations;
};

/// A user has added, removed, blocked or unblocked another user.
struct RelationChanged {
  UserId user;
  Relation relation;
};

/// A call that was not over when the server last stopped or crashed, or one of those that ended
/// last (`kRestoredCalls`, `kRestoredFor`): its devices may not know of the end, and its id must
/// not start another call. Reported for each one before the first connection.
struct CallRestored {
  CallRecord record;
};

/// A text frame arrived; the first one on a connection must be a hello.
struct FrameReceived {
  SocketId connection;
  std::string_view text;
};

/// The socket is closed, by either side or by the network.
struct ConnectionLost {
  SocketId connection;
};

/// Answers Authenticate. The random bits become the session's id and key; the welcome carries the
/// STUN and TURN servers.
struct Authenticated {
  SocketId connection;
  UserId user;
  std::array<std::uint64_t, 4> random;
  wire::IceServers ice_servers = {};
};

/// The client gets new STUN and TURN servers, because the logins it has are about to expire.
struct IceServersRenewed {
  SocketId connection;
  wire::IceServers ice_servers;
};

struct AuthenticationFailed {
  SocketId connection;
};

/// A token was withdrawn: the sessions of this device of the user end, or all sessions of the user
/// when `device` is absent.
struct SignedOut {
  UserId user;
  std::optional<DeviceId> device;
};

/// The deadline of `next_deadline` has come.
struct TimeReached {};

/// The server will stop: ask every client to reconnect within this time.
struct Draining {
  std::uint32_t reconnect_within_ms = 0;
};

/// How far the wall clock is ahead of the instants that come with events; 0 until it is reported.
struct WallClock {
  Duration ahead{0};
  /// The part of the change by which the clock was set. The rest is time in which the machine
  /// slept.
  Duration corrected{0};
};

/// Whether the server has more work than it can do. It then refuses new calls, so that those that
/// exist stay quick.
struct Overload {
  bool on = false;
};

using Event = std::variant<UserKnown, RelationsLoaded, RelationChanged, CallRestored, FrameReceived,
                           ConnectionLost, Authenticated, AuthenticationFailed, SignedOut,
                           TimeReached, Draining, WallClock, IceServersRenewed, Overload>;

}  // namespace parley::switchboard
