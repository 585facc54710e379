#include "server/store/sqlite/admin_store.hpp"

#include "server/store/sqlite/accounts.hpp"
#include "server/store/sqlite/calls.hpp"
#include "server/store/sqlite/commands.hpp"
#include "server/store/sqlite/invitations.hpp"
#include "server/store/sqlite/schema.hpp"

namespace parley::server::store::sqlite {

namespace {

// How long to wait for a commit of a running server on a slow disk.
constexpr int kAdminBusyTimeoutMs = 10'000;

}  // namespace

AdminStore::AdminStore(const std::filesystem::path& file, Database::Access access)
    : database_(file, access, kAdminBusyTimeoutMs) {
  if (access == Database::Access::read_write) migrate(database_);
}

bool AdminStore::add_account(const Account& account, std::string_view password_hash,
                             std::int64_t now_ms) {
  Transaction transaction(database_);
  if (!add_user(database_, account, password_hash, now_ms)) return false;
  note_command(database_, "user add", account.user, now_ms);
  transaction.commit();
  return true;
}

bool AdminStore::set_password(const UserId& user, std::string_view password_hash,
                              std::int64_t now_ms) {
  Transaction transaction(database_);
  if (!sqlite::set_password(database_, user, password_hash)) return false;
  note_command(database_, "user passwd", user, now_ms);
  transaction.commit();
  return true;
}

bool AdminStore::set_disabled(const UserId& user, bool disabled, std::int64_t now_ms) {
  Transaction transaction(database_);
  if (!sqlite::set_disabled(database_, user, disabled)) return false;
  note_command(database_, disabled ? "user disable" : "user enable", user, now_ms);
  transaction.commit();
  return true;
}

std::vector<AccountDetails> AdminStore::list_accounts() { return list_users(database_); }

bool AdminStore::has_account(const UserId& user) { return user_exists(database_, user); }

std::string AdminStore::origin() { return sqlite::origin(database_); }

void AdminStore::add_invitation(const SecretHash& hash, std::int64_t now_ms,
                                std::int64_t expires_at_ms) {
  Transaction transaction(database_);
  sqlite::add_invitation(database_, std::nullopt, {hash, now_ms, expires_at_ms});
  note_command(database_, "user invite", {}, now_ms);
  transaction.commit();
}

std::vector<HistoryEntry> AdminStore::history_of(const UserId& user, const HistoryQuery& query) {
  return sqlite::history_of(database_, user, query);
}

std::vector<HistoryEntry> AdminStore::history_of_all(const HistoryQuery& query) {
  return sqlite::history_of_all(database_, query);
}

}  // namespace parley::server::store::sqlite
