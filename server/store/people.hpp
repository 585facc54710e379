// Relations between users: contacts, blocked users, and users who have met in a call. And the
// search for users by name.
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

/// Entries at most in a user's list of contacts, and in the list of blocked people.
inline constexpr std::size_t kMaxListed = 1000;
/// The latest people a user has met, as many as `relations_of` answers with at most.
inline constexpr std::int64_t kMaxMet = 2000;

struct ListedPerson {
  UserId user;
  /// The display name.
  std::string name;
  std::int64_t since_ms = 0;
};

/// The relation after a change; or Error::unknown_user, Error::list_full.
using ChangedRelation = std::expected<switchboard::Relation, Error>;

class PeopleStore {
 public:
  PeopleStore() = default;
  virtual ~PeopleStore() = default;
  PeopleStore(const PeopleStore&) = delete;
  PeopleStore& operator=(const PeopleStore&) = delete;

  /// Adds a new or changed account to the search. An older version of a known account changes
  /// nothing.
  virtual void account_known(const Account& account) = 0;
  /// At most `limit` enabled users except `me`, ordered by display name. The comparison with
  /// `search` ignores case, width and composition of letters, in all scripts.
  virtual void find(const UserId& me, const std::string& search, std::size_t limit,
                    Done<std::vector<Account>> done) = 0;

  /// Both lists are ordered by name.
  virtual void contacts_of(const UserId& user, Done<std::vector<ListedPerson>> done) = 0;
  virtual void blocked_by(const UserId& user, Done<std::vector<ListedPerson>> done) = 0;

  virtual void add_contact(const UserId& user, const UserId& other, Done<ChangedRelation> done) = 0;
  virtual void remove_contact(const UserId& user, const UserId& other,
                              Done<ChangedRelation> done) = 0;
  virtual void block(const UserId& user, const UserId& other, Done<ChangedRelation> done) = 0;
  virtual void unblock(const UserId& user, const UserId& other, Done<ChangedRelation> done) = 0;

  /// All relations of one user that the switchboard needs.
  virtual void relations_of(const UserId& user, Done<std::vector<switchboard::Relation>> done) = 0;
};

}  // namespace parley::server::store
