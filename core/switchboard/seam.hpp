// The seam between the two halves of the switchboard. The directory (directory/) has the sockets,
// the sessions and what users have decided about each other. The calls (calls/) have the invites,
// the calls and their records. Each half has its own tables and reaches the other only through this
// list of messages and questions. Here a message is a function call, and the receiver handles it
// at once. The reasons are in docs/decisions/0014-directory-and-calls.md.
#pragma once

#include "core/base/time.hpp"
#include "core/wire/client_messages.hpp"
#include "core/wire/server_messages.hpp"

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

namespace parley::switchboard {

/// Used in place of a call id for messages about people.
inline constexpr CallId kNews{};
/// Used in place of a call id for messages about ringing calls.
inline constexpr CallId kRings{0, 1};

/// What the calls may know of a session. The reference in a message is valid while it is handled.
struct SessionFacts {
  SessionId id;
  UserId user;
  DeviceId device;
  std::optional<SocketId> connection;
  Instant last_heard;      // the last frame on this connection, or the moment it was lost
  bool leaving = false;    // the client has sent `leaving`
  bool missed = false;     // the other sides of its calls have the message that it is gone
  bool broken = false;     // can't be resumed; kept until its deadline as the place of its device
  bool can_call = true;    // the client can make peer connections
  Duration told_ahead{0};  // how far the wall clock was ahead in its welcome
  bool has_relay = false;  // there is a relay among the servers that it was told of last
};

/// What the calls may know of an account.
struct AccountFacts {
  bool call_waiting = true;
  bool known_callers_only = false;
  bool relations_loaded = false;
};

/// The decisions of a user about another user, and what follows from their calls.
struct Regard {
  bool blocked = false;
  bool known = false;
  /// Known by a call since the server started. No decision takes that back, and the store may not
  /// have written the call when it answers a decision.
  bool met = false;
};

// ---- directory to calls ----

/// A request about a call, with its number in the session already taken.
struct Request {
  const SessionFacts& session;
  const wire::ClientMessage& message;
};

/// A session has its welcome, with the snapshots of its calls: it is new, or it was resumed.
struct DeviceWelcomed {
  const SessionFacts& session;
  bool page_is_new = false;
};

/// The device of a session is back, has lost its socket for a while, or is about to reload.
struct DeviceChanged {
  const SessionFacts& session;
  wire::PeerDevice state = wire::PeerDevice::connected;
};

/// The session has acknowledged messages after `Remind`.
struct DeviceHasRoom {
  const SessionFacts& session;
};

/// A device has been without a socket for so long that it can't wait for an answer to its call.
struct DeviceAbsent {
  UserId user;
  DeviceId device;
};

/// A session is forgotten.
struct DeviceGone {
  SessionFacts session;
};

/// The user has left the calls of this device, or all calls: the page was closed, or the user
/// signed out.
struct UserLeft {
  UserId user;
  std::optional<DeviceId> device;
};

/// A device of this user came, went, or fell silent.
struct ReachChanged {
  UserId user;
};

/// This user has decided something about other users, or the directory has just learned it.
struct RegardChanged {
  UserId user;
};

class ToCalls {
 public:
  virtual void on(const Request& message) = 0;
  virtual void on(const DeviceWelcomed& message) = 0;
  virtual void on(const DeviceChanged& message) = 0;
  virtual void on(const DeviceHasRoom& message) = 0;
  virtual void on(const DeviceAbsent& message) = 0;
  virtual void on(const DeviceGone& message) = 0;
  virtual void on(const UserLeft& message) = 0;
  virtual void on(const ReachChanged& message) = 0;
  virtual void on(const RegardChanged& message) = 0;

  // Questions. A welcome carries the calls as they are at that moment, and a device in a call keeps
  // its place among the sessions of its user.
  [[nodiscard]] virtual std::vector<wire::CallSnapshot> snapshots(
      const SessionFacts& session) const = 0;
  [[nodiscard]] virtual bool is_in_call(const UserId& user, const DeviceId& device) const = 0;
  /// Whether the user has a call that is not over, a ringing one included. The devices of such a
  /// user are pinged more often.
  [[nodiscard]] virtual bool has_calls(const UserId& user) const = 0;

 protected:
  ~ToCalls() = default;
};

// ---- calls to directory ----

/// Send a message in a session once the write `after` is durable.
struct Tell {
  SessionId to;
  wire::ServerMessage message;
  StoreTicket after;
  /// What the message counts against until it is acknowledged, because another user caused it.
  struct Share {
    CallId call;
    std::size_t bytes = 0;
  };
  std::optional<Share> share = {};
};

/// Refuse the request that is being handled. A session with too many refusals for a limit
/// (`retry_after` is not 0) ends.
struct Refuse {
  SessionId to;
  CallId call;
  Error why = Error::internal;
  std::string detail;
  Duration retry_after{0};
};

/// Send `DeviceHasRoom` with the next frame of this session.
struct Remind {
  SessionId session;
};

/// A user knows another user, because of a call between them.
struct BecameKnown {
  UserId user;
  UserId other;
};

class ToDirectory {
 public:
  virtual void on(const Tell& message) = 0;
  virtual void on(const Refuse& message) = 0;
  virtual void on(const Remind& message) = 0;
  virtual void on(const BecameKnown& message) = 0;

  // Questions about sessions: which devices ring, and which device of a call is there, is decided
  // by what is true at that moment. The pointers are valid while the event is handled.
  [[nodiscard]] virtual const SessionFacts* session_of(const UserId& user,
                                                       const DeviceId& device) const = 0;
  [[nodiscard]] virtual std::vector<const SessionFacts*> sessions_of(const UserId& user) const = 0;
  [[nodiscard]] virtual bool is_reachable(const UserId& user) const = 0;
  // Questions about a session's queue: the sender of a message is refused before the queue is full.
  [[nodiscard]] virtual bool has_room(SessionId session, CallId call, std::size_t bytes) = 0;
  [[nodiscard]] virtual bool has_all(SessionId session, CallId call) = 0;
  // Questions about people: who may call whom is decided with each invite.
  [[nodiscard]] virtual bool is_user(const UserId& user) const = 0;
  [[nodiscard]] virtual AccountFacts account(const UserId& user) const = 0;
  [[nodiscard]] virtual Regard regard(const UserId& user, const UserId& other) const = 0;
  [[nodiscard]] virtual wire::Party party(const UserId& user) const = 0;

 protected:
  ~ToDirectory() = default;
};

}  // namespace parley::switchboard
