// The rules for passwords.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace parley::server::auth {

/// The form of a password that is hashed (RFC 8265, 4.2.2): composed, with every kind of space as a
/// plain one. An accent is then the same for a keyboard that sends one character and for one that
/// sends two. Invalid UTF-8 stays unchanged.
[[nodiscard]] std::string prepare_password(std::string_view password);

/// Sent to clients as the `detail` of the error.
enum class PasswordProblem : std::uint8_t { length, unreadable, common };
constexpr auto names(PasswordProblem) {
  return std::array<std::string_view, 3>{"length", "unreadable", "common"};
}
constexpr std::string_view name_of(PasswordProblem problem) {
  return names(problem)[static_cast<std::size_t>(problem)];
}

/// Why `password`, which is prepared, is too weak for an account; empty if it is allowed.
/// `names` are the public names of the account.
[[nodiscard]] std::optional<PasswordProblem> problem_with_password(std::string_view password,
                                                                   std::string_view user,
                                                                   std::string_view display_name);

/// Whether the password is among the first guesses: a listed word with digits and signs around
/// it, a row of keys, or one repeated character.
[[nodiscard]] bool password_is_common(std::string_view password);

}  // namespace parley::server::auth
