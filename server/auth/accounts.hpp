// Accounts: signing up, in and out, and the user of a token. Answers come later, on the loop.
#pragma once

#include "core/errors/catalogue.hpp"
#include "server/auth/attempt_limiter.hpp"
#include "server/auth/hash_queue.hpp"
#include "server/auth/secrets.hpp"
#include "server/auth/sign_in_guard.hpp"
#include "server/loop/clock.hpp"
#include "server/loop/loop.hpp"
#include "server/store/accounts.hpp"

#include <array>
#include <chrono>
#include <cstdint>
#include <expected>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace parley::server::auth {

/// Who may make an account over HTTP.
enum class SignUpPolicy : std::uint8_t { open, invite, closed };
constexpr auto names(SignUpPolicy) {
  return std::array<std::string_view, 3>{"open", "invite", "closed"};
}

/// Whether the first account of a server is still to be made, and who may make it: whom the answer
/// is for, or only the operator.
enum class FirstAccount : std::uint8_t { made, yours, by_operator };
constexpr auto names(FirstAccount) {
  return std::array<std::string_view, 3>{"made", "yours", "by_operator"};
}

struct AccountSettings {
  SignUpPolicy sign_up = SignUpPolicy::open;
  /// Whether requests from this machine come from people at it; behind a proxy, all requests do.
  bool trusts_this_machine = true;
  std::chrono::days token_lifetime{30};
  PasswordCost password_cost = PasswordCost::interactive;
  /// Whether signed-in users may invite others; else only the operator does, by `parley user
  /// invite`.
  bool users_invite = true;
  /// Attempts to sign in per account and address, and to sign up per address; 0 disables the limit.
  unsigned attempts_per_minute = 10;
};

/// The origin of a request.
struct Visitor {
  std::string address;
  store::DeviceText device;
  /// Whether it comes from this machine, and not through a proxy that says so.
  bool is_local = false;
};

struct SignUp {
  std::string user;
  std::string name;
  std::string password;
  std::string invitation;
};

struct SignIn {
  std::string user;
  std::string password;
};

struct ChangePassword {
  std::string current;
  std::string wanted;
};

struct SignedIn {
  std::string token;
  store::Account account;
  std::int64_t expires_at_ms = 0;
};

/// The user of a token.
struct TokenHolder {
  store::Account account;
  store::SecretHash token{};
  std::int64_t expires_at_ms = 0;
};

/// How long an invitation is good: a week, in which most people read their mail.
inline constexpr std::chrono::days kInvitationLifetime{7};

/// An invitation and its code, which is told once.
struct NewInvitation {
  std::string code;
  store::Invitation details;
};

struct Denial {
  Error error = Error::internal;
  /// The field of the request with the error, if any, and a word for the problem.
  std::string_view field = {};
  std::string_view detail = {};
  /// The time after which the same request may be repeated; zero for an error that does not pass
  /// with time.
  Duration retry_after{0};
};

template <class Result>
using Done = std::function<void(std::expected<Result, Denial>)>;

class Accounts {
 public:
  struct Hooks {
    /// Called for a new or changed account, before any answer names it.
    std::function<void(const store::Account&)> known;
    /// The two users are contacts of each other now.
    std::function<void(const UserId&, const UserId&)> introduced;
    /// The token is withdrawn: everything that was opened with it must end.
    std::function<void(const UserId&, const store::SecretHash&)> withdrawn;
    /// The user's tokens in use, in the order in which they are withdrawn when there
    /// are too many.
    std::function<std::vector<store::SecretHash>(const UserId&)> in_use;
  };

  Accounts(AccountSettings settings, store::AccountStore& store, loop::Loop& loop,
           const loop::Clock& clock);

  void set_hooks(Hooks hooks) { hooks_ = std::move(hooks); }

  [[nodiscard]] bool users_invite() const {
    return settings_.users_invite && settings_.sign_up != SignUpPolicy::closed;
  }
  [[nodiscard]] SignUpPolicy sign_up_policy() const { return settings_.sign_up; }

