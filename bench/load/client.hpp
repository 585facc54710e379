// The shell around one phone: a line to the server, a scripted microphone and peer connection, and
// a person who follows the load tool. All work of a browser takes no time here, so that only the
// server is measured.
#pragma once

#include "bench/load/latencies.hpp"
#include "bench/load/line.hpp"
#include "bench/load/loop.hpp"
#include "core/phone/driver.hpp"
#include "core/testing/fake_peer_connection.hpp"

#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace parley::load {

/// The timing of the candidates.
enum class Gathering : std::uint8_t {
  separate,  // at intervals, so that each is sent in its own message
  together,  // all at once, in one message
};

struct Pace {
  Gathering gathering = Gathering::separate;
  /// Skips the phone's own waits (batches of candidates, reading counters) by advancing its
  /// clock. For closed loops, where waiting would only require more phones.
  bool hurried = false;
};

/// The common counters of all clients of a run.
struct Counters {
  std::uint64_t frames_sent = 0;
  std::uint64_t frames_received = 0;
  std::uint64_t bytes_sent = 0;
  std::uint64_t bytes_received = 0;
  std::uint64_t lines_lost = 0;
  std::uint64_t warnings = 0;
  std::string first_warning;
  /// The time from writing a signal at one phone to its arrival at the other.
  Latencies relay;
  /// The time from dialing to the applied answer.
  Latencies set_up;
  /// Receives every event before the phone does.
  std::function<void(const DeviceId&, const phone::Event&, Instant)> observer;
};

class Client final : private Line::Owner, private phone::Driver::Shell {
 public:
  Client(Loop& loop, Counters& counters, const Pace& pace, UserId user, DeviceId device,
         std::unique_ptr<Line> line);

  // ---- actions of the person ----
  void sign_in(const std::string& token);
  /// `since` is the scheduled time of the call, from which its set-up is timed.
  void dial(Client& callee, CallId call, Moment since);
  void answer();
  void hang_up();
  /// Any other event; for calls other than the one of `dial`.
  void press(const phone::Event& event) { feed(event); }
  /// Lets media flow to this client too; `dial` does so by itself.
  void pair_with(Client& peer) { peers_.push_back(&peer); }

  // ---- displayed state ----
  [[nodiscard]] const UserId& user() const { return user_; }
  [[nodiscard]] bool online() const { return online_; }
  /// The phase of the displayed call; empty without one.
  [[nodiscard]] std::optional<phone::Phase> phase() const { return phase_; }
  /// The end of the last call.
  [[nodiscard]] std::optional<wire::EndReason> reason() const { return reason_; }

  /// Called when `online` or `phase` has changed.
  std::function<void()> changed;
  /// Called with the displayed state after every event. Ended calls then stay until the observer
  /// dismisses them.
  std::function<void(const phone::View&)> seen;

 private:
  void line_opened() override;
  void frame_arrived(std::string_view text, Moment at) override;
  void line_closed(std::uint16_t code) override;

  [[nodiscard]] Instant now() const override { return instant_of(Clock::now()) + ahead_; }
  void perform(phone::Effect& effect) override;
  void arm(Instant due) override;
  void taking(const phone::Event& event) override;
  void feed(const phone::Event& event);
  /// Advances the phone's clock after the earlier events were handled, and reports the time.
  void skip(Duration wait);
  void look();

  void perform(const phone::OpenSocket& effect);
  void perform(const phone::CloseSocket& effect);
  void perform(const phone::SendFrame& effect);
  void perform(const phone::OpenMedia& effect);
  void perform(const phone::CreateConnection& effect);
  void perform(const phone::CloseConnection& effect);
  void perform(const phone::MakeOffer& effect);
  void perform(const phone::MakeAnswer& effect);
  void perform(const phone::SetRemoteDescription& effect);
  void perform(const phone::AddCandidate& effect);
  void perform(const phone::SampleStats& effect);
  void perform(const phone::Log& effect);
  void perform(const phone::OpenScreen&) {}
  void perform(const phone::CloseMedia&) {}
  void perform(const phone::MeasureSound&) {}
  void perform(const phone::PlayTone&) {}
  void perform(const phone::SetIceServers&) {}
  void perform(const phone::FeedConnection&) {}
  void perform(const phone::SendDirect&) {}
  void perform(const phone::MakeKeyFrame&) {}

  /// One end of a transport; a phone has two while a connection is being replaced.
  struct End {
    testing::FakePeerConnection connection;
    bool connected = false;
    std::uint64_t packets = 0;
  };
  using Ends = std::map<PeerConnectionId, End>;

  End* find(PeerConnectionId id);
  void set_local(PeerConnectionId id, OperationId operation, wire::DescriptionKind kind);
  void fail(PeerConnectionId id, OperationId operation);
  void gather(PeerConnectionId id, unsigned index);
  void connect_media(PeerConnectionId id);
  void media_connected(PeerConnectionId id);
  [[nodiscard]] const Ends::value_type* reached_from(const End& end) const;
  /// The client and the end at the other side.
  [[nodiscard]] std::pair<Client*, PeerConnectionId> other_end(const End& end) const;

  Loop& loop_;
  Counters& counters_;
  const Pace& pace_;
  UserId user_;
  DeviceId device_;
  std::unique_ptr<Line> line_;
  phone::Driver driver_;
  Client* peer_ = nullptr;  // in the call that was dialled last
  std::vector<Client*> peers_;

  SocketId socket_;
  bool online_ = false;
  std::optional<phone::Phase> phase_;
  std::optional<wire::EndReason> reason_;
  CallId call_;

  Ends ends_;
  std::optional<Moment> dialed_at_;
  std::deque<Moment> signals_on_their_way_;  // to the peer

  Duration ahead_{0};  // of the real clock
  std::deque<Duration> skips_;
};

}  // namespace parley::load
