// Finds people by the start of their account name or by any part of the name to show, without the
// database: a search looks at everybody, which in memory takes milliseconds for a hundred thousand.
// Changes come from the loop and searches from another thread; neither keeps the other waiting.
#pragma once

#include "server/store/accounts.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace parley::server::store {

class PeopleIndex {
 public:
  /// Takes everybody at once, which is much cheaper than one after the other; before all else.
  void fill(const std::vector<Account>& accounts);

  /// Takes a new or changed account; one that is older than what is known changes nothing.
  void put(const Account& account);

  /// Enabled people except `me`, ordered by the name to show. `search` is compared without regard
  /// to case, width and composition of letters, in all scripts.
  [[nodiscard]] std::vector<Account> find(const UserId& me, std::string_view search,
                                          std::size_t limit) const;

  [[nodiscard]] std::size_t size() const;

 private:
  struct Entry {
    std::string folded_name;
    Account account;
  };
  using Entries = std::vector<std::unique_ptr<Entry>>;

  static std::unique_ptr<Entry> entry_for(const Account& account);
  static bool comes_before(const Entry& a, const Entry& b);

  mutable std::mutex mutex_;
  Entries by_name_;
  std::unordered_map<UserId, Entry*> by_user_;
};

}  // namespace parley::server::store
