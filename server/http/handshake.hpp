// The checks of the opening handshake of a WebSocket (RFC 6455, 4.2).
#pragma once

#include "server/http/head.hpp"

#include <optional>
#include <string_view>

namespace parley::server::http {

inline constexpr std::string_view kSignalPath = "/signal";

/// Whether a request asks for a signalling socket.
[[nodiscard]] bool asks_for_socket(const Head& head);

/// The error in such a request; empty when it is valid.
[[nodiscard]] std::optional<BadRequest> refuse_handshake(const Head& head);

}  // namespace parley::server::http
