// What people may call themselves and protect themselves with.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace parley::server::auth {

inline constexpr std::size_t kMaxDisplayNameCharacters = 64;
inline constexpr std::size_t kMinPasswordCharacters = 8;
inline constexpr std::size_t kMaxPasswordCharacters = 256;

/// Trims white space at both ends and checks the rest: valid UTF-8, 1 to 64 characters, something
/// visible among them, no control characters, no line separators, and none of the controls that
/// override the writing direction, with which one name can pose as another.
[[nodiscard]] std::optional<std::string> parse_display_name(std::string_view text);

/// 8 to 256 characters of valid UTF-8.
[[nodiscard]] bool password_is_acceptable(std::string_view password);

}  // namespace parley::server::auth
