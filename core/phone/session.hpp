// The phone's side of the signalling session: opens sockets, greets, resumes, keeps alive, and
// tries again. Calls do not notice any of it; what they send is numbered and arrives once the way
// is free. Specified in docs/protocol.md#sessions.
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
  explicit Session(std::uint64_t seed) : random_(seed) {}

  // ---- events ----

  void sign_in(const SignedIn& event, Instant now, std::vector<Effect>& effects);
  void sign_out(std::vector<Effect>& effects);
  void socket_opened(const SocketOpened& event, Instant now, std::vector<Effect>& effects);
  void socket_closed(const SocketClosed& event, Instant now, std::vector<Effect>& effects);
  void network_changed(Instant now, std::vector<Effect>& effects);
  void time_reached(Instant now, std::vector<Effect>& effects);
  /// Nothing ran here for a while: whether the server is there is to be found out anew.
  void woken(Instant now, std::vector<Effect>& effects);
  /// Whether this device can make calls at all.
  void set_can_call(bool can_call) { can_call_ = can_call; }

  /// Takes a frame; returns what the calls must know, if anything.
  [[nodiscard]] std::optional<wire::ServerMessage> frame_received(const FrameReceived& event,
                                                                  Instant now,
                                                                  std::vector<Effect>& effects);

  // ---- use ----

  /// Sends a message, or keeps it until the session is back. Without a session there is nobody to
  /// keep it for: the calls say again what still matters after every fresh welcome.
  void send(const wire::ClientMessage& message, std::vector<Effect>& effects);

  [[nodiscard]] bool online() const { return std::holds_alternative<Online>(link_); }
  [[nodiscard]] std::optional<Instant> deadline() const;
  [[nodiscard]] SessionPhase phase() const;
  [[nodiscard]] std::optional<Error> problem() const;
  [[nodiscard]] const std::optional<wire::Party>& me() const { return me_; }
  [[nodiscard]] const std::optional<DeviceId>& device() const { return device_; }
  [[nodiscard]] const wire::IceServers& ice_servers() const { return ice_servers_; }
  /// The moment on this phone's clock that the server calls `server_time_ms`.
  [[nodiscard]] Instant local_time(std::int64_t server_time_ms) const {
    return Instant{since_epoch(server_time_ms) - server_ahead_};
  }

 private:
  // The way to the server.
  struct SignedOutState {};
  struct Waiting {
    Instant retry_at;
  };
  struct Opening {
    SocketId socket;
    Instant give_up_at;
  };
  struct Greeting {
    SocketId socket;
    Instant give_up_at;
  };
  struct Online {
    SocketId socket;
    Instant since;
    Instant silent_at;
  };
  struct Refused {
    Error why;
  };
  using Link = std::variant<SignedOutState, Waiting, Opening, Greeting, Online, Refused>;

  /// What outlives a socket.
  struct Established {
    SessionId id;
    ResumeKey key;
    session::Channel channel;
  };

  /// A server may claim any time. Those beyond what a browser can count to are the last one.
  static constexpr Duration since_epoch(std::int64_t unix_ms) {
    constexpr std::int64_t kEnd = std::int64_t{1} << 53U;
    return Duration{std::clamp(unix_ms, -kEnd, kEnd)};
  }

  [[nodiscard]] std::optional<SocketId> socket() const;
  void open_socket(Instant now, std::vector<Effect>& effects);
  void drop_socket(std::vector<Effect>& effects);
  /// Tries again, at once or after a while.
  void retry(Instant now, std::vector<Effect>& effects);
  /// Comes back without the session: something in it is lost for good.
  void start_afresh(Instant now, std::vector<Effect>& effects);
  void welcomed(const wire::Welcome& welcome, SocketId socket, Instant now,
                std::vector<Effect>& effects);
  Duration next_backoff();

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
  unsigned failed_attempts_ = 0;
  Duration goodbye_wait_{0};  // how long a stopping server asked us to stay away
  std::optional<Error> problem_;
};

}  // namespace parley::phone
