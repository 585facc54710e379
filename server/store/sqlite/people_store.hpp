// The people store in SQLite, with the search in memory.
#pragma once

#include "server/store/people.hpp"

#include <cstddef>
#include <string>
#include <vector>

namespace parley::server::store::sqlite {

class Store;

class PeopleStore final : public store::PeopleStore {
 public:
  explicit PeopleStore(Store& store) : store_(store) {}

  void account_known(const Account& account) override;
  void find(const UserId& me, const std::string& search, std::size_t limit,
            Done<std::vector<Account>> done) override;

  void contacts_of(const UserId& user, Done<std::vector<ListedPerson>> done) override;
  void blocked_by(const UserId& user, Done<std::vector<ListedPerson>> done) override;

  void add_contact(const UserId& user, const UserId& other, Done<ChangedRelation> done) override;
  void remove_contact(const UserId& user, const UserId& other, Done<ChangedRelation> done) override;
  void block(const UserId& user, const UserId& other, Done<ChangedRelation> done) override;
  void unblock(const UserId& user, const UserId& other, Done<ChangedRelation> done) override;

  void relations_of(const UserId& user, Done<std::vector<switchboard::Relation>> done) override;

 private:
  Store& store_;
};

}  // namespace parley::server::store::sqlite
