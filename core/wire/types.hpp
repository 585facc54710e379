// The types that both directions of the protocol share.
#pragma once

#include "core/base/ids.hpp"
#include "core/errors/catalogue.hpp"
#include "core/json/codec.hpp"
#include "core/wire/limits.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>
#include <string_view>
#include <tuple>
#include <variant>

namespace parley::wire {

using json::added_field;
using json::field;

using DisplayName = json::Text<kMaxDisplayNameBytes>;

/// The kind of a call: sound alone, or sound and picture.
enum class MediaKind : std::uint8_t { audio, video };
constexpr auto names(MediaKind) { return std::array<std::string_view, 2>{"audio", "video"}; }

/// Why a call ended. The last two are sent to single devices only; a record never contains them.
enum class EndReason : std::uint8_t {
  completed,           // was answered, and one side hung up
  declined,            // the callee declined
  cancelled,           // the caller hung up before an answer
  busy,                // the callee is in too many calls
  no_answer,           // rang until the time limit
  unreachable,         // no device of the callee could ring
  failed,              // could not be connected, or broke; the failure gives the cause
  abandoned,           // both devices were gone for too long
  answered_elsewhere,  // another device of this user answered
  declined_elsewhere,  // another device of this user declined
};
constexpr auto names(EndReason) {
  return std::array<std::string_view, 10>{
      "completed",          "declined",          "cancelled", "busy",
      "no_answer",          "unreachable",       "failed",    "abandoned",
      "answered_elsewhere", "declined_elsewhere"};
}

/// The state of a device's microphone or camera in a call.
enum class SourceState : std::uint8_t {
  off,          // switched off by the person: no capture, or silence
  on,           // captured and sent
  unavailable,  // wanted, but no device can be used
  lost,         // was captured in this call, and is gone: unplugged, revoked, taken away
  silenced,     // captured, but its own switch or the system lets nothing through
  opening,      // wanted, and not ready: the device is slow, or the browser asks
};
constexpr auto names(SourceState) {
  return std::array<std::string_view, 6>{"off", "on", "unavailable", "lost", "silenced", "opening"};
}
/// A state of a newer version: a problem of some kind.
constexpr SourceState meaning_of_unknown(SourceState) { return SourceState::unavailable; }

/// A call as seen by one of its users.
enum class Direction : std::uint8_t { outgoing, incoming };
constexpr auto names(Direction) { return std::array<std::string_view, 2>{"outgoing", "incoming"}; }

/// The known state of the other side's device.
enum class PeerDevice : std::uint8_t {
  connected,
  lost,       // its socket is gone; media may still flow
  reloading,  // its page closes and may return
};
constexpr auto names(PeerDevice) {
  return std::array<std::string_view, 3>{"connected", "lost", "reloading"};
}

/// The life of a call in the server's view.
enum class CallPhase : std::uint8_t {
  ringing,     // not answered yet
  connecting,  // answered; no media reported yet
  active,      // media flows, or has flowed
  ended,       // over
};
constexpr auto names(CallPhase) {
  return std::array<std::string_view, 4>{"ringing", "connecting", "active", "ended"};
}

/// A person in a call.
struct Party {
  UserId user;
  DisplayName name;
  bool operator==(const Party&) const = default;
  static constexpr auto fields() {
    return std::tuple{field("user", &Party::user, "Account name."),
                      field("name", &Party::name, "Name to show.")};
  }
};

/// One side's media state, sent to the other. The highest revision is valid.
struct LegStatus {
  std::uint32_t revision = 0;
  SourceState microphone = SourceState::on;
  SourceState camera = SourceState::off;
  bool held = false;
  bool sharing = false;
  bool reconnecting = false;
  bool mobile_data = false;
  std::uint32_t confirms = 0;
  bool operator==(const LegStatus&) const = default;
  static constexpr auto fields() {
    return std::tuple{
        field("revision", &LegStatus::revision, "Grows with every change; older ones are ignored."),
        field("microphone", &LegStatus::microphone, "What the microphone does."),
        field("camera", &LegStatus::camera, "What the camera does."),
        field("held", &LegStatus::held,
              "This side holds the call: neither side sends until it is resumed."),
        added_field("sharing", &LegStatus::sharing, "This side shares its screen."),
        added_field("reconnecting", &LegStatus::reconnecting,
                    "Media has stopped arriving here and is being brought back."),
        added_field("mobile_data", &LegStatus::mobile_data,
                    "Known to be on a mobile phone's network."),
        added_field(
            "confirms", &LegStatus::confirms,
            "The newest status of the other side whose silence this side's counters show: what "
            "it says is not sent does not arrive. 0 for none.")};
  }
};

/// A STUN or TURN server, as RTCIceServer has it (W3C webrtc-pc, 4.2.4).
struct IceServer {
  json::List<json::Text<256>, 4> urls;
  std::optional<json::Text<512>> username;
  std::optional<json::Text<512>> credential;
  bool operator==(const IceServer&) const = default;
  static constexpr auto fields() {
    return std::tuple{
        field("urls", &IceServer::urls, "stun:, turn: or turns: URLs (RFC 7064, RFC 7065)."),
        field("username", &IceServer::username, "For turn: and turns: only."),
        field("credential", &IceServer::credential, "For turn: and turns: only.")};
  }
};
using IceServers = json::List<IceServer, 8>;

/// Whether one of them is a TURN server.
inline bool has_relay(const IceServers& servers) {
  return std::ranges::any_of(servers.items, [](const IceServer& server) {
    return std::ranges::any_of(server.urls.items, [](const auto& url) {
      return url.value.starts_with("turn:") || url.value.starts_with("turns:");
    });
  });
}

/// The calls of a user as the server knows them, sent in every welcome.
struct CallSnapshot {
  CallId call;
  Direction direction = Direction::outgoing;
  Party peer;
  MediaKind kind = MediaKind::audio;
  CallPhase phase = CallPhase::ringing;
  std::int64_t expires_at_ms = 0;
  std::uint32_t link = 0;
  std::optional<DeviceId> device;
  std::optional<LegStatus> status;
  std::optional<DeviceId> peer_device;
  std::optional<LegStatus> peer_status;
  std::optional<std::int64_t> connected_at_ms = std::nullopt;
  bool operator==(const CallSnapshot&) const = default;
  static constexpr auto fields() {
    return std::tuple{
        field("call", &CallSnapshot::call, "Which call."),
        field("direction", &CallSnapshot::direction, "Whether this user called or was called."),
        field("peer", &CallSnapshot::peer, "The other person."),
        field("kind", &CallSnapshot::kind, "What the caller asked for."),
        field("phase", &CallSnapshot::phase, "Where the call stands."),
        field("expires_at_ms", &CallSnapshot::expires_at_ms,
              "Unix time of the next deadline of this phase; 0 for none."),
        field("link", &CallSnapshot::link,
              "Counts the pairs of devices the call has connected; 0 until it is answered."),
        field("device", &CallSnapshot::device,
              "This user's device in the call, once there is one."),
        field("status", &CallSnapshot::status, "What this side last said that it sends."),
        field("peer_device", &CallSnapshot::peer_device,
              "The other user's device in the call, once there is one."),
        field("peer_status", &CallSnapshot::peer_status, "What the other side sends."),
        field("connected_at_ms", &CallSnapshot::connected_at_ms,
              "Unix time of the first media, if there was some.")};
  }
};

// ---- messages in both directions; never numbered ----

/// Carries an acknowledgement when no other message is sent.
struct Ack {
  static constexpr std::string_view kType = "ack";
  static constexpr auto fields() { return std::tuple{}; }
};

/// Answered with pong at once. The server pings every few seconds, because the timers of a hidden
/// browser tab are limited to one a minute.
struct Ping {
  static constexpr std::string_view kType = "ping";
  std::optional<std::uint32_t> next_within_ms = std::nullopt;
  static constexpr auto fields() {
    return std::tuple{field("next_within_ms", &Ping::next_within_ms,
                            "The server is silent for up to this long now, and the client waits so "
                            "much longer; until either side sends a message with a number.")};
  }
};

/// Answers ping.
struct Pong {
  static constexpr std::string_view kType = "pong";
  static constexpr auto fields() { return std::tuple{}; }
};

// ---- signals between the two devices of a call; the server forwards them unread ----

/// The role of a description in an exchange (RFC 3264).
enum class DescriptionKind : std::uint8_t { offer, answer };
constexpr auto names(DescriptionKind) { return std::array<std::string_view, 2>{"offer", "answer"}; }

/// A session description (RFC 8829). An answer carries the round of the offer it answers.
struct Description {
  static constexpr std::string_view kType = "description";
  DescriptionKind kind = DescriptionKind::offer;
  std::uint32_t round = 0;
  json::Text<48UL * 1024> sdp;
  bool operator==(const Description&) const = default;
  static constexpr auto fields() {
    return std::tuple{field("kind", &Description::kind, "Offer or answer."),
                      field("round", &Description::round,
                            "Counts the offers of the side that made the offer, from 1."),
                      field("sdp", &Description::sdp, "The description itself (RFC 8866).")};
  }
};

/// An ICE candidate. An empty candidate attribute ends its generation (RFC 8840).
struct Candidate {
  json::Text<1024> candidate;
  std::optional<json::Text<64>> mid;
  std::optional<std::uint16_t> line_index;
  bool operator==(const Candidate&) const = default;
  static constexpr auto fields() {
    return std::tuple{
        field("candidate", &Candidate::candidate, "The candidate attribute (RFC 8839, 5.1)."),
        field("mid", &Candidate::mid, "Identifies the media section."),
        field("line_index", &Candidate::line_index, "Index of the media section, from 0.")};
  }
};

/// Candidates of one ICE generation, which the user name fragment identifies.
struct Candidates {
  static constexpr std::string_view kType = "candidates";
  json::Text<256> ufrag;
  json::List<Candidate, kMaxCandidatesPerMessage> candidates;
  bool complete = false;
  bool operator==(const Candidates&) const = default;
  static constexpr auto fields() {
    return std::tuple{
        field("ufrag", &Candidates::ufrag,
              "User name fragment of the description the candidates belong to (RFC 8839, 5.4)."),
        field("candidates", &Candidates::candidates, "In the order of gathering."),
        field("complete", &Candidates::complete, "True when no more follow for this ufrag.")};
  }
};

/// Asks the other device to repeat its latest description and candidates: some may be lost.
struct Resend {
  static constexpr std::string_view kType = "resend";
  bool operator==(const Resend&) const = default;
  static constexpr auto fields() { return std::tuple{}; }
};

/// Asks for a restart of ICE: media does not arrive. The side that offers restarts answers with an
/// offer; the other side answers with this message, which tells that signals reach it.
struct RestartWanted {
  static constexpr std::string_view kType = "restart_wanted";
  bool operator==(const RestartWanted&) const = default;
  static constexpr auto fields() { return std::tuple{}; }
};

using PeerMessage = std::variant<Description, Candidates, Resend, RestartWanted>;

}  // namespace parley::wire
