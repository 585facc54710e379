// The opening handshake of a WebSocket, as far as it can be refused (RFC 6455, 4.2).
#pragma once

#include "server/http/head.hpp"

#include <optional>
#include <string_view>

namespace parley::server::http {

inline constexpr std::string_view kSignalPath = "/signal";

/// Whether a request wants to become a signalling socket.
[[nodiscard]] bool asks_for_socket(const Head& head);

/// What is wrong with such a request; nothing when it is good.
[[nodiscard]] std::optional<BadRequest> refuse_handshake(const Head& head);

}  // namespace parley::server::http
