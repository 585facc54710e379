// The queries of accounts and tokens.
#pragma once

#include "server/store/accounts.hpp"
#include "server/store/sqlite/database.hpp"

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

namespace parley::server::store::sqlite {

/// A column with a hash; zeros when it holds something else.
[[nodiscard]] SecretHash read_hash(const Query& query, int column);

/// False when the name is taken.
[[nodiscard]] bool add_user(Database& database, const Account& account,
                            std::string_view password_hash, std::int64_t now_ms);
/// Withdraws all tokens too. False when there is no such user.
[[nodiscard]] bool set_password(Database& database, const UserId& user,
                                std::string_view password_hash);
/// Saves a new hash of the same or of another password; tokens stay. False when the stored hash is
/// no longer `old_hash`.
[[nodiscard]] bool replace_password(Database& database, const UserId& user,
                                    std::string_view old_hash, std::string_view new_hash);
/// A disabled user can't sign in; disabling withdraws all tokens. False when there is no such user.
[[nodiscard]] bool set_disabled(Database& database, const UserId& user, bool disabled);
/// Returns the changed account; empty when there is no such user.
[[nodiscard]] std::optional<Account> set_call_waiting(Database& database, const UserId& user,
                                                      bool call_waiting);
[[nodiscard]] std::optional<Account> set_who_may_call(Database& database, const UserId& user,
                                                      WhoMayCall who);
/// Nothing for unknown and disabled users.
[[nodiscard]] std::optional<Credentials> find_credentials(Database& database, const UserId& user);
[[nodiscard]] bool user_exists(Database& database, const UserId& user);
[[nodiscard]] bool has_users(Database& database);
[[nodiscard]] std::vector<AccountDetails> list_users(Database& database);

/// Saves a token. Makes room by removing other tokens and returns the removed ones: the tokens used
/// longest ago go first, those in `last_to_go` last, in that order.
std::vector<SecretHash> add_token(Database& database, const NewToken& token,
                                  std::span<const SecretHash> last_to_go = {});
/// The valid tokens of one user, the last used first.
[[nodiscard]] std::vector<TokenDetails> tokens_of(Database& database, const UserId& user,
                                                  std::int64_t now_ms);
/// Empty for tokens that are unknown or expired, or whose user is disabled.
[[nodiscard]] std::optional<TokenOwner> find_token(Database& database, const SecretHash& hash,
                                                   std::int64_t now_ms);
void touch_token(Database& database, const SecretHash& hash, std::int64_t now_ms);
void remove_token(Database& database, const SecretHash& hash);
/// Removes all tokens of the user but one; returns them.
std::vector<SecretHash> remove_other_tokens(Database& database, const UserId& user,
                                            const SecretHash& kept);

/// True when any token is valid: devices may have been connected before the server started.
bool anybody_signed_in(Database& database, std::int64_t now_ms);
/// Removes tokens and invitations that have expired, up to `limit` of each; returns how many.
std::int64_t prune_secrets(Database& database, std::int64_t now_ms, std::int64_t limit);

/// The last plausible time, in Unix milliseconds.
[[nodiscard]] std::int64_t plausible_time(Database& database);
void set_plausible_time(Database& database, std::int64_t now_ms);

[[nodiscard]] std::int64_t last_account_change(Database& database);
/// The accounts changed after this number, ordered by the number of the change.
[[nodiscard]] std::vector<AccountChange> account_changes_since(Database& database,
                                                               std::int64_t change);

}  // namespace parley::server::store::sqlite
