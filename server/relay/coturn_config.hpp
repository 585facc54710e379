// The configuration file of the coturn that this server runs (turnserver(1)).
#pragma once

#include <cstddef>
#include <cstdint>
#include <expected>
#include <filesystem>
#include <string>
#include <vector>

namespace parley::server::relay {

/// Relays that one account may hold: three URLs, over IPv4 and IPv6, for an old and a new
/// connection, on four devices that ring or talk.
inline constexpr std::size_t kMaxRelaysPerUser = std::size_t{3} * 2 * 2 * 4;

struct CoturnConfig {
  /// Logins are made from it.
  std::string secret;
  /// An address of this machine.
  std::string listen_address;
  /// The address that others reach it by; the same unless there is a NAT between.
  std::string public_address;
  std::uint16_t port = 0;
  std::uint16_t tls_port = 0;
  /// Each relay takes one of these ports.
  std::uint16_t min_port = 0;
  std::uint16_t max_port = 0;
  /// Both empty for a relay without TLS.
  std::filesystem::path certificate;
  std::filesystem::path key;
  /// Of this machine: nothing is relayed to them.
  std::vector<std::string> own_addresses;
};

/// Files that it names without a folder belong into the one that coturn is started in. Fails with
/// what can't stand in such a file.
[[nodiscard]] std::expected<std::string, std::string> coturn_config(const CoturnConfig& config);

}  // namespace parley::server::relay
