#include "core/testing/fake_peer_connection.hpp"

#include "core/negotiation/sdp.hpp"

namespace parley::testing {

namespace {

std::string ufrag_of(const std::string& sdp) {
  const auto ufrags = negotiation::ice_ufrags(sdp);
  return ufrags.empty() ? std::string() : ufrags.front();
}

}  // namespace

std::string FakePeerConnection::local_sdp() const {
  return "v=0\r\nm=audio 9 UDP/TLS/RTP/SAVPF 111\r\na=ice-ufrag:" + local_ufrag_ +
         "\r\nm=video 9 UDP/TLS/RTP/SAVPF 96\r\nm=video 9 UDP/TLS/RTP/SAVPF 96\r\n"
         "m=application 9 UDP/DTLS/SCTP webrtc-datachannel\r\n";
}

void FakePeerConnection::roll_back() {
  if (signalling_ == Signalling::have_local_offer) local_ufrag_ = stable_local_ufrag_;
  if (signalling_ == Signalling::have_remote_offer) {
    // A rollback also removes the candidates that were added.
    if (remote_ufrag_ != stable_remote_ufrag_) {
      remote_generations_with_candidates_.erase(remote_ufrag_);
    }
    remote_ufrag_ = stable_remote_ufrag_;
  }
  signalling_ = Signalling::stable;
}

bool FakePeerConnection::make_offer(bool restart_ice) {
  if (signalling_ != Signalling::stable) return false;
  stable_local_ufrag_ = local_ufrag_;
  if (local_ufrag_.empty() || restart_ice) {
    local_ufrag_ = owner_ + std::to_string(id_.value) + "g" + std::to_string(++generation_);
  }
  signalling_ = Signalling::have_local_offer;
  return true;
}

bool FakePeerConnection::make_answer() {
  if (signalling_ != Signalling::have_remote_offer) return false;
  // An answer to a restart restarts this side too; this fake does so for every new remote
  // generation.
  if (local_ufrag_.empty() || paired_ufrag_ != remote_ufrag_) {
    local_ufrag_ = owner_ + std::to_string(id_.value) + "g" + std::to_string(++generation_);
  }
  paired_ufrag_ = remote_ufrag_;
  stable_local_ufrag_ = local_ufrag_;
  stable_remote_ufrag_ = remote_ufrag_;
  signalling_ = Signalling::stable;
  return true;
}

bool FakePeerConnection::set_remote(wire::DescriptionKind kind, const std::string& sdp) {
  if (kind == wire::DescriptionKind::answer) {
    if (signalling_ != Signalling::have_local_offer) return false;
    signalling_ = Signalling::stable;
    stable_local_ufrag_ = local_ufrag_;
  } else {
    if (signalling_ == Signalling::have_remote_offer) return false;
    if (signalling_ == Signalling::have_local_offer) local_ufrag_ = stable_local_ufrag_;
    signalling_ = Signalling::have_remote_offer;
  }
  remote_ufrag_ = ufrag_of(sdp);
  if (signalling_ == Signalling::stable) stable_remote_ufrag_ = paired_ufrag_ = remote_ufrag_;
  return true;
}

bool FakePeerConnection::add_candidate(const std::string& ufrag, const wire::Candidate& candidate) {
  if (remote_ufrag_.empty() || ufrag != remote_ufrag_) {
    ++rejected_candidates;
    return false;
  }
  ++added_candidates;
  if (!candidate.candidate.value.empty()) remote_generations_with_candidates_.insert(ufrag);
  return true;
}

phone::ConnectionState FakePeerConnection::next_state(bool reached, Instant now) {
  using phone::ConnectionState;
  constexpr Duration kFailsAfter{15'000};
  if (state == ConnectionState::failed && failed_ufrag_ == local_ufrag_) return state;
  if (reached) return ConnectionState::connected;
  if (state == ConnectionState::connected) return ConnectionState::disconnected;
  if (state == ConnectionState::disconnected && now - state_since >= kFailsAfter) {
    failed_ufrag_ = local_ufrag_;
    in_use_ = Generations();
    return ConnectionState::failed;
  }
  return state;
}

namespace {

constexpr std::uint64_t kPacketsAtOnce = 10;
constexpr std::uint64_t kEnergyAtOnce = 1'000'000;
constexpr std::uint64_t kFramesAtOnce = 6;
constexpr std::uint64_t kSamplesInPacket = 960;

}  // namespace

void FakePeerConnection::send(bool leaks_when_muted) {
  using phone::Feed;
  const bool leaks = leaks_when_muted && feed.sent.microphone == Feed::silent;
  if (feed.sent.microphone == Feed::live || leaks) energy_sent += kEnergyAtOnce;
  if (feed.sent.camera == Feed::live) camera_frames_sent += kFramesAtOnce;
  if (feed.sent.screen == Feed::live) screen_frames_sent += kFramesAtOnce;
}

void FakePeerConnection::receive(const FakePeerConnection& other) {
  using phone::Feed;
  if (know_each_other(*this, other)) in_use_ = Generations{local_ufrag_, remote_ufrag_};
  if (other.feed.sent.microphone != Feed::none) audio_packets += kPacketsAtOnce;
  if (other.feed.sent.microphone == Feed::live) energy_received += kEnergyAtOnce;
  if (other.feed.sent.camera == Feed::live) camera_frames_received += kFramesAtOnce;
  if (other.feed.sent.screen == Feed::live) screen_frames_received += kFramesAtOnce;
}

phone::StatsSampled FakePeerConnection::counters() const {
  phone::StatsSampled sample{
      .connection = id_,
      .state = state,
      .received = {.microphone = {.packets = audio_packets,
                                  .lost = 0,
                                  .energy = energy_received,
                                  .samples = audio_packets * kSamplesInPacket,
                                  .concealed = 0},
                   .camera = {.packets = camera_frames_received, .frames = camera_frames_received},
                   .screen = {.frames = screen_frames_received}},
      .sent = {.camera = {.frames = camera_frames_sent}, .screen = {.frames = screen_frames_sent}}};
  if (feed.sent.microphone != phone::Feed::none) sample.sent.microphone.energy = energy_sent;
  return sample;
}

bool FakePeerConnection::reaches(const FakePeerConnection& a, const FakePeerConnection& b) {
  // A restart does not interrupt the path in use (RFC 8445, 2.4).
  const bool in_use = !a.in_use_.local.empty() && a.in_use_.local == b.in_use_.remote &&
                      a.in_use_.remote == b.in_use_.local;
  return in_use || know_each_other(a, b);
}

bool FakePeerConnection::know_each_other(const FakePeerConnection& a, const FakePeerConnection& b) {
  const auto knows = [](const FakePeerConnection& self, const FakePeerConnection& other) {
    return !self.local_ufrag_.empty() && self.signalling_ == Signalling::stable &&
           self.remote_ufrag_ == other.local_ufrag_ &&
           self.remote_generations_with_candidates_.contains(self.remote_ufrag_);
  };
  return knows(a, b) && knows(b, a);
}

}  // namespace parley::testing
