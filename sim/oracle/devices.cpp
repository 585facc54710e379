// The checks of a device after each of its steps: its connections, its captured and sent media,
// its sound, and the number of its messages.
#include "core/base/overloaded.hpp"
#include "core/switchboard/timers.hpp"
#include "sim/frames.hpp"
#include "sim/oracle/oracle.hpp"
#include "sim/oracle/questions.hpp"

#include <algorithm>

namespace parley::sim {

using phone::CallView;
using phone::Feed;
using phone::Phase;
using phone::Tone;
using testing::Device;

namespace {

/// Two devices that send more than this in so short a time answer each other in an endless loop.
constexpr unsigned kMaxFramesInStretch = 500;
constexpr Duration kStretch{10'000};
/// Of two calls that are on, each with one to a device that takes over; of one that is dialled; and
/// of two that ring.
constexpr std::size_t kMaxConnections = 4 + switchboard::kMaxWarmLinks + 2;

bool captures(const CallView& call) {
  return !call.held && (is_on(call) || call.phase == Phase::calling ||
                        call.phase == Phase::ringing || call.phase == Phase::answering);
}

}  // namespace

void Oracle::check_effects(const Device& device, const phone::Event& event,
                           const std::vector<phone::Effect>& effects) {
  Watched& w = watched(device);
  const auto open = [&](PeerConnectionId id) {
    return std::ranges::find(w.connections, id.value, &Watched::Open::connection);
  };
  const auto needs = [&](PeerConnectionId id, std::string_view what) {
    if (open(id) == w.connections.end()) {
      violate("I6 nothing is done for a call after its end",
              name_of(device) + ": " + std::string(what) + " on a closed connection");
    }
  };
  // After a welcome a session repeats earlier messages, also about ended calls.
  const auto* received = std::get_if<phone::FrameReceived>(&event);
  const bool repeats = received != nullptr && type_of(received->text) == "welcome";
  for (const phone::Effect& effect : effects) {
    std::visit(
        Overloaded{
            [&](const phone::CreateConnection& e) {
              w.connections.push_back({e.connection.value, e.call});
            },
            [&](const phone::CloseConnection& e) {
              needs(e.connection, e.kType);
              std::erase_if(w.connections,
                            [&](const auto& o) { return o.connection == e.connection.value; });
            },
            [&](const OneOf<phone::SetIceServers, phone::MakeOffer, phone::MakeAnswer,
                            phone::SetRemoteDescription, phone::AddCandidate, phone::FeedConnection,
                            phone::SendDirect, phone::MakeKeyFrame, phone::SampleStats> auto& e) {
              needs(e.connection, e.kType);
            },
            [&](const phone::PlayTone& e) {
              if (e.tone != Tone::ended) w.tone = e.tone;
            },
            [&](const phone::SendFrame& e) {
              const Instant now = world_.scheduler().now();
              if (now - w.stretch > kStretch) {
                w.stretch = now;
                w.frames = 0;
              }
              if (++w.frames > kMaxFramesInStretch) {
                violate("I8 nobody talks without end", name_of(device) + ": " + e.text);
              }
              if (e.text.size() > wire::kMaxFrameBytes) {
                violate("I8 frames have a bound", name_of(device));
              }
              const std::string_view type = type_of(e.text);
              if (repeats || (type != "signal" && type != "status" && type != "media")) return;
              const auto call = call_of(e.text);
              const CallView* view = call ? find(device, *call) : nullptr;
              if (view == nullptr || is_over(*view)) {
                violate("I6 nothing is said of a call after its end",
                        name_of(device) + ": " + std::string(type));
              }
            },
            [](const OneOf<phone::OpenSocket, phone::CloseSocket, phone::OpenMedia,
                           phone::OpenScreen, phone::CloseMedia, phone::MeasureSound,
                           phone::Log> auto&) {},
        },
        effect);
  }
}

void Oracle::check_calls(Device& device) {
  Watched& w = watched(device);
  const auto& calls = device.view().calls.items;
  std::size_t in_front = 0;
  media::BySource<bool> wanted;
  w.on.clear();
  bool rings = false;
  bool rings_back = false;
  bool waits = false;
  for (const CallView& call : calls) {
    if (is_on(call) && !call.held) ++in_front;
    if (is_on(call)) w.on.push_back(call.call);
    wanted.microphone = wanted.microphone || captures(call);
    wanted.camera = wanted.camera || (captures(call) && call.sources.camera.wanted);
    wanted.screen = wanted.screen || (captures(call) && call.sources.screen.wanted);
    rings = rings || call.phase == Phase::incoming;
    rings_back = rings_back || call.phase == Phase::ringing;
    waits = waits || (!is_over(call) && call.phase != Phase::elsewhere);
    check_quality(device, call);
    if (call.lasted_ms.value_or(0) < 0)
      violate("I2 no call is shorter than nothing", name_of(device));
  }
  if (in_front > 1) violate("I1 one call in front on a device", name_of(device));
  for (const auto& [request, source] : device.tracks()) {
    if (!wanted[source]) violate("I6 no device is captured without a call", name_of(device));
  }
  for (const Watched::Open& open : w.connections) {
    const CallView* call = find(device, open.call);
    if (call == nullptr || is_over(*call) || call->phase == Phase::elsewhere) {
      violate("I6 no connection without a call", name_of(device));
      continue;
    }
    const auto connection = device.connections().find(open.connection);
    if (connection == device.connections().end()) continue;  // closed in this step
    const phone::FeedConnection& feed = connection->second.feed;
    const bool answered = is_on(*call) || call->phase == Phase::answering;
    if (!answered && feed.sent != media::BySource<Feed>{}) {
      violate("M1 nothing is sent before an answer", name_of(device));
    }
    const bool is_current = call->connection == PeerConnectionId{open.connection};
    const bool peer_holds = is_current && call->peer_status && call->peer_status->held;
    const bool held = call->held || peer_holds;
    if (held && (feed.sent.microphone != Feed::none || feed.sent.camera != Feed::none ||
                 feed.sent.screen != Feed::none)) {
      violate("I1 nothing is sent in a held call", name_of(device));
    }
    if (feed.sent.microphone == Feed::live && !call->sources.microphone.wanted) {
      violate("I6 who is muted is not heard", name_of(device));
    }
    if (feed.sent.camera != Feed::none && !call->sources.camera.wanted) {
      violate("I6 who has the camera off is not seen", name_of(device));
    }
    if (feed.sent.screen != Feed::none && !call->sources.screen.wanted) {
      violate("I6 who shares nothing is not looked at", name_of(device));
    }
    check_proofs(device, *call, feed);
    if (connection->second.rejected_candidates > 0) {
      violate("N1 no candidate before its description", name_of(device));
    }
  }
  if (w.connections.size() > kMaxConnections)
    violate("I8 connections have a bound", name_of(device));
  const bool tone_rings = w.tone == Tone::ringtone || w.tone == Tone::waiting;
  if ((tone_rings && !rings) || (w.tone == Tone::ringback && !rings_back) ||
      (w.tone == Tone::none && (rings || rings_back))) {
    violate("I4 it sounds as it is", name_of(device) + " plays " + word(w.tone));
  }
  if (waits && !device.next_deadline()) {
    violate("I4 whatever waits has a timer", name_of(device));
  }
}

/// What arrives here arrives whole, so a call is bad only while it is without media.
void Oracle::check_quality(const Device& device, const CallView& call) {
  using phone::QualityLevel;
  const bool lost = call.quality && call.quality->level == QualityLevel::lost;
  if (lost != (call.phase == Phase::reconnecting)) {
    violate("Q1 quality is lost while media is", name_of(device));
  }
  if (call.quality && !lost && call.phase != Phase::active) {
    violate("Q1 quality is that of a call that is on", name_of(device));
  }
  if (call.quality && !lost && call.quality->level > QualityLevel::good) {
    violate("Q2 media that arrives whole is not bad", name_of(device));
  }
}

/// Media that is shown as proven silent is not sent; and nothing is proven for a connection other
/// than the current one.
void Oracle::check_proofs(const Device& device, const CallView& call,
                          const phone::FeedConnection& feed) {
  const bool is_current = call.connection == feed.connection;
  const auto check = [&](const phone::SourceView& source, Feed fed) {
    if (source.off_proof == phone::Proof::none || fed == Feed::none) return;
    if (fed == Feed::live) violate("I6 nothing is proven silent that is sent", name_of(device));
    if (!is_current) violate("I6 nothing is proven that nobody looks at", name_of(device));
  };
  check(call.sources.microphone, feed.sent.microphone);
  check(call.sources.camera, feed.sent.camera);
  check(call.sources.screen, feed.sent.screen);
}

}  // namespace parley::sim
