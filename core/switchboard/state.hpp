// The state of the switchboard, shared by its source files: sessions.cpp (connections and
// sessions), invites.cpp (dialling and ringing), calls.cpp (accept, decline, hang up), signals.cpp
// (messages between the two sides of a call), takeover.cpp (take-over by another device),
// ends.cpp (time-outs and ends), people.cpp (relations and presence), wall_clock.cpp.
#pragma once

#include "core/base/deadlines.hpp"
#include "core/base/overloaded.hpp"
#include "core/base/token_bucket.hpp"
#include "core/session/channel.hpp"
#include "core/switchboard/call_ids.hpp"
#include "core/switchboard/switchboard.hpp"
#include "core/switchboard/timers.hpp"

#include <compare>
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

/// Used in place of a call id for messages about people.
inline constexpr CallId kNews{};
/// Used in place of a call id for messages about ringing calls.
inline constexpr CallId kRings{0, 1};

/// A message in a session that another user caused, for example a signal of the other side of a
/// call. It counts against the bounds of the session until it is acknowledged.
struct Relayed {
  CallId call;
  std::uint32_t number = 0;
  std::size_t bytes = 0;
};

struct Session {
  SessionId id;
  ResumeKey key;
  UserId user;
  DeviceId device;
  std::optional<SocketId> connection;
  Instant last_heard;    // the last frame on this connection, or the moment it was lost
  bool leaving = false;  // the client has sent `leaving`
  bool missed = false;   // the other sides of its calls have the message that it is gone
  bool broken = false;   // can't be resumed; kept until its deadline as the place of its device
  bool can_call = true;  // the client can make peer connections
  session::Channel channel;
  std::vector<UserId> watched;
  bool follows_people = false;  // gets messages when a list of people may have changed
  /// How long this device took last time from an invite to its `ringing`.
  Duration rings_after = kUsualRingDelay;
  Duration told_ahead{0};  // how far the wall clock was ahead in its welcome
  /// Acknowledged messages are removed when the list is next used.
  std::vector<Relayed> relayed;
  bool news_due = false;   // a message about people found no room
  bool calls_due = false;  // a message about a call found no room
  TokenBucket refused;     // requests that were refused for a limit
  TokenBucket leavings;
};

/// The decisions of a user about another user.
struct Regard {
  bool blocked = false;
  bool known = false;
};

/// Unanswered calls of one user to another since the last answered one.
struct Attempts {
  unsigned weight = 0;
  Instant next;  // the next call is allowed at this time
};

struct User {
  wire::DisplayName name;
  bool call_waiting = true;
  bool shown_online = false;
  TokenBucket shown;  // limits how often presence changes are sent
  std::vector<SessionId> sessions;
  std::unordered_set<SessionId> watchers;  // a popular user has thousands
  std::vector<CallId> calls;               // not ended
  TokenBucket invites;
  bool known_callers_only = false;
  bool relations_loaded = false;
  std::unordered_map<UserId, Regard> regards;
  std::unordered_map<UserId, Attempts> attempts;  // by callee
  std::vector<CallId> screened;                   // calls to this user that ring nowhere
};

/// The call rings: devices that have the `incoming` message, and devices that have answered
/// `ringing`.
struct Ringing {
  std::vector<DeviceId> told;
  std::vector<DeviceId> ringing;
  bool waiting = false;  // the callee is in another call
  /// Devices that failed, and the error of the last one. The other devices go on ringing.
  std::vector<DeviceId> failed;
  std::optional<Error> failure;
  bool quiet = false;  // no device that may answer has a working connection
  /// Devices that get the `incoming` message once their sessions have room.
  std::vector<DeviceId> untold;
  TokenBucket progresses;
};
/// Accepted; no media reported yet.
struct Connecting {};
/// At least one side has reported media.
struct Active {};
using CallState = std::variant<Ringing, Connecting, Active>;

/// What this process knows of one device in a call.
struct Attendance {
  UserId user;
  DeviceId device;
  /// The session of its last message about the call: a reloaded page has another session.
  SessionId spoke_in;
  /// The last `accepted` that was sent to it, and the session it was sent in.
  SessionId told_in;
  std::optional<wire::Accepted> told;
  std::uint32_t newest_link = 0;  // the highest link that was sent to it
  /// The `accepted` before that, kept while another device of the other side takes over. It applies
  /// again when that device gives up.
  std::optional<wire::Accepted> told_before;
  bool behind = false;  // its session had no room for a message of the other side
};

