// Accounts, sign-in tokens and invitations. The store gets only hashes; no password and no token
// can be computed from them.
#pragma once

#include "core/base/ids.hpp"
#include "core/errors/catalogue.hpp"
#include "server/store/done.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace parley::server::store {

/// BLAKE2b of a token or an invitation code.
using SecretHash = std::array<std::byte, 32>;

/// The id of a token for clients: the first half of its hash, which can't be used to sign in.
[[nodiscard]] std::string token_id(const SecretHash& hash);

/// Valid tokens of one user at once: more than a person has devices, and few enough to list. A
/// further token replaces the one that was used longest ago.
inline constexpr std::size_t kMaxTokensPerUser = 32;
/// The stored length of the names of software and system of a sign-in, each.
inline constexpr std::size_t kMaxDeviceTextBytes = 64;

/// The callers whose calls ring at a user.
enum class WhoMayCall : std::uint8_t { everybody, known };
constexpr auto names(WhoMayCall) { return std::array<std::string_view, 2>{"everybody", "known"}; }

struct Account {
  UserId user;
  std::string name;
  /// True when a second caller may ring while this user is in a call.
  bool call_waiting = true;
  /// Counts the changes to accounts: of two readings of an account, the one with the higher number
  /// is newer.
  std::int64_t change = 0;
  /// A disabled user can't sign in, and others do not find this user.
  bool disabled = false;
  WhoMayCall who_may_call = WhoMayCall::everybody;
};

struct AccountDetails {
  Account account;
  std::int64_t created_at_ms = 0;
};

/// An account that another process has added or changed.
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

/// The software and system of a sign-in; empty when unknown.
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

/// Open invitations of one user at most: they are handed to people one by one, and each may be used
/// once.
inline constexpr std::size_t kMaxInvitationsPerUser = 20;

/// A code that lets one person sign up.
struct Invitation {
  SecretHash hash{};
  std::int64_t created_at_ms = 0;
  std::int64_t expires_at_ms = 0;
};

/// What lets somebody make an account.
enum class Admission : std::uint8_t {
  anybody,
  /// Only with a valid invitation.
  invited,
  /// Without an invitation, while there is no account.
  first,
};

/// A new account and the token of its first sign-in.
struct NewAccount {
  Account account;
  std::string password_hash;
  /// The invitation to use up, if one was given.
  std::optional<SecretHash> invitation;
  Admission admission = Admission::anybody;
  NewToken token;
};

/// The user who made the invitation: the two are contacts of each other now. Empty without an
/// invitation, and for one by the operator. Or Error::name_taken, Error::invitation_needed.
using SignUpResult = std::expected<std::optional<UserId>, Error>;

/// A display name from the database as valid text within the limit of the wire; the account name
/// when it is empty. The database may hold any bytes.
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
  /// True when a token was valid when the store was opened: devices of an earlier process may
  /// reconnect.
  [[nodiscard]] virtual bool anybody_signed_in() const = 0;
  /// The time that decides whether tokens and invitations have expired, in Unix milliseconds: the
  /// clock's time, unless the clock is in doubt (server/store/plausible_time.hpp). May be called
  /// from any thread.
  [[nodiscard]] virtual std::int64_t plausible_now_ms() = 0;

  // ---- signing up ----

  /// Whether there is an account.
  virtual void has_accounts(Done<bool> done) = 0;
  /// Answers with Error::invitation_needed or Error::name_taken when `sign_up` would fail with it
  /// now; empty otherwise.
  virtual void check_sign_up(const UserId& user, Admission admission,
                             const std::optional<SecretHash>& invitation,
                             Done<std::optional<Error>> done) = 0;
  /// Saves the account and its token, uses the invitation up, and makes the new user and the one
  /// who invited them contacts of each other. With an error it changes nothing.
  virtual void sign_up(NewAccount account, Done<SignUpResult> done) = 0;

  // ---- invitations ----

  /// Saves an invitation by the user. False when the user has as many as allowed.
  virtual void add_invitation(const UserId& by, const Invitation& invitation, Done<bool> done) = 0;
  /// The open invitations by the user, the newest first.
  virtual void list_invitations(const UserId& by, Done<std::vector<Invitation>> done) = 0;
  /// Saves where browsers find the app, for the links of invitations by the operator.
  virtual void note_origin(const std::string& origin) = 0;
  /// Withdraws the invitation by the user with this `token_id`; false when there is none.
  virtual void withdraw_invitation(const UserId& by, const std::string& id, Done<bool> done) = 0;

  // ---- passwords ----

  /// Empty for unknown and disabled users.
  virtual void find_credentials(const UserId& user, Done<std::optional<Credentials>> done) = 0;
  /// Saves a new hash of the same password; tokens stay. False when the password has changed since
  /// `old` was read.
  virtual void replace_hash(const Credentials& old, const std::string& new_hash,
                            Done<bool> done) = 0;
  /// Saves the hash of a new password, removes all tokens of the user except `kept`, and answers
  /// with the removed ones. Empty when the password has changed since `old` was read.
  virtual void change_password(const Credentials& old, const std::string& new_hash,
                               const SecretHash& kept, Done<std::optional<Hashes>> done) = 0;

  // ---- tokens ----

  /// Saves a token after the password was checked. Makes room by removing other tokens and answers
  /// with the removed ones: the tokens used longest ago go first, those in `last_to_go` last, in
  /// that order. Empty when the password has changed since `checked` was read.
  virtual void grant_token(const Credentials& checked, NewToken token, Hashes last_to_go,
                           Done<std::optional<Hashes>> done) = 0;
  /// Empty for tokens that are unknown or expired, or whose user is disabled.
  virtual void check_token(const SecretHash& hash, Done<std::optional<TokenOwner>> done) = 0;
  /// Saves the present time as the last use of the token.
  virtual void touch_token(const SecretHash& hash) = 0;
  /// Removes a token; answers as `check_token` before the removal.
  virtual void remove_token(const SecretHash& hash, Done<std::optional<TokenOwner>> done) = 0;
  /// The valid tokens of the user, the last used first.
  virtual void list_tokens(const UserId& user, Done<std::vector<TokenDetails>> done) = 0;
  /// Removes the valid token of the user with this `token_id` and answers with its hash; empty when
  /// there is none.
  virtual void end_token(const UserId& user, const std::string& id,
                         Done<std::optional<SecretHash>> done) = 0;
  /// Removes all tokens of the user except `kept`; answers with the removed ones.
  virtual void end_other_tokens(const UserId& user, const SecretHash& kept, Done<Hashes> done) = 0;

  // ---- settings ----

  /// Answers with the changed account; empty when there is no such user.
  virtual void set_call_waiting(const UserId& user, bool call_waiting,
                                Done<std::optional<Account>> done) = 0;
  virtual void set_who_may_call(const UserId& user, WhoMayCall who,
                                Done<std::optional<Account>> done) = 0;
};

}  // namespace parley::server::store
