#include "server/store/sqlite/calls.hpp"

#include "server/store/sqlite/accounts.hpp"
#include "server/store/sqlite/relations.hpp"
#include "server/text/unicode.hpp"

#include <limits>
#include <string_view>
#include <utility>

namespace parley::server::store::sqlite {

namespace {

using switchboard::CallRecord;
using switchboard::Leg;
using switchboard::MergedInvite;

// Enumerations are stored by their names on the wire: these never change, and people can read them.
template <json::Named T>
std::string_view name_of(T value) {
  return names(value)[static_cast<std::size_t>(value)];
}

template <json::Named T>
std::optional<T> named(std::string_view name) {
  constexpr auto kNames = names(T{});
  for (std::size_t i = 0; i < kNames.size(); ++i) {
    if (kNames[i] == name) return static_cast<T>(i);
  }
  return std::nullopt;
}

template <json::Named T>
std::optional<T> named_if(const std::optional<std::string>& name) {
  return name ? named<T>(*name) : std::nullopt;
}

template <json::Named T>
std::optional<std::string_view> name_of(const std::optional<T>& value) {
  if (!value) return std::nullopt;
  return name_of(*value);
}

void bind_leg(Query& query, const Leg& leg) {
  query.bind(leg.user.text);
  query.bind(leg.device ? std::optional(to_string(*leg.device)) : std::nullopt);
  query.bind(leg.next_device ? std::optional(to_string(*leg.next_device)) : std::nullopt);
  if (leg.status) {
    query.bind(static_cast<std::int64_t>(leg.status->revision))
        .bind(name_of(leg.status->microphone))
        .bind(name_of(leg.status->camera))
        .bind(static_cast<std::int64_t>(leg.status->held));
  } else {
    query.bind_null().bind_null().bind_null().bind_null();
  }
}

constexpr int kLegColumns = 7;

std::optional<DeviceId> device_id(const std::optional<std::string>& text) {
  const auto id = text ? parse_uuid(*text) : std::nullopt;
  if (!id) return std::nullopt;
  return DeviceId{id->high, id->low};
}

std::optional<MergedInvite> merged_invite(const std::optional<std::string>& call,
                                          const std::optional<std::string>& device) {
  const auto id = call ? parse_uuid(*call) : std::nullopt;
  const auto made_by = device_id(device);
  if (!id || !made_by) return std::nullopt;
  return MergedInvite{{id->high, id->low}, *made_by};
}

Leg read_leg(const Query& query, int column) {
  Leg leg;
  leg.user.text = text::presentable(query.text(column), UserId::kMaxBytes);
  leg.device = device_id(query.optional_text(column + 1));
  leg.next_device = device_id(query.optional_text(column + 2));
  const auto revision = query.optional_integer(column + 3);
  const auto microphone = named_if<wire::SourceState>(query.optional_text(column + 4));
  const auto camera = named_if<wire::SourceState>(query.optional_text(column + 5));
  if (revision && microphone && camera) {
    leg.status = {static_cast<std::uint32_t>(*revision), *microphone, *camera,
                  query.integer(column + 6) != 0};
  }
  return leg;
}

// The columns of a record, in the order in which read_entry expects them, and what is no part of
// it: the two names and the two ratings.
#define PARLEY_CALL_COLUMNS                                                                  \
  "call, caller, caller_device, caller_next_device, caller_revision, caller_microphone, "    \
  "caller_camera, caller_held, callee, callee_device, callee_next_device, callee_revision, " \
  "callee_microphone, callee_camera, callee_held, kind, phase, link, invited_at_ms, "        \
  "ringing_at_ms, accepted_at_ms, connected_at_ms, media_at_ms, ended_at_ms, deadline_ms, "  \
  "reason, failure, ended_by, screened, merged, merged_device"

#define PARLEY_ENTRY                                                 \
  PARLEY_CALL_COLUMNS                                                \
  ", coalesce((SELECT name FROM users WHERE user = caller), caller)" \
  ", coalesce((SELECT name FROM users WHERE user = callee), callee)" \
  ", caller_rating, callee_rating"

HistoryEntry read_entry(const Query& query) {
  HistoryEntry entry;
  CallRecord& record = entry.record;
  int column = 0;
  if (const auto id = parse_uuid(query.text(column++))) record.call = {id->high, id->low};
  record.caller = read_leg(query, column);
  column += kLegColumns;
  record.callee = read_leg(query, column);
  column += kLegColumns;
  record.kind = named<wire::MediaKind>(query.text(column++)).value_or(wire::MediaKind::audio);
  record.phase = named<wire::CallPhase>(query.text(column++)).value_or(wire::CallPhase::ended);
  record.link = static_cast<std::uint32_t>(query.integer(column++));
  record.invited_at_ms = query.integer(column++);
  record.ringing_at_ms = query.optional_integer(column++);
  record.accepted_at_ms = query.optional_integer(column++);
  record.connected_at_ms = query.optional_integer(column++);
  record.media_at_ms = query.optional_integer(column++);
  record.ended_at_ms = query.optional_integer(column++);
  record.deadline_ms = query.optional_integer(column++);
  record.reason = named_if<wire::EndReason>(query.optional_text(column++));
  record.failure = named_if<Error>(query.optional_text(column++));
  if (auto user = query.optional_text(column++)) {
    record.ended_by = UserId{text::presentable(std::move(*user), UserId::kMaxBytes)};
  }
  record.screened = query.integer(column++) != 0;
  const auto merged = query.optional_text(column++);
  const auto merged_device = query.optional_text(column++);
  record.merged = merged_invite(merged, merged_device);
  entry.caller_name = presentable_name(query.text(column++), record.caller.user.text);
  entry.callee_name = presentable_name(query.text(column++), record.callee.user.text);
  entry.caller_rating = named_if<Rating>(query.optional_text(column++));
  entry.callee_rating = named_if<Rating>(query.optional_text(column++));
  return entry;
}

/// The place of the call that was closed last, among all that were.
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
    // Nobody can be told of a call with somebody whose name is no name.
    const bool told = parse_user_id(entry.record.caller.user.text) == entry.record.caller.user &&
                      parse_user_id(entry.record.callee.user.text) == entry.record.callee.user;
    if (told) records.push_back(std::move(entry.record));
  }
  return records;
}

