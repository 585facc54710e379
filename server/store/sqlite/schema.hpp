// The tables, and how an older file becomes a current one.
#pragma once

#include "server/store/sqlite/database.hpp"

namespace parley::server::store::sqlite {

/// Brings the file to the version of this program, in one transaction. Throws Failure for a file
/// that a newer Parley has written: going on would lose what it added.
void migrate(Database& database);

/// The same, to an earlier version than the newest: for the tests of migrations.
void migrate_to(Database& database, int target);

/// The version that `migrate` leads to; kept in SQLite's user_version.
[[nodiscard]] int current_schema_version();

}  // namespace parley::server::store::sqlite
