// Logins for TURN servers that last some hours, made from a secret that only they and this server
// know: coturn's --use-auth-secret (draft-uberti-behave-turn-rest-00). The name is
// "expires:user" in Unix seconds, the password the HMAC-SHA1 of the name, in base64. The user is
// told to the servers by an opaque name.
#pragma once

#include "core/wire/types.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <expected>
#include <filesystem>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace parley::server::auth {

struct TurnLogin {
  std::string name;
  std::string password;
};

/// The password that belongs to a name.
[[nodiscard]] std::string turn_password(std::string_view secret, std::string_view name);

[[nodiscard]] TurnLogin make_turn_login(std::string_view secret, std::string_view user,
                                        std::int64_t expires_at_s);

/// What stands for a user in logins that shall not tell the account: the same for each login, and
/// of no meaning without the key, which must not be the secret of the logins.
[[nodiscard]] std::string opaque_name(std::string_view key, const UserId& user);

/// The secrets in the first lines of a file: the one that logins are made from, and, while it
/// replaces another, that other, which some servers may still go by.
using TurnSecrets = std::vector<std::string>;
inline constexpr std::size_t kMaxTurnSecrets = 2;

/// Fails with what is wrong with the file.
[[nodiscard]] std::expected<TurnSecrets, std::string> read_turn_secrets(
    const std::filesystem::path& file);

/// What is allowed about secrets and their file, but not wise.
[[nodiscard]] std::vector<std::string> warnings_about_turn_secrets(
    const TurnSecrets& secrets, const std::filesystem::path& file);

/// The TURN servers that share one secret.
class TurnServers {
 public:
  TurnServers() = default;
  /// The key of the users' opaque names must not be the secret, from which passwords are made.
  TurnServers(std::vector<std::string> urls, std::string secret, std::string name_key)
      : urls_(std::move(urls)), secret_(std::move(secret)), name_key_(std::move(name_key)) {}

  [[nodiscard]] bool empty() const { return urls_.empty(); }
  /// With a login for the user that begins to expire at `now_ms`.
  [[nodiscard]] wire::IceServer with_login(const UserId& user, std::int64_t now_ms) const;

 private:
  std::vector<std::string> urls_;
  std::string secret_;
  std::string name_key_;
};

}  // namespace parley::server::auth
