// The queries of call records and ratings.
#pragma once

#include "core/switchboard/record.hpp"
#include "server/store/calls.hpp"
#include "server/store/sqlite/database.hpp"

#include <cstdint>
#include <vector>

namespace parley::server::store::sqlite {

/// Writes a record, which replaces the earlier record of the call. False when the earlier record is
/// closed: it is never replaced, because a client that uses the id of an old call again must not
/// change that call's record.
bool save_call(Database& database, const switchboard::CallRecord& record);

/// Removes the record of an invite that has become part of another call; a closed one stays.
void remove_call(Database& database, const CallId& call);

/// The calls that were not over when the server last stopped.
[[nodiscard]] std::vector<switchboard::CallRecord> open_calls(Database& database);

struct RecentCalls {
  /// This many calls, those closed last.
  std::int64_t last_closed = 0;
  /// Besides these, the calls that ended after the first time and began after the second.
  std::int64_t ended_after_ms = 0;
  std::int64_t began_after_ms = 0;
};

/// Ended calls, in the order in which they were closed.
[[nodiscard]] std::vector<switchboard::CallRecord> recent_calls(Database& database,
                                                                const RecentCalls& which);

/// Saves the rating of a call by `user`, in place of an earlier one. Ratings are not part of the
/// record: writing a record does not change them.
[[nodiscard]] RatingOutcome rate_call(Database& database, const CallId& call, const UserId& user,
                                      Rating rating);

/// Removes up to `limit` ended calls that began before `before_ms`; returns how many.
std::int64_t prune_calls(Database& database, std::int64_t before_ms, std::int64_t limit);

/// The calls of one user, newest first.
[[nodiscard]] std::vector<HistoryEntry> history_of(Database& database, const UserId& user,
                                                   const HistoryQuery& query);
/// The calls of all users, newest first.
[[nodiscard]] std::vector<HistoryEntry> history_of_all(Database& database,
                                                       const HistoryQuery& query);

}  // namespace parley::server::store::sqlite