/// How many messages one side of a call may still cause at the other side.
struct Allowance {
  TokenBucket messages;
  TokenBucket joins;
  TokenBucket comings;
  bool away = false;  // as in the last message to the other side
};

struct Call {
  CallRecord record;
  CallState state;
  StoreTicket stored;  // the last write of this call
  /// When a device last reported media; the record is written less often.
  Instant media_at;
  /// The time without a write before the server started, when it exceeds `kLongestOutage`; 0 once a
  /// device has reported media.
  Duration lost{0};
  Allowance callers_allowance;
  Allowance callees_allowance;
  /// The last frame of each side's device, set when its session is forgotten.
  Instant caller_unheard_since;
  Instant callee_unheard_since;
  std::vector<Attendance> attendance;
};

/// The phase of a call that is not over.
inline wire::CallPhase phase_of(const CallState& state) {
  return std::visit(Overloaded{
                        [](const Ringing&) { return wire::CallPhase::ringing; },
                        [](const Connecting&) { return wire::CallPhase::connecting; },
                        [](const Active&) { return wire::CallPhase::active; },
                    },
                    state);
}

/// The error of a refused request, and the time until the same request may be accepted; zero when
/// waiting does not help.
struct Objection {
  Objection(Error reason, Duration wait = {}) : why(reason), retry_after(wait) {}  // NOLINT
  Error why;
  Duration retry_after;
};

/// What is remembered of a call after its end.
struct Tombstone {
  UserId caller;
  UserId callee;
  wire::Ended ended;
  StoreTicket stored;
  bool screened = false;  // the callee gets no message about the end
};

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

class Switchboard::State {
 public:
  explicit State(Settings settings) : settings_(std::move(settings)) {}

  void handle(const Event& event, Instant now, std::vector<Effect>& effects);
  [[nodiscard]] std::optional<Instant> next_deadline() const { return deadlines_.next(); }
  [[nodiscard]] Gauges gauges() const {
    return {sessions_.size(), sessions_online_, users_online_, calls_.size()};
  }
  [[nodiscard]] std::string inconsistency() const;

 private:
  using Deadline =
      std::variant<SocketId, SessionId, CallId, PeopleNews, PretendedRing, PresenceDue>;

  // ---- events ----
  void on(const UserKnown& event);
  void on(const RelationsLoaded& event);
  void on(const RelationChanged& event);
  void on(const CallRestored& event);
  void on(const FrameReceived& event);
  void on(const ConnectionLost& event);
  void on(const Authenticated& event);
  void on(const AuthenticationFailed& event);
  void on(const SignedOut& event);
  void on(const TimeReached& event);
  void on(const Draining& event);
  void on(const WallClock& event);
  void on(const IceServersRenewed& event);

  // ---- sessions.cpp ----
  void hello_received(SocketId connection, std::string_view text);
  void frame_received(Session& session, std::string_view text);
  void refuse_connection(SocketId connection, Error why, wire::CloseCode code,
                         const std::string& detail = {}, Duration retry_after = {});
  [[nodiscard]] bool is_in_call(const UserId& user, const DeviceId& device) const;
  [[nodiscard]] std::optional<SessionId> session_to_give_way(const User& user) const;
  bool resume(const Authenticated& event, const wire::Hello& hello);
  bool start(const Authenticated& event, const wire::Hello& hello);
  void attach(Session& session, SocketId connection);
  void set_connection(Session& session, std::optional<SocketId> connection);
  void welcome(Session& session, bool resumed, const wire::IceServers& ice_servers);
  void session_due(Session& session);
  void detach(Session& session);
  void give_up(Session& session, wire::CloseCode code);
  void forget(SessionId id);
  void close_and_forget(SessionId id, wire::CloseCode code);
  void watch(Session& session, const wire::Watch& message);
  void stop_watching(const Session& session);
  void publish_presence(const UserId& user);
  [[nodiscard]] bool is_reachable(const User& user) const;

  void request(Session& session, const wire::Watch& message);
  void request(Session& session, const wire::Leaving& message);
  void tell_peers(const Session& session, wire::PeerDevice state);
  void tell_of_peers(Session& session);
  void tell_presence(Session& session);

