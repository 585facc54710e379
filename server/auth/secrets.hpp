// Passwords, tokens and invitation codes: made, hashed and checked with libsodium.
#pragma once

#include "server/store/accounts.hpp"

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

namespace parley::server::auth {

/// Must succeed before anything else here is used.
[[nodiscard]] bool prepare_secrets();

/// What a password hash costs (argon2id). `minimal` is for tests: it protects nothing.
enum class PasswordCost : std::uint8_t { minimal, interactive, moderate };

/// Slow by design: not for the loop. Empty when there is no memory for it.
[[nodiscard]] std::string hash_password(std::string_view password, PasswordCost cost);
/// Slow by design: not for the loop.
[[nodiscard]] bool password_matches(const std::string& hash, std::string_view password);

/// 32 random bytes in URL-safe base64.
[[nodiscard]] std::string make_token();
/// 20 characters without look-alikes, in groups of five, to be read out or typed.
[[nodiscard]] std::string make_invitation_code();
/// Undoes what people do to a code when they type it: spaces, dashes, capitals.
[[nodiscard]] std::string normalise_invitation_code(std::string_view code);

/// What is stored of a token or a code, so that a stolen database opens nothing.
[[nodiscard]] store::SecretHash hash_secret(std::string_view secret);

/// Unpredictable bits for sessions.
[[nodiscard]] std::array<std::uint64_t, 4> random_bits();

}  // namespace parley::server::auth
