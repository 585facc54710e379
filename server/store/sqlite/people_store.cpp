#include "server/store/sqlite/people_store.hpp"

#include "server/store/sqlite/relations.hpp"
#include "server/store/sqlite/store.hpp"

#include <utility>

namespace parley::server::store::sqlite {

void PeopleStore::account_known(const Account& account) { store_.index().put(account); }

void PeopleStore::find(const UserId& me, const std::string& search, std::size_t limit,
                       Done<std::vector<Account>> done) {
  // The search runs on the reading thread, because it takes milliseconds.
  store_.read<std::vector<Account>>([&index = store_.index(), me, search,
                                     limit](Database&) { return index.find(me, search, limit); },
                                    std::move(done));
}

void PeopleStore::contacts_of(const UserId& user, Done<std::vector<ListedPerson>> done) {
  store_.read<std::vector<ListedPerson>>(
      [user](Database& database) { return sqlite::contacts_of(database, user); }, std::move(done));
}

void PeopleStore::blocked_by(const UserId& user, Done<std::vector<ListedPerson>> done) {
  store_.read<std::vector<ListedPerson>>(
      [user](Database& database) { return sqlite::blocked_by(database, user); }, std::move(done));
}

void PeopleStore::add_contact(const UserId& user, const UserId& other, Done<ChangedRelation> done) {
  store_.execute<ChangedRelation>(
      [user, other, now_ms = store_.clock().now_ms()](Database& database) {
        return sqlite::add_contact(database, user, other, now_ms);
      },
      std::move(done));
}

void PeopleStore::remove_contact(const UserId& user, const UserId& other,
                                 Done<ChangedRelation> done) {
  store_.execute<ChangedRelation>(
      [user, other](Database& database) { return sqlite::remove_contact(database, user, other); },
      std::move(done));
}

void PeopleStore::block(const UserId& user, const UserId& other, Done<ChangedRelation> done) {
  store_.execute<ChangedRelation>(
      [user, other, now_ms = store_.clock().now_ms()](Database& database) {
        return sqlite::block(database, user, other, now_ms);
      },
      std::move(done));
}

void PeopleStore::unblock(const UserId& user, const UserId& other, Done<ChangedRelation> done) {
  store_.execute<ChangedRelation>(
      [user, other](Database& database) { return sqlite::unblock(database, user, other); },
      std::move(done));
}

void PeopleStore::relations_of(const UserId& user, Done<std::vector<switchboard::Relation>> done) {
  store_.read<std::vector<switchboard::Relation>>(
      [user](Database& database) { return sqlite::relations_of(database, user); }, std::move(done));
}

}  // namespace parley::server::store::sqlite
