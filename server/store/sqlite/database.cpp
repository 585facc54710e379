#include "server/store/sqlite/database.hpp"

#include "server/text/unicode.hpp"

#include <sqlite3.h>

#include <utility>

namespace parley::server::store::sqlite {

namespace {

[[noreturn]] void fail(sqlite3* connection, int code, std::string_view doing) {
  std::string what(doing);
  what += ": ";
  what += connection != nullptr ? sqlite3_errmsg(connection) : sqlite3_errstr(code);
  // "disk I/O error" alone does not explain the failure.
  const char* file = connection != nullptr ? sqlite3_db_filename(connection, "main") : nullptr;
  if (file != nullptr && *file != '\0' && !what.contains(file))
    what += " (" + std::string(file) + ")";
  throw Failure(what, code & 0xff);
}

void check(sqlite3_stmt* statement, int code) {
  if (code != SQLITE_OK) fail(sqlite3_db_handle(statement), code, "binding a value");
}

}  // namespace

bool Failure::is_constraint() const { return code_ == SQLITE_CONSTRAINT; }

Query::~Query() {
  sqlite3_reset(statement_);
  sqlite3_clear_bindings(statement_);
}

Query& Query::bind(std::int64_t value) {
  check(statement_, sqlite3_bind_int64(statement_, next_parameter_++, value));
  return *this;
}

Query& Query::bind(std::string_view text) {
  // An empty view may hold a null pointer, which SQLite would take for NULL.
  const char* data = text.empty() ? "" : text.data();
  check(statement_, sqlite3_bind_text64(statement_, next_parameter_++, data, text.size(),
                                        SQLITE_TRANSIENT, SQLITE_UTF8));
  return *this;
}

Query& Query::bind_blob(std::span<const std::byte> bytes) {
  check(statement_, sqlite3_bind_blob64(statement_, next_parameter_++, bytes.data(), bytes.size(),
                                        SQLITE_TRANSIENT));
  return *this;
}

Query& Query::bind_null() {
  check(statement_, sqlite3_bind_null(statement_, next_parameter_++));
  return *this;
}

bool Query::step() {
  const int code = sqlite3_step(statement_);
  if (code == SQLITE_ROW) return true;
  if (code == SQLITE_DONE) return false;
  fail(sqlite3_db_handle(statement_), code, "running a statement");
}

bool Query::is_null(int column) const {
  return sqlite3_column_type(statement_, column) == SQLITE_NULL;
}

std::int64_t Query::integer(int column) const { return sqlite3_column_int64(statement_, column); }

std::string Query::text(int column) const {
  const auto* bytes = reinterpret_cast<const char*>(sqlite3_column_text(statement_, column));
  if (bytes == nullptr) return {};
  // SQLite accepts any bytes as text, and another program may have written them.
  return text::repaired(
      {bytes, static_cast<std::size_t>(sqlite3_column_bytes(statement_, column))});
}

std::span<const std::byte> Query::blob(int column) const {
  const auto* bytes = static_cast<const std::byte*>(sqlite3_column_blob(statement_, column));
  if (bytes == nullptr) return {};
  return {bytes, static_cast<std::size_t>(sqlite3_column_bytes(statement_, column))};
}

std::optional<std::int64_t> Query::optional_integer(int column) const {
  if (is_null(column)) return std::nullopt;
  return integer(column);
}

std::optional<std::string> Query::optional_text(int column) const {
  if (is_null(column)) return std::nullopt;
  return text(column);
}

void Database::CloseConnection::operator()(sqlite3* connection) const { sqlite3_close(connection); }

void Database::FinalizeStatement::operator()(sqlite3_stmt* statement) const {
  sqlite3_finalize(statement);
}

Database::Database(const std::filesystem::path& file, Access access, int busy_timeout_ms) {
  const int mode = access == Access::read_only ? SQLITE_OPEN_READONLY
                                               : SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE;
  sqlite3* raw = nullptr;
  const int code = sqlite3_open_v2(file.c_str(), &raw, mode | SQLITE_OPEN_NOMUTEX, nullptr);
  connection_.reset(raw);
  if (code != SQLITE_OK) fail(raw, code, "opening " + file.string());
  sqlite3_busy_timeout(raw, busy_timeout_ms);
  execute("PRAGMA foreign_keys = ON");
  if (access == Access::read_write) {
    // FULL: a commit is on the disk before it is reported.
    execute("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL");
  }
}

Database::~Database() = default;
Database::Database(Database&&) noexcept = default;
Database& Database::operator=(Database&& other) noexcept {
  // Statements must be destroyed before their connection is closed.
  statements_ = std::move(other.statements_);
  connection_ = std::move(other.connection_);
  return *this;
}

void Database::execute(const std::string& sql) {
  const int code = sqlite3_exec(connection_.get(), sql.c_str(), nullptr, nullptr, nullptr);
  if (code != SQLITE_OK) fail(connection_.get(), code, "running a statement");
}

Query Database::query(std::string_view sql) {
  const auto known = statements_.find(sql);
  if (known != statements_.end()) return Query(known->second.get());
  sqlite3_stmt* raw = nullptr;
  const int code = sqlite3_prepare_v3(connection_.get(), sql.data(), static_cast<int>(sql.size()),
                                      SQLITE_PREPARE_PERSISTENT, &raw, nullptr);
  if (code != SQLITE_OK) fail(connection_.get(), code, "preparing a statement");
  statements_.emplace(sql, raw);
  return Query(raw);
}

std::int64_t Database::changes() const { return sqlite3_changes64(connection_.get()); }

Transaction::Transaction(Database& database) : database_(database) {
  database_.query("BEGIN IMMEDIATE").run();
}

Transaction::~Transaction() {
  if (!open_) return;
  try {
    database_.execute("ROLLBACK");
  } catch (const Failure&) {
    // SQLite has rolled back by itself, as it does after an I/O error.
  }
}

void Transaction::commit() {
  database_.query("COMMIT").run();
  open_ = false;
}

}  // namespace parley::server::store::sqlite