  /// Answers whether the visitor may make the first account.
  void first_account(const Visitor& from, Done<FirstAccount> done);
  void sign_up(SignUp request, const Visitor& from, Done<SignedIn> done);
  void sign_in(SignIn request, const Visitor& from, Done<SignedIn> done);
  /// Withdraws the token; answers with its user.
  void sign_out(std::string_view token, Done<store::Account> done);
  /// Answers with the user of the token.
  void check(std::string_view token, Done<TokenHolder> done);

  /// Makes an invitation, for one person and some days; Error::list_full for too many open ones.
  void invite(const TokenHolder& who, Done<NewInvitation> done);
  /// The user's open invitations, the newest first.
  void list_invitations(const TokenHolder& who, Done<std::vector<store::Invitation>> done);
  /// Withdraws one of the user's invitations, named by the start of its hash.
  void withdraw_invitation(const TokenHolder& who, const std::string& id,
                           Done<store::Account> done);

  /// Changes the password of the signed-in user, and withdraws all their other tokens.
  void change_password(const TokenHolder& who, ChangePassword request, const std::string& address,
                       Done<store::Account> done);
  /// The user's tokens, the last used first.
  void list_tokens(const TokenHolder& who, Done<std::vector<store::TokenDetails>> done);
  /// Withdraws one of the user's tokens, named by the start of its hash.
  void end_token(const TokenHolder& who, const std::string& id, Done<store::Account> done);
  /// Withdraws all of the user's tokens except the current one; answers with their number.
  void end_other_tokens(const TokenHolder& who, Done<std::size_t> done);
  /// A session that was opened with the token has just ended.
  void left(const store::SecretHash& token);

  /// Whether a second caller may ring while this user is in a call.
  void set_call_waiting(const UserId& user, bool call_waiting, Done<store::Account> done);
  void set_who_may_call(const UserId& user, store::WhoMayCall who, Done<store::Account> done);

 private:
  struct NewAccount {
    store::Account account;
    std::optional<store::SecretHash> invitation;
    store::Admission admission = store::Admission::anybody;
    std::string password;
    Visitor from;
  };
  /// A sign-in in progress.
  struct Attempt {
    UserId user;
    std::string password;
    std::string address;
  };
  /// The result of a password check.
  struct Verdict {
    store::Credentials credentials;
    /// The stored hash belongs to the password as typed, not to its prepared form.
    bool old_form = false;
  };

  [[nodiscard]] bool is_at_home(const Visitor& visitor) const;
  void create(const NewAccount& account, const Done<SignedIn>& done);
  void save(const NewAccount& account, const std::string& password_hash, Done<SignedIn> done);
  /// Whether a password is right, with all limits applied.
  void verify(Attempt attempt, Done<Verdict> done);
  void look_at(const Attempt& attempt, const std::optional<store::Credentials>& credentials,
               const Done<Verdict>& done);
  void grant(const store::Credentials& credentials, const store::DeviceText& device,
             Done<SignedIn> done);
  void replace_hash(const store::Credentials& credentials, const std::string& password,
                    const std::string& address);
  void set_password(const TokenHolder& who, const store::Credentials& old,
                    const std::string& password, const std::string& address,
                    Done<store::Account> done);
  SignedIn make_signed_in(const store::Account& account) const;
  store::NewToken token_for(const SignedIn& signed_in, const store::DeviceText& device) const;

  AccountSettings settings_;
  store::AccountStore& store_;
  const loop::Clock& clock_;
  SignInGuard guard_;
  AttemptLimiter sign_ups_by_address_;
  /// As last seen in the store; false may be out of date.
  bool has_accounts_ = false;
  /// The hash that is checked for a user who does not exist, so that both cases take the same time.
  std::string hash_of_nobody_;
  Hooks hooks_;
  HashQueue hashes_;
};

}  // namespace parley::server::auth
