// The phone of one device: its session with the server, its calls, its microphone and camera, and
// the view that an interface draws. It takes one event at a time and answers with effects. Open
// devices, the tone, the feeds of connections and the status for the other side are derived from
// the calls after every event, and only differences become effects. No way to end a call can
// therefore leave a device open.
#pragma once

#include "core/base/token_bucket.hpp"
#include "core/media/sound_watch.hpp"
#include "core/media/sources.hpp"
#include "core/phone/call.hpp"
#include "core/phone/session.hpp"
#include "core/phone/status_exchange.hpp"
#include "core/phone/wants.hpp"
#include "core/phone/witness.hpp"
#include "core/quality/monitor.hpp"
#include "core/shell/view.hpp"

#include <cstdint>
#include <optional>
#include <vector>

namespace parley::phone {

class Phone {
 public:
  /// Calls of a phone at most. An ended call is kept until it is dismissed and the server has
  /// confirmed the end; above this number, the oldest ended calls are forgotten.
  static constexpr std::size_t kMaxCallsKept = 16;
  /// Calls that can be connected at once: one in front and one on hold.
  static constexpr std::ptrdiff_t kMaxConnectedCalls = 2;

  /// `seed` is used only for the jitter of reconnecting.
  explicit Phone(std::uint64_t seed) : session_(seed) {}

  /// Handles one event and appends its effects. `now` never goes back.
  void handle(const Event& event, Instant now, std::vector<Effect>& effects);

  /// When to send TimeReached; empty while no timer runs.
  [[nodiscard]] std::optional<Instant> next_deadline() const;

  [[nodiscard]] View view() const;

 private:
  struct Call {
    CallId id;
    wire::Direction direction = wire::Direction::outgoing;
    wire::Party peer;
    wire::MediaKind kind = wire::MediaKind::audio;
    bool waiting = false;
    bool quiet = false;
    Wants wants;
    StatusExchange statuses;
    std::vector<FeedConnection> feeds;  // of its connections
    Witness witness;                    // of its current connection
    quality::Monitor quality;           // of its current connection
    bool dismissed = false;
    TokenBucket pongs;
    /// When the server first heard of media in it, on this phone's clock.
    std::optional<Instant> connected_at;
    unsigned gaps = 0;  // in time, since its state has begun
    CallState state;
  };

  /// Detects that nothing ran on this device for a while. It is called only for TimeReached: only a
  /// deadline can end a call, and a trace without keep-alives must not look like a gap.
  void notice_gap();

  // Events of the phone. Events of a call are handled in core/phone/call_*.cpp.
  void on(const SignedIn& event);
  void on(const SignedOut& event);
  void on(const SocketOpened& event);
  void on(const SocketClosed& event);
  void on(const FrameReceived& event);
  void on(const NetworkChanged& event);
  void on(const PageHidden& event);
  void on(const PhoneClosed& event);
  void on(const CapabilityTold& event);
  void on(const TimeReached& event);
  void on(const PeopleShown& event);
  void on(const Dialed& event);
  void on(const AnswerPressed& event);
  void on(const JoinPressed& event);
  void on(const HoldSwitched& event);
  void on(const Dismissed& event);
  void on(const MicrophoneSwitched& event);
  void on(const CameraSwitched& event);
  void on(const ScreenSwitched& event);
  void on(const DeviceChosen& event);
  void on(const DevicesListed& event);
  void on(const PermissionChanged& event);
  void on(const MediaOpened& event);
  void on(const MediaFailed& event);
  void on(const MediaEnded& event);
  void on(const MediaSilenced& event);
  void on(const SoundMeasured& event);
  void on(const DirectOpened& event);
  void on(const DirectReceived& event);
  void on(const StatsSampled& event);
  /// Events that name a call and that only its state handles.
  template <class CallEvent>
    requires requires(const CallEvent& event) { event.call; }
  void on(const CallEvent& event);
  /// Events that name a peer connection: they belong to the call that owns it.
  template <class ConnectionEvent>
    requires requires(const ConnectionEvent& event) { event.connection; }
  void on(const ConnectionEvent& event);

