// The directory: which devices are connected, who is shown as online, and what users have decided
// about each other. It owns the sockets and the sessions, with their queues of messages. Its files:
// sessions.cpp (greeting, resuming, keeping alive, loss), people.cpp (relations and presence),
// sending.cpp (what is sent in a session, and its bounds), consistency.cpp.
#pragma once

#include "core/base/token_bucket.hpp"
#include "core/session/channel.hpp"
#include "core/switchboard/context.hpp"
#include "core/switchboard/events.hpp"
#include "core/switchboard/seam.hpp"
#include "core/switchboard/timers.hpp"

#include <concepts>
#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <variant>
#include <vector>

namespace parley::switchboard {

/// A connection whose token is being checked.
struct Authenticating {
  wire::Hello hello;
};
using Link = std::variant<Authenticating, SessionId>;

/// A message in a session that another user caused, for example a signal of the other side of a
/// call. It counts against the bounds of the session until it is acknowledged.
struct Relayed {
  CallId call;
  std::uint32_t number = 0;
  std::size_t bytes = 0;
};

/// How often a session is pinged, and how long it may be silent.
enum class Pace : std::uint8_t {
  busy,    // it has been used, or its user has a call
  quiet,   // neither; it was told of the pause
  probed,  // it was quiet and has been told to ring
};

struct Session : SessionFacts {
  ResumeKey key;
  session::Channel channel;
  std::vector<UserId> watched;
  Pace pace = Pace::busy;
  bool can_be_quiet = false;    // the client waits longer when it is told to
  Instant woken;                // the last time that it was quiet and was needed
  bool follows_people = false;  // gets messages when a list of people may have changed
  /// Acknowledged messages are removed when the list is next used.
  std::vector<Relayed> relayed;
  bool news_due = false;   // a message about people found no room
  bool calls_due = false;  // the calls have asked for a reminder
  TokenBucket refused;     // requests that were refused for a limit
  TokenBucket leavings;
};

struct User {
  wire::DisplayName name;
  AccountFacts account;
  bool shown_online = false;
  TokenBucket shown;  // limits how often presence changes are sent
  std::vector<SessionId> sessions;
  std::unordered_set<SessionId> watchers;  // a popular user has thousands
  std::unordered_map<UserId, Regard> regards;
};

class Directory final : public ToDirectory {
 public:
  explicit Directory(Context& context) : context_(context) {}
  /// Before the first event.
  void connect(ToCalls& calls) { calls_ = &calls; }

  // ---- events of the shell ----
  void on(const UserKnown& event);
  void on(const RelationsLoaded& event);
  void on(const RelationChanged& event);
  void on(const FrameReceived& event);
  void on(const ConnectionLost& event);
  void on(const Authenticated& event);
  void on(const AuthenticationFailed& event);
  void on(const SignedOut& event);
  void on(const Draining& event);
  void on(const IceServersRenewed& event);
  void due(SocketId connection);
  void due(SessionId id);
  void due(const PeopleNews& news);
  void due(const PresenceDue& presence);

  [[nodiscard]] std::size_t sessions() const { return sessions_.size(); }
  [[nodiscard]] std::size_t sessions_online() const { return sessions_online_; }
  [[nodiscard]] std::size_t users_online() const { return users_online_; }
  [[nodiscard]] std::string inconsistency() const;

  // ---- messages and questions of the calls ----
  void on(const Tell& message) override;
  void on(const Refuse& message) override;
  void on(const Remind& message) override;
  void on(const BecameKnown& message) override;
  [[nodiscard]] const SessionFacts* session_of(const UserId& user,
                                               const DeviceId& device) const override;
  [[nodiscard]] std::vector<const SessionFacts*> sessions_of(const UserId& user) const override;
  [[nodiscard]] bool is_reachable(const UserId& user) const override;
  [[nodiscard]] bool has_room(SessionId session, CallId call, std::size_t bytes) override;
  [[nodiscard]] bool has_all(SessionId session, CallId call) override;
  [[nodiscard]] bool is_user(const UserId& user) const override { return users_.contains(user); }
  [[nodiscard]] AccountFacts account(const UserId& user) const override;
  [[nodiscard]] Regard regard(const UserId& user, const UserId& other) const override;
  [[nodiscard]] wire::Party party(const UserId& user) const override;

