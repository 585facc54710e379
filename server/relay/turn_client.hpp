// One relay at a TURN server: asked for, permitted to talk to a peer, used, given back.
#pragma once

#include "server/auth/turn.hpp"
#include "server/relay/probe_socket.hpp"
#include "server/relay/turn_message.hpp"

#include <expected>
#include <functional>
#include <string>

namespace parley::server::relay {

/// Why a request failed: what the server said (RFC 8656, section 19), or 0 when it said nothing.
struct TurnRefusal {
  unsigned code = 0;
};

class TurnClient {
 public:
  TurnClient(ProbeSocket socket, auth::TurnLogin login)
      : socket_(std::move(socket)), login_(std::move(login)) {}

  /// The address of the relay.
  std::expected<TurnAddress, TurnRefusal> allocate(const Deadline& deadline);
  std::expected<void, TurnRefusal> permit(const TurnAddress& peer, const Deadline& deadline);
  /// Sends once to a peer; may get lost.
  void send(const TurnAddress& peer, const Bytes& data, const Deadline& deadline);
  /// What the next peer sent; empty after the deadline.
  Bytes receive(const Deadline& deadline);
  /// Gives the relay back, so that it counts no more.
  void release(const Deadline& deadline);

  [[nodiscard]] const ProbeSocket& socket() const { return socket_; }

 private:
  using Build = std::function<void(TurnWriter&)>;
  /// With the login once the server has asked for one.
  std::expected<TurnMessage, TurnRefusal> ask(TurnMethod method, const Build& build,
                                              const Deadline& deadline);
  std::optional<TurnMessage> exchange(TurnMethod method, const Build& build,
                                      const Deadline& deadline);
  std::optional<TurnMessage> answer_to(TurnMethod method, const StunTransaction& transaction,
                                       const Deadline& deadline);

  ProbeSocket socket_;
  auth::TurnLogin login_;
  std::string realm_;
  std::string nonce_;
  TurnKey key_{};
};

}  // namespace parley::server::relay
