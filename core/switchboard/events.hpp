// Everything the server's shell can report to the switchboard.
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
  /// Whether a second caller may ring while this user is in a call.
  bool call_waiting = true;
  /// Whether only people that this user knows may call.
  bool known_callers_only = false;
};

/// What one user has decided about another one, or what follows from their calls.
struct Relation {
  UserId other;
  /// The other one's calls ring nowhere, without a sign to them.
  bool blocked = false;
  /// Added, called, or talked to.
  bool known = false;
};

/// All relations of a user. Reported before the first of their devices is authenticated; of users
/// without a device nobody needs to know.
struct RelationsLoaded {
  UserId user;
  std::vector<Relation> relations;
};

/// A user has added, removed, blocked or unblocked somebody.
struct RelationChanged {
  UserId user;
  Relation relation;
};

/// A call that was not over when the server last stopped, however it stopped, or one of the last
/// that were closed (`kRestoredCalls`, `kRestoredFor`): its devices may not have heard of the end,
/// and its id must not start another call. Reported for each one before the first connection.
struct CallRestored {
  CallRecord record;
};

/// A text frame arrived; the first one on a connection must be a hello.
struct FrameReceived {
  SocketId connection;
  std::string_view text;
};

/// The socket is gone, for whatever reason.
struct ConnectionLost {
  SocketId connection;
};

/// Answers Authenticate. The random bits become the session's id and key; the STUN and TURN servers
/// are told in the welcome.
struct Authenticated {
  SocketId connection;
  UserId user;
  std::array<std::uint64_t, 4> random;
  wire::IceServers ice_servers = {};
};

/// What the connection was told about STUN and TURN servers is about to expire.
struct IceServersRenewed {
  SocketId connection;
  wire::IceServers ice_servers;
};

struct AuthenticationFailed {
  SocketId connection;
};

/// The token of a signed-in user was withdrawn: all sessions of that token's user and device end.
struct SignedOut {
  UserId user;
  std::optional<DeviceId> device;
};

/// The deadline the switchboard asked for has come.
struct TimeReached {};

/// The server will stop: tell every client to come back later.
struct Draining {
  std::uint32_t reconnect_within_ms = 0;
};

/// How far the wall clock is ahead of the instants that come with events; nothing until it is told.
struct WallClock {
  Duration ahead{0};
  /// By how much it was set right. The rest of a change is time in which the machine slept.
  Duration corrected{0};
};

using Event = std::variant<UserKnown, RelationsLoaded, RelationChanged, CallRestored, FrameReceived,
                           ConnectionLost, Authenticated, AuthenticationFailed, SignedOut,
                           TimeReached, Draining, WallClock, IceServersRenewed>;

}  // namespace parley::switchboard
