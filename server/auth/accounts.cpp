#include "server/auth/accounts.hpp"

#include "server/auth/limits.hpp"
#include "server/auth/names.hpp"
#include "server/auth/passwords.hpp"

#include <algorithm>
#include <memory>
#include <utility>

namespace parley::server::auth {

namespace {

std::unexpected<Denial> deny(Error error, std::string_view field = {},
                             std::string_view detail = {}) {
  return std::unexpected(Denial{error, field, detail, {}});
}

std::unexpected<Denial> deny_until(Error error, Duration wait) {
  return std::unexpected(Denial{error, {}, {}, wait});
}

}  // namespace

Accounts::Accounts(AccountSettings settings, store::AccountStore& store, loop::Loop& loop,
                   const loop::Clock& clock)
    : settings_(settings),
      store_(store),
      clock_(clock),
      guard_(settings.attempts_per_minute),
      sign_ups_by_address_(settings.attempts_per_minute, kMaxSignUpKeys),
      hash_of_nobody_(hash_password("nobody's password", settings.password_cost)),
      hashes_({.threads = hash_threads()}, loop, clock) {}

SignedIn Accounts::make_signed_in(const store::Account& account) const {
  const auto lifetime = std::chrono::milliseconds(settings_.token_lifetime).count();
  return {make_token(), account, clock_.now_ms() + lifetime};
}

store::NewToken Accounts::token_for(const SignedIn& signed_in,
                                    const store::DeviceText& device) const {
  return {hash_secret(signed_in.token), signed_in.account.user, clock_.now_ms(),
          signed_in.expires_at_ms, device};
}

// ---- signing up ----

/// Whoever is at the machine could as well make an invitation with `parley user invite`.
bool Accounts::is_at_home(const Visitor& visitor) const {
  return settings_.trusts_this_machine && visitor.is_local;
}

void Accounts::first_account(const Visitor& from, Done<FirstAccount> done) {
  if (has_accounts_) return done(FirstAccount::made);
  const bool may = settings_.sign_up == SignUpPolicy::open ||
                   (settings_.sign_up == SignUpPolicy::invite && is_at_home(from));
  store_.has_accounts([this, may, done = std::move(done)](auto found) {
    if (!found) return done(deny(Error::internal));
    has_accounts_ = *found;
    if (has_accounts_) return done(FirstAccount::made);
    done(may ? FirstAccount::yours : FirstAccount::by_operator);
  });
}

void Accounts::sign_up(SignUp request, const Visitor& from, Done<SignedIn> done) {
  if (settings_.sign_up == SignUpPolicy::closed) return done(deny(Error::sign_up_closed));
  NewAccount account;
  account.from = from;
  const std::string code = normalise_invitation_code(request.invitation);
  if (!code.empty()) account.invitation = hash_secret(code);
  if (settings_.sign_up == SignUpPolicy::invite) {
    account.admission = account.invitation ? store::Admission::invited : store::Admission::first;
  }
  if (account.admission == store::Admission::first && (has_accounts_ || !is_at_home(from))) {
    return done(deny(Error::invitation_needed, "invitation"));
  }
  const auto user = parse_user_id(request.user);
  if (!user || !is_for_new_account(*user)) return done(deny(Error::invalid_name, "user"));
  const auto name = parse_display_name(request.name);
  if (!name) return done(deny(Error::invalid_name, "name", name_of(name.error())));
  account.password = prepare_password(request.password);
  if (const auto problem = problem_with_password(account.password, user->text, *name)) {
    return done(deny(Error::weak_password, "password", name_of(*problem)));
  }
  account.account.user = *user;
  account.account.name = *name;
  const std::string key = address_key(from.address);
  if (!sign_ups_by_address_.take(key, clock_.now())) {
    return done(deny_until(Error::too_many_attempts, sign_ups_by_address_.wait(key, clock_.now())));
  }

  // A request that will fail needs no hash. The final check happens at saving.
  store_.check_sign_up(account.account.user, account.admission, account.invitation,
                       [this, account, done = std::move(done)](auto problem) {
                         if (!problem) return done(deny(Error::internal));
                         if (*problem) return done(deny(**problem));
                         create(account, done);
                       });
}

void Accounts::create(const NewAccount& account, const Done<SignedIn>& done) {
  const std::string key = address_key(account.from.address);
  hashes_.submit(
      key,
      [this, account, done]() -> loop::Task {
        std::string hash = hash_password(account.password, settings_.password_cost);
        return [this, account, hash = std::move(hash), done] {
          if (hash.empty()) return done(deny(Error::internal));
          save(account, hash, done);
        };
      },
      [this, key, done](Duration wait) {
        sign_ups_by_address_.give_back(key);
        done(deny_until(Error::rate_limited, wait));
      });
}

void Accounts::save(const NewAccount& account, const std::string& password_hash,
                    Done<SignedIn> done) {
  const SignedIn signed_in = make_signed_in(account.account);
  store_.sign_up({account.account, password_hash, account.invitation, account.admission,
                  token_for(signed_in, account.from.device)},
                 [this, signed_in, key = address_key(account.from.address),
                  done = std::move(done)](auto saved) {
                   if (!saved) return done(deny(Error::internal));
                   if (!*saved) return done(deny(saved->error()));
                   const UserId& user = signed_in.account.user;
                   guard_.succeeded(user.text, key);
                   hooks_.known(signed_in.account);
                   if (const std::optional<UserId>& by = **saved) hooks_.introduced(user, *by);
                   done(signed_in);
                 });
}

// ---- invitations ----

void Accounts::invite(const TokenHolder& who, Done<NewInvitation> done) {
  if (!users_invite()) return done(deny(Error::sign_up_closed));
  NewInvitation made{.code = make_invitation_code(), .details = {}};
  made.details = {
      .hash = hash_secret(normalise_invitation_code(made.code)),
      .created_at_ms = clock_.now_ms(),
      .expires_at_ms = clock_.now_ms() + std::chrono::milliseconds(kInvitationLifetime).count()};
  store_.add_invitation(who.account.user, made.details, [made, done = std::move(done)](auto added) {
    if (!added) return done(deny(Error::internal));
    if (!*added) return done(deny(Error::list_full));
    done(made);
  });
}

void Accounts::list_invitations(const TokenHolder& who, Done<std::vector<store::Invitation>> done) {
  store_.list_invitations(who.account.user, [done = std::move(done)](auto found) {
    if (!found) return done(deny(Error::internal));
    done(std::move(*found));
  });
}

void Accounts::withdraw_invitation(const TokenHolder& who, const std::string& id,
                                   Done<store::Account> done) {
  store_.withdraw_invitation(who.account.user, id,
                             [account = who.account, done = std::move(done)](auto found) {
                               if (!found) return done(deny(Error::internal));
                               if (!*found) return done(deny(Error::unknown_message, "id"));
                               done(account);
                             });
}

// ---- passwords ----

void Accounts::verify(Attempt attempt, Done<Verdict> done) {
  if (const auto wait = guard_.admit(attempt.user.text, attempt.address, clock_.now())) {
    return done(deny_until(Error::too_many_attempts, *wait));
  }
  store_.find_credentials(attempt.user, [this, attempt, done = std::move(done)](auto found) {
    if (found) return look_at(attempt, *found, done);
    guard_.withdrawn(attempt.user.text, attempt.address);
    done(deny(Error::internal));
  });
}

void Accounts::look_at(const Attempt& attempt, const std::optional<store::Credentials>& credentials,
                       const Done<Verdict>& done) {
  hashes_.submit(
      attempt.address,
      [this, attempt, credentials, done]() -> loop::Task {
        const std::string& hash = credentials ? credentials->password_hash : hash_of_nobody_;
        const std::string prepared = prepare_password(attempt.password);
        bool good = password_matches(hash, prepared);
        // Accounts from before the preparation of passwords, if the two forms differ.
        const bool old_form =
            !good && prepared != attempt.password && password_matches(hash, attempt.password);
        good = (good || old_form) && credentials.has_value();
        return [this, attempt, credentials, good, old_form, done] {
          if (good) {
            guard_.succeeded(attempt.user.text, attempt.address);
            return done(Verdict{*credentials, old_form});
          }
          const auto wait = guard_.failed(attempt.user.text, attempt.address, clock_.now());
          if (wait) return done(deny_until(Error::too_many_attempts, *wait));
          done(deny(Error::wrong_credentials));
        };
      },
      [this, attempt, done](Duration wait) {
        guard_.withdrawn(attempt.user.text, attempt.address);
        done(deny_until(Error::rate_limited, wait));
      });
}

// ---- signing in and out ----

void Accounts::sign_in(SignIn request, const Visitor& from, Done<SignedIn> done) {
  const auto user = parse_user_id(request.user);
  if (!user) return done(deny(Error::wrong_credentials));
  const std::string address = address_key(from.address);
  verify({*user, request.password, address},
         [this, password = request.password, address, device = from.device,
          done = std::move(done)](std::expected<Verdict, Denial> verdict) {
           if (!verdict) return done(std::unexpected(verdict.error()));
           if (verdict->old_form) replace_hash(verdict->credentials, password, address);
           grant(verdict->credentials, device, done);
         });
}

void Accounts::grant(const store::Credentials& credentials, const store::DeviceText& device,
                     Done<SignedIn> done) {
  const SignedIn signed_in = make_signed_in(credentials.account);
  store_.grant_token(credentials, token_for(signed_in, device),
                     hooks_.in_use(credentials.account.user),
                     [this, signed_in, done = std::move(done)](auto removed) {
                       if (!removed) return done(deny(Error::internal));
                       if (!*removed) return done(deny(Error::wrong_credentials));
                       for (const store::SecretHash& hash : **removed) {
                         hooks_.withdrawn(signed_in.account.user, hash);
                       }
                       hooks_.known(signed_in.account);
                       done(signed_in);
                     });
}

void Accounts::replace_hash(const store::Credentials& credentials, const std::string& password,
                            const std::string& address) {
  const auto save = [this, credentials](const std::string& hash) {
    if (hash.empty()) return;
    store_.replace_hash(credentials, hash, [](auto) {});  // the next sign-in tries again
  };
  hashes_.submit(
      address,
      [this, prepared = prepare_password(password), save]() -> loop::Task {
        std::string hash = hash_password(prepared, settings_.password_cost);
        return [save, hash = std::move(hash)] { save(hash); };
      },
      [](Duration) {});
}

void Accounts::sign_out(std::string_view token, Done<store::Account> done) {
  store_.remove_token(hash_secret(token), [done = std::move(done)](auto owner) {
    if (!owner) return done(deny(Error::internal));
    if (!*owner) return done(deny(Error::not_signed_in));
    done((*owner)->account);
  });
}

void Accounts::check(std::string_view token, Done<TokenHolder> done) {
  const store::SecretHash hash = hash_secret(token);
  store_.check_token(hash, [this, hash, done = std::move(done)](auto owner) {
    if (!owner) return done(deny(Error::internal));
    if (!*owner) return done(deny(Error::not_signed_in));
    const auto used = (*owner)->last_used_at_ms;
    if (!used || std::chrono::milliseconds(clock_.now_ms() - *used) > kTouchInterval) {
      store_.touch_token(hash);
    }
    hooks_.known((*owner)->account);
    done(TokenHolder{(*owner)->account, hash, (*owner)->expires_at_ms});
  });
}

void Accounts::left(const store::SecretHash& token) { store_.touch_token(token); }

// ---- the user's own account ----

void Accounts::change_password(const TokenHolder& who, ChangePassword request,
                               const std::string& address, Done<store::Account> done) {
  std::string wanted = prepare_password(request.wanted);
  const store::Account& account = who.account;
  if (const auto problem = problem_with_password(wanted, account.user.text, account.name)) {
    return done(deny(Error::weak_password, "new", name_of(*problem)));
  }
  const std::string key = address_key(address);
  verify({account.user, request.current, key},
         [this, who, wanted = std::move(wanted), key,
          done = std::move(done)](std::expected<Verdict, Denial> verdict) {
           if (verdict) return set_password(who, verdict->credentials, wanted, key, done);
           Denial denial = verdict.error();
           if (denial.error == Error::wrong_credentials) denial.field = "current";
           done(std::unexpected(denial));
         });
}

void Accounts::set_password(const TokenHolder& who, const store::Credentials& old,
                            const std::string& password, const std::string& address,
                            Done<store::Account> done) {
  const auto save = [this, who, old, done](const std::string& hash) {
    store_.change_password(old, hash, who.token, [this, who, done](auto removed) {
      if (!removed) return done(deny(Error::internal));
      if (!*removed) return done(deny(Error::wrong_credentials, "current"));
      for (const store::SecretHash& one : **removed) {
        hooks_.withdrawn(who.account.user, one);
      }
      done(who.account);
    });
  };
  hashes_.submit(
      address,
      [this, password, save, done]() -> loop::Task {
        std::string hash = hash_password(password, settings_.password_cost);
        return [save, done, hash = std::move(hash)] {
          if (hash.empty()) return done(deny(Error::internal));
          save(hash);
        };
      },
      [done](Duration wait) { done(deny_until(Error::rate_limited, wait)); });
}

void Accounts::list_tokens(const TokenHolder& who, Done<std::vector<store::TokenDetails>> done) {
  store_.list_tokens(who.account.user, [done = std::move(done)](auto found) {
    if (!found) return done(deny(Error::internal));
    done(std::move(*found));
  });
}

void Accounts::end_token(const TokenHolder& who, const std::string& id, Done<store::Account> done) {
  store_.end_token(who.account.user, id,
                   [this, account = who.account, done = std::move(done)](auto ended) {
                     if (!ended) return done(deny(Error::internal));
                     if (!*ended) return done(deny(Error::unknown_message, "id"));
                     hooks_.withdrawn(account.user, **ended);
                     done(account);
                   });
}

void Accounts::end_other_tokens(const TokenHolder& who, Done<std::size_t> done) {
  store_.end_other_tokens(who.account.user, who.token,
                          [this, user = who.account.user, done = std::move(done)](auto removed) {
                            if (!removed) return done(deny(Error::internal));
                            for (const store::SecretHash& one : *removed)
                              hooks_.withdrawn(user, one);
                            done(removed->size());
                          });
}

void Accounts::set_call_waiting(const UserId& user, bool call_waiting, Done<store::Account> done) {
  store_.set_call_waiting(user, call_waiting, [this, done = std::move(done)](auto account) {
    if (!account) return done(deny(Error::internal));
    if (!*account) return done(deny(Error::not_signed_in));
    hooks_.known(**account);
    done(**account);
  });
}

void Accounts::set_who_may_call(const UserId& user, store::WhoMayCall who,
                                Done<store::Account> done) {
  store_.set_who_may_call(user, who, [this, done = std::move(done)](auto account) {
    if (!account) return done(deny(Error::internal));
    if (!*account) return done(deny(Error::not_signed_in));
    hooks_.known(**account);
    done(**account);
  });
}

}  // namespace parley::server::auth
