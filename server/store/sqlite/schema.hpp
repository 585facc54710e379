// The tables, and the migrations of older files.
#pragma once

#include "server/store/sqlite/database.hpp"

namespace parley::server::store::sqlite {

/// Migrates the file to the version of this program, in one transaction. Throws Failure for a file
/// of a newer Parley: using it would lose the data that the newer version added.
void migrate(Database& database);

/// The same to an earlier version, for the tests of migrations.
void migrate_to(Database& database, int target);

/// The version that `migrate` leads to; kept in SQLite's user_version.
[[nodiscard]] int current_schema_version();

}  // namespace parley::server::store::sqlite
