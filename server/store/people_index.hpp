// Finds people by the start of their account name or by any part of their display name, in memory:
// a search reads all accounts, which takes milliseconds for a hundred thousand. Changes come from
// the loop and searches from another thread; neither waits long for the other.
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
  /// Adds all accounts at once, which is much faster than one after the other. Called before any
  /// other function.
  void fill(const std::vector<Account>& accounts);

  /// Adds a new or changed account. An older version of a known account changes nothing.
  void put(const Account& account);

  /// At most `limit` enabled users except `me`, ordered by display name. The comparison with
  /// `search` ignores case, width and composition of letters, in all scripts.
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
