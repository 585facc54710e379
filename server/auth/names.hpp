// The rules for user names and display names.
#pragma once

#include "core/base/ids.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <expected>
#include <string>
#include <string_view>

namespace parley::server::auth {

/// Why a display name is refused; sent to clients as the `detail` of the error.
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

/// The stored form of a name: without white space at both ends, with single spaces inside, in NFC.
///
/// A name is refused if it can look like another name: with invisible characters or marks that
/// change the writing direction (Unicode's Default_Ignorable_Code_Point), except where a script or
/// an emoji needs them, with letters of several scripts that look the same (UTS 39), and with
/// styled variants of letters, such as those of mathematics.
[[nodiscard]] std::expected<std::string, NameProblem> parse_display_name(std::string_view text);

/// Whether a new account may have this name. A name of dots only would read as a folder in the path
/// of a URL.
[[nodiscard]] bool is_for_new_account(const UserId& user);

}  // namespace parley::server::auth