/// Binds what every page needs: position (two), open calls, limit.
void bind_page(Query& query, const HistoryQuery& page) {
  query.bind(page.before ? page.before->invited_at_ms : std::numeric_limits<std::int64_t>::max())
      .bind(page.before ? to_string(page.before->call) : std::string())
      .bind(static_cast<std::int64_t>(page.with_open_calls))
      .bind(static_cast<std::int64_t>(page.limit));
}

}  // namespace

bool save_call(Database& database, const CallRecord& record) {
  // The time of the invite changes when the clock is set right while the call is on. That is rare,
  // and its indices are large: it has an update of its own.
  database
      .query(
          "UPDATE calls SET invited_at_ms = ?2 WHERE call = ?1 AND invited_at_ms <> ?2"
          " AND phase <> 'ended'")
      .bind(to_string(record.call))
      .bind(record.invited_at_ms)
      .run();
  // What a call begins with never changes otherwise: those columns, and their indices, are left
  // alone by an update.
  Query query = database.query(
      "INSERT INTO calls (" PARLEY_CALL_COLUMNS
      ", close_order) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, "
      "?16, ?17, ?18,"
      " ?19, ?20, ?21, ?22, ?23, ?24, ?25, ?26, ?27, ?28, ?29, ?30, ?31,"
      " CASE ?17 WHEN 'ended' THEN " PARLEY_LAST_CLOSED
      " + 1 END) ON CONFLICT (call) DO UPDATE SET"
      " caller_device = ?3, caller_next_device = ?4, caller_revision = ?5,"
      " caller_microphone = ?6, caller_camera = ?7, caller_held = ?8,"
      " callee_device = ?10, callee_next_device = ?11, callee_revision = ?12,"
      " callee_microphone = ?13, callee_camera = ?14, callee_held = ?15,"
      " kind = ?16, phase = ?17, link = ?18, ringing_at_ms = ?20, accepted_at_ms = ?21,"
      " connected_at_ms = ?22, media_at_ms = ?23, ended_at_ms = ?24, deadline_ms = ?25,"
      " reason = ?26, failure = ?27, ended_by = ?28, screened = ?29, merged = ?30,"
      " merged_device = ?31, close_order = excluded.close_order WHERE phase <> 'ended'");
  query.bind(to_string(record.call));
  bind_leg(query, record.caller);
  bind_leg(query, record.callee);
  query.bind(name_of(record.kind)).bind(name_of(record.phase));
  query.bind(static_cast<std::int64_t>(record.link)).bind(record.invited_at_ms);
  query.bind(record.ringing_at_ms).bind(record.accepted_at_ms).bind(record.connected_at_ms);
  query.bind(record.media_at_ms).bind(record.ended_at_ms).bind(record.deadline_ms);
  query.bind(name_of(record.reason));
  query.bind(record.failure ? std::optional(code_of(*record.failure)) : std::nullopt);
  query.bind(record.ended_by ? std::optional(record.ended_by->text) : std::nullopt);
  query.bind(static_cast<std::int64_t>(record.screened || was_turned_away(database, record)));
  if (record.merged) {
    query.bind(to_string(record.merged->call)).bind(to_string(record.merged->device));
  } else {
    query.bind_null().bind_null();
  }
  query.run();
  if (database.changes() > 0) {
    remember_meeting(database, record);
    return true;
  }
  // What is closed and is written once more as it was, after a commit whose success was not heard
  // of, is no news.
  Query known = database.query(
      "SELECT invited_at_ms = ?2 AND reason = ?3 AND ended_at_ms = ?4 FROM calls WHERE call = ?1");
  known.bind(to_string(record.call)).bind(record.invited_at_ms);
  known.bind(name_of(record.reason)).bind(record.ended_at_ms);
  return known.step() && known.integer(0) != 0;
}

