// Passwords, tokens and invitation codes: created, hashed and checked with libsodium.
#pragma once

#include "server/store/accounts.hpp"

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

namespace parley::server::auth {

/// Must succeed before any other function here is used.
[[nodiscard]] bool prepare_secrets();

/// The cost of a password hash (argon2id). `minimal` is for tests and gives no protection.
enum class PasswordCost : std::uint8_t { minimal, interactive, moderate };

/// Slow by design: do not call it on the loop. Empty when there is no memory for it.
[[nodiscard]] std::string hash_password(std::string_view password, PasswordCost cost);
/// Slow by design: do not call it on the loop.
[[nodiscard]] bool password_matches(const std::string& hash, std::string_view password);

/// 32 random bytes in URL-safe base64.
[[nodiscard]] std::string make_token();
/// 20 characters that are easy to distinguish, in groups of five, to be read out or typed.
[[nodiscard]] std::string make_invitation_code();
/// Removes the variations of a typed code: spaces, dashes, capitals, and the link around it.
[[nodiscard]] std::string normalise_invitation_code(std::string_view code);

/// The stored form of a token or a code, so that a stolen database gives no access.
[[nodiscard]] store::SecretHash hash_secret(std::string_view secret);

/// Unpredictable bits for sessions.
[[nodiscard]] std::array<std::uint64_t, 4> random_bits();

}  // namespace parley::server::auth
