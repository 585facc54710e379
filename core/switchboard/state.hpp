// The inside of the switchboard, shared by its parts: sessions.cpp (who is connected),
// calls.cpp (who calls whom), signals.cpp (what the two sides of a call tell each other),
// takeover.cpp (which of a user's devices has the call).
#pragma once

#include "core/base/deadlines.hpp"
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

/// A connection whose hello waits for its token to be checked.
struct Authenticating {
  wire::Hello hello;
};
using Link = std::variant<Authenticating, SessionId>;

/// In the place of a call: what a session hears of people.
inline constexpr CallId kNews{};
/// In the place of a call: what it hears of calls that ring.
inline constexpr CallId kRings{0, 1};

/// What a session keeps that somebody else brought about, for example a message of the other side
/// of a call.
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
  Instant last_heard;    // on this connection, or when it was lost
  bool leaving = false;  // its page said that it goes away
  bool missed = false;   // the other sides of its calls know that it is gone
  bool broken = false;   // can't be resumed; only holds the place of its device
  bool can_call = true;  // its software can make connections
  session::Channel channel;
  std::vector<UserId> watched;
  bool follows_people = false;  // hears when a list of people may have changed
  /// How long after an invite this device last said that it rings.
  Duration rings_after = kUsualRingDelay;
  Duration told_ahead{0};  // what its client knows of the wall clock, from its welcome
  /// Those that were acknowledged are dropped when it is next looked at.
  std::vector<Relayed> relayed;
  bool news_due = false;   // of people, for which there was no room
  bool calls_due = false;  // something of a call, for which there was no room
  TokenBucket refused;     // for limits
  TokenBucket leavings;
};

/// What a user thinks of another one.
struct Regard {
  bool blocked = false;
  bool known = false;
};

/// Calls of one user to another that rang and were not answered, since the last that was.
struct Attempts {
  unsigned weight = 0;
  Instant next;  // no call before
};

struct User {
  wire::DisplayName name;
  bool call_waiting = true;
  bool shown_online = false;
  TokenBucket shown;  // how often that may change
  std::vector<SessionId> sessions;
  std::unordered_set<SessionId> watchers;  // a popular user has thousands
  std::vector<CallId> calls;               // not ended
  TokenBucket invites;
  bool known_callers_only = false;
  bool relations_loaded = false;
  std::unordered_map<UserId, Regard> regards;
  std::unordered_map<UserId, Attempts> attempts;  // by whom they are meant for
  std::vector<CallId> screened;                   // calls to this user that ring nowhere
};

/// Devices of the callee that were told, and those that said they ring.
struct Ringing {
  std::vector<DeviceId> told;
  std::vector<DeviceId> ringing;
  bool waiting = false;  // the callee is in another call
  /// Devices that gave up by themselves, and why the last one did: the others ring on.
  std::vector<DeviceId> failed;
  std::optional<Error> failure;
  bool quiet = false;  // none of the devices that may answer is heard of just now
  /// Devices that hear of the call once their sessions have room.
  std::vector<DeviceId> untold;
  TokenBucket progresses;
};
/// Accepted; no media reported yet.
struct Connecting {};
/// At least one side has reported media.
struct Active {};
using CallState = std::variant<Ringing, Connecting, Active>;

/// One device in a call, as this process has seen it.
struct Attendance {
  UserId user;
  DeviceId device;
  /// The session in which it last spoke of the call: a page that was loaded anew has another.
  SessionId spoke_in;
  /// The last `accepted` that it was told, and in which session.
  SessionId told_in;
  std::optional<wire::Accepted> told;
  std::uint32_t newest_link = 0;  // of all that it was told
  /// What it was told before that, while another device takes the other side over: it counts again
  /// when that one gives up.
  std::optional<wire::Accepted> told_before;
  bool behind = false;  // its session had no room for something of the other side
};

/// What one side of a call may still bring about at the other.
struct Allowance {
  TokenBucket messages;
  TokenBucket joins;
  TokenBucket comings;
  bool away = false;  // as the other side was told last
};

struct Call {
  CallRecord record;
  CallState state;
  StoreTicket stored;  // the last write of this call
  /// When a device last reported media; its record is written less often.
  Instant media_at;
  /// The time for which nothing was heard of it before the server started, if it was too long for a
  /// call to go on; until a device reports media.
  Duration lost{0};
  Allowance callers_allowance;
  Allowance callees_allowance;
  /// What devices that are taking over say they send.
  std::optional<wire::LegStatus> callers_next_status;
  std::optional<wire::LegStatus> callees_next_status;
  /// When each side's device was last heard of, once its session is forgotten.
  Instant caller_unheard_since;
  Instant callee_unheard_since;
  std::vector<Attendance> attendance;
};

/// Why a request is refused, and for how long the same is refused again; zero for no such time.
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
  bool screened = false;  // its callee is not told how it ended
};

/// The moment at which those who watch somebody are told what is true then.
struct PresenceDue {
  UserId user;
  auto operator<=>(const PresenceDue&) const = default;
};

