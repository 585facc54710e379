#include "server/auth/names.hpp"

#include "core/wire/limits.hpp"

#include <cstdint>

namespace parley::server::auth {

namespace {

/// Takes one code point off the front of `text`; nothing for invalid UTF-8 (RFC 3629).
std::optional<char32_t> take_code_point(std::string_view& text) {
  const auto byte = [&](std::size_t i) { return static_cast<std::uint8_t>(text[i]); };
  const std::uint8_t first = byte(0);
  std::size_t length = 1;
  char32_t point = first;
  char32_t smallest = 0;
  if (first >= 0x80) {
    if (first >= 0xc2 && first <= 0xdf) {
      length = 2, point = first & 0x1fU, smallest = 0x80;
    } else if (first >= 0xe0 && first <= 0xef) {
      length = 3, point = first & 0x0fU, smallest = 0x800;
    } else if (first >= 0xf0 && first <= 0xf4) {
      length = 4, point = first & 0x07U, smallest = 0x10000;
    } else {
      return std::nullopt;
    }
  }
  if (text.size() < length) return std::nullopt;
  for (std::size_t i = 1; i < length; ++i) {
    if ((byte(i) & 0xc0U) != 0x80U) return std::nullopt;
    point = (point << 6U) | (byte(i) & 0x3fU);
  }
  const bool surrogate = point >= 0xd800 && point <= 0xdfff;
  if (point < smallest || surrogate || point > 0x10ffff) return std::nullopt;
  text.remove_prefix(length);
  return point;
}

bool is_space(char32_t c) {
  return c == ' ' || (c >= 0x09 && c <= 0x0d) || c == 0x85 || c == 0xa0 || c == 0x1680 ||
         (c >= 0x2000 && c <= 0x200a) || c == 0x2028 || c == 0x2029 || c == 0x202f || c == 0x205f ||
         c == 0x3000;
}

/// Control characters, line separators, direction overrides and isolates, non-characters.
bool is_forbidden(char32_t c) {
  return c < 0x20 || (c >= 0x7f && c <= 0x9f) || c == 0x2028 || c == 0x2029 ||
         (c >= 0x202a && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069) || c == 0xfeff ||
         (c >= 0xfff9 && c <= 0xfffb) || (c >= 0xe0000 && c <= 0xe007f) || (c & 0xfffeU) == 0xfffe;
}

/// Draws nothing by itself; a name of these alone could not be seen.
bool is_invisible(char32_t c) {
  return is_space(c) || c == 0xad || c == 0x034f || c == 0x061c || c == 0x115f || c == 0x1160 ||
         c == 0x17b4 || c == 0x17b5 || (c >= 0x180b && c <= 0x180f) ||
         (c >= 0x200b && c <= 0x200f) || (c >= 0x2060 && c <= 0x206f) || c == 0x2800 ||
         c == 0x3164 || (c >= 0xfe00 && c <= 0xfe0f) || c == 0xffa0;
}

std::string_view trim(std::string_view text) {
  std::string_view rest = text;
  std::size_t first = text.size();
  std::size_t end = 0;
  while (!rest.empty()) {
    const std::size_t position = text.size() - rest.size();
    const auto point = take_code_point(rest);
    if (!point) return text;  // the caller finds out too
    if (is_space(*point)) continue;
    if (first == text.size()) first = position;
    end = text.size() - rest.size();
  }
  return first < end ? text.substr(first, end - first) : std::string_view();
}

}  // namespace

std::optional<std::string> parse_display_name(std::string_view text) {
  const std::string_view name = trim(text);
  if (name.size() > wire::kMaxDisplayNameBytes) return std::nullopt;
  std::size_t characters = 0;
  bool visible = false;
  for (std::string_view rest = name; !rest.empty(); ++characters) {
    const auto point = take_code_point(rest);
    if (!point || is_forbidden(*point)) return std::nullopt;
    visible = visible || !is_invisible(*point);
  }
  if (!visible || characters > kMaxDisplayNameCharacters) return std::nullopt;
  return std::string(name);
}

bool password_is_acceptable(std::string_view password) {
  std::size_t characters = 0;
  for (std::string_view rest = password; !rest.empty(); ++characters) {
    if (!take_code_point(rest)) return false;
  }
  return characters >= kMinPasswordCharacters && characters <= kMaxPasswordCharacters;
}

}  // namespace parley::server::auth
