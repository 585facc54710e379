#include "server/http/json_body.hpp"

#include "server/text/unicode.hpp"

#include <charconv>
#include <cstddef>
#include <optional>
#include <system_error>

namespace parley::server::http {

Response denial(const auth::Denial& reason) {
  return failure(reason.error, FailureDetails{reason.field, reason.detail, reason.retry_after});
}

Response no_content() {
  Response response;
  response.status = 204;
  return response;
}

std::string without_broken_text(std::string_view body) {
  const auto unit_at = [&](std::size_t i) -> std::optional<unsigned> {
    if (body.substr(i, 2) != "\\u" || i + 6 > body.size()) return std::nullopt;
    unsigned unit = 0;
    const char* end = body.data() + i + 6;
    const auto [stopped, error] = std::from_chars(body.data() + i + 2, end, unit, 16);
    if (error != std::errc{} || stopped != end) return std::nullopt;
    return unit;
  };
  const auto is_high = [](unsigned unit) { return unit >= 0xd800 && unit < 0xdc00; };
  const auto is_low = [](unsigned unit) { return unit >= 0xdc00 && unit < 0xe000; };
  std::string out;
  for (std::size_t i = 0; i < body.size();) {
    std::size_t size = 1;
    std::string_view instead;
    if (const auto unit = unit_at(i)) {
      const auto next = unit_at(i + 6);
      const bool pair = is_high(*unit) && next && is_low(*next);
      size = pair ? 12 : 6;
      if (!pair && (is_high(*unit) || is_low(*unit))) instead = "\\ufffd";
    } else if (body[i] == '\\' && i + 1 < body.size()) {
      size = 2;
    }
    out += instead.empty() ? body.substr(i, size) : instead;
    i += size;
  }
  return text::repaired(std::move(out));
}

}  // namespace parley::server::http
