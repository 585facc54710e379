// The phone's side of the signalling session: it opens sockets, sends hello, resumes, keeps the
// socket alive and reconnects. Calls do not depend on the socket: their messages are numbered and
// arrive once the session is online. Specified in docs/protocol.md#sessions.
#pragma once

#include "core/base/random.hpp"
#include "core/base/time.hpp"
#include "core/session/channel.hpp"
#include "core/shell/effects.hpp"
#include "core/shell/events.hpp"
#include "core/shell/view.hpp"

#include <algorithm>
#include <optional>
#include <variant>
#include <vector>

namespace parley::phone {

class Session {
 public:
  explicit Session(std::uint64_t seed);

  // ---- events ----

  void sign_in(const SignedIn& event, Instant now, std::vector<Effect>& effects);
  void sign_out(std::vector<Effect>& effects);
  void socket_opened(const SocketOpened& event, Instant now, std::vector<Effect>& effects);
  void socket_closed(const SocketClosed& event, Instant now, std::vector<Effect>& effects);
  void network_changed(Instant now, std::vector<Effect>& effects);
  void time_reached(Instant now, std::vector<Effect>& effects);
  /// Nothing ran on this device for a while: checks whether the server still answers.
  void woken(Instant now, std::vector<Effect>& effects);
  /// The path is in doubt: asks the server for a sign of life, which must come soon.
  void check(Instant now, std::vector<Effect>& effects);
  /// Whether a call waits for the session to be restored.
  void hurry(bool hurries, Instant now, std::vector<Effect>& effects);
  /// Whether the browser has what a call needs; sent to the server.
  void set_can_call(bool can_call) { can_call_ = can_call; }

  /// Handles a frame. Returns a message that is for the calls; empty when there is none.
  [[nodiscard]] std::optional<wire::ServerMessage> frame_received(const FrameReceived& event,
                                                                  Instant now,
                                                                  std::vector<Effect>& effects);

  // ---- use ----

  /// Sends a message, or keeps it until the session is resumed. Without a session the message is
  /// dropped: after a welcome of a new session, the calls send again what still matters.
  void send(const wire::ClientMessage& message, Instant now, std::vector<Effect>& effects);

  [[nodiscard]] bool online() const { return std::holds_alternative<Online>(link_); }
  /// Online, and no sign of life is awaited.
  [[nodiscard]] bool answers() const;
  [[nodiscard]] std::optional<Instant> deadline() const;
  [[nodiscard]] SessionPhase phase() const;
  [[nodiscard]] std::optional<Error> problem() const;
  [[nodiscard]] const std::optional<wire::Party>& me() const { return me_; }
  [[nodiscard]] const std::optional<DeviceId>& device() const { return device_; }
  [[nodiscard]] const wire::IceServers& ice_servers() const { return ice_servers_; }
  /// The moment on this phone's clock of a time on the server's clock, in Unix milliseconds.
  [[nodiscard]] Instant local_time(std::int64_t server_time_ms) const {
    return Instant{since_epoch(server_time_ms) - server_ahead_};
  }

 private:
  // The states of the connection to the server.
  struct SignedOutState {};
  struct Waiting {
    Instant retry_at;
    bool asked_for = false;  // by the server
  };
  struct Opening {
    SocketId socket;
    Instant since;
    Instant give_up_at;
  };
  struct Greeting {
    SocketId socket;
    Instant since;  // the socket is opened
    Instant give_up_at;
  };
  struct Online {
    SocketId socket;
    Instant since;
    Duration limit;    // the longest silence that is no loss
    Instant heard_at;  // the last frame
    Instant silent_at;
    bool asked = false;  // for a sign of life
  };
  struct Refused {
    Error why;
  };
  using Link = std::variant<SignedOutState, Waiting, Opening, Greeting, Online, Refused>;

  /// The part of a session that outlives its socket.
  struct Established {
    SessionId id;
    ResumeKey key;
    session::Channel channel;
  };

  /// A time of the server, in Unix milliseconds, limited to ±2⁵³: a server may send any number.
  static constexpr Duration since_epoch(std::int64_t unix_ms) {
    constexpr std::int64_t kEnd = std::int64_t{1} << 53U;
    return Duration{std::clamp(unix_ms, -kEnd, kEnd)};
  }

  [[nodiscard]] std::optional<SocketId> socket() const;
  void open_socket(Instant now, std::vector<Effect>& effects);
  void drop_socket(std::vector<Effect>& effects);
  /// Schedules the next attempt, immediately or after a back-off.
  void retry(Instant now, std::vector<Effect>& effects);
  /// Reconnects with a new session: a message of the old one is lost.
  void start_afresh(Instant now, std::vector<Effect>& effects);
  void welcomed(const wire::Welcome& welcome, SocketId socket, Instant now,
                std::vector<Effect>& effects);
  Duration next_backoff();
  Duration hurried_wait(Instant now);
  /// Asks for a sign of life, which must come within `limit`.
  void probe(Online& online, Duration limit, Instant now, std::vector<Effect>& effects);
  /// How long a socket may take to open, and again to `welcome`.
  [[nodiscard]] Duration open_limit() const;
  /// The time that a working path needs, and some more.
  [[nodiscard]] Duration hurried_limit() const;

  Random random_;
  Link link_;
  std::optional<DeviceId> device_;
  json::Text<256> token_;
  json::Text<64> client_;
  bool can_call_ = true;
  std::optional<Established> established_;
  std::optional<wire::Party> me_;
  wire::IceServers ice_servers_;
  Duration server_ahead_{0};
  std::uint64_t sockets_ = 0;
  bool hurries_ = false;
  unsigned hurried_attempts_ = 0;
  /// From the request for a socket to the welcome, the last time.
  Duration opened_in_;
  unsigned failed_attempts_ = 0;
  Duration goodbye_wait_{0};  // the wait that a stopping server has asked for
  std::optional<Error> problem_;
};

}  // namespace parley::phone
