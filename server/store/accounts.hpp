// Accounts, the tokens of those who are signed in, and invitations. Secrets come in hashed; nothing
// here can be turned back into a password or a token.
#pragma once

#include "core/base/ids.hpp"
#include "core/errors/catalogue.hpp"
#include "server/store/done.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace parley::server::store {

/// BLAKE2b of a token or an invitation code.
using SecretHash = std::array<std::byte, 32>;

/// What clients name a token by: the first half of its hash, which opens nothing.
[[nodiscard]] std::string token_id(const SecretHash& hash);

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

/// An account that is new or different since a change that was seen before.
struct AccountChange {
  Account account;
  bool signed_out = false;
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

/// Somebody who signs up, and is signed in with `token` by that.
struct NewAccount {
  Account account;
  std::string password_hash;
  /// The invitation that is used up, where one is needed.
  std::optional<SecretHash> invitation;
  NewToken token;
};

/// A name to show as it comes out of the database, which anything may have been written to: valid
/// text within the limit of the wire; the account name when it is empty.
[[nodiscard]] std::string presentable_name(std::string name, const std::string& account_name);

class AccountStore {
 public:
  using Hashes = std::vector<SecretHash>;

  AccountStore() = default;
  virtual ~AccountStore() = default;
  AccountStore(const AccountStore&) = delete;
  AccountStore& operator=(const AccountStore&) = delete;

  /// All enabled and disabled accounts as they were when the store was opened.
  [[nodiscard]] virtual std::vector<Account> take_initial_accounts() = 0;
  /// Whether a token was valid when the store was opened: devices may be on their way back from an
  /// earlier process.
  [[nodiscard]] virtual bool anybody_signed_in() const = 0;
  /// The time by which tokens and invitations expire: that of the clock, unless it is in doubt.
  /// From any thread.
  [[nodiscard]] virtual std::int64_t plausible_now_ms() = 0;

  // ---- signing up ----

  /// Error::invitation_needed or Error::name_taken when `sign_up` would end with it now; nothing
  /// otherwise.
  virtual void check_sign_up(const UserId& user, const std::optional<SecretHash>& invitation,
                             Done<std::optional<Error>> done) = 0;
  /// Saves the account and its token and uses the invitation up; or does nothing of that, and
  /// answers with Error::name_taken or Error::invitation_needed.
  virtual void sign_up(NewAccount account, Done<std::optional<Error>> done) = 0;

  // ---- passwords ----

  /// Nothing for unknown and disabled users.
  virtual void find_credentials(const UserId& user, Done<std::optional<Credentials>> done) = 0;
  /// Saves a new hash of the same password; tokens stay. False when the password is not that of
  /// `old` any more.
  virtual void replace_hash(const Credentials& old, const std::string& new_hash,
                            Done<bool> done) = 0;
  /// Saves the hash of a new password and removes all tokens of the user but `kept`; answers with
  /// those. Nothing when the password is not that of `old` any more.
  virtual void change_password(const Credentials& old, const std::string& new_hash,
                               const SecretHash& kept, Done<std::optional<Hashes>> done) = 0;

  // ---- tokens ----

  /// Saves a token for somebody who knew the password. Makes room for it by removing others, those
  /// first that were used longest ago, and those of `last_to_go` after all others, in their order;
  /// answers with what was removed. Nothing when the password is not that of `checked` any more.
  virtual void grant_token(const Credentials& checked, NewToken token, Hashes last_to_go,
                           Done<std::optional<Hashes>> done) = 0;
  /// Nothing for tokens that are unknown or expired, or whose user is disabled.
  virtual void check_token(const SecretHash& hash, Done<std::optional<TokenOwner>> done) = 0;
  /// Notes that the token was used now.
  virtual void touch_token(const SecretHash& hash) = 0;
  /// Removes a token; answers as `check_token` would have before.
  virtual void remove_token(const SecretHash& hash, Done<std::optional<TokenOwner>> done) = 0;
  /// The user's tokens that are valid, the latest used first.
  virtual void list_tokens(const UserId& user, Done<std::vector<TokenDetails>> done) = 0;
  /// Removes the valid token of the user with this `token_id`; nothing when there is none.
  virtual void end_token(const UserId& user, const std::string& id,
                         Done<std::optional<SecretHash>> done) = 0;
  /// Removes all tokens of the user but `kept`; answers with them.
  virtual void end_other_tokens(const UserId& user, const SecretHash& kept, Done<Hashes> done) = 0;

  // ---- settings ----

  /// The account as it is then; nothing when there is no such user.
  virtual void set_call_waiting(const UserId& user, bool call_waiting,
                                Done<std::optional<Account>> done) = 0;
  virtual void set_who_may_call(const UserId& user, WhoMayCall who,
                                Done<std::optional<Account>> done) = 0;
};

}  // namespace parley::server::store
