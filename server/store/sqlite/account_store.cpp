#include "server/store/sqlite/account_store.hpp"

#include "server/store/sqlite/accounts.hpp"
#include "server/store/sqlite/invitations.hpp"
#include "server/store/sqlite/relations.hpp"
#include "server/store/sqlite/store.hpp"

#include <utility>

namespace parley::server::store::sqlite {

namespace {

bool is_admitted(Database& database, Admission admission, bool invited) {
  switch (admission) {
    case Admission::anybody:
      return true;
    case Admission::invited:
      return invited;
    case Admission::first:
      return !has_users(database);
  }
  return false;
}

}  // namespace

std::vector<Account> AccountStore::take_initial_accounts() {
  return store_.take_initial_accounts();
}

bool AccountStore::anybody_signed_in() const { return store_.anybody_signed_in(); }

std::int64_t AccountStore::plausible_now_ms() { return store_.plausible_now_ms(); }

// ---- signing up ----

void AccountStore::has_accounts(Done<bool> done) {
  store_.look_up<bool>(sqlite::has_users, std::move(done));
}

void AccountStore::check_sign_up(const UserId& user, Admission admission,
                                 const std::optional<SecretHash>& invitation,
                                 Done<std::optional<Error>> done) {
  store_.look_up<std::optional<Error>>(
      [user, admission, invitation,
       now_ms = plausible_now_ms()](Database& database) -> std::optional<Error> {
        const bool invited = invitation && find_invitation(database, *invitation, now_ms);
        if (!is_admitted(database, admission, invited)) return Error::invitation_needed;
        if (user_exists(database, user)) return Error::name_taken;
        return std::nullopt;
      },
      std::move(done));
}

void AccountStore::sign_up(NewAccount account, Done<SignUpResult> done) {
  store_.execute<SignUpResult>(
      [account = std::move(account),
       now_ms = plausible_now_ms()](Database& database) -> SignUpResult {
        std::optional<Inviter> inviter;
        if (account.invitation) inviter = find_invitation(database, *account.invitation, now_ms);
        // The name is checked first: a taken name must not use the invitation up.
        if (user_exists(database, account.account.user)) return std::unexpected(Error::name_taken);
        if (!is_admitted(database, account.admission, inviter.has_value())) {
          return std::unexpected(Error::invitation_needed);
        }
        if (!add_user(database, account.account, account.password_hash,
                      account.token.created_at_ms)) {
          return std::unexpected(Error::name_taken);
        }
        add_token(database, account.token);
        if (!inviter) return std::nullopt;
        remove_invitation(database, *account.invitation);
        if (inviter->user) {
          // A full list of contacts takes no more.
          (void)add_contact(database, *inviter->user, account.account.user, now_ms);
          (void)add_contact(database, account.account.user, *inviter->user, now_ms);
        }
        return inviter->user;
      },
      std::move(done));
}

// ---- invitations ----

void AccountStore::add_invitation(const UserId& by, const Invitation& invitation, Done<bool> done) {
  store_.execute<bool>(
      [by, invitation, now_ms = plausible_now_ms()](Database& database) {
        if (invitations_by(database, by, now_ms).size() >= kMaxInvitationsPerUser) return false;
        sqlite::add_invitation(database, by, invitation);
        return true;
      },
      std::move(done));
}

void AccountStore::note_origin(const std::string& origin) {
  store_.execute<bool>(
      [origin](Database& database) {
        set_origin(database, origin);
        return true;
      },
      [](const auto&) {});
}

void AccountStore::list_invitations(const UserId& by, Done<std::vector<Invitation>> done) {
  store_.look_up<std::vector<Invitation>>(
      [by, now_ms = plausible_now_ms()](Database& database) {
        return invitations_by(database, by, now_ms);
      },
      std::move(done));
}

void AccountStore::withdraw_invitation(const UserId& by, const std::string& id, Done<bool> done) {
  store_.execute<bool>(
      [by, id, now_ms = plausible_now_ms()](Database& database) {
        for (const Invitation& invitation : invitations_by(database, by, now_ms)) {
          if (token_id(invitation.hash) != id) continue;
          remove_invitation(database, invitation.hash);
          return true;
        }
        return false;
      },
      std::move(done));
}

// ---- passwords ----

void AccountStore::find_credentials(const UserId& user, Done<std::optional<Credentials>> done) {
  store_.look_up<std::optional<Credentials>>(
      [user](Database& database) { return sqlite::find_credentials(database, user); },
      std::move(done));
}

void AccountStore::replace_hash(const Credentials& old, const std::string& new_hash,
                                Done<bool> done) {
  store_.execute<bool>(
      [user = old.account.user, old_hash = old.password_hash, new_hash](Database& database) {
        return replace_password(database, user, old_hash, new_hash);
      },
      std::move(done));
}

void AccountStore::change_password(const Credentials& old, const std::string& new_hash,
                                   const SecretHash& kept, Done<std::optional<Hashes>> done) {
  store_.execute<std::optional<Hashes>>(
      [user = old.account.user, old_hash = old.password_hash, new_hash,
       kept](Database& database) -> std::optional<Hashes> {
        if (!replace_password(database, user, old_hash, new_hash)) return std::nullopt;
        return remove_other_tokens(database, user, kept);
      },
      std::move(done));
}

// ---- tokens ----

void AccountStore::grant_token(const Credentials& checked, NewToken token, Hashes last_to_go,
                               Done<std::optional<Hashes>> done) {
  store_.execute<std::optional<Hashes>>(
      [hash = checked.password_hash, token = std::move(token),
       last_to_go = std::move(last_to_go)](Database& database) -> std::optional<Hashes> {
        // The password may have been changed while the old one was being checked.
        const auto current = sqlite::find_credentials(database, token.user);
        if (!current || current->password_hash != hash) return std::nullopt;
        return add_token(database, token, last_to_go);
      },
      std::move(done));
}

void AccountStore::check_token(const SecretHash& hash, Done<std::optional<TokenOwner>> done) {
  store_.look_up<std::optional<TokenOwner>>(
      [hash, now_ms = plausible_now_ms()](Database& database) {
        return find_token(database, hash, now_ms);
      },
      std::move(done));
}

void AccountStore::touch_token(const SecretHash& hash) {
  store_.execute<bool>(
      [hash, now_ms = store_.clock().now_ms()](Database& database) {
        sqlite::touch_token(database, hash, now_ms);
        return true;
      },
      [](auto) {});  // no caller waits for it, and the next use writes it again
}

void AccountStore::remove_token(const SecretHash& hash, Done<std::optional<TokenOwner>> done) {
  store_.execute<std::optional<TokenOwner>>(
      [hash, now_ms = plausible_now_ms()](Database& database) {
        auto owner = find_token(database, hash, now_ms);
        sqlite::remove_token(database, hash);
        return owner;
      },
      std::move(done));
}

void AccountStore::list_tokens(const UserId& user, Done<std::vector<TokenDetails>> done) {
  store_.look_up<std::vector<TokenDetails>>(
      [user, now_ms = plausible_now_ms()](Database& database) {
        return tokens_of(database, user, now_ms);
      },
      std::move(done));
}

void AccountStore::end_token(const UserId& user, const std::string& id,
                             Done<std::optional<SecretHash>> done) {
  store_.execute<std::optional<SecretHash>>(
      [user, id, now_ms = plausible_now_ms()](Database& database) -> std::optional<SecretHash> {
        for (const TokenDetails& token : tokens_of(database, user, now_ms)) {
          if (token_id(token.hash) != id) continue;
          sqlite::remove_token(database, token.hash);
          return token.hash;
        }
        return std::nullopt;
      },
      std::move(done));
}

void AccountStore::end_other_tokens(const UserId& user, const SecretHash& kept, Done<Hashes> done) {
  store_.execute<Hashes>(
      [user, kept](Database& database) { return remove_other_tokens(database, user, kept); },
      std::move(done));
}

// ---- settings ----

void AccountStore::set_call_waiting(const UserId& user, bool call_waiting,
                                    Done<std::optional<Account>> done) {
  store_.execute<std::optional<Account>>(
      [user, call_waiting](Database& database) {
        return sqlite::set_call_waiting(database, user, call_waiting);
      },
      std::move(done));
}

void AccountStore::set_who_may_call(const UserId& user, WhoMayCall who,
                                    Done<std::optional<Account>> done) {
  store_.execute<std::optional<Account>>(
      [user, who](Database& database) { return sqlite::set_who_may_call(database, user, who); },
      std::move(done));
}

}  // namespace parley::server::store::sqlite
