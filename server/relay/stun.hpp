// The one STUN exchange that tells whether a relay works: a binding request and its answer
// (RFC 8489, sections 5 and 14.2).
#pragma once

#include <array>
#include <cstdint>
#include <span>

namespace parley::server::relay {

/// Random bits that an answer repeats.
using StunTransaction = std::array<std::uint8_t, 12>;
using StunRequest = std::array<std::uint8_t, 20>;

[[nodiscard]] StunRequest stun_request(const StunTransaction& transaction);

/// Whether a datagram is a whole success response to that request, with the address of the one who
/// asked in it.
[[nodiscard]] bool answers_stun_request(std::span<const std::uint8_t> datagram,
                                        const StunTransaction& transaction);

}  // namespace parley::server::relay