  void server_said(const wire::ServerMessage& message);
  /// Gives the newest STUN and TURN servers to the connections that have others.
  void renew_ice_servers();
  void welcomed(const wire::Welcome& welcome);
  void incoming(const wire::Incoming& event);
  void had_media(Call& call, std::optional<std::int64_t> connected_at_ms);
  void found_in_snapshot(const wire::CallSnapshot& snapshot);
  void merged(const wire::Merged& event);
  void find_merged(const wire::Welcome& welcome);
  void elsewhere(const wire::Elsewhere& event);
  void presence_told(const wire::Presence& presence);
  void peer_status_told(CallId call, const wire::LegStatus& status);
  /// The status of the other side is news.
  void peer_status_changed(Call& call);
  void send_status_directly(const Call& call, PeerConnectionId connection);
  void leave_calls_to_other_page();
  /// Holds the other calls that are on, and sends their status before the message that brings
  /// `front` to the front.
  void hold_others(CallId front);

  /// Runs one transition of a call and carries out its step.
  template <class CallEvent>
  void advance(Call& call, const CallEvent& event);
  [[nodiscard]] CallContext context_of(const Call& call) const;
  void ask_peer(const Call& call);
  void carry_out(Call& call, Step step, std::size_t state_before,
                 const std::vector<PeerConnectionId>& connections_before);
  Call* find(CallId id);
  Call* find(PeerConnectionId id);
  void add_call(Call call);
  void forget_settled_calls();

  // Derived after every event.
  void settle();
  void settle_waiting();
  void settle_sources();
  void settle_measuring();
  void settle_feeds(Call& call);
  [[nodiscard]] FeedConnection feed_of(const Call& call, PeerConnectionId id) const;
  [[nodiscard]] wire::LegStatus status_of(const Call& call) const;
  void settle_status(Call& call);
  void settle_tone();
  [[nodiscard]] static bool can_share(const Call& call);
  /// The share of the screen has ended.
  void forget_screen();
  /// Tells a call whether signals reach the other device.
  void settle_reach(Call& call);
  /// Measures the quality of a call, and tells the other device.
  void measure_quality(Call& call, const StatsSampled& sample);
  void peer_measured(Call& call, PeerConnectionId connection, const wire::Quality& report);
  /// Reads the counters soon while the witness needs them often.
  void look_closely(Call& call);

  [[nodiscard]] SourceView microphone_view(const Call& call) const;
  [[nodiscard]] SourceView camera_view(const Call& call) const;
  [[nodiscard]] SourceView screen_view(const Call& call) const;
  [[nodiscard]] static Proof proof_of(const Call& call, SourceKind source);
  [[nodiscard]] std::optional<QualityView> quality_view(const Call& call) const;
  [[nodiscard]] SoundHint sound_hint_of(const Call& call) const;
  [[nodiscard]] CallView view_of(const Call& call) const;

  Session session_;
  media::Sources sources_;
  std::vector<Call> calls_;  // in the order they began
  std::vector<UserId> people_shown_;
  std::vector<PresenceView> presence_;
  bool follows_people_ = false;
  std::uint32_t people_changes_ = 0;
  std::uint32_t people_ask_within_ms_ = 0;
  Tone tone_ = Tone::none;
  std::uint64_t connections_ = 0;
  /// Those that all connections have.
  wire::IceServers ice_servers_;
  bool mobile_data_ = false;
  bool can_call_ = true;
  media::SoundWatch sound_watch_;
  /// The microphone whose loudness is measured.
  struct Listening {
    CallId call;
    MediaRequestId request;
    bool muted = false;
    Instant next_at;
    Instant heard_at;
  };
  std::optional<Listening> listening_;

  // Only valid while an event is handled.
  Instant now_;
  std::vector<Effect>* effects_ = nullptr;
};

}  // namespace parley::phone
