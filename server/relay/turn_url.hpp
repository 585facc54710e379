// The URL of a TURN server (RFC 7065), taken apart.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace parley::server::relay {

/// DTLS is not among those that are probed.
enum class TurnTransport : std::uint8_t { udp, tcp, tls, dtls };

struct TurnUrl {
  /// A name or an address, without brackets.
  std::string host;
  std::uint16_t port = 0;
  TurnTransport transport = TurnTransport::udp;
};

[[nodiscard]] std::optional<TurnUrl> parse_turn_url(std::string_view url);

}  // namespace parley::server::relay
