#include "server/store/sqlite/schema.hpp"

#include <sqlite3.h>

#include <array>
#include <string>

namespace parley::server::store::sqlite {

namespace {

// One entry per version; an entry that has been released is never edited.
constexpr std::array<const char*, 9> kMigrations{
    R"sql(
    CREATE TABLE users (
      user TEXT PRIMARY KEY,
      name TEXT NOT NULL,
      password_hash TEXT NOT NULL,
      created_at_ms INTEGER NOT NULL,
      disabled INTEGER NOT NULL DEFAULT 0,
      -- Counts the changes to accounts, so that a running server finds those of other processes.
      changed INTEGER NOT NULL,
      -- The change that last withdrew all tokens of the user; 0 for none.
      signed_out INTEGER NOT NULL DEFAULT 0
    ) WITHOUT ROWID, STRICT;
    CREATE INDEX users_by_change ON users (changed);

    CREATE TABLE tokens (
      hash BLOB PRIMARY KEY,
      user TEXT NOT NULL REFERENCES users (user) ON DELETE CASCADE,
      created_at_ms INTEGER NOT NULL,
      expires_at_ms INTEGER NOT NULL
    ) WITHOUT ROWID, STRICT;
    CREATE INDEX tokens_by_user ON tokens (user, created_at_ms);
    CREATE INDEX tokens_by_expiry ON tokens (expires_at_ms);

    CREATE TABLE invitations (
      hash BLOB PRIMARY KEY,
      created_at_ms INTEGER NOT NULL,
      expires_at_ms INTEGER NOT NULL
    ) WITHOUT ROWID, STRICT;

    CREATE TABLE calls (
      call TEXT PRIMARY KEY,
      caller TEXT NOT NULL,
      caller_device TEXT,
      caller_next_device TEXT,
      caller_revision INTEGER,
      caller_microphone TEXT,
      caller_camera TEXT,
      caller_held INTEGER,
      callee TEXT NOT NULL,
      callee_device TEXT,
      callee_next_device TEXT,
      callee_revision INTEGER,
      callee_microphone TEXT,
      callee_camera TEXT,
      callee_held INTEGER,
      kind TEXT NOT NULL,
      phase TEXT NOT NULL,
      link INTEGER NOT NULL,
      invited_at_ms INTEGER NOT NULL,
      ringing_at_ms INTEGER,
      accepted_at_ms INTEGER,
      connected_at_ms INTEGER,
      media_at_ms INTEGER,
      ended_at_ms INTEGER,
      deadline_ms INTEGER,
      reason TEXT,
      failure TEXT,
      ended_by TEXT
    ) WITHOUT ROWID, STRICT;
    CREATE INDEX calls_by_caller ON calls (caller, invited_at_ms, call);
    CREATE INDEX calls_by_callee ON calls (callee, invited_at_ms, call);
    CREATE INDEX calls_by_time ON calls (invited_at_ms, call);
    CREATE INDEX calls_open ON calls (phase) WHERE phase <> 'ended';
    )sql",
    R"sql(
    ALTER TABLE tokens ADD COLUMN last_used_at_ms INTEGER;
    )sql",
    R"sql(
    ALTER TABLE users ADD COLUMN call_waiting INTEGER NOT NULL DEFAULT 1;
    )sql",
    R"sql(
    ALTER TABLE calls ADD COLUMN caller_rating TEXT;
    ALTER TABLE calls ADD COLUMN callee_rating TEXT;
    )sql",
    R"sql(
    -- What the person who signed in had in front of them, for the list of their sessions.
    ALTER TABLE tokens ADD COLUMN software TEXT;
    ALTER TABLE tokens ADD COLUMN system TEXT;

    -- The last moment at which the time was plausible: what is to be forgotten goes by it.
    CREATE TABLE house (
      id INTEGER PRIMARY KEY CHECK (id = 1),
      plausible_ms INTEGER NOT NULL
    ) STRICT;
    INSERT INTO house SELECT 1, coalesce(max(newest), CAST(strftime('%s') AS INTEGER) * 1000) FROM (
      SELECT max(invited_at_ms) AS newest FROM calls
      UNION ALL SELECT max(created_at_ms) FROM users
      UNION ALL SELECT max(coalesce(last_used_at_ms, created_at_ms)) FROM tokens
    );
    )sql",
    R"sql(
    -- Who may call a user: 'everybody', or 'known' people.
    ALTER TABLE users ADD COLUMN who_may_call TEXT NOT NULL DEFAULT 'everybody';

    -- People that a user has added.
    CREATE TABLE contacts (
      user TEXT NOT NULL REFERENCES users (user) ON DELETE CASCADE,
      other TEXT NOT NULL REFERENCES users (user) ON DELETE CASCADE,
      since_ms INTEGER NOT NULL,
      PRIMARY KEY (user, other)
    ) WITHOUT ROWID, STRICT;
    CREATE INDEX contacts_by_other ON contacts (other);

    -- People whose calls do not ring at a user.
    CREATE TABLE blocked (
      user TEXT NOT NULL REFERENCES users (user) ON DELETE CASCADE,
      other TEXT NOT NULL REFERENCES users (user) ON DELETE CASCADE,
      since_ms INTEGER NOT NULL,
      PRIMARY KEY (user, other)
    ) WITHOUT ROWID, STRICT;
    CREATE INDEX blocked_by_other ON blocked (other);

    -- People whom a user has called or talked with.
    CREATE TABLE met (
      user TEXT NOT NULL REFERENCES users (user) ON DELETE CASCADE,
      other TEXT NOT NULL REFERENCES users (user) ON DELETE CASCADE,
      since_ms INTEGER NOT NULL,
      PRIMARY KEY (user, other)
    ) WITHOUT ROWID, STRICT;
    CREATE INDEX met_by_other ON met (other);
    INSERT INTO met SELECT user, other, min(at_ms) FROM (
      SELECT caller AS user, callee AS other, invited_at_ms AS at_ms FROM calls
      UNION ALL
      SELECT callee, caller, connected_at_ms FROM calls WHERE connected_at_ms IS NOT NULL
    ) WHERE user IN (SELECT user FROM users) AND other IN (SELECT user FROM users)
    GROUP BY user, other;

    -- The callee did not hear of this call: its caller was blocked, or may not call.
    ALTER TABLE calls ADD COLUMN screened INTEGER NOT NULL DEFAULT 0;
    )sql",
    R"sql(
    -- Counts up with each call that is closed: their order, whatever the clock said. Absent while
    -- a call is on, and for calls that were closed before this was counted.
    ALTER TABLE calls ADD COLUMN close_order INTEGER;
    CREATE INDEX calls_by_close_order ON calls (close_order) WHERE close_order IS NOT NULL;

    -- The callee's own invite to the caller, which crossed this one, and the device that made it.
    ALTER TABLE calls ADD COLUMN merged TEXT;
    ALTER TABLE calls ADD COLUMN merged_device TEXT;
    )sql",
    R"sql(
    -- What was changed from the command line and no server has written to its log yet.
    CREATE TABLE commands (
      id INTEGER PRIMARY KEY AUTOINCREMENT,
      name TEXT NOT NULL,
      user TEXT,
      at_ms INTEGER NOT NULL
    ) STRICT;
    )sql",
    R"sql(
    -- Who made the invitation; absent for the operator.
    ALTER TABLE invitations ADD COLUMN user TEXT REFERENCES users (user) ON DELETE CASCADE;
    CREATE INDEX invitations_by_user ON invitations (user) WHERE user IS NOT NULL;

    -- Where browsers find the app, as the server last knew it.
    ALTER TABLE house ADD COLUMN origin TEXT;
    )sql",
};

int version_of(Database& database) {
  Query query = database.query("PRAGMA user_version");
  query.step();
  return static_cast<int>(query.integer(0));
}

}  // namespace

int current_schema_version() { return static_cast<int>(kMigrations.size()); }

void migrate(Database& database) { migrate_to(database, current_schema_version()); }

void migrate_to(Database& database, int target) {
  if (version_of(database) == target) return;
  Transaction transaction(database);
  // Read again: another process may have migrated while this one waited for the lock.
  const int version = version_of(database);
  if (version > target) {
    throw Failure("the database was written by a newer Parley (schema " + std::to_string(version) +
                      ", this program knows " + std::to_string(target) + ")",
                  SQLITE_ERROR);
  }
  for (int i = version; i < target; ++i) {
    database.execute(kMigrations[static_cast<std::size_t>(i)]);
  }
  database.execute("PRAGMA user_version = " + std::to_string(target));
  transaction.commit();
}

}  // namespace parley::server::store::sqlite
