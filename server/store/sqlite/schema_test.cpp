#include "server/store/sqlite/schema.hpp"

#include "server/store/sqlite/accounts.hpp"
#include "server/store/sqlite/calls.hpp"
#include "server/store/sqlite/record_columns.hpp"
#include "server/store/test_folder.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace parley::server::store::sqlite {
namespace {

std::string text_of(Database& database, const char* sql) {
  Query query = database.query(sql);
  return query.step() ? query.text(0) : "";
}

TEST(Schema, ANewFileIsBroughtToTheCurrentVersion) {
  const TestFolder folder;
  Database database(folder.file("db"), Database::Access::read_write, 100);
  migrate(database);
  EXPECT_EQ(text_of(database, "PRAGMA user_version"), std::to_string(current_schema_version()));
  migrate(database);  // nothing to do
  EXPECT_EQ(text_of(database, "PRAGMA integrity_check"), "ok");
}

TEST(Schema, EveryOlderFileKeepsWhatItHolds) {
  for (int older = 1; older < current_schema_version(); ++older) {
    const TestFolder folder;
    Database database(folder.file("db"), Database::Access::read_write, 100);
    migrate_to(database, older);
    database.execute(
        "INSERT INTO users (user, name, password_hash, created_at_ms, changed)"
        " VALUES ('alice', 'Alice', 'hash', 1, 1);"
        "INSERT INTO tokens (hash, user, created_at_ms, expires_at_ms)"
        " VALUES (zeroblob(32), 'alice', 1, 1000);"
        "INSERT INTO calls (call, caller, callee, kind, phase, link, invited_at_ms)"
        " VALUES ('00000000-0000-0000-0000-000000000001', 'alice', 'bob', 'audio', 'active', 1, "
        "5);"
        "INSERT INTO calls (call, caller, callee, kind, phase, link, invited_at_ms,"
        " connected_at_ms, ended_at_ms, reason)"
        " VALUES ('00000000-0000-0000-0000-000000000002', 'alice', 'bob', 'audio', 'ended', 1, "
        "5, 6, 7, 'completed')");
    migrate(database);
    EXPECT_EQ(find_credentials(database, {"alice"})->account.name, "Alice");
    EXPECT_TRUE(find_credentials(database, {"alice"})->account.call_waiting);
    EXPECT_EQ(find_token(database, {}, 500)->account.user.text, "alice");
    ASSERT_EQ(open_calls(database).size(), 1U);
    EXPECT_EQ(open_calls(database)[0].phase, wire::CallPhase::active);
    const auto ended = history_of(database, {"alice"}, {});
    ASSERT_EQ(ended.size(), 1U);
    EXPECT_EQ(ended[0].record.reason, wire::EndReason::completed);
    EXPECT_FALSE(ended[0].caller_rating);
    EXPECT_FALSE(ended[0].callee_rating);
    EXPECT_EQ(rate_call(database, {0, 2}, {"alice"}, Rating::good), RatingOutcome::saved);
    EXPECT_EQ(text_of(database, "PRAGMA foreign_key_check"), "");
  }
}

TEST(Schema, TheTableOfCallsHasTheColumnsOfARecordAndThreeMore) {
  const TestFolder folder;
  Database database(folder.file("db"), Database::Access::read_write, 100);
  migrate(database);
  std::vector<std::string> in_the_table;
  Query query = database.query("SELECT name FROM pragma_table_info('calls')");
  while (query.step()) in_the_table.push_back(query.text(0));
  std::vector<std::string> expected{"caller_rating", "callee_rating", "close_order"};
  for (const RecordColumn& column : record_columns()) expected.push_back(column.name);
  EXPECT_THAT(in_the_table, testing::UnorderedElementsAreArray(expected));
}

TEST(Schema, CommitsAreOnTheDisk) {
  const TestFolder folder;
  Database database(folder.file("db"), Database::Access::read_write, 100);
  EXPECT_EQ(text_of(database, "PRAGMA journal_mode"), "wal");
  EXPECT_EQ(text_of(database, "PRAGMA synchronous"), "2");
}

TEST(Schema, AFileOfANewerProgramIsLeftAlone) {
  const TestFolder folder;
  Database database(folder.file("db"), Database::Access::read_write, 100);
  migrate(database);
  const int newer = current_schema_version() + 1;
  database.execute("PRAGMA user_version = " + std::to_string(newer));
  EXPECT_THROW(migrate(database), Failure);
  EXPECT_EQ(text_of(database, "PRAGMA user_version"), std::to_string(newer));
}

}  // namespace
}  // namespace parley::server::store::sqlite
