// The messages of the server to a client. Every message but welcome, ack, ping, pong, goodbye,
// ice_servers and refusals of a hello carries a sequence number in its envelope
// (core/wire/frame.hpp).
#pragma once

#include "core/wire/client_messages.hpp"

namespace parley::wire {

/// Answers hello. Always contains the current calls of the user, so that the client can
/// reconcile.
struct Welcome {
  static constexpr std::string_view kType = "welcome";
  std::uint32_t version = kProtocolVersion;
  SessionId session;
  ResumeKey key;
  bool resumed = false;
  std::uint32_t received = 0;
  Party me;
  std::int64_t server_time_ms = 0;
  json::List<CallSnapshot, kMaxCallsInWelcome> calls;
  IceServers ice_servers;
  static constexpr auto fields() {
    return std::tuple{field("version", &Welcome::version, "The protocol version chosen."),
                      field("session", &Welcome::session, "Names the session in a later resume."),
                      field("key", &Welcome::key, "Proves ownership in a later resume."),
                      field("resumed", &Welcome::resumed,
                            "False for a fresh session: numbers start again at 1 on both sides."),
                      field("received", &Welcome::received,
                            "Sequence number of the last message that arrived from the client."),
                      field("me", &Welcome::me, "Who is signed in."),
                      field("server_time_ms", &Welcome::server_time_ms, "Unix time now."),
                      field("calls", &Welcome::calls, "All calls of this user that are not over."),
                      field("ice_servers", &Welcome::ice_servers, "STUN and TURN servers to use.")};
  }
};

/// A request of the client failed. The connection continues unless it is closed.
struct Refusal {
  static constexpr std::string_view kType = "error";
  Error code = Error::internal;
  std::optional<CallId> call;
  std::optional<json::Text<32>> request;
  std::optional<std::uint32_t> refers_to;
  std::optional<json::Text<128>> detail;
  std::optional<std::uint32_t> retry_after_ms;
  static constexpr auto fields() {
    return std::tuple{
        field("code", &Refusal::code, "Stable; see the error catalogue."),
        field("call", &Refusal::call, "The call it is about."),
        field("request", &Refusal::request, "Type of the refused message."),
        field("refers_to", &Refusal::refers_to, "Sequence number of the refused message."),
        field("detail", &Refusal::detail, "For developers: which field, which type."),
        field("retry_after_ms", &Refusal::retry_after_ms,
              "The limit that refused it allows the same again after this time; before, it is "
              "refused again.")};
  }
};

/// The server will close this socket; the session survives.
struct Goodbye {
  static constexpr std::string_view kType = "goodbye";
  Error code = Error::server_restarting;
  std::uint32_t reconnect_within_ms = 0;
  static constexpr auto fields() {
    return std::tuple{field("code", &Goodbye::code, "Why."),
                      field("reconnect_within_ms", &Goodbye::reconnect_within_ms,
                            "Come back at a random moment within this time.")};
  }
};

/// STUN and TURN servers to use from now on, before those of the welcome expire.
struct IceServersChanged {
  static constexpr std::string_view kType = "ice_servers";
  IceServers ice_servers;
  static constexpr auto fields() {
    return std::tuple{field("ice_servers", &IceServersChanged::ice_servers, "All of them.")};
  }
};

/// Whether one person can be called.
struct PersonPresence {
  UserId user;
  bool online = false;
  static constexpr auto fields() {
    return std::tuple{field("user", &PersonPresence::user, "Who."),
                      field("online", &PersonPresence::online, "Whether a device is connected.")};
  }
};

/// Answers watch with all watched people, and later reports changes.
struct Presence {
  static constexpr std::string_view kType = "presence";
  json::List<PersonPresence, kMaxWatched> people;
  static constexpr auto fields() {
    return std::tuple{
        field("people", &Presence::people, "Those whose presence is new or changed.")};
  }
};

/// The list of people, or a decision of this user about a person, may have changed: a client that
/// shows it asks the server again. Sent to sessions that asked for it with watch.
struct PeopleChanged {
  static constexpr std::string_view kType = "people_changed";
  std::uint32_t ask_within_ms = 0;
  static constexpr auto fields() {
    return std::tuple{field("ask_within_ms", &PeopleChanged::ask_within_ms,
                            "Ask at a random moment within this time.")};
  }
};

/// A person calls this user. Sent to every device of the user.
struct Incoming {
  static constexpr std::string_view kType = "incoming";
  CallId call;
  Party caller;
  MediaKind kind = MediaKind::audio;
  bool waiting = false;
  std::int64_t expires_at_ms = 0;
  static constexpr auto fields() {
    return std::tuple{
        field("call", &Incoming::call, "Which call."),
        field("caller", &Incoming::caller, "Who calls."),
        field("kind", &Incoming::kind, "What the caller would like."),
        field("waiting", &Incoming::waiting, "This user is in another call."),
        field("expires_at_ms", &Incoming::expires_at_ms,
              "Unix time at which ringing ends; a device that learns of it later stays silent.")};
  }
};

/// Reports the progress of an invite to the caller.
struct Progress {
  static constexpr std::string_view kType = "progress";
  CallId call;
  std::uint32_t delivered = 0;
  std::uint32_t ringing = 0;
  bool waiting = false;
  std::optional<std::uint32_t> expires_in_ms = std::nullopt;
  bool quiet = false;
  static constexpr auto fields() {
    return std::tuple{
        field("call", &Progress::call, "Which call."),
        field("delivered", &Progress::delivered, "Devices of the callee that were told."),
        field("ringing", &Progress::ringing, "Devices of the callee that say they ring."),
        field("waiting", &Progress::waiting, "The callee is in another call."),
        field("expires_in_ms", &Progress::expires_in_ms,
              "For how long it goes on ringing, unanswered. A length of time needs no clocks that "
              "agree."),
        added_field("quiet", &Progress::quiet,
                    "None of the devices that may answer is heard of just now; it rings on until "
                    "its limit, in case one comes back.")};
  }
};

/// The call rings at one of these two devices: they may connect now, so that media flows at once if
/// it is answered there. Nothing is sent, and no microphone or camera is opened for it, until then.
/// Sent to both of them.
struct WarmUp {
  static constexpr std::string_view kType = "warm_up";
  CallId call;
  DeviceId peer_device;
  std::uint32_t link = 0;
  bool offers = false;
  bool relays_only = false;
  static constexpr auto fields() {
    return std::tuple{
        field("call", &WarmUp::call, "Which call."),
        field("peer_device", &WarmUp::peer_device, "Where to send signals."),
        field("link", &WarmUp::link, "Names this pair of devices."),
        field("offers", &WarmUp::offers,
              "This device makes the first offer and is the impolite side when offers cross."),
        field("relays_only", &WarmUp::relays_only,
              "Before the answer, gather relayed candidates only: the person called does not know "
              "the caller, who must learn no address.")};
  }
};

/// Two devices must connect: the call was answered, or a device joined it. Sent to both of them.
struct Accepted {
  static constexpr std::string_view kType = "accepted";
  CallId call;
  Party peer;
  DeviceId peer_device;
  std::uint32_t link = 0;
  bool offers = false;
  std::optional<LegStatus> status = std::nullopt;
  std::optional<std::uint32_t> expires_in_ms = std::nullopt;
  std::optional<std::int64_t> connected_at_ms = std::nullopt;
  static constexpr auto fields() {
    return std::tuple{
        field("call", &Accepted::call, "Which call."),
        field("peer", &Accepted::peer, "The other person."),
        field("peer_device", &Accepted::peer_device, "Where to send signals."),
        field("link", &Accepted::link,
              "Names this pair of devices; signals of a lower one are out of date. One from a "
              "warm_up: they go on with the connection that they have."),
        field("offers", &Accepted::offers,
              "This device makes the first offer and is the impolite side when offers cross."),
        field("status", &Accepted::status,
              "What another device of this user last said that it sends, for one that takes the "
              "call over."),
        field("expires_in_ms", &Accepted::expires_in_ms,
              "For how long the call may take to its first media; absent once it had some."),
        field("connected_at_ms", &Accepted::connected_at_ms,
              "Unix time of the call's first media, if it had some.")};
  }
};

/// Both users called each other: the two invites are now one call. Followed by accepted.
struct Merged {
  static constexpr std::string_view kType = "merged";
  CallId call;
  CallId into;
  static constexpr auto fields() {
    return std::tuple{
        field("call", &Merged::call, "The invite that is no call of its own any more."),
        field("into", &Merged::into, "The call it has become part of.")};
  }
};

/// A call of this user continues at another of its devices; join takes it over.
struct Elsewhere {
  static constexpr std::string_view kType = "elsewhere";
  CallSnapshot call;
  static constexpr auto fields() {
    return std::tuple{field("call", &Elsewhere::call, "The call as it is now.")};
  }
};

/// The call is over for this device.
struct Ended {
  static constexpr std::string_view kType = "ended";
  CallId call;
  EndReason reason = EndReason::completed;
  std::optional<Error> failure;
  std::int64_t ended_at_ms = 0;
  std::optional<std::int64_t> connected_at_ms;
  static constexpr auto fields() {
    return std::tuple{
        field("call", &Ended::call, "Which call."), field("reason", &Ended::reason, "Why."),
        field("failure", &Ended::failure, "What failed, when the reason is failed."),
        field("ended_at_ms", &Ended::ended_at_ms, "Unix time of the end."),
        field("connected_at_ms", &Ended::connected_at_ms, "Unix time of the first media.")};
  }
};

/// A signal from the other device.
struct RelayedSignal {
  static constexpr std::string_view kType = "signal";
  CallId call;
  DeviceId from;
  std::uint32_t link = 0;
  json::Raw data;
  static constexpr auto fields() {
    return std::tuple{field("call", &RelayedSignal::call, "Which call."),
                      field("from", &RelayedSignal::from, "The device that sent it."),
                      field("link", &RelayedSignal::link, "From accepted."),
                      field("data", &RelayedSignal::data, "A peer message.")};
  }
};

/// The state of the other side's media.
struct PeerStatus {
  static constexpr std::string_view kType = "peer_status";
  CallId call;
  LegStatus status;
  static constexpr auto fields() {
    return std::tuple{field("call", &PeerStatus::call, "Which call."),
                      field("status", &PeerStatus::status, "All of it.")};
  }
};

/// The state of the other side's device.
struct PeerDeviceChanged {
  static constexpr std::string_view kType = "peer_device";
  CallId call;
  PeerDevice state = PeerDevice::connected;
  static constexpr auto fields() {
    return std::tuple{field("call", &PeerDeviceChanged::call, "Which call."),
                      field("state", &PeerDeviceChanged::state, "Its state now.")};
  }
};

using ServerMessage =
    std::variant<Welcome, Ack, Ping, Pong, Refusal, Goodbye, Presence, Incoming, Progress, WarmUp,
                 Accepted, Merged, Elsewhere, Ended, RelayedSignal, PeerStatus, PeerDeviceChanged,
                 PeopleChanged, IceServersChanged>;

}  // namespace parley::wire