/// The moment at which clients are told that a list of people may have changed.
struct PeopleNews {
  auto operator<=>(const PeopleNews&) const = default;
};

/// The moment at which a device of somebody who has blocked the caller would say that it rings. A
/// deadline of its own: those of the call stay as they are for anybody.
struct PretendedRing {
  CallId call;
  auto operator<=>(const PretendedRing&) const = default;
};

class Switchboard::State {
 public:
  explicit State(Settings settings) : settings_(std::move(settings)) {}

  void handle(const Event& event, Instant now, std::vector<Effect>& effects);
  [[nodiscard]] std::optional<Instant> next_deadline() const { return deadlines_.next(); }
  [[nodiscard]] Gauges gauges() const;

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
  /// Whether nothing keeps this user from putting a call in front; ends what was left behind there.
  [[nodiscard]] bool make_way(const UserId& user, CallId besides);
  [[nodiscard]] bool is_there(const Call& call, const UserId& user, const DeviceId& device);
  [[nodiscard]] bool is_deserted(const Call& call, const UserId& user);
  /// Whether this user has left the call behind: it ends when something needs its place.
  [[nodiscard]] bool gives_way(const Call& call, const UserId& user);
  [[nodiscard]] std::ptrdiff_t calls_that_stay(const UserId& user);
  [[nodiscard]] bool is_heard_of(const Call& call, const UserId& user);
  [[nodiscard]] static Instant& unheard_since(Call& call, const UserId& user);
  static Attendance& attendance(Call& call, const UserId& user, const DeviceId& device);
  void note_speaker(const Session& session, CallId call);
  void note_unheard(const Session& session);
  /// Whether a user has dialled or answered a call, not merely hears it ring.
  [[nodiscard]] static bool is_on(const Call& call, const UserId& user);
  /// The call goes on at another device of this user.
  void tell_answered_elsewhere(Session& session, const Call& call);

  // ---- signals.cpp ----
  void request(Session& session, const wire::Signal& message);
  void request(Session& session, const wire::MediaReport& message);
  void request(Session& session, const wire::Status& message);
  /// Why one side of a call may not pass anything on just now; nothing if it may.
  [[nodiscard]] std::optional<Objection> relay_objection(Call& call, const UserId& from,
                                                         const DeviceId* to, std::size_t bytes);
  [[nodiscard]] bool is_full(const Call& call, const UserId& from, const DeviceId* to,
                             std::size_t bytes);
  [[nodiscard]] bool has_room(Session& session, CallId call, std::size_t bytes) const;
  [[nodiscard]] static Allowance& allowance(Call& call, const UserId& from);
  /// Passes something of one side of a call on to a device of the other.
  template <class Message>
  void relay(const UserId& user, const DeviceId& device, const Message& message, std::size_t bytes,
             StoreTicket after);
  /// Tells what somebody else brought about, and takes note that it is still to be acknowledged.
  template <class Message>
  void tell_noted(Session& session, const Message& message, CallId call, std::size_t bytes,
                  StoreTicket after);
  /// Tells of people, unless the session has not taken what came before: then it hears later.
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
  [[nodiscard]] std::optional<Objection> join_objection(Call& call, const UserId& from);
  void take_over(Call& call, Leg& leg, Session& session);
  void stop_joining(const UserId& user, const DeviceId& device);
  void turn_away_joiner(Call& call, const UserId& user);
  void let_joiner_go(Call& call, const UserId& user);
  void pair_again(Call& call);
  [[nodiscard]] static std::optional<wire::LegStatus>& next_status(Call& call, const UserId& user);

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
  /// The call, if this user is in it; else the request is answered with how it ended, or refused.
  Call* call_of(Session& session, CallId id);
  /// The call, if this very device is in it.
  Call* call_on_device(Session& session, CallId id);

  // ---- wall_clock.cpp ----
  [[nodiscard]] std::int64_t wall_ms(Instant instant) const;
  [[nodiscard]] Instant instant_of(std::int64_t wall_ms) const;
  [[nodiscard]] std::int64_t told_ms(const Session& session, std::int64_t wall_ms) const;
  void bring_into_the_past(CallRecord& record) const;
  /// False if there was none.
  static bool leave_out_lost_time(Call& call);

  // ---- sending ----
  template <class Message>
  void tell(Session& session, const Message& message, StoreTicket after);
  template <class Message>
  void tell_unnumbered(Session& session, const Message& message);
  /// To one device of a user, wherever its session is.
  template <class Message>
  void tell_device(const UserId& user, const DeviceId& device, const Message& message,
                   StoreTicket after);
  void refuse(Session& session, Error why, std::optional<CallId> call,
              std::optional<std::uint32_t> refers_to = {}, std::string detail = {},
              Duration retry_after = {});
  /// The request that is being handled.
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
  // A session that can't be kept any longer is ended at its deadline, not in the middle of this.
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
  // A message without an objection before it: what becomes of a device that comes and goes. Once
  // there is room, the session is told what is true then.
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
  // Beside the data: ids, numbers, a status.
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
