#include "server/store/schema.hpp"

#include "server/store/test_folder.hpp"

#include <gtest/gtest.h>

#include <string>

namespace parley::server::store {
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
}  // namespace parley::server::store
