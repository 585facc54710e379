// The server's log: one line per fact on stderr, as JSON or as text. Lines hold no passwords,
// tokens, session descriptions or candidates; the caller leaves those out. Writing never waits:
// lines are queued up to a bound, and lines above it are counted.
#pragma once

#include "server/log/line_writer.hpp"
#include "server/log/sums.hpp"

#include <atomic>
#include <chrono>
#include <concepts>
#include <cstdint>
#include <functional>
#include <initializer_list>
#include <map>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>

namespace parley::server::log {

/// error: an operator must act; warning: service is degraded; info: life cycle; debug: the rest.
enum class Level : std::uint8_t { debug, info, warning, error };
enum class Format : std::uint8_t { text, json };

struct Field {
  std::string_view key;
  std::variant<std::string_view, std::int64_t, bool> value;

  template <class Value>
    requires std::convertible_to<Value, std::string_view>
  Field(std::string_view name, const Value& text) : key(name), value(std::string_view(text)) {}
  template <std::integral Value>
    requires(!std::same_as<Value, bool>)
  Field(std::string_view name, Value number)
      : key(name), value(static_cast<std::int64_t>(number)) {}
  Field(std::string_view name, bool truth) : key(name), value(truth) {}
};

/// May be used from any thread.
class Log {
 public:
  using Sink = std::function<void(std::string_view line)>;

  /// Without a sink, lines go to stderr.
  Log(Level level, Format format, Sink sink = {});

  void set_level(Level level) { level_ = level; }

  void write(Level level, std::string_view event, std::span<const Field> fields);

  void debug(std::string_view event, std::initializer_list<Field> fields = {}) {
    write(Level::debug, event, std::span(fields.begin(), fields.size()));
  }
  void info(std::string_view event, std::initializer_list<Field> fields = {}) {
    write(Level::info, event, std::span(fields.begin(), fields.size()));
  }
  void warning(std::string_view event, std::initializer_list<Field> fields = {}) {
    write(Level::warning, event, std::span(fields.begin(), fields.size()));
  }
  void error(std::string_view event, std::initializer_list<Field> fields = {}) {
    write(Level::error, event, std::span(fields.begin(), fields.size()));
  }

  /// For events that any client on the network can cause at any rate. `address` is the first field
  /// of the line, where tools that ban addresses look for it. In ten seconds, the first five events
  /// of a kind from an address are lines of their own; `tell_sums` writes one line with the number
  /// of the others as `more`.
  void often(Level level, std::string_view event, std::string_view address,
             std::initializer_list<Field> fields = {});

  /// The same, with a count for each reason; `fields` hold the reason as `why`.
  void often(Level level, const Sums::Kind& kind, std::span<const Field> fields);

  /// The same for events that an account can cause at any rate, counted by account: people behind
  /// one address do not share five lines. `fields` hold `user`. `address` is empty when no device
  /// of the account is connected.
  void often_by(std::string_view user, Level level, std::string_view event,
                std::string_view address, std::span<const Field> fields);

  /// The same for a failure of the server itself that repeats with every request.
  void repeatedly(Level level, std::string_view event, std::initializer_list<Field> fields = {});

  /// Writes the sums whose ten seconds are over. Called about every second.
  void tell_sums();

  /// Waits until the queued lines are written, at most for `limit`.
  void flush(std::chrono::milliseconds limit);

 private:
  void put(std::string line);
  [[nodiscard]] bool take(Sums& sums, Level level, const Sums::Kind& kind);
  void tell_sums_of(Sums& sums, std::string_view who);

  std::atomic<Level> level_;
  Format format_;
  Sink sink_;
  std::mutex mutex_;
  // A sum has the level of its event.
  Sums sums_;
  // Counted separately: many accounts must not keep the events of other clients out of the log.
  Sums sums_of_accounts_{kSeveralAccounts};
  Sums sums_of_itself_;
  std::map<std::string, Level, std::less<>> levels_;
  std::optional<LineWriter> writer_;
};

}  // namespace parley::server::log
