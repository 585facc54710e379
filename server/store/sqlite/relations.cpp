#include "server/store/sqlite/relations.hpp"

#include <string_view>
#include <utility>

namespace parley::server::store::sqlite {

namespace {

// The two tables have the same columns. A table name is only ever one of these two.
enum class List : std::uint8_t { contacts, blocked };

std::string table_of(List list) { return list == List::contacts ? "contacts" : "blocked"; }

bool user_is_known(Database& database, const UserId& user) {
  return database.query("SELECT 1 FROM users WHERE user = ?").bind(user.text).step();
}

switchboard::Relation relation_between(Database& database, const UserId& user,
                                       const UserId& other) {
  Query query = database.query(
      "SELECT EXISTS (SELECT 1 FROM blocked WHERE user = ?1 AND other = ?2),"
      " EXISTS (SELECT 1 FROM contacts WHERE user = ?1 AND other = ?2)"
      " OR EXISTS (SELECT 1 FROM met WHERE user = ?1 AND other = ?2)");
  query.bind(user.text).bind(other.text);
  query.step();
  return {other, query.integer(0) != 0, query.integer(1) != 0};
}

ChangedRelation add(Database& database, List list, const UserId& user, const UserId& other,
                    std::int64_t now_ms) {
  if (!user_is_known(database, other)) return std::unexpected(Error::unknown_user);
  const std::string table = table_of(list);
  {
    Query count =
        database.query("SELECT count(*) FROM " + table + " WHERE user = ?1 AND other <> ?2");
    count.bind(user.text).bind(other.text);
    count.step();
    if (count.integer(0) >= static_cast<std::int64_t>(kMaxListed)) {
      return std::unexpected(Error::list_full);
    }
  }
  database
      .query("INSERT INTO " + table +
             " (user, other, since_ms) VALUES (?, ?, ?) ON CONFLICT (user, other) DO NOTHING")
      .bind(user.text)
      .bind(other.text)
      .bind(now_ms)
      .run();
  return relation_between(database, user, other);
}

ChangedRelation remove(Database& database, List list, const UserId& user, const UserId& other) {
  if (!user_is_known(database, other)) return std::unexpected(Error::unknown_user);
  database.query("DELETE FROM " + table_of(list) + " WHERE user = ? AND other = ?")
      .bind(user.text)
      .bind(other.text)
      .run();
  return relation_between(database, user, other);
}

std::vector<ListedPerson> people_on(Database& database, List list, const UserId& user) {
  Query query = database.query("SELECT other, name, since_ms FROM " + table_of(list) +
                               " AS list JOIN users ON users.user = list.other WHERE list.user = ?"
                               " ORDER BY name COLLATE NOCASE, other LIMIT ?");
  query.bind(user.text).bind(static_cast<std::int64_t>(kMaxListed));
  std::vector<ListedPerson> people;
  while (query.step()) {
    UserId other{query.text(0)};
    std::string name = presentable_name(query.text(1), other.text);
    people.push_back({std::move(other), std::move(name), query.integer(2)});
  }
  return people;
}

/// Saves nothing for users without an account: calls outlive accounts.
void note_meeting(Database& database, const UserId& user, const UserId& other, std::int64_t at_ms) {
  database
      .query(
          "INSERT INTO met (user, other, since_ms) SELECT ?1, ?2, ?3"
          " WHERE EXISTS (SELECT 1 FROM users WHERE user = ?1)"
          " AND EXISTS (SELECT 1 FROM users WHERE user = ?2) ON CONFLICT (user, other) DO NOTHING")
      .bind(user.text)
      .bind(other.text)
      .bind(at_ms)
      .run();
}

}  // namespace

ChangedRelation add_contact(Database& database, const UserId& user, const UserId& other,
                            std::int64_t now_ms) {
  return add(database, List::contacts, user, other, now_ms);
}

ChangedRelation remove_contact(Database& database, const UserId& user, const UserId& other) {
  return remove(database, List::contacts, user, other);
}

ChangedRelation block(Database& database, const UserId& user, const UserId& other,
                      std::int64_t now_ms) {
  return add(database, List::blocked, user, other, now_ms);
}

ChangedRelation unblock(Database& database, const UserId& user, const UserId& other) {
  return remove(database, List::blocked, user, other);
}

std::vector<ListedPerson> contacts_of(Database& database, const UserId& user) {
  return people_on(database, List::contacts, user);
}

std::vector<ListedPerson> blocked_by(Database& database, const UserId& user) {
  return people_on(database, List::blocked, user);
}

std::vector<switchboard::Relation> relations_of(Database& database, const UserId& user) {
  Query query = database.query(
      "SELECT other, max(is_blocked), max(is_known) FROM ("
      "SELECT other, 1 AS is_blocked, 0 AS is_known FROM blocked WHERE user = ?1"
      " UNION ALL SELECT other, 0, 1 FROM contacts WHERE user = ?1"
      " UNION ALL SELECT * FROM (SELECT other, 0, 1 FROM met WHERE user = ?1"
      " ORDER BY since_ms DESC LIMIT ?2)) GROUP BY other");
  query.bind(user.text).bind(kMaxMet);
  std::vector<switchboard::Relation> relations;
  while (query.step()) {
    relations.push_back({{query.text(0)}, query.integer(1) != 0, query.integer(2) != 0});
  }
  return relations;
}

void remember_meeting(Database& database, const switchboard::CallRecord& record) {
  if (record.connected_at_ms || record.merged) {
    const std::int64_t met_at_ms = record.connected_at_ms.value_or(record.invited_at_ms);
    note_meeting(database, record.caller.user, record.callee.user, record.invited_at_ms);
    note_meeting(database, record.callee.user, record.caller.user, met_at_ms);
  } else if (!record.accepted_at_ms) {
    note_meeting(database, record.caller.user, record.callee.user, record.invited_at_ms);
  }
}

bool was_turned_away(Database& database, const switchboard::CallRecord& record) {
  if (record.reason != wire::EndReason::unreachable || record.ringing_at_ms) return false;
  const switchboard::Relation relation =
      relation_between(database, record.callee.user, record.caller.user);
  if (relation.blocked) return true;
  if (relation.known) return false;
  return database.query("SELECT 1 FROM users WHERE user = ? AND who_may_call = 'known'")
      .bind(record.callee.user.text)
      .step();
}

}  // namespace parley::server::store::sqlite