void remove_call(Database& database, const CallId& call) {
  database.query("DELETE FROM calls WHERE call = ? AND phase <> 'ended'")
      .bind(to_string(call))
      .run();
}

std::vector<CallRecord> open_calls(Database& database) {
  Query query =
      database.query("SELECT " PARLEY_ENTRY " FROM calls WHERE phase <> 'ended' ORDER BY call");
  return read_records(query);
}

std::vector<CallRecord> recent_calls(Database& database, const RecentCalls& which) {
  // Each of the two conditions has an index.
  Query query =
      database.query("SELECT " PARLEY_ENTRY " FROM calls WHERE close_order > " PARLEY_LAST_CLOSED
                     " - ?1 OR (invited_at_ms > ?2 AND phase = 'ended' AND ended_at_ms > ?3)"
                     " ORDER BY close_order");
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
  Query query = database.query(
      "SELECT " PARLEY_ENTRY
      " FROM ("
      "SELECT * FROM (SELECT * FROM calls WHERE caller = ?5 AND (invited_at_ms, call) < (?1, ?2)"
      " AND (?3 OR phase = 'ended') ORDER BY invited_at_ms DESC, call DESC LIMIT ?4)"
      " UNION ALL "
      "SELECT * FROM (SELECT * FROM calls WHERE callee = ?5 AND NOT screened"
      " AND (invited_at_ms, call) < (?1, ?2)"
      " AND (?3 OR phase = 'ended') ORDER BY invited_at_ms DESC, call DESC LIMIT ?4)"
      ") ORDER BY invited_at_ms DESC, call DESC LIMIT ?4");
  bind_page(query, page);
  query.bind(user.text);
  return read_entries(query);
}

std::vector<HistoryEntry> history_of_all(Database& database, const HistoryQuery& page) {
  Query query = database.query(
      "SELECT " PARLEY_ENTRY
      " FROM calls WHERE (invited_at_ms, call) < (?1, ?2) AND (?3 OR phase = 'ended')"
      " ORDER BY invited_at_ms DESC, call DESC LIMIT ?4");
  bind_page(query, page);
  return read_entries(query);
}

}  // namespace parley::server::store::sqlite
