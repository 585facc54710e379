// The messages of a client to the server. Every message but hello, ack, ping and pong carries a
// sequence number in its envelope (core/wire/frame.hpp). Requests are idempotent: repeating one
// changes nothing.
#pragma once

#include "core/wire/types.hpp"

namespace parley::wire {

/// Asks to continue a session whose socket was lost.
struct Resume {
  SessionId session;
  ResumeKey key;
  std::uint32_t received = 0;
  static constexpr auto fields() {
    return std::tuple{field("session", &Resume::session, "From the last welcome."),
                      field("key", &Resume::key, "From the last welcome."),
                      field("received", &Resume::received,
                            "Sequence number of the last message that arrived from the server.")};
  }
};

/// Opens every connection; anything else before it is refused.
struct Hello {
  static constexpr std::string_view kType = "hello";
  json::List<std::uint32_t, 8> versions;
  DeviceId device;
  json::Text<256> token;
  json::Text<64> client;
  std::optional<Resume> resume;
  std::optional<bool> can_call = std::nullopt;
  std::optional<bool> quiet = std::nullopt;
  static constexpr auto fields() {
    return std::tuple{
        field("versions", &Hello::versions, "Protocol versions the client speaks."),
        field("device", &Hello::device, "Made by the client, kept for the life of a tab."),
        field("token", &Hello::token, "From signing in."),
        field("client", &Hello::client, "Name and version of the software, for the logs."),
        field("resume", &Hello::resume, "The session to go on with, if there is one."),
        field("can_call", &Hello::can_call,
              "False where the software can't make connections: such a device is told of no calls "
              "and does not count as one that can be rung. True if absent."),
        field("quiet", &Hello::quiet,
              "True where the client follows ping.next_within_ms. Otherwise it is pinged every 4 s "
              "even when it has nothing to do.")};
  }
};

/// Replaces the set of people whose presence is wanted; answered with presence.
struct Watch {
  static constexpr std::string_view kType = "watch";
  json::List<UserId, kMaxWatched> users;
  std::optional<bool> people = std::nullopt;
  static constexpr auto fields() {
    return std::tuple{field("users", &Watch::users, "Everybody to watch from now on."),
                      field("people", &Watch::people,
                            "Whether to be told when the list of people may have changed.")};
  }
};

/// Starts a call. Answered with progress, ended, or an error that names the call.
struct Invite {
  static constexpr std::string_view kType = "invite";
  CallId call;
  UserId callee;
  MediaKind kind = MediaKind::audio;
  std::optional<bool> warm = std::nullopt;
  static constexpr auto fields() {
    return std::tuple{
        field("call", &Invite::call, "A new UUIDv7."),
        field("callee", &Invite::callee, "Whom to call."),
        field("kind", &Invite::kind, "What the caller would like."),
        field("warm", &Invite::warm,
              "Whether this device understands warm_up: it can connect while the call rings.")};
  }
};

/// This device now shows the incoming call to a person.
struct Ringing {
  static constexpr std::string_view kType = "ringing";
  CallId call;
  std::optional<bool> warm = std::nullopt;
  static constexpr auto fields() {
    return std::tuple{
        field("call", &Ringing::call, "Which call."),
        field("warm", &Ringing::warm,
              "Whether this device understands warm_up: it can connect while the call rings.")};
  }
};

/// The person answered on this device. The first accept that the server sees wins.
struct Accept {
  static constexpr std::string_view kType = "accept";
  CallId call;
  std::optional<std::uint32_t> link = std::nullopt;
  static constexpr auto fields() {
    return std::tuple{field("call", &Accept::call, "Which call."),
                      field("link", &Accept::link,
                            "From warm_up: go on with the connection of this link. Absent if there "
                            "is none, or none that works.")};
  }
};

/// Continues a call of this user on this device: after a reload of its page, or as a take-over from
/// another device, which leaves the call once media flows here. Answered with accepted.
struct Join {
  static constexpr std::string_view kType = "join";
  CallId call;
  static constexpr auto fields() { return std::tuple{field("call", &Join::call, "Which call.")}; }
};

/// The person declined. Ends the call for every device of the user.
struct Decline {
  static constexpr std::string_view kType = "decline";
  CallId call;
  static constexpr auto fields() {
    return std::tuple{field("call", &Decline::call, "Which call.")};
  }
};

/// Ends a call in any state; before an answer this is the caller's cancel.
struct HangUp {
  static constexpr std::string_view kType = "hang_up";
  CallId call;
  std::optional<Error> failure;
  static constexpr auto fields() {
    return std::tuple{
        field("call", &HangUp::call, "Which call."),
        field("failure", &HangUp::failure,
              "Set when the device gave up, not the person: the call ends as failed.")};
  }
};

/// A signal for the other device of the call; forwarded unread.
struct Signal {
  static constexpr std::string_view kType = "signal";
  CallId call;
  DeviceId to;
  std::uint32_t link = 0;
  json::Raw data;
  static constexpr auto fields() {
    return std::tuple{field("call", &Signal::call, "Which call."),
                      field("to", &Signal::to, "The device it is for."),
                      field("link", &Signal::link, "From accepted."),
                      field("data", &Signal::data, "A peer message.")};
  }
};

/// Reports whether the connection to the other side carries media here. Sent at a change and
/// every 10 s while it does: these reports keep a call alive whose sockets are gone.
struct MediaReport {
  static constexpr std::string_view kType = "media";
  CallId call;
  bool flowing = false;
  static constexpr auto fields() {
    return std::tuple{
        field("call", &MediaReport::call, "Which call."),
        field("flowing", &MediaReport::flowing, "True from the first packet decoded.")};
  }
};

/// The state of this side's media; forwarded to the other side and kept for its next welcome.
struct Status {
  static constexpr std::string_view kType = "status";
  CallId call;
  LegStatus status;
  static constexpr auto fields() {
    return std::tuple{field("call", &Status::call, "Which call."),
                      field("status", &Status::status, "All of it, not the change alone.")};
  }
};

/// What a device receives of the other one, measured over the last 2 s. What is not known is
/// absent. Greater values than those named are not believed.
struct FlowReport {
  std::optional<std::uint32_t> rate_kbps;
  std::optional<std::uint32_t> lost_permille;
  std::optional<std::uint32_t> jitter_ms;
  std::optional<std::uint32_t> concealed_permille;
  std::optional<std::uint32_t> buffer_ms;
  std::optional<std::uint32_t> frozen_permille;
  std::optional<std::uint32_t> fps;
  std::optional<std::uint32_t> height;
  bool operator==(const FlowReport&) const = default;
  static constexpr auto fields() {
    return std::tuple{
        field("rate_kbps", &FlowReport::rate_kbps, "Of all sources; at most 1,000,000."),
        field("lost_permille", &FlowReport::lost_permille, "Packets that did not arrive."),
        field("jitter_ms", &FlowReport::jitter_ms, "Of the sound (RFC 3550, 6.4.1); to 60,000."),
        field("concealed_permille", &FlowReport::concealed_permille,
              "Sound that had to be made up and could be heard."),
        field("buffer_ms", &FlowReport::buffer_ms,
              "How long sound waits before it is played; at most 60,000."),
        field("frozen_permille", &FlowReport::frozen_permille,
              "How long the camera's picture stood still."),
        field("fps", &FlowReport::fps, "Frames of the camera in the last second; at most 240."),
        field("height", &FlowReport::height, "Lines of the camera's picture; at most 16,384.")};
  }
};

/// How the other side arrives here, and what keeps this side from sending more: sent every 2 s
/// while media flows.
struct Quality {
  static constexpr std::string_view kType = "quality";
  CallId call;
  FlowReport received;
  bool cpu_limited = false;
  bool rate_limited = false;
  static constexpr auto fields() {
    return std::tuple{field("call", &Quality::call, "The call."),
                      field("received", &Quality::received, "What arrives from the other side."),
                      field("cpu_limited", &Quality::cpu_limited,
                            "This device is too busy to send better pictures."),
                      field("rate_limited", &Quality::rate_limited,
                            "The path from this device carries no better pictures.")};
  }
};

/// A message between two devices of a call that does not pass the server: the `status` that is also
/// sent to the server, `ping` and `pong`, which show that the path works, and `quality`. Of two
/// statuses that come by different ways, the one with the higher revision is valid.
using DirectMessage = std::variant<Status, Ping, Pong, Quality>;

/// The page of this device closes, and may return at once: a reload.
struct Leaving {
  static constexpr std::string_view kType = "leaving";
  static constexpr auto fields() { return std::tuple{}; }
};

using ClientMessage = std::variant<Hello, Ack, Ping, Pong, Watch, Invite, Ringing, Accept, Join,
                                   Decline, HangUp, Signal, MediaReport, Status, Leaving>;

}  // namespace parley::wire
