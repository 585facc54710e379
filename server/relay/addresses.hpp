// The addresses of this machine.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace parley::server::relay {

/// All of them, without those of loopback.
[[nodiscard]] std::vector<std::string> own_addresses();

/// The one that packets to other networks leave from; empty when there is no way out.
[[nodiscard]] std::string outward_address();

/// Why a port can't be had over UDP and TCP; empty when it can. Another program that shares its
/// port (SO_REUSEPORT), as coturn does, counts as having it.
[[nodiscard]] std::string why_no_relay_port(const std::string& address, std::uint16_t port);

/// Whether this machine has that address.
[[nodiscard]] bool is_own_address(const std::string& address);

/// Whether only its own network, or its own machine, can reach it: private (RFC 1918, RFC 4193),
/// shared (RFC 6598), link-local and loopback addresses.
[[nodiscard]] bool is_private_address(const std::string& address);

/// A UDP socket that talks to that address and never blocks; negative when it can't be had.
[[nodiscard]] int udp_socket_to(const std::string& address, std::uint16_t port);

}  // namespace parley::server::relay
