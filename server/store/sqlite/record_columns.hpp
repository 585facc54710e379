// The columns that hold the record of a call, each listed once: SQL, binding and reading follow
// from the list. Their types and indices are in schema.cpp.
#pragma once

#include "core/json/codec.hpp"
#include "core/switchboard/record.hpp"
#include "server/store/sqlite/database.hpp"
#include "server/text/unicode.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace parley::server::store::sqlite {

/// Visits every column of a record in the order of the SQL. `fixed` columns never change in later
/// records of the call; `together` columns are either all present or all absent.
template <class Record, class Visitor>
void visit_columns(Record& record, Visitor& visit) {
  const auto visit_leg = [&visit](auto& leg, std::string_view who) {
    visit.fixed({who}, leg.user);
    visit.column({who, "_device"}, leg.device);
    visit.together(leg.takeover, [&visit, who](auto& takeover) {
      visit.column({who, "_next_device"}, takeover.device);
    });
    visit.together(leg.status, [&visit, who](auto& status) {
      visit.column({who, "_revision"}, status.revision);
      visit.column({who, "_microphone"}, status.microphone);
      visit.column({who, "_camera"}, status.camera);
      visit.column({who, "_held"}, status.held);
    });
  };
  visit.fixed({"call"}, record.call);
  visit_leg(record.caller, "caller");
  visit_leg(record.callee, "callee");
  visit.column({"kind"}, record.kind);
  visit.column({"phase"}, record.phase);
  visit.column({"link"}, record.link);
  visit.fixed({"invited_at_ms"}, record.invited_at_ms);
  visit.column({"ringing_at_ms"}, record.ringing_at_ms);
  visit.column({"accepted_at_ms"}, record.accepted_at_ms);
  visit.column({"connected_at_ms"}, record.connected_at_ms);
  visit.column({"media_at_ms"}, record.media_at_ms);
  visit.column({"ended_at_ms"}, record.ended_at_ms);
  visit.column({"deadline_ms"}, record.deadline_ms);
  visit.column({"reason"}, record.reason);
  visit.column({"failure"}, record.failure);
  visit.column({"ended_by"}, record.ended_by);
  visit.column({"screened"}, record.screened);
  visit.together(record.merged, [&visit](auto& merged) {
    visit.column({"merged"}, merged.call);
    visit.column({"merged_device"}, merged.device);
  });
}

struct ColumnName {
  std::string_view begin;
  std::string_view rest = {};
};

struct RecordColumn {
  std::string name;
  bool fixed = false;
};

/// A visitor that collects the names of the columns.
class ColumnLister {
 public:
  void fixed(ColumnName name, const auto& /*value*/) { add(name, true); }
  void column(ColumnName name, const auto& /*value*/) { add(name, false); }
  template <class T>
  void together(const std::optional<T>& /*value*/, auto visit_members) {
    const T absent{};
    visit_members(absent);
  }
  [[nodiscard]] std::vector<RecordColumn> take() && { return std::move(columns_); }

 private:
  void add(ColumnName name, bool fixed) {
    columns_.push_back({std::string(name.begin) + std::string(name.rest), fixed});
  }
  std::vector<RecordColumn> columns_;
};

/// The columns in the order of the SQL.
inline std::vector<RecordColumn> record_columns() {
  ColumnLister lister;
  const switchboard::CallRecord record{};
  visit_columns(record, lister);
  return std::move(lister).take();
}

// Enumerations are stored by their names on the wire: the names never change, and people can read
// them.
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

/// Binds a record to the next parameters of a query.
class ColumnBinder {
 public:
  explicit ColumnBinder(Query& query) : query_(query) {}

  void fixed(ColumnName name, const auto& value) { column(name, value); }
  void column(ColumnName /*name*/, const auto& value) {
    if (absent_) {
      query_.bind_null();
    } else {
      bind(value);
    }
  }
  template <class T>
  void together(const std::optional<T>& value, auto visit_members) {
    if (value) return visit_members(*value);
    const T absent{};
    absent_ = true;
    visit_members(absent);
    absent_ = false;
  }

 private:
  template <class T>
  void bind(const std::optional<T>& value) {
    if (value) {
      bind(*value);
    } else {
      query_.bind_null();
    }
  }
  template <class Tag>
  void bind(const Uuid<Tag>& id) {
    query_.bind(to_string(id));
  }
  template <json::Named T>
  void bind(T value) {
    query_.bind(name_of(value));
  }
  void bind(const UserId& user) { query_.bind(user.text); }
  void bind(std::int64_t value) { query_.bind(value); }
  void bind(std::uint32_t value) { query_.bind(static_cast<std::int64_t>(value)); }
  void bind(bool value) { query_.bind(static_cast<std::int64_t>(value)); }

  Query& query_;
  bool absent_ = false;
};

/// Reads a record from the first columns of a row. A value that can't be read leaves the field of
/// the record unchanged.
class ColumnReader {
 public:
  explicit ColumnReader(const Query& query) : query_(query) {}

  void fixed(ColumnName name, auto& value) { column(name, value); }
  void column(ColumnName /*name*/, auto& value) {
    if (!read(value, next_++)) complete_ = false;
  }
  template <class T>
  void together(std::optional<T>& value, auto visit_members) {
    T members{};
    complete_ = true;
    visit_members(members);
    value = complete_ ? std::optional(std::move(members)) : std::nullopt;
  }
  /// The first column after those of the record.
  [[nodiscard]] int next() const { return next_; }

 private:
  template <class T>
  bool read(std::optional<T>& value, int column) {
    value.emplace();
    if (!read(*value, column)) value.reset();
    return true;
  }
  template <class Tag>
  bool read(Uuid<Tag>& id, int column) {
    const auto found = parse_uuid(query_.text(column));
    if (found) id = {found->high, found->low};
    return found.has_value();
  }
  template <json::Named T>
  bool read(T& value, int column) {
    const auto found = named<T>(query_.text(column));
    if (found) value = *found;
    return found.has_value();
  }
  bool read(UserId& user, int column) {
    if (query_.is_null(column)) return false;
    user.text = text::presentable(query_.text(column), UserId::kMaxBytes);
    return true;
  }
  bool read(std::int64_t& value, int column) {
    value = query_.integer(column);
    return !query_.is_null(column);
  }
  bool read(std::uint32_t& value, int column) {
    value = static_cast<std::uint32_t>(query_.integer(column));
    return !query_.is_null(column);
  }
  bool read(bool& value, int column) {
    value = query_.integer(column) != 0;
    return true;
  }

  const Query& query_;
  int next_ = 0;
  bool complete_ = true;
};

}  // namespace parley::server::store::sqlite
