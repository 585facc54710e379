// The shell around one phone: a line to the server, a scripted microphone and peer connection, and
// a person who does what the load tool says. Everything a browser would take time for is done at
// once, so what takes time is the server.
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

/// How candidates are gathered.
enum class Gathering : std::uint8_t {
  separate,  // so far apart that each leaves in a message of its own
  together,  // all at once: one message
};

struct Pace {
  Gathering gathering = Gathering::separate;
  /// Waits of the phone itself (batches of candidates, reading counters) are skipped by letting its
  /// clock run ahead. For closed loops, where waiting would only need more phones.
  bool hurried = false;
};

/// What all clients of a run have counted together.
struct Counters {
  std::uint64_t frames_sent = 0;
  std::uint64_t frames_received = 0;
  std::uint64_t bytes_sent = 0;
  std::uint64_t bytes_received = 0;
  std::uint64_t lines_lost = 0;
  std::uint64_t warnings = 0;
  std::string first_warning;
  /// From the writing of a signal at one phone to its arrival at the other.
  Latencies relay;
  /// From dialing to the answer applied.
  Latencies set_up;
  /// Hears of every event before a phone does.
  std::function<void(const DeviceId&, const phone::Event&, Instant)> observer;
};

class Client final : private Line::Owner, private phone::Driver::Shell {
 public:
  Client(Loop& loop, Counters& counters, const Pace& pace, UserId user, DeviceId device,
         std::unique_ptr<Line> line);

  // ---- what the person does ----
  void sign_in(const std::string& token);
  /// `since` is when the call was due; its set-up is timed from then.
  void dial(Client& callee, CallId call, Moment since);
  void answer();
  void hang_up();
  /// Anything else; for calls beside the one that `dial` was about.
  void press(const phone::Event& event) { feed(event); }
  /// Lets media flow to this one too; `dial` does so by itself.
  void pair_with(Client& peer) { peers_.push_back(&peer); }

  // ---- what the phone shows ----
  [[nodiscard]] const UserId& user() const { return user_; }
  [[nodiscard]] bool online() const { return online_; }
  /// Of the call shown; nothing without one.
  [[nodiscard]] std::optional<phone::Phase> phase() const { return phase_; }
  /// How the last call ended.
  [[nodiscard]] std::optional<wire::EndReason> reason() const { return reason_; }

  /// Called when `online` or `phase` has changed.
  std::function<void()> changed;
  /// Called with everything that is shown, after every event. Ended calls then stay until they are
  /// dismissed by whoever looks.
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
  /// Moves the phone's clock ahead once the events before have been handled, and reports the time.
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
  /// The client and the end that this one reaches.
  [[nodiscard]] std::pair<Client*, PeerConnectionId> other_end(const End& end) const;

  Loop& loop_;
  Counters& counters_;
  const Pace& pace_;
  UserId user_;
  DeviceId device_;
  std::unique_ptr<Line> line_;
  phone::Driver driver_;
  Client* peer_ = nullptr;  // of the call that was dialled last
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
