// The queries of call records and ratings.
#pragma once

#include "core/switchboard/record.hpp"
#include "server/store/calls.hpp"
#include "server/store/sqlite/database.hpp"

#include <cstdint>
#include <vector>

namespace parley::server::store::sqlite {

/// Writes a record, over what was known of the call before. A record that is closed stays as it is:
/// whoever uses the id of an old call again must not be able to change what is known of that. False
/// when that is why nothing was written.
bool save_call(Database& database, const switchboard::CallRecord& record);

/// Removes the record of an invite that has become part of another call; a closed one stays.
void remove_call(Database& database, const CallId& call);

/// The calls that were not over when the server last stopped.
[[nodiscard]] std::vector<switchboard::CallRecord> open_calls(Database& database);

struct RecentCalls {
  /// So many, those that were closed last.
  std::int64_t last_closed = 0;
  /// Also those that ended after this, of those that began after that.
  std::int64_t ended_after_ms = 0;
  std::int64_t began_after_ms = 0;
};

/// Calls that have ended, in the order in which they were closed.
[[nodiscard]] std::vector<switchboard::CallRecord> recent_calls(Database& database,
                                                                const RecentCalls& which);

/// Keeps what `user` thought of a call, in place of an earlier rating. Ratings are no part of the
/// record: writing that leaves them alone.
[[nodiscard]] RatingOutcome rate_call(Database& database, const CallId& call, const UserId& user,
                                      Rating rating);

/// Removes up to `limit` ended calls that began before `before_ms`; returns how many.
std::int64_t prune_calls(Database& database, std::int64_t before_ms, std::int64_t limit);

/// The calls of one user, newest first.
[[nodiscard]] std::vector<HistoryEntry> history_of(Database& database, const UserId& user,
                                                   const HistoryQuery& query);
/// The calls of everybody, newest first.
[[nodiscard]] std::vector<HistoryEntry> history_of_all(Database& database,
                                                       const HistoryQuery& query);

}  // namespace parley::server::store::sqlite