  // ---- invites.cpp ----
  void request(Session& session, const wire::Invite& message);
  void request(Session& session, const wire::Ringing& message);
  [[nodiscard]] std::optional<Objection> objection(const Session& session,
                                                   const wire::Invite& message);
  void invite_again(Session& session, Call& call);
  void invite_of_ended(Session& session, const Tombstone& over);
  [[nodiscard]] CallIds::Verdict judge(const Session& session, const CallId& id) const;
  void dial(Session& session, const wire::Invite& message);
  Call* call_with(const UserId& caller, const UserId& callee);
  [[nodiscard]] bool has_left(const Call& call, const Session& dialing);
  void dialed_while_on(Session& session, Call& call, const wire::Invite& message);
  [[nodiscard]] bool has_place_to_dial(const UserId& user, const Call* replaced);
  Call* crossing_invite(const UserId& caller, const UserId& callee);
  void merge(Session& session, Call& crossing, const wire::Invite& message);
  void stop_ringing(const Call& call, CallId replaced);
  void stop_ringing(Session& session, const Call& call, CallId replaced);
  void create(Session& session, const wire::Invite& message);
  void ring(Call& call, bool waiting);
  void ring_at(Session& session, Call& call);
  void note_rings_told(Session& session, bool page_is_new);
  [[nodiscard]] static bool is_untold(const CallState& state, const DeviceId& device);
  void settle_ringing(const UserId& callee);
  void give_up_ringing(Session& session, Call& call, Error failure);
  void forget_ringing(const UserId& callee, const DeviceId& device);
  [[nodiscard]] bool may_answer(const Call& call, const Session& session) const;

  // ---- people.cpp ----
  [[nodiscard]] static Regard regard(const User& user, const UserId& other);
  void become_known(const UserId& user, const UserId& other);
  [[nodiscard]] static bool shows_presence(const User& user, const UserId& viewer);
  void show_presence_again(const UserId& user, const UserId& viewer);
  [[nodiscard]] Duration called_too_often(const UserId& caller, const UserId& callee);
  void note_unanswered(const CallRecord& record);
  void forget_attempts(const UserId& caller, const UserId& callee);
  [[nodiscard]] bool has_place_for(const UserId& callee, const UserId& caller);
  [[nodiscard]] bool has_free_place(const UserId& callee);
  [[nodiscard]] bool is_occupied(const UserId& callee);
  void make_place_for(const UserId& callee, const UserId& caller);
  [[nodiscard]] Call* ringing_stranger(const UserId& callee) const;
  void screen(Call& call);
  void unscreen(Call& call);
  void screen_blocked(const UserId& user);
  void pretend_to_ring(const Call& call);
  void pretended_device_rings(CallId id);
  void tell_of_people();
  void people_changed();

  // ---- calls.cpp ----
  void request(Session& session, const wire::Accept& message);
  void request(Session& session, const wire::Decline& message);
  void request(Session& session, const wire::HangUp& message);
  void connect(Call& call, const DeviceId& callee_device, std::optional<CallId> replaced = {});
  void tell_linked(Call& call, const DeviceId& caller_device, const DeviceId& callee_device,
                   bool caller_offers);
  void tell_accepted(Call& call, const UserId& user, const wire::Accepted& message,
                     const DeviceId& device);
  void tell_linked_again(Session& session, Call& call);
  void tell_elsewhere(const Call& call, const UserId& user);
  [[nodiscard]] bool has_call_in_front(const UserId& user, CallId besides);
  /// True when this user may put a call in front; ends calls that the user's devices have left and
  /// that stand in the way.
  [[nodiscard]] bool make_way(const UserId& user, CallId besides);
  [[nodiscard]] bool is_there(const Call& call, const UserId& user, const DeviceId& device);
  [[nodiscard]] bool is_deserted(const Call& call, const UserId& user);
  /// True when this user's device has left the call. Such a call ends when another call needs its
  /// place.
  [[nodiscard]] bool gives_way(const Call& call, const UserId& user);
  [[nodiscard]] std::ptrdiff_t calls_that_stay(const UserId& user);
  [[nodiscard]] bool is_heard_of(const Call& call, const UserId& user);
  [[nodiscard]] static Instant& unheard_since(Call& call, const UserId& user);
  static Attendance& attendance(Call& call, const UserId& user, const DeviceId& device);
  void note_speaker(const Session& session, CallId call);
  void note_unheard(const Session& session);
  /// True when the user has dialled or answered the call; false while it only rings.
  [[nodiscard]] static bool is_on(const Call& call, const UserId& user);
  /// Tells a device that another device of this user has answered.
  void tell_answered_elsewhere(Session& session, const Call& call);

