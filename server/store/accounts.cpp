#include "server/store/accounts.hpp"

#include <utility>

namespace parley::server::store {

namespace {

#define PARLEY_NEXT_CHANGE "(SELECT coalesce(max(changed), 0) + 1 FROM users)"

#define PARLEY_ACCOUNT "user, name, call_waiting, changed"
constexpr int kAccountColumns = 4;

/// Reads the columns of PARLEY_ACCOUNT, which come first in every query.
Account read_account(const Query& query) {
  return {UserId{query.text(0)}, query.text(1), query.integer(2) != 0, query.integer(3)};
}

void remove_tokens_of(Database& database, const UserId& user) {
  database.query("DELETE FROM tokens WHERE user = ?").bind(user.text).run();
}

/// A LIKE pattern that takes `text` literally, with `\` as the escape.
std::string like(std::string_view text) {
  std::string pattern;
  for (const char c : text) {
    if (c == '%' || c == '_' || c == '\\') pattern += '\\';
    pattern += c;
  }
  return pattern + '%';
}

}  // namespace

bool add_user(Database& database, const Account& account, std::string_view password_hash,
              std::int64_t now_ms) {
  database
      .query(
          "INSERT INTO users (user, name, password_hash, created_at_ms, changed)"
          " VALUES (?, ?, ?, ?, " PARLEY_NEXT_CHANGE ") ON CONFLICT (user) DO NOTHING")
      .bind(account.user.text)
      .bind(account.name)
      .bind(password_hash)
      .bind(now_ms)
      .run();
  return database.changes() == 1;
}

bool set_password(Database& database, const UserId& user, std::string_view password_hash) {
  database
      .query("UPDATE users SET password_hash = ?2, changed = " PARLEY_NEXT_CHANGE
             ", signed_out = " PARLEY_NEXT_CHANGE " WHERE user = ?1")
      .bind(user.text)
      .bind(password_hash)
      .run();
  if (database.changes() == 0) return false;
  remove_tokens_of(database, user);
  return true;
}

bool set_disabled(Database& database, const UserId& user, bool disabled) {
  database
      .query("UPDATE users SET disabled = ?2, changed = " PARLEY_NEXT_CHANGE
             ", signed_out = iif(?2, " PARLEY_NEXT_CHANGE ", signed_out) WHERE user = ?1")
      .bind(user.text)
      .bind(static_cast<std::int64_t>(disabled))
      .run();
  if (database.changes() == 0) return false;
  if (disabled) remove_tokens_of(database, user);
  return true;
}

std::optional<Account> set_call_waiting(Database& database, const UserId& user, bool call_waiting) {
  Query query = database.query("UPDATE users SET call_waiting = ?2, changed = " PARLEY_NEXT_CHANGE
                               " WHERE user = ?1 RETURNING " PARLEY_ACCOUNT);
  query.bind(user.text).bind(static_cast<std::int64_t>(call_waiting));
  if (!query.step()) return std::nullopt;
  return read_account(query);
}

std::optional<Credentials> find_credentials(Database& database, const UserId& user) {
  Query query = database.query("SELECT " PARLEY_ACCOUNT
                               ", password_hash FROM users WHERE user = ? AND NOT disabled");
  query.bind(user.text);
  if (!query.step()) return std::nullopt;
  return Credentials{read_account(query), query.text(kAccountColumns)};
}

bool user_exists(Database& database, const UserId& user) {
  return database.query("SELECT 1 FROM users WHERE user = ?").bind(user.text).step();
}

std::vector<AccountDetails> list_users(Database& database) {
  Query query =
      database.query("SELECT " PARLEY_ACCOUNT ", created_at_ms, disabled FROM users ORDER BY user");
  std::vector<AccountDetails> users;
  while (query.step()) {
    users.push_back({read_account(query), query.integer(kAccountColumns),
                     query.integer(kAccountColumns + 1) != 0});
  }
  return users;
}

std::vector<Account> find_people(Database& database, const UserId& me, std::string_view search,
                                 std::size_t limit) {
  const std::string prefix = like(search);
  Query query = database.query("SELECT " PARLEY_ACCOUNT
                               " FROM users WHERE user <> ?1 AND NOT disabled"
                               " AND (user LIKE ?2 ESCAPE '\\' OR name LIKE ?3 ESCAPE '\\')"
                               " ORDER BY name COLLATE NOCASE, user LIMIT ?4");
  query.bind(me.text).bind(prefix).bind('%' + prefix).bind(static_cast<std::int64_t>(limit));
  std::vector<Account> people;
  while (query.step()) people.push_back(read_account(query));
  return people;
}

void add_token(Database& database, const SecretHash& hash, const UserId& user, std::int64_t now_ms,
               std::int64_t expires_at_ms) {
  database
      .query(
          "DELETE FROM tokens WHERE hash IN (SELECT hash FROM tokens WHERE user = ?1"
          " ORDER BY created_at_ms DESC LIMIT -1 OFFSET ?2)")
      .bind(user.text)
      .bind(kMaxTokensPerUser - 1)
      .run();
  database
      .query("INSERT INTO tokens (hash, user, created_at_ms, expires_at_ms) VALUES (?, ?, ?, ?)")
      .bind_blob(hash)
      .bind(user.text)
      .bind(now_ms)
      .bind(expires_at_ms)
      .run();
}

std::optional<TokenOwner> find_token(Database& database, const SecretHash& hash,
                                     std::int64_t now_ms) {
  Query query =
      database.query("SELECT " PARLEY_ACCOUNT
                     ", expires_at_ms, last_used_at_ms FROM tokens JOIN users USING (user)"
                     " WHERE hash = ? AND expires_at_ms > ? AND NOT disabled");
  query.bind_blob(hash).bind(now_ms);
  if (!query.step()) return std::nullopt;
  return TokenOwner{read_account(query), query.integer(kAccountColumns),
                    query.optional_integer(kAccountColumns + 1)};
}

void touch_token(Database& database, const SecretHash& hash, std::int64_t now_ms) {
  database.query("UPDATE tokens SET last_used_at_ms = ? WHERE hash = ?")
      .bind(now_ms)
      .bind_blob(hash)
      .run();
}

void remove_token(Database& database, const SecretHash& hash) {
  database.query("DELETE FROM tokens WHERE hash = ?").bind_blob(hash).run();
}

void add_invitation(Database& database, const SecretHash& hash, std::int64_t now_ms,
                    std::int64_t expires_at_ms) {
  database.query("INSERT INTO invitations (hash, created_at_ms, expires_at_ms) VALUES (?, ?, ?)")
      .bind_blob(hash)
      .bind(now_ms)
      .bind(expires_at_ms)
      .run();
}

bool invitation_is_valid(Database& database, const SecretHash& hash, std::int64_t now_ms) {
  return database.query("SELECT 1 FROM invitations WHERE hash = ? AND expires_at_ms > ?")
      .bind_blob(hash)
      .bind(now_ms)
      .step();
}

bool take_invitation(Database& database, const SecretHash& hash, std::int64_t now_ms) {
  database.query("DELETE FROM invitations WHERE hash = ? AND expires_at_ms > ?")
      .bind_blob(hash)
      .bind(now_ms)
      .run();
  return database.changes() == 1;
}

bool anybody_signed_in(Database& database, std::int64_t now_ms) {
  Query query = database.query("SELECT 1 FROM tokens WHERE expires_at_ms > ? LIMIT 1");
  query.bind(now_ms);
  return query.step();
}

void prune_secrets(Database& database, std::int64_t now_ms) {
  database.query("DELETE FROM tokens WHERE expires_at_ms <= ?").bind(now_ms).run();
  database.query("DELETE FROM invitations WHERE expires_at_ms <= ?").bind(now_ms).run();
}

std::int64_t last_account_change(Database& database) {
  Query query = database.query("SELECT coalesce(max(changed), 0) FROM users");
  query.step();
  return query.integer(0);
}

std::vector<AccountChange> account_changes_since(Database& database, std::int64_t change) {
  Query query = database.query("SELECT " PARLEY_ACCOUNT
                               ", signed_out FROM users WHERE changed > ? ORDER BY changed");
  query.bind(change);
  std::vector<AccountChange> changes;
  while (query.step()) {
    changes.push_back({read_account(query), query.integer(kAccountColumns) > change});
  }
  return changes;
}

}  // namespace parley::server::store
