// The calls: invites, ringing, calls that are on, their ends and their records. Its files:
// invites.cpp (dialling and ringing), screening.cpp (which calls ring), warm.cpp (devices
// that connect while it rings), answers.cpp (accept, decline, hang up, and who attends),
// signals.cpp (messages between the two sides of a call), takeover.cpp (take-over by another
// device), devices.cpp (devices that come and go), ends.cpp (time-outs and ends), wall_clock.cpp,
// consistency.cpp.
#pragma once

#include "core/base/overloaded.hpp"
#include "core/base/token_bucket.hpp"
#include "core/switchboard/calls/call_ids.hpp"
#include "core/switchboard/context.hpp"
#include "core/switchboard/events.hpp"
#include "core/switchboard/seam.hpp"
#include "core/switchboard/timers.hpp"

#include <string>
#include <unordered_map>
#include <utility>
#include <variant>
#include <vector>

namespace parley::switchboard {

/// Unanswered calls of one user to another since the last answered one.
struct Attempts {
  unsigned weight = 0;
  Instant next;  // the next call is allowed at this time
};

/// The calls of one user.
struct UserCalls {
  std::vector<CallId> calls;     // not ended
  std::vector<CallId> screened;  // calls to this user that ring nowhere
  TokenBucket invites;
  std::unordered_map<UserId, Attempts> attempts;  // by callee
};

/// The caller's device and one at which the call rings, which connect before the answer. It holds
/// for these two sessions: a device that starts anew has forgotten it.
struct WarmLink {
  std::uint32_t link = 0;
  DeviceId device;
  SessionId session;
  SessionId callers_session;
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
  std::vector<WarmLink> warm;
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
  bool caller_warms = false;     // its device can connect while the call rings
  std::uint32_t warm_links = 0;  // links given while it rang
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

class Calls final : public ToCalls {
 public:
  Calls(Context& context, ToDirectory& directory) : context_(context), directory_(directory) {}

  // ---- events of the shell ----
  void on(const CallRestored& event);
  void on(const WallClock& event);
  void due(CallId id);
  void due(const PretendedRing& ring);

  [[nodiscard]] std::size_t count() const { return calls_.size(); }
  [[nodiscard]] std::string inconsistency() const;

  // ---- messages and questions of the directory ----
  void on(const Request& message) override;
  void on(const DeviceWelcomed& message) override;
  void on(const DeviceChanged& message) override;
  void on(const DeviceHasRoom& message) override;
  void on(const DeviceAbsent& message) override;
  void on(const DeviceGone& message) override;
  void on(const UserLeft& message) override;
  void on(const ReachChanged& message) override;
  void on(const RegardChanged& message) override;
  [[nodiscard]] std::vector<wire::CallSnapshot> snapshots(
      const SessionFacts& session) const override;
  [[nodiscard]] bool is_in_call(const UserId& user, const DeviceId& device) const override;
  [[nodiscard]] bool has_calls(const UserId& user) const override;

 private:
  // ---- invites.cpp ----
  void request(const SessionFacts& session, const wire::Invite& message);
  void request(const SessionFacts& session, const wire::Ringing& message);
  [[nodiscard]] std::optional<Objection> objection(const SessionFacts& session,
                                                   const wire::Invite& message);
  void invite_again(const SessionFacts& session, Call& call);
  void invite_of_ended(const SessionFacts& session, const Tombstone& over);
  [[nodiscard]] CallIds::Verdict judge(const SessionFacts& session, const CallId& id) const;
  void dial(const SessionFacts& session, const wire::Invite& message);
  Call* call_with(const UserId& caller, const UserId& callee);
  [[nodiscard]] bool has_left(const Call& call, const SessionFacts& dialing);
  void dialed_while_on(const SessionFacts& session, Call& call, const wire::Invite& message);
  [[nodiscard]] bool has_place_to_dial(const UserId& user, const Call* replaced);
  Call* crossing_invite(const UserId& caller, const UserId& callee);
  void merge(const SessionFacts& session, Call& crossing, const wire::Invite& message);
  void stop_ringing(const Call& call, CallId replaced);
  void stop_ringing(const SessionFacts& session, const Call& call, CallId replaced);
  void create(const SessionFacts& session, const wire::Invite& message);
  void ring(Call& call, bool waiting);
  void ring_at(const SessionFacts& session, Call& call);
  void note_rings_told(const SessionFacts& session, bool page_is_new);
  [[nodiscard]] static bool is_untold(const CallState& state, const DeviceId& device);
  void settle_ringing(const UserId& callee);
  void give_up_ringing(const SessionFacts& session, Call& call, Error failure);
  void forget_ringing(const UserId& callee, const DeviceId& device);
  [[nodiscard]] bool may_answer(const Call& call, const SessionFacts& session) const;

