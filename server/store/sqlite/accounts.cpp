#include "server/store/sqlite/accounts.hpp"

#include "server/text/unicode.hpp"

#include <algorithm>
#include <tuple>
#include <utility>

namespace parley::server::store::sqlite {

namespace {

#define PARLEY_NEXT_CHANGE "(SELECT coalesce(max(changed), 0) + 1 FROM users)"

#define PARLEY_ACCOUNT "user, name, call_waiting, changed, disabled, who_may_call"
constexpr int kAccountColumns = 6;

/// Reads the columns of PARLEY_ACCOUNT, which come first in every query.
Account read_account(const Query& query) {
  Account account;
  account.user.text = query.text(0);
  account.name = presentable_name(query.text(1), account.user.text);
  account.call_waiting = query.integer(2) != 0;
  account.change = query.integer(3);
  account.disabled = query.integer(4) != 0;
  const bool known_only = query.text(5) == names(WhoMayCall{})[1];
  account.who_may_call = known_only ? WhoMayCall::known : WhoMayCall::everybody;
  return account;
}

constexpr std::size_t rank_of(const SecretHash& hash, std::span<const SecretHash> last_to_go) {
  const auto found = std::ranges::find(last_to_go, hash);
  return found == last_to_go.end() ? 0 : static_cast<std::size_t>(found - last_to_go.begin()) + 1;
}

void remove_tokens_of(Database& database, const UserId& user) {
  database.query("DELETE FROM tokens WHERE user = ?").bind(user.text).run();
}

}  // namespace

SecretHash read_hash(const Query& query, int column) {
  SecretHash hash{};
  const std::span<const std::byte> bytes = query.blob(column);
  if (bytes.size() == hash.size()) std::ranges::copy(bytes, hash.begin());
  return hash;
}

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

bool replace_password(Database& database, const UserId& user, std::string_view old_hash,
                      std::string_view new_hash) {
  database
      .query("UPDATE users SET password_hash = ?3, changed = " PARLEY_NEXT_CHANGE
             " WHERE user = ?1 AND password_hash = ?2")
      .bind(user.text)
      .bind(old_hash)
      .bind(new_hash)
      .run();
  return database.changes() == 1;
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

std::optional<Account> set_who_may_call(Database& database, const UserId& user, WhoMayCall who) {
  Query query = database.query("UPDATE users SET who_may_call = ?2, changed = " PARLEY_NEXT_CHANGE
                               " WHERE user = ?1 RETURNING " PARLEY_ACCOUNT);
  query.bind(user.text).bind(names(who)[static_cast<std::size_t>(who)]);
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

bool has_users(Database& database) { return database.query("SELECT 1 FROM users LIMIT 1").step(); }

std::vector<AccountDetails> list_users(Database& database) {
  Query query = database.query("SELECT " PARLEY_ACCOUNT ", created_at_ms FROM users ORDER BY user");
  std::vector<AccountDetails> users;
  while (query.step()) users.push_back({read_account(query), query.integer(kAccountColumns)});
  return users;
}

std::vector<SecretHash> add_token(Database& database, const NewToken& token,
                                  std::span<const SecretHash> last_to_go) {
  // Ordered by rank, and within it by the last use.
  std::vector<std::tuple<std::size_t, std::size_t, SecretHash>> order;
  {
    Query query = database.query(
        "SELECT hash FROM tokens WHERE user = ?"
        " ORDER BY coalesce(last_used_at_ms, created_at_ms), created_at_ms, hash");
    query.bind(token.user.text);
    while (query.step()) {
      const SecretHash hash = read_hash(query, 0);
      order.emplace_back(rank_of(hash, last_to_go), order.size(), hash);
    }
  }
  std::ranges::sort(order);
  const std::size_t surplus =
      order.size() < kMaxTokensPerUser ? 0 : order.size() - kMaxTokensPerUser + 1;
  std::vector<SecretHash> removed;
  for (const auto& [rank, age, hash] : std::span(order).first(surplus)) {
    remove_token(database, hash);
    removed.push_back(hash);
  }
  const auto known = [](const std::string& text) {
    return text.empty() ? std::nullopt : std::optional<std::string_view>(text);
  };
  database
      .query(
          "INSERT INTO tokens (hash, user, created_at_ms, expires_at_ms, software, system)"
          " VALUES (?, ?, ?, ?, ?, ?)")
      .bind_blob(token.hash)
      .bind(token.user.text)
      .bind(token.created_at_ms)
      .bind(token.expires_at_ms)
      .bind(known(token.device.software))
      .bind(known(token.device.system))
      .run();
  return removed;
}

std::vector<TokenDetails> tokens_of(Database& database, const UserId& user, std::int64_t now_ms) {
  Query query = database.query(
      "SELECT hash, coalesce(software, ''), coalesce(system, ''), created_at_ms,"
      " coalesce(last_used_at_ms, created_at_ms) AS used, expires_at_ms FROM tokens"
      " WHERE user = ? AND expires_at_ms > ? ORDER BY used DESC, created_at_ms DESC");
  query.bind(user.text).bind(now_ms);
  std::vector<TokenDetails> tokens;
  while (query.step()) {
    tokens.push_back({read_hash(query, 0),
                      {text::presentable(query.text(1), kMaxDeviceTextBytes),
                       text::presentable(query.text(2), kMaxDeviceTextBytes)},
                      query.integer(3),
                      query.integer(4),
                      query.integer(5)});
  }
  return tokens;
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

std::vector<SecretHash> remove_other_tokens(Database& database, const UserId& user,
                                            const SecretHash& kept) {
  std::vector<SecretHash> others;
  Query query = database.query("DELETE FROM tokens WHERE user = ?1 AND hash <> ?2 RETURNING hash");
  query.bind(user.text).bind_blob(kept);
  while (query.step()) others.push_back(read_hash(query, 0));
  return others;
}

bool anybody_signed_in(Database& database, std::int64_t now_ms) {
  Query query = database.query("SELECT 1 FROM tokens WHERE expires_at_ms > ? LIMIT 1");
  query.bind(now_ms);
  return query.step();
}

std::int64_t prune_secrets(Database& database, std::int64_t now_ms, std::int64_t limit) {
  database
      .query(
          "DELETE FROM tokens WHERE hash IN"
          " (SELECT hash FROM tokens WHERE expires_at_ms <= ? ORDER BY expires_at_ms LIMIT ?)")
      .bind(now_ms)
      .bind(limit)
      .run();
  const std::int64_t tokens = database.changes();
  database
      .query(
          "DELETE FROM invitations WHERE hash IN"
          " (SELECT hash FROM invitations WHERE expires_at_ms <= ? LIMIT ?)")
      .bind(now_ms)
      .bind(limit)
      .run();
  return tokens + database.changes();
}

std::int64_t plausible_time(Database& database) {
  Query query = database.query("SELECT plausible_ms FROM house");
  return query.step() ? query.integer(0) : 0;
}

void set_plausible_time(Database& database, std::int64_t now_ms) {
  database.query("UPDATE house SET plausible_ms = ?").bind(now_ms).run();
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

}  // namespace parley::server::store::sqlite
