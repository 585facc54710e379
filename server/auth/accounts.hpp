// Signing up, in and out, and finding out whose token one is. Answers come later, on the loop.
#pragma once

#include "core/errors/catalogue.hpp"
#include "server/auth/attempt_limiter.hpp"
#include "server/auth/secrets.hpp"
#include "server/loop/clock.hpp"
#include "server/loop/loop.hpp"
#include "server/loop/workers.hpp"
#include "server/store/store.hpp"

#include <array>
#include <chrono>
#include <cstdint>
#include <expected>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace parley::server::auth {

/// Who may make an account over HTTP.
enum class SignUpPolicy : std::uint8_t { open, invite, closed };
constexpr auto names(SignUpPolicy) {
  return std::array<std::string_view, 3>{"open", "invite", "closed"};
}

struct AccountSettings {
  SignUpPolicy sign_up = SignUpPolicy::open;
  std::chrono::days token_lifetime{30};
  PasswordCost password_cost = PasswordCost::interactive;
  /// Attempts to sign in or up per account and per address; 0 for no limit.
  unsigned attempts_per_minute = 10;
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

struct SignedIn {
  std::string token;
  store::Account account;
  std::int64_t expires_at_ms = 0;
};

struct Denial {
  Error error = Error::internal;
  /// The field of the request at fault, where there is one.
  std::string_view field;
};

template <class Result>
using Done = std::function<void(std::expected<Result, Denial>)>;

class Accounts {
 public:
  Accounts(AccountSettings settings, store::Store& store, loop::Loop& loop,
           const loop::Clock& clock);

  /// Called for an account before anybody is told that it exists, or that it is different now.
  void on_account(std::function<void(const store::Account&)> handler) {
    on_account_ = std::move(handler);
  }

  [[nodiscard]] SignUpPolicy sign_up_policy() const { return settings_.sign_up; }

  void sign_up(SignUp request, std::string_view address, Done<SignedIn> done);
  void sign_in(SignIn request, std::string_view address, Done<SignedIn> done);
  /// Withdraws the token; answers with its owner.
  void sign_out(std::string_view token, Done<store::Account> done);
  /// Whose token this is.
  void check(std::string_view token, Done<store::Account> done);

  /// Whether a second caller may ring while this user is in a call.
  void set_call_waiting(const UserId& user, bool call_waiting, Done<store::Account> done);

  /// Drops work that waits for a worker thread.
  void stop() { workers_.stop(); }

 private:
  struct NewAccount {
    store::Account account;
    std::optional<store::SecretHash> invitation;
  };

  void create(const NewAccount& account, const std::string& password, const Done<SignedIn>& done);
  void save(const NewAccount& account, const std::string& password_hash, Done<SignedIn> done);
  void grant(const store::Credentials& credentials, Done<SignedIn> done);
  void touch(const store::SecretHash& hash, std::int64_t now_ms);
  SignedIn make_signed_in(const store::Account& account) const;

  AccountSettings settings_;
  store::Store& store_;
  loop::Loop& loop_;
  const loop::Clock& clock_;
  AttemptLimiter attempts_by_user_;
  AttemptLimiter attempts_by_address_;
  /// Checked in place of the hash of a user that does not exist, so that both take the same time.
  std::string hash_of_nobody_;
  std::function<void(const store::Account&)> on_account_;
  loop::Workers workers_;
};

}  // namespace parley::server::auth