  // ---- screening.cpp ----
  [[nodiscard]] Duration called_too_often(const UserId& caller, const UserId& callee);
  void note_unanswered(const CallRecord& record);
  void forget_attempts(const UserId& caller, const UserId& callee);
  [[nodiscard]] bool has_place_for(const UserId& callee, const UserId& caller);
  [[nodiscard]] bool has_free_place(const UserId& callee);
  [[nodiscard]] bool is_occupied(const UserId& callee);
  void make_place_for(const UserId& callee, const UserId& caller);
  [[nodiscard]] Call* ringing_stranger(const UserId& callee);
  void screen(Call& call);
  void unscreen(Call& call);
  void pretend_to_ring(const Call& call);

  // ---- answers.cpp ----
  void request(const SessionFacts& session, const wire::Accept& message);
  void request(const SessionFacts& session, const wire::Decline& message);
  void request(const SessionFacts& session, const wire::HangUp& message);
  void connect(Call& call, const DeviceId& callee_device, std::optional<CallId> replaced = {},
               std::optional<std::uint32_t> link = {});
  void tell_linked(Call& call, const DeviceId& caller_device, const DeviceId& callee_device,
                   bool caller_offers);
  void tell_accepted(Call& call, const UserId& user, const wire::Accepted& message,
                     const DeviceId& device);
  void tell_linked_again(const SessionFacts& session, Call& call);
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
  void note_speaker(const SessionFacts& session, CallId call);
  /// True when the user has dialled or answered the call; false while it only rings.
  [[nodiscard]] static bool is_on(const Call& call, const UserId& user);
  /// Tells a device that another device of this user has answered.
  void tell_answered_elsewhere(const SessionFacts& session, const Call& call);

  // ---- warm.cpp ----
  void warm_up(const SessionFacts& session, Call& call);
  [[nodiscard]] std::optional<std::uint32_t> warm_link(const SessionFacts& session,
                                                       const Call& call,
                                                       std::optional<std::uint32_t> link) const;
  void relay_warm(const SessionFacts& session, Call& call, const wire::Signal& message);
  [[nodiscard]] static std::uint32_t next_link(const Call& call);

  // ---- signals.cpp ----
  void request(const SessionFacts& session, const wire::Signal& message);
  void request(const SessionFacts& session, const wire::MediaReport& message);
  void request(const SessionFacts& session, const wire::Status& message);
  /// The reason why one side of a call may not send to the other side now; empty when it may.
  [[nodiscard]] std::optional<Objection> relay_objection(Call& call, const UserId& from,
                                                         const DeviceId* to, std::size_t bytes);
  [[nodiscard]] bool is_full(const Call& call, const UserId& from, const DeviceId* to,
                             std::size_t bytes);
  [[nodiscard]] static Allowance& allowance(Call& call, const UserId& from);
  void tell_status(const Call& call, const UserId& user, const wire::LegStatus& status);

  // ---- takeover.cpp ----
  void request(const SessionFacts& session, const wire::Join& message);
  [[nodiscard]] std::optional<Objection> takeover_objection(Call& call, const UserId& from);
  void finish_takeover(Call& call, Leg& leg, const SessionFacts& session);
  void drop_takeover(Call& call, const UserId& user);
  void drop_takeovers(const UserId& user, const DeviceId& device);
  void stop_takeover(Call& call, const UserId& user);
  void renew_links(Call& call);

  // ---- devices.cpp ----
  void tell_peers(const SessionFacts& session, wire::PeerDevice state);
  void tell_of_peers(const SessionFacts& session);
  void tell_missed_of(const SessionFacts& session, Call& call);
  void tell_state_of_peer(const SessionFacts& session, Call& call);
  void note_unheard(const SessionFacts& session);

