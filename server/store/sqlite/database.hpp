// A thin layer over SQLite: one connection, prepared statements kept for reuse, failures as
// exceptions. Used by one thread at a time.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>

struct sqlite3;
struct sqlite3_stmt;

namespace parley::server::store::sqlite {

class Failure : public std::runtime_error {
 public:
  /// `code` is SQLite's primary result code.
  Failure(const std::string& what, int code) : std::runtime_error(what), code_(code) {}
  /// True when the schema forbids the statement; repeating it can't help.
  [[nodiscard]] bool is_constraint() const;

 private:
  int code_;
};

/// A prepared statement in use. The destructor resets it and returns it to its connection.
class Query {
 public:
  explicit Query(sqlite3_stmt* statement) : statement_(statement) {}
  ~Query();
  Query(const Query&) = delete;
  Query& operator=(const Query&) = delete;

  /// Binds the next parameter, from the first on.
  Query& bind(std::int64_t value);
  Query& bind(std::string_view text);
  Query& bind_blob(std::span<const std::byte> bytes);
  Query& bind_null();
  template <class T>
  Query& bind(const std::optional<T>& value) {
    return value ? bind(*value) : bind_null();
  }

  /// Steps to the next row; false when there is none.
  bool step();
  /// Runs a statement that returns no rows.
  void run() { static_cast<void>(step()); }

  [[nodiscard]] bool is_null(int column) const;
  [[nodiscard]] std::int64_t integer(int column) const;
  /// The text as valid UTF-8; invalid bytes become U+FFFD.
  [[nodiscard]] std::string text(int column) const;
  /// Valid until the next step.
  [[nodiscard]] std::span<const std::byte> blob(int column) const;
  [[nodiscard]] std::optional<std::int64_t> optional_integer(int column) const;
  [[nodiscard]] std::optional<std::string> optional_text(int column) const;

 private:
  sqlite3_stmt* statement_;
  int next_parameter_ = 1;
};

class Database {
 public:
  enum class Access : std::uint8_t { read_write, read_only };

  /// Opens or creates the file. Waits up to `busy_timeout_ms` for a busy database.
  Database(const std::filesystem::path& file, Access access, int busy_timeout_ms);
  ~Database();
  Database(Database&&) noexcept;
  Database& operator=(Database&&) noexcept;

  void execute(const std::string& sql);
  /// `sql` is also the key of the statement cache, so it must be a constant of the program.
  [[nodiscard]] Query query(std::string_view sql);
  /// The number of rows changed by the last INSERT, UPDATE or DELETE.
  [[nodiscard]] std::int64_t changes() const;

 private:
  struct CloseConnection {
    void operator()(sqlite3* connection) const;
  };
  struct FinalizeStatement {
    void operator()(sqlite3_stmt* statement) const;
  };
  std::unique_ptr<sqlite3, CloseConnection> connection_;
  std::map<std::string, std::unique_ptr<sqlite3_stmt, FinalizeStatement>, std::less<>> statements_;
};

/// BEGIN IMMEDIATE ... COMMIT; rolled back unless committed.
class Transaction {
 public:
  explicit Transaction(Database& database);
  ~Transaction();
  Transaction(const Transaction&) = delete;
  Transaction& operator=(const Transaction&) = delete;
  void commit();

 private:
  Database& database_;
  bool open_ = true;
};

}  // namespace parley::server::store::sqlite
