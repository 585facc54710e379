// Accounts, tokens and invitations in the database. Secrets come in hashed; nothing here can be
// turned back into a password or a token.
#pragma once

#include "core/base/ids.hpp"
#include "server/store/sqlite/database.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace parley::server::store {

/// BLAKE2b of a token or an invitation code.
using SecretHash = std::array<std::byte, 32>;

/// Tokens of one user that are valid at the same time: more than anybody has devices, few enough to
/// be listed. A further one replaces the one that was used longest ago.
inline constexpr std::size_t kMaxTokensPerUser = 32;
/// What is kept of the software and of the system that somebody signed in with.
inline constexpr std::size_t kMaxDeviceTextBytes = 64;

/// Whose calls ring at a user.
enum class WhoMayCall : std::uint8_t { everybody, known };
constexpr auto names(WhoMayCall) { return std::array<std::string_view, 2>{"everybody", "known"}; }

struct Account {
  UserId user;
  std::string name;
  /// Whether a second caller may ring while this user is in a call.
  bool call_waiting = true;
  /// Counts up with every change to an account: of two readings the higher one is newer.
  std::int64_t change = 0;
  /// Can't sign in, and is not shown to others.
  bool disabled = false;
  WhoMayCall who_may_call = WhoMayCall::everybody;
};

struct AccountDetails {
  Account account;
  std::int64_t created_at_ms = 0;
};

struct Credentials {
  Account account;
  std::string password_hash;
};

struct TokenOwner {
  Account account;
  std::int64_t expires_at_ms = 0;
  std::optional<std::int64_t> last_used_at_ms;
};

/// What somebody signs in with; empty for what is not known.
struct DeviceText {
  std::string software;
  std::string system;
};

struct NewToken {
  SecretHash hash;
  UserId user;
  std::int64_t created_at_ms = 0;
  std::int64_t expires_at_ms = 0;
  DeviceText device;
};

/// One sign-in of a user.
struct TokenDetails {
  SecretHash hash;
  DeviceText device;
  std::int64_t created_at_ms = 0;
  std::int64_t last_used_at_ms = 0;
  std::int64_t expires_at_ms = 0;
};

/// A name to show as it comes out of the database, which anything may have been written to: valid
/// text within the limit of the wire; the account name when it is empty.
[[nodiscard]] std::string presentable_name(std::string name, const std::string& account_name);

/// False when the name is taken.
[[nodiscard]] bool add_user(Database& database, const Account& account,
                            std::string_view password_hash, std::int64_t now_ms);
/// Withdraws all tokens too. False when there is no such user.
[[nodiscard]] bool set_password(Database& database, const UserId& user,
                                std::string_view password_hash);
/// A new hash of the same password, or of another one; tokens stay. False when the hash is not
/// `old_hash` any more.
[[nodiscard]] bool replace_password(Database& database, const UserId& user,
                                    std::string_view old_hash, std::string_view new_hash);
/// A disabled user can't sign in; disabling withdraws all tokens. False when there is no such user.
[[nodiscard]] bool set_disabled(Database& database, const UserId& user, bool disabled);
/// The account as it is then; nothing when there is no such user.
[[nodiscard]] std::optional<Account> set_call_waiting(Database& database, const UserId& user,
                                                      bool call_waiting);
[[nodiscard]] std::optional<Account> set_who_may_call(Database& database, const UserId& user,
                                                      WhoMayCall who);
/// Nothing for unknown and disabled users.
[[nodiscard]] std::optional<Credentials> find_credentials(Database& database, const UserId& user);
[[nodiscard]] bool user_exists(Database& database, const UserId& user);
[[nodiscard]] std::vector<AccountDetails> list_users(Database& database);

/// Makes room for the token by removing others, those first that were used longest ago, and those
/// of `last_to_go` after all others, in their order. Returns what was removed.
std::vector<SecretHash> add_token(Database& database, const NewToken& token,
                                  std::span<const SecretHash> last_to_go = {});
/// Those of one user that are valid, the latest used first.
[[nodiscard]] std::vector<TokenDetails> tokens_of(Database& database, const UserId& user,
                                                  std::int64_t now_ms);
/// Nothing for tokens that are unknown or expired, or whose user is disabled.
[[nodiscard]] std::optional<TokenOwner> find_token(Database& database, const SecretHash& hash,
                                                   std::int64_t now_ms);
void touch_token(Database& database, const SecretHash& hash, std::int64_t now_ms);
void remove_token(Database& database, const SecretHash& hash);
/// Removes all tokens of the user but one; returns them.
std::vector<SecretHash> remove_other_tokens(Database& database, const UserId& user,
                                            const SecretHash& kept);

void add_invitation(Database& database, const SecretHash& hash, std::int64_t now_ms,
                    std::int64_t expires_at_ms);
[[nodiscard]] bool invitation_is_valid(Database& database, const SecretHash& hash,
                                       std::int64_t now_ms);
/// Uses an invitation up. False when there is none, or it has expired.
[[nodiscard]] bool take_invitation(Database& database, const SecretHash& hash, std::int64_t now_ms);

/// Whether any token is valid: a device may have been connected before the server was started.
bool anybody_signed_in(Database& database, std::int64_t now_ms);
/// Removes tokens and invitations that have expired, up to `limit` of each; returns how many.
std::int64_t prune_secrets(Database& database, std::int64_t now_ms, std::int64_t limit);

/// The last moment at which the time was plausible.
[[nodiscard]] std::int64_t plausible_time(Database& database);
void set_plausible_time(Database& database, std::int64_t now_ms);

/// An account that is new or different since a change that was seen before.
struct AccountChange {
  Account account;
  bool signed_out = false;
};

[[nodiscard]] std::int64_t last_account_change(Database& database);
/// Ordered by the number of the change.
[[nodiscard]] std::vector<AccountChange> account_changes_since(Database& database,
                                                               std::int64_t change);

}  // namespace parley::server::store
