// The bodies of requests and responses of the HTTP API. The account service checks limits on texts;
// the size of the whole body is limited before it is parsed.
#pragma once

#include "core/wire/types.hpp"
#include "server/auth/accounts.hpp"
#include "server/http/limits.hpp"
#include "server/store/calls.hpp"
#include "server/store/people.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>

namespace parley::server::http {

using json::field;

struct SignUpBody {
  std::string user;
  std::string name;
  std::string password;
  std::optional<std::string> invitation;
  static constexpr auto fields() {
    return std::tuple{
        field("user", &SignUpBody::user, "Account name."),
        field("name", &SignUpBody::name, "Name to show."),
        field("password", &SignUpBody::password, "8 to 256 characters."),
        field("invitation", &SignUpBody::invitation,
              "A code, or the link around it; needed where sign-up is by invitation.")};
  }
};

struct SignInBody {
  std::string user;
  std::string password;
  static constexpr auto fields() {
    return std::tuple{field("user", &SignInBody::user, "Account name."),
                      field("password", &SignInBody::password, "The password.")};
  }
};

struct SignOutBody {
  std::optional<DeviceId> device;
  static constexpr auto fields() {
    return std::tuple{
        field("device", &SignOutBody::device, "Ends this device's session even while offline.")};
  }
};

struct SignedInBody {
  std::string token;
  UserId user;
  std::string name;
  std::int64_t expires_at_ms = 0;
  static constexpr auto fields() {
    return std::tuple{
        field("token", &SignedInBody::token, "For the Authorization header and for hello."),
        field("user", &SignedInBody::user, "Account name."),
        field("name", &SignedInBody::name, "Name to show."),
        field("expires_at_ms", &SignedInBody::expires_at_ms, "Unix time at which it expires.")};
  }
};

struct ChangePasswordBody {
  std::string current;
  std::string wanted;
  static constexpr auto fields() {
    return std::tuple{field("current", &ChangePasswordBody::current, "The password as it is."),
                      field("new", &ChangePasswordBody::wanted, "The password as it shall be.")};
  }
};

/// One of the user's sign-ins.
struct SessionBody {
  std::string id;
  std::optional<std::string> software;
  std::optional<std::string> system;
  std::int64_t created_at_ms = 0;
  std::int64_t last_seen_at_ms = 0;
  std::int64_t expires_at_ms = 0;
  bool current = false;
  bool online = false;
  static constexpr auto fields() {
    return std::tuple{
        field("id", &SessionBody::id, "For ending it; opens nothing."),
        field("software", &SessionBody::software, "The browser or program, if it said."),
        field("system", &SessionBody::system, "The system it runs on, if it said."),
        field("created_at_ms", &SessionBody::created_at_ms, "Unix time of the sign-in."),
        field("last_seen_at_ms", &SessionBody::last_seen_at_ms, "Unix time of the last use."),
        field("expires_at_ms", &SessionBody::expires_at_ms, "Unix time at which it expires."),
        field("current", &SessionBody::current, "Whether the request was made with it."),
        field("online", &SessionBody::online, "Whether a signalling socket is open with it.")};
  }
};

struct SessionsBody {
  json::List<SessionBody, store::kMaxTokensPerUser> sessions;
  static constexpr auto fields() {
    return std::tuple{field("sessions", &SessionsBody::sessions, "This one first.")};
  }
};

struct EndedBody {
  std::int64_t ended = 0;
  static constexpr auto fields() {
    return std::tuple{field("ended", &EndedBody::ended, "How many sign-ins were ended.")};
  }
};

struct ServerBody {
  auth::SignUpPolicy sign_up = auth::SignUpPolicy::open;
  auth::FirstAccount first_account = auth::FirstAccount::made;
  bool users_invite = false;
  std::string version;
  static constexpr auto fields() {
    return std::tuple{field("sign_up", &ServerBody::sign_up, "Who may make an account."),
                      field("first_account", &ServerBody::first_account,
                            "Whether there is an account, and who may make the first."),
                      field("users_invite", &ServerBody::users_invite,
                            "Whether who is signed in may invite others."),
                      field("version", &ServerBody::version, "Version of the server.")};
  }
};

struct VersionBody {
  std::string version;
  std::uint32_t protocol = wire::kProtocolVersion;
  static constexpr auto fields() {
    return std::tuple{field("version", &VersionBody::version, "Version of the server."),
                      field("protocol", &VersionBody::protocol, "Version of the protocol.")};
  }
};

/// An open invitation of the user.
struct InvitationBody {
  std::string id;
  std::int64_t created_at_ms = 0;
  std::int64_t expires_at_ms = 0;
  static constexpr auto fields() {
    return std::tuple{
        field("id", &InvitationBody::id, "For withdrawing it; nobody signs up with it."),
        field("created_at_ms", &InvitationBody::created_at_ms, "Unix time at which it was made."),
        field("expires_at_ms", &InvitationBody::expires_at_ms, "Unix time at which it expires.")};
  }
};

struct InvitationsBody {
  json::List<InvitationBody, store::kMaxInvitationsPerUser> invitations;
  static constexpr auto fields() {
    return std::tuple{field("invitations", &InvitationsBody::invitations, "The newest first.")};
  }
};

struct NewInvitationBody {
  std::string id;
  std::string invitation;
  std::int64_t expires_at_ms = 0;
  static constexpr auto fields() {
    return std::tuple{
        field("id", &NewInvitationBody::id, "For withdrawing it."),
        field("invitation", &NewInvitationBody::invitation, "The code; it is told this once."),
        field("expires_at_ms", &NewInvitationBody::expires_at_ms,
              "Unix time at which it expires.")};
  }
};

struct SettingsBody {
  bool call_waiting = true;
  /// Absent in a request that does not change it.
  std::optional<store::WhoMayCall> who_may_call = std::nullopt;
  static constexpr auto fields() {
    return std::tuple{field("call_waiting", &SettingsBody::call_waiting,
                            "Whether a second caller rings during a call."),
                      field("who_may_call", &SettingsBody::who_may_call, "Whose calls ring.")};
  }
};

/// A person on a list of the user.
struct ListedPersonBody {
  UserId user;
  wire::DisplayName name;
  std::int64_t since_ms = 0;
  static constexpr auto fields() {
    return std::tuple{field("user", &ListedPersonBody::user, "Account name."),
                      field("name", &ListedPersonBody::name, "Name to show."),
                      field("since_ms", &ListedPersonBody::since_ms, "When they were added.")};
  }
};

struct ListedPeopleBody {
  json::List<ListedPersonBody, store::kMaxListed> people;
  static constexpr auto fields() {
    return std::tuple{field("people", &ListedPeopleBody::people, "Ordered by name.")};
  }
};

struct PeopleBody {
  json::List<wire::Party, kMaxPage> people;
  static constexpr auto fields() {
    return std::tuple{field("people", &PeopleBody::people, "Ordered by name.")};
  }
};

/// One call from the view of one of its two users.
struct CallBody {
  CallId call;
  wire::Direction direction = wire::Direction::outgoing;
  wire::Party peer;
  wire::MediaKind kind = wire::MediaKind::audio;
  wire::EndReason reason = wire::EndReason::completed;
  std::optional<Error> failure;
  std::optional<UserId> ended_by;
  std::int64_t invited_at_ms = 0;
  std::optional<std::int64_t> ringing_at_ms;
  std::optional<std::int64_t> accepted_at_ms;
  std::optional<std::int64_t> connected_at_ms;
  std::int64_t ended_at_ms = 0;
  std::optional<std::int64_t> lasted_ms;
  std::optional<wire::SourceState> my_microphone;
  std::optional<wire::SourceState> my_camera;
  std::optional<wire::SourceState> peer_microphone;
  std::optional<wire::SourceState> peer_camera;
  std::optional<store::Rating> my_rating;
  static constexpr auto fields() {
    return std::tuple{
        field("call", &CallBody::call, "Which call."),
        field("direction", &CallBody::direction, "Whether this user called or was called."),
        field("peer", &CallBody::peer, "The other person."),
        field("kind", &CallBody::kind, "What the caller asked for."),
        field("reason", &CallBody::reason, "Why it ended."),
        field("failure", &CallBody::failure, "What failed, when the reason is failed."),
        field("ended_by", &CallBody::ended_by, "Who ended it; absent for a time-out."),
        field("invited_at_ms", &CallBody::invited_at_ms, "Unix time of the invite."),
        field("ringing_at_ms", &CallBody::ringing_at_ms, "Unix time of the first ring."),
        field("accepted_at_ms", &CallBody::accepted_at_ms, "Unix time of the answer."),
        field("connected_at_ms", &CallBody::connected_at_ms, "Unix time of the first media."),
        field("ended_at_ms", &CallBody::ended_at_ms, "Unix time of the end."),
        field("lasted_ms", &CallBody::lasted_ms, "From the first media to the end."),
        field("my_microphone", &CallBody::my_microphone, "As it was last in the call."),
        field("my_camera", &CallBody::my_camera, "As it was last in the call."),
        field("peer_microphone", &CallBody::peer_microphone, "As it was last in the call."),
        field("peer_camera", &CallBody::peer_camera, "As it was last in the call."),
        field("my_rating", &CallBody::my_rating, "What this user thought of it.")};
  }
};

struct RatingBody {
  store::Rating rating = store::Rating::good;
  static constexpr auto fields() {
    return std::tuple{field("rating", &RatingBody::rating, "What this user thought of it.")};
  }
};

struct CallsBody {
  json::List<CallBody, kMaxPage> calls;
  std::optional<std::string> next;
  static constexpr auto fields() {
    return std::tuple{field("calls", &CallsBody::calls, "Newest first."),
                      field("next", &CallsBody::next, "Goes into `before` for the next page.")};
  }
};

enum class HealthStatus : std::uint8_t { ok, degraded, draining };
constexpr auto names(HealthStatus) {
  return std::array<std::string_view, 3>{"ok", "degraded", "draining"};
}

/// The public state of the server.
struct StatusBody {
  HealthStatus status = HealthStatus::ok;
  static constexpr auto fields() {
    return std::tuple{field("status", &StatusBody::status, "ok, or what is in the way.")};
  }
};

/// A TURN server, as probes find it.
struct RelayHealthBody {
  std::string url;
  std::string state;
  std::string cause;
  std::int64_t took_ms = 0;
  static constexpr auto fields() {
    return std::tuple{
        field("url", &RelayHealthBody::url, "As clients get it."),
        field("state", &RelayHealthBody::state, "unknown, good, limited or failed."),
        field("cause", &RelayHealthBody::cause, "What is wrong, or none."),
        field("took_ms", &RelayHealthBody::took_ms, "The time of a probe; 0 before the first.")};
  }
};

struct HealthBody {
  HealthStatus status = HealthStatus::ok;
  std::int64_t connections = 0;
  std::int64_t sessions = 0;
  std::int64_t sessions_online = 0;
  std::int64_t users_online = 0;
  std::int64_t calls = 0;
  std::int64_t records_waiting = 0;
  std::int64_t uptime_s = 0;
  json::List<RelayHealthBody, 16> relays;
  static constexpr auto fields() {
    return std::tuple{
        field("status", &HealthBody::status, "degraded while the store can't be written."),
        field("connections", &HealthBody::connections, "Signalling sockets."),
        field("sessions", &HealthBody::sessions, "Sessions, with those waiting for a resume."),
        field("sessions_online", &HealthBody::sessions_online, "Sessions with a socket."),
        field("users_online", &HealthBody::users_online, "People with a session."),
        field("calls", &HealthBody::calls, "Calls that are not over."),
        field("records_waiting", &HealthBody::records_waiting, "Records not yet on the disk."),
        field("uptime_s", &HealthBody::uptime_s, "Seconds since the start."),
        field("relays", &HealthBody::relays, "The TURN servers.")};
  }
};

}  // namespace parley::server::http
