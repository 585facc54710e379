// What an interface draws. The view is complete and consistent after every event; an interface
// needs no state of its own. Moments are milliseconds of the shell's steady clock, which also times
// the events.
#pragma once

#include "core/shell/by_source.hpp"
#include "core/wire/types.hpp"

namespace parley::phone {

using json::field;
using media::BySource;

/// The state of the session with the server.
enum class SessionPhase : std::uint8_t {
  signed_out,
  connecting,  // for the first time since signing in
  online,
  reconnecting,  // was online before; calls go on
  refused,       // the server has refused the session; `problem` has the reason
};
constexpr auto names(SessionPhase) {
  return std::array<std::string_view, 5>{"signed_out", "connecting", "online", "reconnecting",
                                         "refused"};
}

/// The phase of a call on this device.
enum class Phase : std::uint8_t {
  calling,       // dialled; no device of the other side rings yet
  ringing,       // at least one device of the other side rings
  incoming,      // rings on this device
  answering,     // answered here, not confirmed yet
  connecting,    // answered; no media yet
  active,        // media flows
  reconnecting,  // media has stopped; the phone restores it
  elsewhere,     // on at another device of this person; this device can take it over
  ended,
};
constexpr auto names(Phase) {
  return std::array<std::string_view, 9>{"calling",      "ringing",    "incoming",
                                         "answering",    "connecting", "active",
                                         "reconnecting", "elsewhere",  "ended"};
}

/// How far it is proven that a source that is off is not sent.
enum class Proof : std::uint8_t {
  none,      // nothing to prove, or not proven yet
  sent,      // this device's own counters show that nothing is sent
  received,  // the other side's counters show that nothing arrives
};
constexpr auto names(Proof) { return std::array<std::string_view, 3>{"none", "sent", "received"}; }

/// One of this device's sources in a call.
struct SourceView {
  bool wanted = false;
  wire::SourceState state = wire::SourceState::off;
  bool opening = false;
  bool asking = false;
  std::optional<Error> problem;
  /// The request that holds the track, for the local picture.
  std::optional<MediaRequestId> request;
  std::optional<media::HardwareId> device;
  Proof off_proof = Proof::none;
  bool operator==(const SourceView&) const = default;
  static constexpr auto fields() {
    return std::tuple{
        field("wanted", &SourceView::wanted, "What the person chose."),
        field("state", &SourceView::state, "What is really sent."),
        field("opening", &SourceView::opening,
              "The device is being opened, perhaps with a prompt."),
        field("asking", &SourceView::asking,
              "Opening takes so long that the browser's question is probably waiting."),
        field("problem", &SourceView::problem,
              "Why it is unavailable; while it is on, why it is not the device that was chosen."),
        field("request", &SourceView::request, "The media request that holds the track."),
        field("device", &SourceView::device, "The device in use, as far as the browser names it."),
        field("off_proof", &SourceView::off_proof,
              "While it is not to be sent: how far that is proven.")};
  }
};

/// A hint from the sound of this device's microphone.
enum class SoundHint : std::uint8_t {
  none,
  talking_while_muted,
  silent_microphone,  // wanted and open, but without any sound, not even noise
};
constexpr auto names(SoundHint) {
  return std::array<std::string_view, 3>{"none", "talking_while_muted", "silent_microphone"};
}

/// How good one direction of a call is, or the call as a whole: the best first.
enum class QualityLevel : std::uint8_t {
  excellent,
  good,
  fair,  // disturbances are noticed
  poor,  // talking is work
  lost,  // nothing arrives
};
constexpr auto names(QualityLevel) {
  return std::array<std::string_view, 5>{"excellent", "good", "fair", "poor", "lost"};
}

/// What makes a call bad.
enum class QualityCause : std::uint8_t {
  none,
  thin,      // the path carries too little
  loss,      // packets are lost, or come too late
  delay,     // packets take long
  computer,  // a device is too busy
  relay,     // the detour over a relay takes long
  gone,      // no network
};
constexpr auto names(QualityCause) {
  return std::array<std::string_view, 7>{"none",     "thin",  "loss", "delay",
                                         "computer", "relay", "gone"};
}

/// Whose side a cause is on.
enum class QualitySide : std::uint8_t { mine, theirs, between };
constexpr auto names(QualitySide) {
  return std::array<std::string_view, 3>{"mine", "theirs", "between"};
}

/// One direction of a call over the last 2 s. What is not known is absent.
struct FlowView {
  std::optional<QualityLevel> level;
  std::optional<std::uint32_t> sound_mos_hundredths;
  std::optional<std::uint32_t> rate_kbps;
  std::optional<std::uint32_t> lost_permille;
  std::optional<std::uint32_t> concealed_permille;
  bool operator==(const FlowView&) const = default;
  static constexpr auto fields() {
    return std::tuple{
        field("level", &FlowView::level, "How good it is, without flicker."),
        field("sound_mos_hundredths", &FlowView::sound_mos_hundredths,
              "The mean opinion score of the sound, in hundredths: 100 to 450 (ITU-T G.107)."),
        field("rate_kbps", &FlowView::rate_kbps, "Bits of media, in thousands a second."),
        field("lost_permille", &FlowView::lost_permille, "Packets that did not arrive."),
        field("concealed_permille", &FlowView::concealed_permille,
              "Sound that had to be made up and could be heard.")};
  }
};

/// How good a call is, and why it is no better.
struct QualityView {
  QualityLevel level = QualityLevel::excellent;
  QualityCause cause = QualityCause::none;
  QualitySide side = QualitySide::between;
  std::uint32_t measurements = 0;
  std::optional<std::uint32_t> round_trip_ms;
  bool relayed = false;
  FlowView receiving;
  FlowView sending;
  bool operator==(const QualityView&) const = default;
  static constexpr auto fields() {
    return std::tuple{
        field("level", &QualityView::level, "Of the worse direction."),
        field("cause", &QualityView::cause, "Why it is worse than good."),
        field("side", &QualityView::side, "Whose side the cause is on."),
        field("measurements", &QualityView::measurements,
              "Counts the measurements: another number means new values."),
        field("round_trip_ms", &QualityView::round_trip_ms, "There and back."),
        field("relayed", &QualityView::relayed, "The path goes through a relay."),
        field("receiving", &QualityView::receiving, "From the other side to this one."),
        field("sending", &QualityView::sending, "From this side to the other one.")};
  }
};

struct CallView {
  CallId call;
  wire::Direction direction = wire::Direction::outgoing;
  wire::Party peer;
  wire::MediaKind kind = wire::MediaKind::audio;
  Phase phase = Phase::calling;
  bool waiting = false;
  bool quiet = false;
  bool held = false;
  std::uint32_t devices_told = 0;
  std::uint32_t devices_ringing = 0;
  std::optional<std::int64_t> active_since_ms;
  std::optional<PeerConnectionId> connection;
  BySource<SourceView> sources;
  SoundHint sound_hint = SoundHint::none;
  std::optional<wire::LegStatus> peer_status;
  wire::PeerDevice peer_device = wire::PeerDevice::connected;
  std::optional<QualityView> quality;
  std::optional<wire::EndReason> reason;
  std::optional<Error> problem;
  std::optional<std::int64_t> lasted_ms;
  bool operator==(const CallView&) const = default;
  static constexpr auto fields() {
    return std::tuple{
        field("call", &CallView::call, "Which call."),
        field("direction", &CallView::direction, "Who called."),
        field("peer", &CallView::peer, "The other person."),
        field("kind", &CallView::kind, "What the caller asked for."),
        field("phase", &CallView::phase, "Where the call stands."),
        field("waiting", &CallView::waiting,
              "Outgoing: the callee is in another call. Incoming: this person is."),
        field("quiet", &CallView::quiet,
              "Outgoing: it rings, but no device of the callee is heard of just now."),
        field("held", &CallView::held, "This side holds the call."),
        field("devices_told", &CallView::devices_told, "Devices of the callee that were told."),
        field("devices_ringing", &CallView::devices_ringing, "Devices of the callee that ring."),
        field("active_since_ms", &CallView::active_since_ms, "When media first flowed."),
        field("connection", &CallView::connection, "The connection that carries remote media."),
        field("microphone", &CallView::sources, &BySource<SourceView>::microphone,
              "This device's microphone."),
        field("camera", &CallView::sources, &BySource<SourceView>::camera, "This device's camera."),
        field("screen", &CallView::sources, &BySource<SourceView>::screen,
              "This device's screen, if it is shared."),
        field("sound_hint", &CallView::sound_hint, "What the microphone's sound tells."),
        field("peer_status", &CallView::peer_status, "What the other side sends."),
        field("peer_device", &CallView::peer_device, "What is known of the other side's device."),
        field("quality", &CallView::quality, "How good the call is, once that is known."),
        field("reason", &CallView::reason, "Why the call ended."),
        field("problem", &CallView::problem, "What failed."),
        field("lasted_ms", &CallView::lasted_ms, "How long media flowed, once the call ended.")};
  }
};

struct PresenceView {
  UserId user;
  bool online = false;
  bool operator==(const PresenceView&) const = default;
  static constexpr auto fields() {
    return std::tuple{field("user", &PresenceView::user, "Who."),
                      field("online", &PresenceView::online, "Whether a device is connected.")};
  }
};

/// Calls in a view at most: the calls of the user and those that have just ended.
inline constexpr std::size_t kMaxCallsShown = 8;

struct View {
  SessionPhase session = SessionPhase::signed_out;
  std::optional<Error> problem;
  std::optional<wire::Party> me;
  json::List<PresenceView, wire::kMaxWatched> presence;
  std::optional<std::uint32_t> people_changes;
  std::optional<std::uint32_t> people_ask_within_ms;
  json::List<CallView, kMaxCallsShown> calls;
  bool operator==(const View&) const = default;
  static constexpr auto fields() {
    return std::tuple{
        field("session", &View::session, "The way to the server."),
        field("problem", &View::problem, "Why the session is refused or reconnecting."),
        field("me", &View::me, "Who is signed in."),
        field("presence", &View::presence, "The people shown, as far as known."),
        field("people_changes", &View::people_changes,
              "Counts how often the server's list of people may have changed; absent for never."),
        field("people_ask_within_ms", &View::people_ask_within_ms,
              "Ask for the list at a random moment within this time after the last change."),
        field("calls", &View::calls, "In the order they began.")};
  }
};

}  // namespace parley::phone