  // ---- signals.cpp ----
  void request(Session& session, const wire::Signal& message);
  void request(Session& session, const wire::MediaReport& message);
  void request(Session& session, const wire::Status& message);
  /// The reason why one side of a call may not send to the other side now; empty when it may.
  [[nodiscard]] std::optional<Objection> relay_objection(Call& call, const UserId& from,
                                                         const DeviceId* to, std::size_t bytes);
  [[nodiscard]] bool is_full(const Call& call, const UserId& from, const DeviceId* to,
                             std::size_t bytes);
  [[nodiscard]] bool has_room(Session& session, CallId call, std::size_t bytes) const;
  [[nodiscard]] static Allowance& allowance(Call& call, const UserId& from);
  /// Passes a message of one side of a call to a device of the other side.
  template <class Message>
  void relay(const UserId& user, const DeviceId& device, const Message& message, std::size_t bytes,
             StoreTicket after);
  /// Sends a message that another user caused, and counts it until it is acknowledged.
  template <class Message>
  void tell_noted(Session& session, const Message& message, CallId call, std::size_t bytes,
                  StoreTicket after);
  /// Sends a message about people, or marks it as due when the session has no room.
  template <class Message>
  void tell_news(Session& session, const Message& message);
  void tell_missed_news(Session& session);
  void tell_missed_calls(Session& session);
  void tell_missed_of(Session& session, Call& call);
  void tell_state_of_peer(Session& session, Call& call);
  static void forget_taken(Session& session);
  void tell_status(const Call& call, const UserId& user, const wire::LegStatus& status);

  // ---- takeover.cpp ----
  void request(Session& session, const wire::Join& message);
  [[nodiscard]] std::optional<Objection> takeover_objection(Call& call, const UserId& from);
  void finish_takeover(Call& call, Leg& leg, Session& session);
  void drop_takeover(Call& call, const UserId& user);
  void drop_takeovers(const UserId& user, const DeviceId& device);
  void stop_takeover(Call& call, const UserId& user);
  void renew_links(Call& call);

  // ---- ends.cpp ----
  void call_due(CallId id);
  void ringing_due(Call& call);
  void connecting_due(Call& call);
  void end(Call& call, wire::EndReason reason, std::optional<Error> failure,
           std::optional<UserId> ended_by, std::optional<DeviceId> by_device);
  void remember_end(const CallRecord& record, StoreTicket stored);
  void end_calls_of_absent_caller(const Session& session);
  void end_calls_of_closed_pages(const UserId& user, std::optional<DeviceId> device);
  void stop_waiting(const UserId& user);
  void store(Call& call);
  void set_deadline(Call& call, Duration limit);
  [[nodiscard]] wire::Progress progress(const Call& call) const;
  void tell_progress(Call& call);
  [[nodiscard]] std::optional<std::uint32_t> time_left(const Call& call) const;
  [[nodiscard]] wire::CallSnapshot snapshot(const Call& call, const Session& session) const;
  /// The call, if this user is in it. Otherwise answers the request with `ended` or a refusal, and
  /// returns nullptr.
  Call* call_of(Session& session, CallId id);
  /// The call, if this device is in it; otherwise as `call_of`.
  Call* call_on_device(Session& session, CallId id);

  // ---- consistency.cpp ----
  [[nodiscard]] std::string wrong_links() const;
  [[nodiscard]] std::string wrong_sessions() const;
  [[nodiscard]] std::string wrong_users() const;
  [[nodiscard]] std::string wrong_calls() const;
  [[nodiscard]] std::string wrong_leg(const Call& call, const Leg& leg) const;
  [[nodiscard]] std::string wrong_deadlines() const;

  // ---- wall_clock.cpp ----
  [[nodiscard]] std::int64_t wall_ms(Instant instant) const;
  [[nodiscard]] Instant instant_of(std::int64_t wall_ms) const;
  [[nodiscard]] std::int64_t told_ms(const Session& session, std::int64_t wall_ms) const;
  void bring_into_the_past(CallRecord& record) const;
  /// Takes the lost time out of the call's times. False when there was none.
  static bool leave_out_lost_time(Call& call);

