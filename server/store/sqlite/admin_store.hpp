// The store of the command line in SQLite. It has a database connection of its own, besides those
// of a running server.
#pragma once

#include "server/store/admin.hpp"
#include "server/store/sqlite/database.hpp"

#include <filesystem>

namespace parley::server::store::sqlite {

class AdminStore final : public store::AdminStore {
 public:
  /// Migrates the file unless it is opened read-only. Throws Failure.
  AdminStore(const std::filesystem::path& file, Database::Access access);

  bool add_account(const Account& account, std::string_view password_hash,
                   std::int64_t now_ms) override;
  bool set_password(const UserId& user, std::string_view password_hash,
                    std::int64_t now_ms) override;
  bool set_disabled(const UserId& user, bool disabled, std::int64_t now_ms) override;
  std::vector<AccountDetails> list_accounts() override;
  bool has_account(const UserId& user) override;
  std::string origin() override;
  void add_invitation(const SecretHash& hash, std::int64_t now_ms,
                      std::int64_t expires_at_ms) override;

  std::vector<HistoryEntry> history_of(const UserId& user, const HistoryQuery& query) override;
  std::vector<HistoryEntry> history_of_all(const HistoryQuery& query) override;

 private:
  Database database_;
};

}  // namespace parley::server::store::sqlite
