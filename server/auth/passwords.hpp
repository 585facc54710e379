// What people may protect themselves with.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace parley::server::auth {

/// The form of a password that is hashed (RFC 8265, 4.2.2): composed, every kind of space the plain
/// one. So an accent is the same whether a keyboard sends it as one character or as two. What is no
/// valid UTF-8 stays as it is.
[[nodiscard]] std::string prepare_password(std::string_view password);

/// Told to clients as the `detail` of the error.
enum class PasswordProblem : std::uint8_t { length, unreadable, common };
constexpr auto names(PasswordProblem) {
  return std::array<std::string_view, 3>{"length", "unreadable", "common"};
}
constexpr std::string_view name_of(PasswordProblem problem) {
  return names(problem)[static_cast<std::size_t>(problem)];
}

/// Why nobody may protect an account with `password`, which is prepared; nothing when they may.
/// `names` are what everybody can see of the account.
[[nodiscard]] std::optional<PasswordProblem> problem_with_password(std::string_view password,
                                                                   std::string_view user,
                                                                   std::string_view display_name);

/// Whether it is one of those that are tried first: a word of the list with digits and signs around
/// it, a row of keys, or one character again and again.
[[nodiscard]] bool password_is_common(std::string_view password);

}  // namespace parley::server::auth