  // ---- ends.cpp ----
  void ringing_due(Call& call);
  void connecting_due(Call& call);
  void end(Call& call, wire::EndReason reason, std::optional<Error> failure,
           std::optional<UserId> ended_by, std::optional<DeviceId> by_device);
  void remember_end(const CallRecord& record, StoreTicket stored);
  void stop_waiting(const UserId& user);
  void store(Call& call);
  void set_deadline(Call& call, Duration limit);
  [[nodiscard]] wire::Progress progress(const Call& call) const;
  void tell_progress(Call& call);
  [[nodiscard]] std::optional<std::uint32_t> time_left(const Call& call) const;
  [[nodiscard]] wire::CallSnapshot snapshot(const Call& call, const SessionFacts& session) const;
  /// The call, if this user is in it. Otherwise answers the request with `ended` or a refusal, and
  /// returns nullptr.
  Call* call_of(const SessionFacts& session, CallId id);
  /// The call, if this device is in it; otherwise as `call_of`.
  Call* call_on_device(const SessionFacts& session, CallId id);

  // ---- consistency.cpp ----
  [[nodiscard]] std::string wrong_users() const;
  [[nodiscard]] std::string wrong_calls() const;
  [[nodiscard]] std::string wrong_leg(const Call& call, const Leg& leg) const;
  [[nodiscard]] std::string wrong_deadlines() const;

  // ---- wall_clock.cpp ----
  [[nodiscard]] std::int64_t told_ms(const SessionFacts& session, std::int64_t wall_ms) const;
  void bring_into_the_past(CallRecord& record) const;
  /// Takes the lost time out of the call's times. False when there was none.
  static bool leave_out_lost_time(Call& call);

  // ---- sending ----
  template <class Message>
  void tell(const SessionFacts& session, Message message, StoreTicket after,
            std::optional<Tell::Share> share = {});
  /// Sends to one device of a user; nothing when the device has no session.
  template <class Message>
  void tell_device(const UserId& user, const DeviceId& device, Message message, StoreTicket after);
  /// Passes a message of one side of a call to a device of the other side.
  template <class Message>
  void relay(const UserId& user, const DeviceId& device, Message message, std::size_t bytes,
             StoreTicket after);
  /// Refuses the request that is being handled.
  void refuse(const SessionFacts& session, const Objection& objection, CallId call,
              std::string detail = {});

  /// The calls of a user; an empty list for a user without any.
  [[nodiscard]] const UserCalls& calls_of(const UserId& user) const;

  Context& context_;
  ToDirectory& directory_;
  std::unordered_map<UserId, UserCalls> users_;
  std::unordered_map<CallId, Call> calls_;
  std::unordered_map<CallId, Tombstone> ended_;
  CallIds call_ids_;
  std::unordered_map<CallId, CallId> merged_;  // crossed invites of calls that are on
  /// How long the device of a session took last time from an invite to its `ringing`.
  std::unordered_map<SessionId, Duration> ring_delays_;
  const UserCalls no_calls_;
};

template <class Message>
void Calls::tell(const SessionFacts& session, Message message, StoreTicket after,
                 std::optional<Tell::Share> share) {
  directory_.on(Tell{session.id, std::move(message), after, share});
}

template <class Message>
void Calls::tell_device(const UserId& user, const DeviceId& device, Message message,
                        StoreTicket after) {
  if (const SessionFacts* session = directory_.session_of(user, device)) {
    tell(*session, std::move(message), after);
  }
}

template <class Message>
void Calls::relay(const UserId& user, const DeviceId& device, Message message, std::size_t bytes,
                  StoreTicket after) {
  const SessionFacts* session = directory_.session_of(user, device);
  if (session == nullptr || session->broken) return;
  const CallId call = message.call;
  // This happens only for messages that `relay_objection` has not checked, such as the state of the
  // other device. Once there is room, the session gets the state of that moment.
  if (!directory_.has_room(session->id, call, bytes)) {
    directory_.on(Remind{session->id});
    attendance(calls_.at(call), user, device).behind = true;
    return;
  }
  tell(*session, std::move(message), after, Tell::Share{.call = call, .bytes = bytes});
}

}  // namespace parley::switchboard
