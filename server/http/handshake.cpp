#include "server/http/handshake.hpp"

#include "server/http/text.hpp"

#include <algorithm>

namespace parley::server::http {

namespace {

/// 16 bytes in base64 (RFC 6455, 4.1): 22 characters and two of padding.
bool is_key(std::string_view text) {
  constexpr std::size_t kCharacters = 22;
  return text.size() == kCharacters + 2 && text.ends_with("==") &&
         std::ranges::all_of(text.substr(0, kCharacters), [](char c) {
           return is_digit(c) || (lower(c) >= 'a' && lower(c) <= 'z') || c == '+' || c == '/';
         });
}

}  // namespace

bool asks_for_socket(const Head& head) {
  return head.path == kSignalPath && head.method == Method::get && !head.http_1_0 &&
         head.fields.lists("Connection", "upgrade") && head.fields.lists("Upgrade", "websocket");
}

std::optional<BadRequest> refuse_handshake(const Head& head) {
  if (head.fields.single("Sec-WebSocket-Version") != "13") {
    return BadRequest{426, "sec-websocket-version"};
  }
  if (!is_key(head.fields.single("Sec-WebSocket-Key").value_or(""))) {
    return BadRequest{400, "sec-websocket-key"};
  }
  if (head.body.chunked || head.body.bytes > 0) return BadRequest{400, "a body with an upgrade"};
  return std::nullopt;
}

}  // namespace parley::server::http
