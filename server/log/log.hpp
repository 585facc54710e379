// The server's log: one line per fact on stderr, as JSON or as text. Lines hold no passwords,
// tokens, session descriptions or candidates; whoever writes a line leaves those out. Writing never
// waits: lines are queued within a bound, and those that find no room are counted.
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

/// error: somebody must act; warning: service is degraded; info: life cycle; debug: the rest.
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

  /// For what anybody on the network can cause as often as they like. `address` is the first field
  /// of the line, where tools that ban addresses look for it. The first five of an event from an
  /// address in ten seconds are lines; the rest is one line with `more`, from `tell_sums`.
  void often(Level level, std::string_view event, std::string_view address,
             std::initializer_list<Field> fields = {});

  /// The same where each reason counts for itself; `fields` hold it as `why`.
  void often(Level level, const Sums::Kind& kind, std::span<const Field> fields);

  /// The same for what an account can cause as often as it likes, and counted for the account: the
  /// people of one house do not share five lines. `fields` hold `user`. `address` may be empty:
  /// nobody of the account is there.
  void often_by(std::string_view user, Level level, std::string_view event,
                std::string_view address, std::span<const Field> fields);

  /// The same for what goes wrong with the server itself, again with every request while it does.
  void repeatedly(Level level, std::string_view event, std::initializer_list<Field> fields = {});

  /// Writes the sums whose ten seconds are over; to be called about every second.
  void tell_sums();

  /// Waits for the lines that are queued, but no longer than `limit`.
  void flush(std::chrono::milliseconds limit);

 private:
  void put(std::string line);
  [[nodiscard]] bool take(Sums& sums, Level level, const Sums::Kind& kind);
  void tell_sums_of(Sums& sums, std::string_view who);

  std::atomic<Level> level_;
  Format format_;
  Sink sink_;
  std::mutex mutex_;
  // The level of a sum is that of its event.
  Sums sums_;
  // Apart, so that no crowd of accounts keeps what strangers do out of the log.
  Sums sums_of_accounts_{kSeveralAccounts};
  Sums sums_of_itself_;
  std::map<std::string, Level, std::less<>> levels_;
  std::optional<LineWriter> writer_;
};

}  // namespace parley::server::log
