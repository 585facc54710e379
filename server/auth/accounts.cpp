#include "server/auth/accounts.hpp"

#include "server/auth/names.hpp"

#include <memory>
#include <utility>

namespace parley::server::auth {

namespace {

// One hash takes a core for about 0.1 s and 64 MiB. Two at a time leave the loop room on small
// machines; who is further back in the queue than this has to come again.
constexpr std::size_t kHashThreads = 2;
constexpr std::size_t kMaxHashesWaiting = 64;
// When a token was last used is kept to the day; a write for each use would be a waste.
constexpr std::int64_t kTouchIntervalMs = 24LL * 60 * 60 * 1000;
constexpr std::size_t kMaxLimiterKeys = 20'000;

std::unexpected<Denial> deny(Error error, std::string_view field = {}) {
  return std::unexpected(Denial{error, field});
}

}  // namespace

Accounts::Accounts(AccountSettings settings, store::Store& store, loop::Loop& loop,
                   const loop::Clock& clock)
    : settings_(settings),
      store_(store),
      loop_(loop),
      clock_(clock),
      attempts_by_user_(settings.attempts_per_minute, kMaxLimiterKeys),
      attempts_by_address_(settings.attempts_per_minute, kMaxLimiterKeys),
      hash_of_nobody_(hash_password("nobody's password", settings.password_cost)),
      workers_(kHashThreads, kMaxHashesWaiting) {}

SignedIn Accounts::make_signed_in(const store::Account& account) const {
  const auto lifetime = std::chrono::milliseconds(settings_.token_lifetime).count();
  return {make_token(), account, clock_.now_ms() + lifetime};
}

// ---- signing up ----

void Accounts::sign_up(SignUp request, std::string_view address, Done<SignedIn> done) {
  if (settings_.sign_up == SignUpPolicy::closed) return done(deny(Error::sign_up_closed));
  NewAccount account;
  if (settings_.sign_up == SignUpPolicy::invite) {
    const std::string code = normalise_invitation_code(request.invitation);
    if (code.empty()) return done(deny(Error::invitation_needed, "invitation"));
    account.invitation = hash_secret(code);
  }
  const auto user = parse_user_id(request.user);
  if (!user) return done(deny(Error::invalid_name, "user"));
  const auto name = parse_display_name(request.name);
  if (!name) return done(deny(Error::invalid_name, "name"));
  if (!password_is_acceptable(request.password)) {
    return done(deny(Error::weak_password, "password"));
  }
  if (!attempts_by_address_.take(address_key(address), clock_.now())) {
    return done(deny(Error::too_many_attempts));
  }
  account.account = {*user, *name};

  // What will fail anyway is not worth a hash. The answer that counts is found when saving.
  const std::int64_t now_ms = clock_.now_ms();
  store_.read<std::optional<Error>>(
      [account, now_ms](store::Database& database) -> std::optional<Error> {
        if (account.invitation &&
            !store::invitation_is_valid(database, *account.invitation, now_ms)) {
          return Error::invitation_needed;
        }
        if (store::user_exists(database, account.account.user)) return Error::name_taken;
        return std::nullopt;
      },
      [this, account, password = std::move(request.password),
       done = std::move(done)](auto problem) {
        if (!problem) return done(deny(Error::internal));
        if (*problem) return done(deny(**problem));
        create(account, password, done);
      });
}

void Accounts::create(const NewAccount& account, const std::string& password,
                      const Done<SignedIn>& done) {
  const bool accepted = workers_.submit([this, account, password, done] {
    std::string hash = hash_password(password, settings_.password_cost);
    loop_.post([this, account, hash = std::move(hash), done] {
      if (hash.empty()) return done(deny(Error::internal));
      save(account, hash, done);
    });
  });
  if (!accepted) done(deny(Error::rate_limited));
}

void Accounts::save(const NewAccount& account, const std::string& password_hash,
                    Done<SignedIn> done) {
  const SignedIn signed_in = make_signed_in(account.account);
  const std::int64_t now_ms = clock_.now_ms();
  store_.execute<std::optional<Error>>(
      [account, password_hash, signed_in,
       now_ms](store::Database& database) -> std::optional<Error> {
        // The name first: a name that is taken must not use the invitation up.
        if (store::user_exists(database, account.account.user)) return Error::name_taken;
        if (account.invitation && !store::take_invitation(database, *account.invitation, now_ms)) {
          return Error::invitation_needed;
        }
        if (!store::add_user(database, account.account, password_hash, now_ms)) {
          return Error::name_taken;
        }
        store::add_token(database, hash_secret(signed_in.token), account.account.user, now_ms,
                         signed_in.expires_at_ms);
        return std::nullopt;
      },
      [this, signed_in, done = std::move(done)](auto problem) {
        if (!problem) return done(deny(Error::internal));
        if (*problem) return done(deny(**problem));
        if (on_account_) on_account_(signed_in.account);
        done(signed_in);
      });
}

// ---- signing in and out ----

void Accounts::sign_in(SignIn request, std::string_view address, Done<SignedIn> done) {
  const auto user = parse_user_id(request.user);
  if (!user) return done(deny(Error::wrong_credentials));
  const std::string from = address_key(address);
  const Instant now = clock_.now();
  // Both are counted, so that neither many guesses at one account nor one password tried on many
  // accounts get through.
  const bool address_may = attempts_by_address_.take(from, now);
  if (!address_may || !attempts_by_user_.take(user->text, now)) {
    return done(deny(Error::too_many_attempts));
  }
  store_.read<std::optional<store::Credentials>>(
      [user = *user](store::Database& database) { return store::find_credentials(database, user); },
      [this, user = *user, from, password = std::move(request.password),
       done = std::move(done)](auto found) {
        if (!found) return done(deny(Error::internal));
        const bool accepted =
            workers_.submit([this, credentials = *found, user, from, password, done] {
              const std::string& hash = credentials ? credentials->password_hash : hash_of_nobody_;
              const bool good = password_matches(hash, password) && credentials.has_value();
              loop_.post([this, good, credentials, user, from, done] {
                if (!good) return done(deny(Error::wrong_credentials));
                attempts_by_address_.give_back(from);
                attempts_by_user_.give_back(user.text);
                grant(*credentials, done);
              });
            });
        if (!accepted) done(deny(Error::rate_limited));
      });
}

void Accounts::grant(const store::Credentials& credentials, Done<SignedIn> done) {
  const SignedIn signed_in = make_signed_in(credentials.account);
  const std::int64_t now_ms = clock_.now_ms();
  store_.execute<bool>(
      [signed_in, now_ms, hash = credentials.password_hash](store::Database& database) {
        // The password may have been changed while the old one was being checked.
        const auto current = store::find_credentials(database, signed_in.account.user);
        if (!current || current->password_hash != hash) return false;
        store::add_token(database, hash_secret(signed_in.token), signed_in.account.user, now_ms,
                         signed_in.expires_at_ms);
        return true;
      },
      [this, signed_in, done = std::move(done)](auto granted) {
        if (!granted) return done(deny(Error::internal));
        if (!*granted) return done(deny(Error::wrong_credentials));
        if (on_account_) on_account_(signed_in.account);
        done(signed_in);
      });
}

void Accounts::sign_out(std::string_view token, Done<store::Account> done) {
  const store::SecretHash hash = hash_secret(token);
  const std::int64_t now_ms = clock_.now_ms();
  store_.execute<std::optional<store::TokenOwner>>(
      [hash, now_ms](store::Database& database) {
        auto owner = store::find_token(database, hash, now_ms);
        store::remove_token(database, hash);
        return owner;
      },
      [done = std::move(done)](auto owner) {
        if (!owner) return done(deny(Error::internal));
        if (!*owner) return done(deny(Error::not_signed_in));
        done((*owner)->account);
      });
}

void Accounts::check(std::string_view token, Done<store::Account> done) {
  const store::SecretHash hash = hash_secret(token);
  const std::int64_t now_ms = clock_.now_ms();
  store_.read<std::optional<store::TokenOwner>>(
      [hash, now_ms](store::Database& database) {
        return store::find_token(database, hash, now_ms);
      },
      [this, hash, now_ms, done = std::move(done)](auto owner) {
        if (!owner) return done(deny(Error::internal));
        if (!*owner) return done(deny(Error::not_signed_in));
        const auto used = (*owner)->last_used_at_ms;
        if (!used || now_ms - *used > kTouchIntervalMs) touch(hash, now_ms);
        if (on_account_) on_account_((*owner)->account);
        done((*owner)->account);
      });
}

void Accounts::set_call_waiting(const UserId& user, bool call_waiting, Done<store::Account> done) {
  store_.execute<std::optional<store::Account>>(
      [user, call_waiting](store::Database& database) {
        return store::set_call_waiting(database, user, call_waiting);
      },
      [this, done = std::move(done)](auto account) {
        if (!account) return done(deny(Error::internal));
        if (!*account) return done(deny(Error::not_signed_in));
        if (on_account_) on_account_(**account);
        done(**account);
      });
}

void Accounts::touch(const store::SecretHash& hash, std::int64_t now_ms) {
  store_.execute<bool>(
      [hash, now_ms](store::Database& database) {
        store::touch_token(database, hash, now_ms);
        return true;
      },
      [](auto) {});  // nobody waits for it, and the next use is as good
}

}  // namespace parley::server::auth