 private:
  // ---- sessions.cpp ----
  void hello_received(SocketId connection, std::string_view text);
  void frame_received(Session& session, std::string_view text);
  void refuse_connection(SocketId connection, Error why, wire::CloseCode code,
                         const std::string& detail = {}, Duration retry_after = {});
  [[nodiscard]] std::optional<SessionId> session_to_give_way(const User& user) const;
  bool resume(const Authenticated& event, const wire::Hello& hello);
  bool start(const Authenticated& event, const wire::Hello& hello);
  void attach(Session& session, SocketId connection);
  void set_connection(Session& session, std::optional<SocketId> connection);
  void welcome(Session& session, bool resumed, const wire::IceServers& ice_servers);
  void detach(Session& session);
  void give_up(Session& session, wire::CloseCode code);
  void forget(SessionId id);
  void close_and_forget(SessionId id, wire::CloseCode code);
  void take_leaving(Session& session);
  void wake(Session& session, Pace pace);
  Session* find_session(SessionId id);

  // ---- people.cpp ----
  void watch(Session& session, const wire::Watch& message);
  void stop_watching(const Session& session);
  void publish_presence(const UserId& user);
  [[nodiscard]] bool is_reachable(const User& user) const;
  static void set_regard(User& user, const Relation& relation);
  [[nodiscard]] static Regard regard(const User& user, const UserId& other);
  [[nodiscard]] static bool shows_presence(const User& user, const UserId& viewer);
  void show_presence_again(const UserId& user, const UserId& viewer);
  void tell_presence(Session& session);
  void tell_missed_news(Session& session);
  void people_changed();

  // ---- sending.cpp ----
  template <class Message>
  void tell(Session& session, const Message& message, StoreTicket after);
  template <class Message>
  void tell_unnumbered(Session& session, const Message& message);
  /// Sends a message that another user caused, and counts it until it is acknowledged.
  template <class Message>
  void tell_noted(Session& session, const Message& message, const Tell::Share& share,
                  StoreTicket after);
  /// Sends a message about people, or marks it as due when the session has no room.
  template <class Message>
  void tell_news(Session& session, const Message& message);
  static void forget_taken(Session& session);
  [[nodiscard]] bool has_room(Session& session, CallId call, std::size_t bytes) const;
  [[nodiscard]] static bool has_all(Session& session, CallId call);
  void refuse(Session& session, Error why, std::optional<CallId> call,
              std::optional<std::uint32_t> refers_to = {}, std::string detail = {},
              Duration retry_after = {});

  // ---- consistency.cpp ----
  [[nodiscard]] std::string wrong_links() const;
  [[nodiscard]] std::string wrong_sessions() const;
  [[nodiscard]] std::string wrong_users() const;
  [[nodiscard]] std::string wrong_deadlines() const;

  Context& context_;
  ToCalls* calls_ = nullptr;
  std::unordered_map<UserId, User> users_;
  std::unordered_map<SocketId, Link> links_;
  std::unordered_map<SessionId, Session> sessions_;
  // Counted as they change, for the gauges.
  std::size_t sessions_online_ = 0;
  std::size_t users_online_ = 0;

  // Of the request that is being handled.
  std::optional<std::uint32_t> request_seq_;
  std::string_view request_type_;
};

template <class Message>
void Directory::tell(Session& session, const Message& message, StoreTicket after) {
  if (session.broken) return;
  wake(session, std::same_as<Message, wire::Incoming> ? Pace::probed : Pace::busy);
  const std::string& frame = session.channel.number(message);
  if (session.connection) context_.send(*session.connection, frame, after);
  // A session that keeps too much is ended at its deadline: the caller of this function still uses
  // it.
  if (session.channel.overrun()) context_.deadlines.arm(session.id, context_.now);
}

template <class Message>
void Directory::tell_unnumbered(Session& session, const Message& message) {
  if (session.connection) {
    context_.send(*session.connection, session.channel.unnumbered(message), {});
  }
}

template <class Message>
void Directory::tell_noted(Session& session, const Message& message, const Tell::Share& share,
                           StoreTicket after) {
  // The size of ids, numbers and a status beside the data.
  constexpr std::size_t kEnvelopeBytes = 512;
  if (session.broken) return;
  tell(session, message, after);
  forget_taken(session);
  session.relayed.push_back({share.call, session.channel.sent(), share.bytes + kEnvelopeBytes});
}

template <class Message>
void Directory::tell_news(Session& session, const Message& message) {
  if (has_room(session, kNews, 0)) {
    tell_noted(session, message, {.call = kNews}, {});
  } else {
    session.news_due = true;
  }
}

}  // namespace parley::switchboard
