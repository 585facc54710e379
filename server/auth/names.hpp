// What people may call themselves.
#pragma once

#include "core/base/ids.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <expected>
#include <string>
#include <string_view>

namespace parley::server::auth {

/// Why a name to show can't be used; told to clients as the `detail` of the error.
enum class NameProblem : std::uint8_t {
  empty,
  too_long,
  unreadable,
  invisible,
  mixed_scripts,
  look_alike,
};
constexpr auto names(NameProblem) {
  return std::array<std::string_view, 6>{"empty",     "too-long",      "unreadable",
                                         "invisible", "mixed-scripts", "look-alike"};
}
constexpr std::string_view name_of(NameProblem problem) {
  return names(problem)[static_cast<std::size_t>(problem)];
}

/// The name as it is kept: without white space at both ends, with single spaces inside, in NFC.
///
/// Refused are names that can pose as others: with characters that draw nothing or change the
/// writing direction (Unicode's Default_Ignorable_Code_Point) but where a script or an emoji needs
/// them, with letters of several scripts which look the same (UTS 39), and with letters that are
/// others in another style, as of mathematics.
[[nodiscard]] std::expected<std::string, NameProblem> parse_display_name(std::string_view text);

/// Whether a new account may have this name. One of dots only reads like a folder where it stands
/// in the path of a URL.
[[nodiscard]] bool is_for_new_account(const UserId& user);

}  // namespace parley::server::auth
