// The events that a phone's shell reports. A shell reports what happened, in order, and decides
// nothing. The phone gives out the numbers of sockets, peer connections, operations and requests in
// its effects; it ignores an event about one that is over.
#pragma once

#include "core/shell/by_source.hpp"
#include "core/shell/capture.hpp"
#include "core/wire/types.hpp"

namespace parley::phone {

using json::added_field;
using json::field;
using media::BySource;
using media::SourceKind;
using wire::MediaKind;

// ---- session ----

/// A person is signed in on this device.
struct SignedIn {
  static constexpr std::string_view kType = "signed_in";
  json::Text<256> token;
  DeviceId device;
  json::Text<64> client;
  static constexpr auto fields() {
    return std::tuple{field("token", &SignedIn::token, "From the account service."),
                      field("device", &SignedIn::device, "New for every tab."),
                      field("client", &SignedIn::client, "Name and version of the software.")};
  }
};

/// The person signed out: every call ends, the socket closes.
struct SignedOut {
  static constexpr std::string_view kType = "signed_out";
  static constexpr auto fields() { return std::tuple{}; }
};

struct SocketOpened {
  static constexpr std::string_view kType = "socket_opened";
  SocketId socket;
  static constexpr auto fields() {
    return std::tuple{field("socket", &SocketOpened::socket, "Which socket.")};
  }
};

struct SocketClosed {
  static constexpr std::string_view kType = "socket_closed";
  SocketId socket;
  std::uint16_t code = 1006;
  static constexpr auto fields() {
    return std::tuple{field("socket", &SocketClosed::socket, "Which socket."),
                      field("code", &SocketClosed::code, "WebSocket close code (RFC 6455, 7.4).")};
  }
};

struct FrameReceived {
  static constexpr std::string_view kType = "frame_received";
  SocketId socket;
  std::string text;
  static constexpr auto fields() {
    return std::tuple{field("socket", &FrameReceived::socket, "Which socket."),
                      field("text", &FrameReceived::text, "The text of the frame.")};
  }
};

/// The network came back or changed, or the page woke up: the phone connects, or checks its socket,
/// at once.
struct NetworkChanged {
  static constexpr std::string_view kType = "network_changed";
  bool mobile_data = false;
  static constexpr auto fields() {
    return std::tuple{
        added_field("mobile_data", &NetworkChanged::mobile_data,
                    "The browser says that it is a mobile phone's (Network Information).")};
  }
};

/// The page goes away. It may come back, as in a reload.
struct PageHidden {
  static constexpr std::string_view kType = "page_hidden";
  static constexpr auto fields() { return std::tuple{}; }
};

/// This phone is closed for good, although its page may stay: the calls that use its devices end.
struct PhoneClosed {
  static constexpr std::string_view kType = "phone_closed";
  static constexpr auto fields() { return std::tuple{}; }
};

/// Whether the browser has what a call needs. Reported before signed_in; without it the phone
/// assumes that calls are possible.
struct CapabilityTold {
  static constexpr std::string_view kType = "capability_told";
  bool can_call = true;
  static constexpr auto fields() {
    return std::tuple{field("can_call", &CapabilityTold::can_call,
                            "False where connections between browsers can't be made.")};
  }
};

/// The deadline that the phone asked for has come.
struct TimeReached {
  static constexpr std::string_view kType = "time_reached";
  static constexpr auto fields() { return std::tuple{}; }
};

/// The app shows these people and needs their presence.
struct PeopleShown {
  static constexpr std::string_view kType = "people_shown";
  json::List<UserId, wire::kMaxWatched> users;
  static constexpr auto fields() {
    return std::tuple{field("users", &PeopleShown::users, "Replaces the earlier set.")};
  }
};

// ---- what the person does ----

struct Dialed {
  static constexpr std::string_view kType = "dialed";
  CallId call;
  wire::Party callee;
  MediaKind kind = MediaKind::audio;
  static constexpr auto fields() {
    return std::tuple{field("call", &Dialed::call, "A new UUIDv7."),
                      field("callee", &Dialed::callee, "Whom to call; the name is only shown."),
                      field("kind", &Dialed::kind, "Whether to start with the camera on.")};
  }
};

/// What to do with the calls that are on when another call is answered.
enum class OtherCalls : std::uint8_t { hold, end };
constexpr auto names(OtherCalls) { return std::array<std::string_view, 2>{"hold", "end"}; }

struct AnswerPressed {
  static constexpr std::string_view kType = "answer_pressed";
  CallId call;
  MediaKind kind = MediaKind::audio;
  OtherCalls others = OtherCalls::hold;
  static constexpr auto fields() {
    return std::tuple{field("call", &AnswerPressed::call, "Which call."),
                      field("kind", &AnswerPressed::kind, "Whether to answer with the camera on."),
                      field("others", &AnswerPressed::others, "What becomes of other calls.")};
  }
};

struct DeclinePressed {
  static constexpr std::string_view kType = "decline_pressed";
  CallId call;
  static constexpr auto fields() {
    return std::tuple{field("call", &DeclinePressed::call, "Which call.")};
  }
};

struct HangUpPressed {
  static constexpr std::string_view kType = "hang_up_pressed";
  CallId call;
  static constexpr auto fields() {
    return std::tuple{field("call", &HangUpPressed::call, "Which call.")};
  }
};

/// The person takes over a call that is on at another device.
struct JoinPressed {
  static constexpr std::string_view kType = "join_pressed";
  CallId call;
  static constexpr auto fields() {
    return std::tuple{field("call", &JoinPressed::call, "Which call.")};
  }
};

struct HoldSwitched {
  static constexpr std::string_view kType = "hold_switched";
  CallId call;
  bool held = true;
  static constexpr auto fields() {
    return std::tuple{field("call", &HoldSwitched::call, "Which call."),
                      field("held", &HoldSwitched::held, "False resumes, and holds the others.")};
  }
};

/// The person has seen how the call ended.
struct Dismissed {
  static constexpr std::string_view kType = "dismissed";
  CallId call;
  static constexpr auto fields() {
    return std::tuple{field("call", &Dismissed::call, "Which call.")};
  }
};

struct MicrophoneSwitched {
  static constexpr std::string_view kType = "microphone_switched";
  CallId call;
  bool on = true;
  static constexpr auto fields() {
    return std::tuple{field("call", &MicrophoneSwitched::call, "Which call."),
                      field("on", &MicrophoneSwitched::on, "False mutes.")};
  }
};

struct CameraSwitched {
  static constexpr std::string_view kType = "camera_switched";
  CallId call;
  bool on = true;
  static constexpr auto fields() {
    return std::tuple{field("call", &CameraSwitched::call, "Which call."),
                      field("on", &CameraSwitched::on, "False stops the capture.")};
  }
};

struct ScreenSwitched {
  static constexpr std::string_view kType = "screen_switched";
  CallId call;
  bool on = true;
  static constexpr auto fields() {
    return std::tuple{field("call", &ScreenSwitched::call, "Which call."),
                      field("on", &ScreenSwitched::on, "False stops sharing the screen.")};
  }
};

// ---- microphone, camera, screen ----

/// The person chose a device, now or on an earlier visit. The phone uses it when it is available.
struct DeviceChosen {
  static constexpr std::string_view kType = "device_chosen";
  SourceKind source = SourceKind::microphone;
  std::optional<media::HardwareId> device;
  static constexpr auto fields() {
    return std::tuple{field("source", &DeviceChosen::source, "Microphone or camera."),
                      field("device", &DeviceChosen::device, "The system's choice if absent.")};
  }
};

/// The devices that are plugged in. Reported at the start and whenever the list may have changed.
struct DevicesListed {
  static constexpr std::string_view kType = "devices_listed";
  json::List<media::ListedDevice, media::kMaxListedDevices> devices;
  static constexpr auto fields() {
    return std::tuple{field("devices", &DevicesListed::devices,
                            "Microphones and cameras, in the browser's order; without those that "
                            "it does not name yet.")};
  }
};

/// A permission has become known or has changed. Some browsers do not report permissions.
struct PermissionChanged {
  static constexpr std::string_view kType = "permission_changed";
  SourceKind source = SourceKind::microphone;
  media::Permission permission = media::Permission::granted;
  static constexpr auto fields() {
    return std::tuple{field("source", &PermissionChanged::source, "Microphone or camera."),
                      field("permission", &PermissionChanged::permission, "What it is now.")};
  }
};

/// A request succeeded: its devices are captured now.
struct MediaOpened {
  static constexpr std::string_view kType = "media_opened";
  MediaRequestId request;
  std::optional<media::Hardware> microphone;
  std::optional<media::Hardware> camera;
  static constexpr auto fields() {
    return std::tuple{
        field("request", &MediaOpened::request, "Which request."),
        field("microphone", &MediaOpened::microphone, "Where the sound comes from, if told."),
        field("camera", &MediaOpened::camera, "Where the picture comes from, if told.")};
  }
};

/// A request failed as a whole; nothing of it is captured.
struct MediaFailed {
  static constexpr std::string_view kType = "media_failed";
  MediaRequestId request;
  json::Text<64> name;
  json::Text<256> message;
  std::optional<json::Text<64>> constraint;
  std::optional<media::Permission> permission;
  static constexpr auto fields() {
    return std::tuple{
        field("request", &MediaFailed::request, "Which request."),
        field("name", &MediaFailed::name, "Name of the exception (Media Capture, 10.2)."),
        field("message", &MediaFailed::message, "Text of the exception."),
        field("constraint", &MediaFailed::constraint,
              "The constraint that no device meets (OverconstrainedError)."),
        field("permission", &MediaFailed::permission,
              "Access to what was asked for, right after; absent if the browser does not tell.")};
  }
};

/// A captured source has ended: it was unplugged, its permission was revoked, the system took it
/// away, or the person ended it in the browser's own controls.
struct MediaEnded {
  static constexpr std::string_view kType = "media_ended";
  MediaRequestId request;
  SourceKind source = SourceKind::microphone;
  static constexpr auto fields() {
    return std::tuple{field("request", &MediaEnded::request, "The request that opened it."),
                      field("source", &MediaEnded::source, "Which of its tracks.")};
  }
};

/// A source delivers only silence or black, or delivers again. Its own switch, the system or
/// another program mutes it (Media Capture, 4.3.1: the mute and unmute events).
struct MediaSilenced {
  static constexpr std::string_view kType = "media_silenced";
  MediaRequestId request;
  SourceKind source = SourceKind::microphone;
  bool silenced = true;
  static constexpr auto fields() {
    return std::tuple{field("request", &MediaSilenced::request, "The request that opened it."),
                      field("source", &MediaSilenced::source, "Which of its tracks."),
                      field("silenced", &MediaSilenced::silenced, "False when it is back.")};
  }
};

/// How loud a microphone has been since the last measurement.
struct SoundMeasured {
  static constexpr std::string_view kType = "sound_measured";
  MediaRequestId request;
  std::uint32_t peak_millionths = 0;
  static constexpr auto fields() {
    return std::tuple{field("request", &SoundMeasured::request, "The request that opened it."),
                      field("peak_millionths", &SoundMeasured::peak_millionths,
                            "The greatest sample, in millionths of full scale: 0 to 1,000,000.")};
  }
};

// ---- peer connection (W3C webrtc-pc) ----

/// An offer or answer was made and applied locally.
struct LocalDescriptionSet {
  static constexpr std::string_view kType = "local_description_set";
  PeerConnectionId connection;
  OperationId operation;
  wire::DescriptionKind kind = wire::DescriptionKind::offer;
  std::string sdp;
  static constexpr auto fields() {
    return std::tuple{field("connection", &LocalDescriptionSet::connection, "Which connection."),
                      field("operation", &LocalDescriptionSet::operation, "Which operation."),
                      field("kind", &LocalDescriptionSet::kind, "Offer or answer."),
                      field("sdp", &LocalDescriptionSet::sdp, "The description.")};
  }
};

struct RemoteDescriptionSet {
  static constexpr std::string_view kType = "remote_description_set";
  PeerConnectionId connection;
  OperationId operation;
  static constexpr auto fields() {
    return std::tuple{field("connection", &RemoteDescriptionSet::connection, "Which connection."),
                      field("operation", &RemoteDescriptionSet::operation, "Which operation.")};
  }
};

struct OperationFailed {
  static constexpr std::string_view kType = "operation_failed";
  PeerConnectionId connection;
  OperationId operation;
  json::Text<64> name;
  json::Text<256> message;
  static constexpr auto fields() {
    return std::tuple{field("connection", &OperationFailed::connection, "Which connection."),
                      field("operation", &OperationFailed::operation, "Which operation."),
                      field("name", &OperationFailed::name, "Name of the exception."),
                      field("message", &OperationFailed::message, "Text of it, for the log.")};
  }
};

struct CandidateGathered {
  static constexpr std::string_view kType = "candidate_gathered";
  PeerConnectionId connection;
  std::optional<json::Text<256>> ufrag;
  wire::Candidate candidate;
  static constexpr auto fields() {
    return std::tuple{
        field("connection", &CandidateGathered::connection, "Which connection."),
        field("ufrag", &CandidateGathered::ufrag,
              "The generation it belongs to; the latest local description's when absent."),
        field("candidate", &CandidateGathered::candidate, "The candidate.")};
  }
};

struct GatheringCompleted {
  static constexpr std::string_view kType = "gathering_completed";
  PeerConnectionId connection;
  static constexpr auto fields() {
    return std::tuple{field("connection", &GatheringCompleted::connection, "Which connection.")};
  }
};

/// The data channel of a connection is open. It stays open until the connection is closed.
struct DirectOpened {
  static constexpr std::string_view kType = "direct_opened";
  PeerConnectionId connection;
  static constexpr auto fields() {
    return std::tuple{field("connection", &DirectOpened::connection, "Which connection.")};
  }
};

/// A text came through the data channel of a connection.
struct DirectReceived {
  static constexpr std::string_view kType = "direct_received";
  PeerConnectionId connection;
  std::string text;
  static constexpr auto fields() {
    return std::tuple{field("connection", &DirectReceived::connection, "Which connection."),
                      field("text", &DirectReceived::text, "The text, as it came.")};
  }
};

/// RTCPeerConnectionState (W3C webrtc-pc, 4.3.3).
enum class ConnectionState : std::uint8_t {
  fresh,
  connecting,
  connected,
  disconnected,
  failed,
  closed,
};
constexpr auto names(ConnectionState) {
  return std::array<std::string_view, 6>{"new",          "connecting", "connected",
                                         "disconnected", "failed",     "closed"};
}

struct ConnectionStateChanged {
  static constexpr std::string_view kType = "connection_state_changed";
  PeerConnectionId connection;
  ConnectionState state = ConnectionState::fresh;
  static constexpr auto fields() {
    return std::tuple{field("connection", &ConnectionStateChanged::connection, "Which connection."),
                      field("state", &ConnectionStateChanged::state, "Its state now.")};
  }
};

/// RTCIceCandidateType (W3C webrtc-pc, 4.8.1.3).
enum class CandidateType : std::uint8_t { host, srflx, prflx, relay };
constexpr auto names(CandidateType) {
  return std::array<std::string_view, 4>{"host", "srflx", "prflx", "relay"};
}

/// The path that a connection uses now: its selected pair of candidates.
struct PathSample {
  std::optional<std::uint64_t> round_trip_ms;
  std::optional<CandidateType> local;
  std::optional<CandidateType> remote;
  std::optional<std::uint64_t> available_bps;
  static constexpr auto fields() {
    return std::tuple{
        field("round_trip_ms", &PathSample::round_trip_ms, "candidate-pair currentRoundTripTime."),
        field("local", &PathSample::local, "The type of the local candidate."),
        field("remote", &PathSample::remote, "The type of the remote candidate."),
        field("available_bps", &PathSample::available_bps,
              "candidate-pair availableOutgoingBitrate.")};
  }
};

/// What has arrived of one source (W3C webrtc-stats, inbound-rtp).
struct ReceivedCounters {
  std::optional<std::uint64_t> packets;
  std::optional<std::uint64_t> bytes;
  std::optional<std::uint64_t> lost;
  std::optional<std::uint64_t> jitter_ms;
  std::optional<std::uint64_t> energy;
  std::optional<std::uint64_t> frames;
  std::optional<std::uint64_t> samples;
  std::optional<std::uint64_t> concealed;
  std::optional<std::uint64_t> silent_concealed;
  std::optional<std::uint64_t> buffered_ms;
  std::optional<std::uint64_t> emitted;
  std::optional<std::uint64_t> freezes;
  std::optional<std::uint64_t> frozen_ms;
  std::optional<std::uint64_t> width;
  std::optional<std::uint64_t> height;
  std::optional<std::uint64_t> fps;
  static constexpr auto fields() {
    return std::tuple{
        field("packets", &ReceivedCounters::packets, "packetsReceived."),
        field("bytes", &ReceivedCounters::bytes, "bytesReceived."),
        field("lost", &ReceivedCounters::lost, "packetsLost; 0 while it is negative."),
        field("jitter_ms", &ReceivedCounters::jitter_ms, "jitter."),
        field("energy", &ReceivedCounters::energy, "totalAudioEnergy, in billionths."),
        field("frames", &ReceivedCounters::frames, "framesDecoded."),
        field("samples", &ReceivedCounters::samples, "totalSamplesReceived."),
        field("concealed", &ReceivedCounters::concealed, "concealedSamples."),
        field("silent_concealed", &ReceivedCounters::silent_concealed, "silentConcealedSamples."),
        field("buffered_ms", &ReceivedCounters::buffered_ms,
              "jitterBufferDelay: how long all that was emitted had waited."),
        field("emitted", &ReceivedCounters::emitted, "jitterBufferEmittedCount."),
        field("freezes", &ReceivedCounters::freezes, "freezeCount."),
        field("frozen_ms", &ReceivedCounters::frozen_ms, "totalFreezesDuration."),
        field("width", &ReceivedCounters::width, "frameWidth of the last frame, in pixels."),
        field("height", &ReceivedCounters::height, "frameHeight of the last frame, in pixels."),
        field("fps", &ReceivedCounters::fps, "framesPerSecond of the last second.")};
  }
};

/// Why an encoder makes less than it could: RTCQualityLimitationReason (W3C webrtc-stats, 8.4).
enum class EncoderLimit : std::uint8_t { none, cpu, bandwidth, other };
constexpr auto names(EncoderLimit) {
  return std::array<std::string_view, 4>{"none", "cpu", "bandwidth", "other"};
}

/// What has left of one source (W3C webrtc-stats, outbound-rtp).
struct SentCounters {
  std::optional<std::uint64_t> packets;
  std::optional<std::uint64_t> bytes;
  std::optional<std::uint64_t> lost;
  std::optional<std::uint64_t> jitter_ms;
  std::optional<std::uint64_t> energy;
  std::optional<std::uint64_t> frames;
  std::optional<std::uint64_t> round_trip_ms;
  std::optional<std::uint64_t> lost_permille;
  std::optional<std::uint64_t> target_bps;
  std::optional<EncoderLimit> limit;
  std::optional<std::uint64_t> width;
  std::optional<std::uint64_t> height;
  std::optional<std::uint64_t> fps;
  static constexpr auto fields() {
    return std::tuple{
        field("packets", &SentCounters::packets, "packetsSent."),
        field("bytes", &SentCounters::bytes, "bytesSent."),
        field("lost", &SentCounters::lost, "remote-inbound-rtp packetsLost; 0 while negative."),
        field("jitter_ms", &SentCounters::jitter_ms, "remote-inbound-rtp jitter."),
        field("energy", &SentCounters::energy,
              "media-source totalAudioEnergy of what is sent now, in billionths."),
        field("frames", &SentCounters::frames, "framesSent."),
        field("round_trip_ms", &SentCounters::round_trip_ms,
              "remote-inbound-rtp roundTripTime of the last report."),
        field("lost_permille", &SentCounters::lost_permille,
              "remote-inbound-rtp fractionLost of the last report, in thousandths."),
        field("target_bps", &SentCounters::target_bps, "targetBitrate of the encoder."),
        field("limit", &SentCounters::limit, "qualityLimitationReason."),
        field("width", &SentCounters::width, "frameWidth of the last frame, in pixels."),
        field("height", &SentCounters::height, "frameHeight of the last frame, in pixels."),
        field("fps", &SentCounters::fps, "framesPerSecond of the last second.")};
  }
};

/// A sample of a connection (W3C webrtc-stats). Counters are cumulative since it was created; what
/// a browser does not tell is absent. Sound energy is the square of the level, with full scale as
/// 1, integrated over seconds (webrtc-stats, totalAudioEnergy).
struct StatsSampled {
  static constexpr std::string_view kType = "stats_sampled";
  PeerConnectionId connection;
  std::optional<std::int64_t> at_ms = std::nullopt;
  std::optional<ConnectionState> state = std::nullopt;
  PathSample path = {};
  BySource<ReceivedCounters> received = {};
  BySource<SentCounters> sent = {};
  static constexpr auto fields() {
    return std::tuple{
        field("connection", &StatsSampled::connection, "Which connection."),
        field("at_ms", &StatsSampled::at_ms, "When it was taken, on the shell's steady clock."),
        field("state", &StatsSampled::state,
              "The connection's state at this moment: its events may wait behind those of a page "
              "that slept."),
        added_field("path", &StatsSampled::path, "The path in use."),
        added_field("microphone_received", &StatsSampled::received,
                    &BySource<ReceivedCounters>::microphone, "Of the other side's microphone."),
        added_field("camera_received", &StatsSampled::received, &BySource<ReceivedCounters>::camera,
                    "Of the other side's camera."),
        added_field("screen_received", &StatsSampled::received, &BySource<ReceivedCounters>::screen,
                    "Of the other side's screen."),
        added_field("microphone_sent", &StatsSampled::sent, &BySource<SentCounters>::microphone,
                    "Of this device's microphone."),
        added_field("camera_sent", &StatsSampled::sent, &BySource<SentCounters>::camera,
                    "Of this device's camera."),
        added_field("screen_sent", &StatsSampled::sent, &BySource<SentCounters>::screen,
                    "Of this device's screen.")};
  }
};

using Event =
    std::variant<SignedIn, SignedOut, SocketOpened, SocketClosed, FrameReceived, NetworkChanged,
                 PageHidden, PhoneClosed, CapabilityTold, TimeReached, PeopleShown, Dialed,
                 AnswerPressed, JoinPressed, DeclinePressed, HangUpPressed, HoldSwitched, Dismissed,
                 MicrophoneSwitched, CameraSwitched, ScreenSwitched, DeviceChosen, DevicesListed,
                 PermissionChanged, MediaOpened, MediaFailed, MediaEnded, MediaSilenced,
                 SoundMeasured, LocalDescriptionSet, RemoteDescriptionSet, OperationFailed,
                 CandidateGathered, GatheringCompleted, DirectOpened, DirectReceived,
                 ConnectionStateChanged, StatsSampled>;

}  // namespace parley::phone
