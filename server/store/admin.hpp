// The store of the command line, which may be used while a server uses the same database. Each
// function waits until it is done, and throws std::runtime_error on failure. The running server, or
// the next one that starts, writes each change to its log.
#pragma once

#include "server/store/accounts.hpp"
#include "server/store/calls.hpp"

#include <cstdint>
#include <string_view>
#include <vector>

namespace parley::server::store {

class AdminStore {
 public:
  AdminStore() = default;
  virtual ~AdminStore() = default;
  AdminStore(const AdminStore&) = delete;
  AdminStore& operator=(const AdminStore&) = delete;

  /// Times are in Unix milliseconds. False when the name is taken.
  [[nodiscard]] virtual bool add_account(const Account& account, std::string_view password_hash,
                                         std::int64_t now_ms) = 0;
  /// Withdraws all tokens too. False when there is no such user.
  [[nodiscard]] virtual bool set_password(const UserId& user, std::string_view password_hash,
                                          std::int64_t now_ms) = 0;
  /// A disabled user can't sign in; disabling withdraws all tokens. False when there is no such
  /// user.
  [[nodiscard]] virtual bool set_disabled(const UserId& user, bool disabled,
                                          std::int64_t now_ms) = 0;
  /// Ordered by account name.
  [[nodiscard]] virtual std::vector<AccountDetails> list_accounts() = 0;
  /// True when the account exists, disabled or not.
  [[nodiscard]] virtual bool has_account(const UserId& user) = 0;
  /// Where browsers find the app, as the server on this data last knew it; empty before the first
  /// start.
  [[nodiscard]] virtual std::string origin() = 0;
  virtual void add_invitation(const SecretHash& hash, std::int64_t now_ms,
                              std::int64_t expires_at_ms) = 0;

  /// The calls of one user, newest first.
  [[nodiscard]] virtual std::vector<HistoryEntry> history_of(const UserId& user,
                                                             const HistoryQuery& query) = 0;
  /// The calls of all users, newest first.
  [[nodiscard]] virtual std::vector<HistoryEntry> history_of_all(const HistoryQuery& query) = 0;
};

}  // namespace parley::server::store
