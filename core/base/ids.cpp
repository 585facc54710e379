#include "core/base/ids.hpp"

namespace parley {

namespace {

constexpr std::string_view kHexDigits = "0123456789abcdef";
constexpr std::size_t kUuidLength = 36;

constexpr bool is_dash_position(std::size_t i) { return i == 8 || i == 13 || i == 18 || i == 23; }

constexpr int hex_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

}  // namespace

std::string format_uuid(std::uint64_t high, std::uint64_t low) {
  std::string text(kUuidLength, '-');
  unsigned nibble = 0;
  for (std::size_t i = 0; i < kUuidLength; ++i) {
    if (is_dash_position(i)) continue;
    const std::uint64_t half = nibble < 16 ? high : low;
    text[i] = kHexDigits[(half >> (60U - 4U * (nibble % 16U))) & 0xfU];
    ++nibble;
  }
  return text;
}

std::optional<Uuid<void>> parse_uuid(std::string_view text) {
  if (text.size() != kUuidLength) return std::nullopt;
  Uuid<void> id;
  unsigned nibble = 0;
  for (std::size_t i = 0; i < kUuidLength; ++i) {
    if (is_dash_position(i)) {
      if (text[i] != '-') return std::nullopt;
      continue;
    }
    const int value = hex_value(text[i]);
    if (value < 0) return std::nullopt;
    std::uint64_t& half = nibble < 16 ? id.high : id.low;
    half = (half << 4U) | static_cast<std::uint64_t>(value);
    ++nibble;
  }
  return id;
}

std::optional<UserId> parse_user_id(std::string_view text) {
  if (text.empty() || text.size() > UserId::kMaxBytes) return std::nullopt;
  UserId user{std::string(text)};
  for (char& c : user.text) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    const bool allowed = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '_' ||
                         c == '-' || c == '@';
    if (!allowed) return std::nullopt;
  }
  return user;
}

}  // namespace parley
