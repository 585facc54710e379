// The effects of a phone. A shell carries them out in order, does not wait for any of them, and
// reports the results as events.
#pragma once

#include "core/shell/by_source.hpp"
#include "core/shell/capture.hpp"
#include "core/wire/types.hpp"

namespace parley::phone {

using json::added_field;
using json::field;
using media::BySource;
using media::SourceKind;

// ---- session ----

/// Open a WebSocket to the server; report socket_opened or socket_closed.
struct OpenSocket {
  static constexpr std::string_view kType = "open_socket";
  SocketId socket;
  bool operator==(const OpenSocket&) const = default;
  static constexpr auto fields() {
    return std::tuple{field("socket", &OpenSocket::socket, "The number it gets.")};
  }
};

/// Close a socket and forget it at once. The shell reports nothing more about it.
struct CloseSocket {
  static constexpr std::string_view kType = "close_socket";
  SocketId socket;
  bool operator==(const CloseSocket&) const = default;
  static constexpr auto fields() {
    return std::tuple{field("socket", &CloseSocket::socket, "Which socket.")};
  }
};

struct SendFrame {
  static constexpr std::string_view kType = "send_frame";
  SocketId socket;
  std::string text;
  bool operator==(const SendFrame&) const = default;
  static constexpr auto fields() {
    return std::tuple{field("socket", &SendFrame::socket, "Which socket."),
                      field("text", &SendFrame::text, "The frame, complete.")};
  }
};

// ---- microphone, camera, tones ----

/// Capture devices; report media_opened or media_failed, however late. Tracks of microphones start
/// disabled; feed_connection enables them.
struct OpenMedia {
  static constexpr std::string_view kType = "open_media";
  MediaRequestId request;
  std::optional<media::Capture> microphone;
  std::optional<media::Capture> camera;
  bool operator==(const OpenMedia&) const = default;
  static constexpr auto fields() {
    return std::tuple{
        field("request", &OpenMedia::request, "The number it gets."),
        field("microphone", &OpenMedia::microphone, "How to capture a microphone, if at all."),
        field("camera", &OpenMedia::camera, "How to capture a camera, if at all.")};
  }
};

/// Ask the person which screen or window to share; report media_opened or media_failed.
struct OpenScreen {
  static constexpr std::string_view kType = "open_screen";
  MediaRequestId request;
  bool operator==(const OpenScreen&) const = default;
  static constexpr auto fields() {
    return std::tuple{field("request", &OpenScreen::request, "The number it gets.")};
  }
};

/// Stop a track of a request that was fulfilled; the device's light goes off.
struct CloseMedia {
  static constexpr std::string_view kType = "close_media";
  MediaRequestId request;
  SourceKind source = SourceKind::microphone;
  bool operator==(const CloseMedia&) const = default;
  static constexpr auto fields() {
    return std::tuple{field("request", &CloseMedia::request, "The request that opened it."),
                      field("source", &CloseMedia::source, "Which of its tracks.")};
  }
};

/// Measure how loud a microphone has been since the last measurement, muted or not; report
/// sound_measured.
struct MeasureSound {
  static constexpr std::string_view kType = "measure_sound";
  MediaRequestId request;
  bool operator==(const MeasureSound&) const = default;
  static constexpr auto fields() {
    return std::tuple{field("request", &MeasureSound::request, "The request that opened it.")};
  }
};

enum class Tone : std::uint8_t { none, ringtone, waiting, ringback, ended };
constexpr auto names(Tone) {
  return std::array<std::string_view, 5>{"none", "ringtone", "waiting", "ringback", "ended"};
}

/// Play this tone from now on, and no other. `ended` is played once; the others repeat. `waiting`
/// is a second call's ringtone, quiet enough to talk over.
struct PlayTone {
  static constexpr std::string_view kType = "play_tone";
  Tone tone = Tone::none;
  bool operator==(const PlayTone&) const = default;
  static constexpr auto fields() {
    return std::tuple{field("tone", &PlayTone::tone, "Which tone.")};
  }
};

// ---- peer connection ----

/// Create a peer connection. The side that offers first adds three transceivers, all sendrecv:
/// sound, camera, screen, in this order. Pictures can then start and stop without a new
/// negotiation. The other side takes the transceivers of the offer and makes them sendrecv before
/// it answers. Both sides create one data channel, negotiated, with id 0, ordered and reliable; the
/// shell reports direct_opened and direct_received.
struct CreateConnection {
  static constexpr std::string_view kType = "create_connection";
  PeerConnectionId connection;
  CallId call;
  bool offers_first = false;
  wire::IceServers ice_servers;
  bool operator==(const CreateConnection&) const = default;
  static constexpr auto fields() {
    return std::tuple{
        field("connection", &CreateConnection::connection, "The number it gets."),
        field("call", &CreateConnection::call, "The call whose remote media it carries."),
        field("offers_first", &CreateConnection::offers_first,
              "Whether this side adds transceivers."),
        field("ice_servers", &CreateConnection::ice_servers, "STUN and TURN servers.")};
  }
};

/// Use these STUN and TURN servers from the next gathering of candidates on. Logins of the earlier
/// ones may expire while the connection lives. `relays_only`: gather no candidates but relayed ones
/// (RTCIceTransportPolicy, W3C webrtc-pc, 4.2.4).
struct SetIceServers {
  static constexpr std::string_view kType = "set_ice_servers";
  PeerConnectionId connection;
  wire::IceServers ice_servers;
  bool relays_only = false;
  bool operator==(const SetIceServers&) const = default;
  static constexpr auto fields() {
    return std::tuple{
        field("connection", &SetIceServers::connection, "Which connection."),
        field("ice_servers", &SetIceServers::ice_servers, "All of them."),
        added_field("relays_only", &SetIceServers::relays_only, "Gather relayed candidates only.")};
  }
};

struct CloseConnection {
  static constexpr std::string_view kType = "close_connection";
  PeerConnectionId connection;
  bool operator==(const CloseConnection&) const = default;
  static constexpr auto fields() {
    return std::tuple{field("connection", &CloseConnection::connection, "Which connection.")};
  }
};

/// Create an offer and apply it locally; report local_description_set or operation_failed.
/// `afresh`: the phone has given up an earlier operation. The shell stops that operation and rolls
/// its result back first (RFC 8829, 4.1.10.2).
struct MakeOffer {
  static constexpr std::string_view kType = "make_offer";
  PeerConnectionId connection;
  OperationId operation;
  bool restart_ice = false;
  bool afresh = false;
  bool operator==(const MakeOffer&) const = default;
  static constexpr auto fields() {
    return std::tuple{field("connection", &MakeOffer::connection, "Which connection."),
                      field("operation", &MakeOffer::operation, "The number it gets."),
                      field("restart_ice", &MakeOffer::restart_ice, "New ICE credentials."),
                      added_field("afresh", &MakeOffer::afresh,
                                  "Undo first what an operation left that was given up.")};
  }
};

/// Create an answer and apply it locally; report local_description_set or operation_failed.
struct MakeAnswer {
  static constexpr std::string_view kType = "make_answer";
  PeerConnectionId connection;
  OperationId operation;
  bool operator==(const MakeAnswer&) const = default;
  static constexpr auto fields() {
    return std::tuple{field("connection", &MakeAnswer::connection, "Which connection."),
                      field("operation", &MakeAnswer::operation, "The number it gets.")};
  }
};

/// Apply a description of the other side; roll back this side's own pending offer first (RFC 8829,
/// 4.1.10.2); report remote_description_set or operation_failed. `afresh`: as in make_offer.
struct SetRemoteDescription {
  static constexpr std::string_view kType = "set_remote_description";
  PeerConnectionId connection;
  OperationId operation;
  wire::DescriptionKind kind = wire::DescriptionKind::offer;
  std::string sdp;
  bool afresh = false;
  bool operator==(const SetRemoteDescription&) const = default;
  static constexpr auto fields() {
    return std::tuple{field("connection", &SetRemoteDescription::connection, "Which connection."),
                      field("operation", &SetRemoteDescription::operation, "The number it gets."),
                      field("kind", &SetRemoteDescription::kind, "Offer or answer."),
                      field("sdp", &SetRemoteDescription::sdp, "The description."),
                      added_field("afresh", &SetRemoteDescription::afresh,
                                  "Undo first what an operation left that was given up.")};
  }
};

/// Add a candidate of the other side. The shell logs a rejected candidate and reports nothing.
struct AddCandidate {
  static constexpr std::string_view kType = "add_candidate";
  PeerConnectionId connection;
  json::Text<256> ufrag;
  wire::Candidate candidate;
  bool operator==(const AddCandidate&) const = default;
  static constexpr auto fields() {
    return std::tuple{field("connection", &AddCandidate::connection, "Which connection."),
                      field("ufrag", &AddCandidate::ufrag, "The generation it belongs to."),
                      field("candidate", &AddCandidate::candidate, "The candidate.")};
  }
};

/// How a captured device is connected to a peer connection.
enum class Feed : std::uint8_t {
  none,    // nothing is sent
  silent,  // the track is attached but disabled: silence
  live,    // the track is attached and enabled
};
constexpr auto names(Feed) { return std::array<std::string_view, 3>{"none", "silent", "live"}; }

/// Connect captured devices to a connection. Takes effect at once, without negotiation.
struct FeedConnection {
  static constexpr std::string_view kType = "feed_connection";
  PeerConnectionId connection;
  BySource<Feed> sent;
  /// The requests that opened the sources; 0 for none.
  BySource<MediaRequestId> requests;
  bool operator==(const FeedConnection&) const = default;
  static constexpr auto fields() {
    return std::tuple{
        field("connection", &FeedConnection::connection, "Which connection."),
        field("microphone", &FeedConnection::sent, &BySource<Feed>::microphone,
              "What the audio transceiver sends."),
        field("microphone_request", &FeedConnection::requests,
              &BySource<MediaRequestId>::microphone,
              "The request that opened the microphone; 0 for none."),
        field("camera", &FeedConnection::sent, &BySource<Feed>::camera,
              "What the camera's transceiver sends."),
        field("camera_request", &FeedConnection::requests, &BySource<MediaRequestId>::camera,
              "The request that opened the camera; 0 for none."),
        field("screen", &FeedConnection::sent, &BySource<Feed>::screen,
              "What the screen's transceiver sends."),
        field("screen_request", &FeedConnection::requests, &BySource<MediaRequestId>::screen,
              "The request that opened the screen; 0 for none.")};
  }
};

/// Send a text to the other device through the open data channel of a connection. The text arrives
/// without the server, also while the server is down.
struct SendDirect {
  static constexpr std::string_view kType = "send_direct";
  PeerConnectionId connection;
  std::string text;
  bool operator==(const SendDirect&) const = default;
  static constexpr auto fields() {
    return std::tuple{field("connection", &SendDirect::connection, "Which connection."),
                      field("text", &SendDirect::text, "A direct message, as it is.")};
  }
};

/// Make the next frame that the camera and the screen send a key frame: media of a connection is
/// back, and the frames in between are lost. A browser asks for a key frame by itself only up to 3
/// s later (measured in Chromium). A shell that cannot make one does nothing.
struct MakeKeyFrame {
  static constexpr std::string_view kType = "make_key_frame";
  PeerConnectionId connection;
  bool operator==(const MakeKeyFrame&) const = default;
  static constexpr auto fields() {
    return std::tuple{field("connection", &MakeKeyFrame::connection, "Which connection.")};
  }
};

/// Read the counters; report stats_sampled.
struct SampleStats {
  static constexpr std::string_view kType = "sample_stats";
  PeerConnectionId connection;
  bool operator==(const SampleStats&) const = default;
  static constexpr auto fields() {
    return std::tuple{field("connection", &SampleStats::connection, "Which connection.")};
  }
};

// ---- log ----

enum class LogLevel : std::uint8_t { debug, info, warning, error };
constexpr auto names(LogLevel) {
  return std::array<std::string_view, 4>{"debug", "info", "warning", "error"};
}

/// One line of the debug log. It never holds descriptions, candidates, addresses or tokens.
struct Log {
  static constexpr std::string_view kType = "log";
  LogLevel level = LogLevel::info;
  std::optional<CallId> call;
  std::string text;
  bool operator==(const Log&) const = default;
  static constexpr auto fields() {
    return std::tuple{field("level", &Log::level, "How serious."),
                      field("call", &Log::call, "The call it is about."),
                      field("text", &Log::text, "What happened.")};
  }
};

using Effect =
    std::variant<OpenSocket, CloseSocket, SendFrame, OpenMedia, OpenScreen, CloseMedia,
                 MeasureSound, PlayTone, CreateConnection, SetIceServers, CloseConnection,
                 MakeOffer, MakeAnswer, SetRemoteDescription, AddCandidate, FeedConnection,
                 SendDirect, MakeKeyFrame, SampleStats, Log>;

}  // namespace parley::phone