  // ---- sending ----
  template <class Message>
  void tell(Session& session, const Message& message, StoreTicket after);
  template <class Message>
  void tell_unnumbered(Session& session, const Message& message);
  /// Sends to one device of a user; nothing when the device has no session.
  template <class Message>
  void tell_device(const UserId& user, const DeviceId& device, const Message& message,
                   StoreTicket after);
  void refuse(Session& session, Error why, std::optional<CallId> call,
              std::optional<std::uint32_t> refers_to = {}, std::string detail = {},
              Duration retry_after = {});
  /// Refuses the request that is being handled.
  void refuse_for(Session& session, const Objection& objection, CallId call);
  void send(SocketId connection, std::string text, StoreTicket after);
  void log(LogLevel level, std::string_view event, std::optional<SocketId> connection,
           std::optional<CallId> call, std::optional<UserId> user, std::string detail = {});

  Session* find_session(SessionId id);
  Session* find_session(const UserId& user, const DeviceId& device);
  [[nodiscard]] wire::Party party(const UserId& user) const;

  Settings settings_;
  std::unordered_map<UserId, User> users_;
  std::unordered_map<SocketId, Link> links_;
  std::unordered_map<SessionId, Session> sessions_;
  std::unordered_map<CallId, Call> calls_;
  std::unordered_map<CallId, Tombstone> ended_;
  CallIds call_ids_;
  std::unordered_map<CallId, CallId> merged_;  // crossed invites of calls that are on
  Deadlines<Deadline> deadlines_;
  StoreTicket last_ticket_;
  Duration ahead_{0};  // how far the wall clock is ahead of the instants
  // Counted as they change, for `gauges`.
  std::size_t sessions_online_ = 0;
  std::size_t users_online_ = 0;

  // Only valid while an event is handled.
  Instant now_;
  std::vector<Effect>* effects_ = nullptr;
  std::optional<std::uint32_t> request_seq_;
  std::string_view request_type_;
};

template <class Message>
void Switchboard::State::tell(Session& session, const Message& message, StoreTicket after) {
  if (session.broken) return;
  const std::string& frame = session.channel.number(message);
  if (session.connection) send(*session.connection, frame, after);
  // A session that keeps too much is ended at its deadline: the caller of this function still uses
  // it.
  if (session.channel.overrun()) deadlines_.arm(session.id, now_);
}

template <class Message>
void Switchboard::State::tell_unnumbered(Session& session, const Message& message) {
  if (session.connection) send(*session.connection, session.channel.unnumbered(message), {});
}

template <class Message>
void Switchboard::State::tell_device(const UserId& user, const DeviceId& device,
                                     const Message& message, StoreTicket after) {
  if (Session* session = find_session(user, device)) tell(*session, message, after);
}

template <class Message>
void Switchboard::State::relay(const UserId& user, const DeviceId& device, const Message& message,
                               std::size_t bytes, StoreTicket after) {
  Session* session = find_session(user, device);
  if (session == nullptr || session->broken) return;
  // This happens only for messages that `relay_objection` has not checked, such as the state of the
  // other device. Once there is room, the session gets the state of that moment.
  if (!has_room(*session, message.call, bytes)) {
    session->calls_due = true;
    attendance(calls_.at(message.call), user, device).behind = true;
    return;
  }
  tell_noted(*session, message, message.call, bytes, after);
}

template <class Message>
void Switchboard::State::tell_noted(Session& session, const Message& message, CallId call,
                                    std::size_t bytes, StoreTicket after) {
  // The size of ids, numbers and a status beside the data.
  constexpr std::size_t kEnvelopeBytes = 512;
  if (session.broken) return;
  tell(session, message, after);
  forget_taken(session);
  session.relayed.push_back({call, session.channel.sent(), bytes + kEnvelopeBytes});
}

template <class Message>
void Switchboard::State::tell_news(Session& session, const Message& message) {
  if (has_room(session, kNews, 0)) {
    tell_noted(session, message, kNews, 0, {});
  } else {
    session.news_due = true;
  }
}

}  // namespace parley::switchboard
