#include "server/store/sqlite/calls.hpp"

#include "server/store/accounts.hpp"
#include "server/store/sqlite/record_columns.hpp"
#include "server/store/sqlite/relations.hpp"

#include <algorithm>
#include <cstddef>
#include <limits>
#include <optional>
#include <string>
#include <utility>

namespace parley::server::store::sqlite {

namespace {

using switchboard::CallRecord;

/// The text of `item` for every column, separated by commas.
std::string listed(const std::vector<RecordColumn>& columns, auto item) {
  std::string list;
  for (std::size_t i = 0; i < columns.size(); ++i) {
    if (!list.empty()) list += ", ";
    list += item(columns[i], i);
  }
  return list;
}

/// The columns that read_entry reads: the record, the two names, the two ratings.
const std::string& entry() {
  static const std::string columns =
      listed(record_columns(),
             [](const RecordColumn& column, std::size_t) { return column.name; }) +
      ", coalesce((SELECT name FROM users WHERE user = caller), caller)"
      ", coalesce((SELECT name FROM users WHERE user = callee), callee)"
      ", caller_rating, callee_rating";
  return columns;
}

HistoryEntry read_entry(const Query& query) {
  HistoryEntry entry;
  entry.record.phase = wire::CallPhase::ended;  // unless the column can be read
  ColumnReader reader(query);
  visit_columns(entry.record, reader);
  const int column = reader.next();
  entry.caller_name = presentable_name(query.text(column), entry.record.caller.user.text);
  entry.callee_name = presentable_name(query.text(column + 1), entry.record.callee.user.text);
  entry.caller_rating = named<Rating>(query.text(column + 2));
  entry.callee_rating = named<Rating>(query.text(column + 3));
  return entry;
}

/// The number of the call that was closed last, in the order of closing.
#define PARLEY_LAST_CLOSED \
  "(SELECT coalesce(max(close_order), 0) FROM calls WHERE close_order IS NOT NULL)"

std::vector<HistoryEntry> read_entries(Query& query) {
  std::vector<HistoryEntry> entries;
  while (query.step()) entries.push_back(read_entry(query));
  return entries;
}

std::vector<CallRecord> read_records(Query& query) {
  std::vector<CallRecord> records;
  for (HistoryEntry& entry : read_entries(query)) {
    // A call with an invalid user name can't be sent to a client.
    const bool told = parse_user_id(entry.record.caller.user.text) == entry.record.caller.user &&
                      parse_user_id(entry.record.callee.user.text) == entry.record.callee.user;
    if (told) records.push_back(std::move(entry.record));
  }
  return records;
}

/// Takes the columns of a record as its parameters. An update leaves out the columns that never
/// change, and their indices.
std::string insert_or_update() {
  const std::vector<RecordColumn> columns = record_columns();
  std::vector<RecordColumn> changing = columns;
  std::erase_if(changing, [](const RecordColumn& column) { return column.fixed; });
  const auto name = [](const RecordColumn& column, std::size_t) { return column.name; };
  const auto parameter = [](const RecordColumn&, std::size_t i) {
    return '?' + std::to_string(i + 1);
  };
  const auto phase = std::ranges::find(columns, "phase", &RecordColumn::name);
  const std::string phase_parameter =
      parameter(*phase, static_cast<std::size_t>(phase - columns.begin()));
  return "INSERT INTO calls (" + listed(columns, name) + ", close_order) VALUES (" +
         listed(columns, parameter) + ", CASE " + phase_parameter +
         " WHEN 'ended' THEN " PARLEY_LAST_CLOSED " + 1 END) ON CONFLICT (call) DO UPDATE SET " +
         listed(changing, [](const RecordColumn& column,
                             std::size_t) { return column.name + " = excluded." + column.name; }) +
         ", close_order = excluded.close_order";
}

/// What the stored record of a call has in common with a new one.
struct Written {
  bool ended;
  bool connected;
  bool merged;
  bool same_invite;  // the same time
  bool same_end;     // the same time and reason
};

std::optional<Written> written(Database& database, const CallRecord& record) {
  Query query = database.query(
      "SELECT phase = 'ended', connected_at_ms IS NOT NULL, merged IS NOT NULL,"
      " invited_at_ms = ?2, invited_at_ms = ?2 AND reason = ?3 AND ended_at_ms = ?4"
      " FROM calls WHERE call = ?1");
  query.bind(to_string(record.call)).bind(record.invited_at_ms);
  query.bind(record.reason ? std::optional(name_of(*record.reason)) : std::nullopt);
  query.bind(record.ended_at_ms);
  if (!query.step()) return std::nullopt;
  return Written{.ended = query.integer(0) != 0,
                 .connected = query.integer(1) != 0,
                 .merged = query.integer(2) != 0,
                 .same_invite = query.integer(3) != 0,
                 .same_end = query.integer(4) != 0};
}

/// Binds the parameters of a page: position (two), open calls, limit.
void bind_page(Query& query, const HistoryQuery& page) {
  query.bind(page.before ? page.before->invited_at_ms : std::numeric_limits<std::int64_t>::max())
      .bind(page.before ? to_string(page.before->call) : std::string())
      .bind(static_cast<std::int64_t>(page.with_open_calls))
      .bind(static_cast<std::int64_t>(page.limit));
}

}  // namespace

bool save_call(Database& database, const CallRecord& record) {
  if (!record.screened && was_turned_away(database, record)) {
    CallRecord screened = record;
    screened.screened = true;
    return save_call(database, screened);
  }
  const std::optional<Written> before = written(database, record);
  if (before && before->ended) return before->same_end;
  // The time of the invite changes only when the clock is set during a call. It has an update of
  // its own, because its indices are large.
  if (before && !before->same_invite) {
    database.query("UPDATE calls SET invited_at_ms = ?2 WHERE call = ?1")
        .bind(to_string(record.call))
        .bind(record.invited_at_ms)
        .run();
  }
  static const std::string insert = insert_or_update();
  Query query = database.query(insert);
  ColumnBinder binder(query);
  visit_columns(record, binder);
  query.run();
  const bool is_news = !before || (record.connected_at_ms && !before->connected) ||
                       (record.merged && !before->merged);
  if (is_news) remember_meeting(database, record);
  return true;
}

void remove_call(Database& database, const CallId& call) {
  database.query("DELETE FROM calls WHERE call = ? AND phase <> 'ended'")
      .bind(to_string(call))
      .run();
}

std::vector<CallRecord> open_calls(Database& database) {
  static const std::string open =
      "SELECT " + entry() + " FROM calls WHERE phase <> 'ended' ORDER BY call";
  Query query = database.query(open);
  return read_records(query);
}

std::vector<CallRecord> recent_calls(Database& database, const RecentCalls& which) {
  // Each of the two conditions has an index.
  static const std::string recent =
      "SELECT " + entry() +
      " FROM calls WHERE close_order > " PARLEY_LAST_CLOSED
      " - ?1 OR (invited_at_ms > ?2 AND phase = 'ended' AND ended_at_ms > ?3)"
      " ORDER BY close_order";
  Query query = database.query(recent);
  query.bind(which.last_closed).bind(which.began_after_ms).bind(which.ended_after_ms);
  return read_records(query);
}

RatingOutcome rate_call(Database& database, const CallId& call, const UserId& user, Rating rating) {
  const std::string id = to_string(call);
  {
    Query found = database.query(
        "SELECT phase = 'ended', connected_at_ms IS NOT NULL FROM calls"
        " WHERE call = ?1 AND ?2 IN (caller, callee)");
    found.bind(id).bind(user.text);
    if (!found.step()) return RatingOutcome::unknown_call;
    if (found.integer(0) == 0) return RatingOutcome::not_over;
    if (found.integer(1) == 0) return RatingOutcome::never_connected;
  }
  database
      .query(
          "UPDATE calls SET caller_rating = iif(caller = ?2, ?3, caller_rating),"
          " callee_rating = iif(callee = ?2, ?3, callee_rating) WHERE call = ?1")
      .bind(id)
      .bind(user.text)
      .bind(name_of(rating))
      .run();
  return RatingOutcome::saved;
}

std::int64_t prune_calls(Database& database, std::int64_t before_ms, std::int64_t limit) {
  database
      .query(
          "DELETE FROM calls WHERE call IN (SELECT call FROM calls WHERE invited_at_ms < ?"
          " AND phase = 'ended' ORDER BY invited_at_ms LIMIT ?)")
      .bind(before_ms)
      .bind(limit)
      .run();
  return database.changes();
}

std::vector<HistoryEntry> history_of(Database& database, const UserId& user,
                                     const HistoryQuery& page) {
  // Each half walks its own index and stops at the limit, however long the history is.
  static const std::string history =
      "SELECT " + entry() +
      " FROM ("
      "SELECT * FROM (SELECT * FROM calls WHERE caller = ?5 AND (invited_at_ms, call) < (?1, ?2)"
      " AND (?3 OR phase = 'ended') ORDER BY invited_at_ms DESC, call DESC LIMIT ?4)"
      " UNION ALL "
      "SELECT * FROM (SELECT * FROM calls WHERE callee = ?5 AND NOT screened"
      " AND (invited_at_ms, call) < (?1, ?2)"
      " AND (?3 OR phase = 'ended') ORDER BY invited_at_ms DESC, call DESC LIMIT ?4)"
      ") ORDER BY invited_at_ms DESC, call DESC LIMIT ?4";
  Query query = database.query(history);
  bind_page(query, page);
  query.bind(user.text);
  return read_entries(query);
}

std::vector<HistoryEntry> history_of_all(Database& database, const HistoryQuery& page) {
  static const std::string history =
      "SELECT " + entry() +
      " FROM calls WHERE (invited_at_ms, call) < (?1, ?2) AND (?3 OR phase = 'ended')"
      " ORDER BY invited_at_ms DESC, call DESC LIMIT ?4";
  Query query = database.query(history);
  bind_page(query, page);
  return read_entries(query);
}

}  // namespace parley::server::store::sqlite
