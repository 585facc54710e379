// A scripted RTCPeerConnection with the standard's signalling rules: states and rollback, a new
// ufrag per ICE generation, candidates after the local description, and transport that comes up
// only when both ends have applied each other's descriptions and candidates of the same generation.
#pragma once

#include "core/base/time.hpp"
#include "core/shell/effects.hpp"
#include "core/shell/events.hpp"

#include <cstdint>
#include <set>
#include <string>

namespace parley::testing {

class FakePeerConnection {
 public:
  enum class Signalling : std::uint8_t { stable, have_local_offer, have_remote_offer };

  FakePeerConnection(std::string owner, PeerConnectionId id) : owner_(std::move(owner)), id_(id) {}

  /// Undoes an open offer of either side; does nothing without one.
  void roll_back();
  // Each returns false where a browser would reject with InvalidStateError.
  bool make_offer(bool restart_ice);
  bool make_answer();
  bool set_remote(wire::DescriptionKind kind, const std::string& sdp);
  /// False for a candidate of a generation that is not applied.
  bool add_candidate(const std::string& ufrag, const wire::Candidate& candidate);

  [[nodiscard]] std::string local_sdp() const;
  [[nodiscard]] const std::string& local_ufrag() const { return local_ufrag_; }
  [[nodiscard]] Signalling signalling() const { return signalling_; }

  /// Whether packets can flow between the two ends.
  [[nodiscard]] static bool reaches(const FakePeerConnection& a, const FakePeerConnection& b);

  /// The next connection state for a path that works or fails. Without incoming packets it is
  /// `disconnected` at once, and `failed` some seconds later; then only new ICE credentials help.
  [[nodiscard]] phone::ConnectionState next_state(bool reached, Instant now);

  /// Sends some media, according to the sources.
  void send(bool leaks_when_muted);
  /// Receives the media that the other end has sent.
  void receive(const FakePeerConnection& other);
  [[nodiscard]] phone::StatsSampled counters() const;

  // The world's own data about the connection.
  wire::IceServers ice_servers;
  bool relays_only = false;
  phone::FeedConnection feed;
  phone::ConnectionState state = phone::ConnectionState::fresh;
  Instant state_since;
  std::uint64_t audio_packets = 0;
  std::uint64_t energy_received = 0;
  std::uint64_t energy_sent = 0;
  std::uint64_t camera_frames_received = 0;
  std::uint64_t camera_frames_sent = 0;
  std::uint64_t screen_frames_received = 0;
  std::uint64_t screen_frames_sent = 0;
  bool direct_open = false;
  std::uint32_t rejected_candidates = 0;
  std::uint32_t added_candidates = 0;

 private:
  /// Whether both have applied the other's latest description and candidates.
  [[nodiscard]] static bool know_each_other(const FakePeerConnection& a,
                                            const FakePeerConnection& b);

  std::string owner_;
  PeerConnectionId id_;
  Signalling signalling_ = Signalling::stable;
  std::uint32_t generation_ = 0;
  std::string local_ufrag_;
  std::string stable_local_ufrag_;  // the target of a rollback
  std::string remote_ufrag_;
  std::string stable_remote_ufrag_;
  std::string paired_ufrag_;  // the remote generation of the local one
  std::string failed_ufrag_;  // the generation that failed
  /// The generations of the path in use; empty without one.
  struct Generations {
    std::string local;
    std::string remote;
  };
  Generations in_use_;
  std::set<std::string> remote_generations_with_candidates_;
};

}  // namespace parley::testing
