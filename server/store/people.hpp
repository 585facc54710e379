// What people think of each other: whom they have added, whom they have blocked, and whom they have
// met in a call. And finding people by name.
#pragma once

#include "core/errors/catalogue.hpp"
#include "core/switchboard/events.hpp"
#include "server/store/accounts.hpp"
#include "server/store/done.hpp"

#include <cstddef>
#include <cstdint>
#include <expected>
#include <string>
#include <vector>

namespace parley::server::store {

/// People on each of the two lists that a user makes by hand.
inline constexpr std::size_t kMaxListed = 1000;
/// People whom a user has met, the latest, that are told to the switchboard.
inline constexpr std::int64_t kMaxMet = 2000;

struct ListedPerson {
  UserId user;
  /// To show.
  std::string name;
  std::int64_t since_ms = 0;
};

/// What holds between the two after a change; or Error::unknown_user, Error::list_full.
using ChangedRelation = std::expected<switchboard::Relation, Error>;

class PeopleStore {
 public:
  PeopleStore() = default;
  virtual ~PeopleStore() = default;
  PeopleStore(const PeopleStore&) = delete;
  PeopleStore& operator=(const PeopleStore&) = delete;

  /// Makes a new or changed account one that `find` knows; one that is older than what is known
  /// changes nothing.
  virtual void account_known(const Account& account) = 0;
  /// Enabled people except `me`, ordered by the name to show. `search` is compared without regard
  /// to case, width and composition of letters, in all scripts.
  virtual void find(const UserId& me, const std::string& search, std::size_t limit,
                    Done<std::vector<Account>> done) = 0;

  /// Ordered by name.
  virtual void contacts_of(const UserId& user, Done<std::vector<ListedPerson>> done) = 0;
  virtual void blocked_by(const UserId& user, Done<std::vector<ListedPerson>> done) = 0;

  virtual void add_contact(const UserId& user, const UserId& other, Done<ChangedRelation> done) = 0;
  virtual void remove_contact(const UserId& user, const UserId& other,
                              Done<ChangedRelation> done) = 0;
  virtual void block(const UserId& user, const UserId& other, Done<ChangedRelation> done) = 0;
  virtual void unblock(const UserId& user, const UserId& other, Done<ChangedRelation> done) = 0;

  /// Everything the switchboard has to know of one user.
  virtual void relations_of(const UserId& user, Done<std::vector<switchboard::Relation>> done) = 0;
};

}  // namespace parley::server::store
