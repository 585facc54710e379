// Call records, written with every transition and read for the history, and the ratings of calls.
#pragma once

#include "core/switchboard/record.hpp"
#include "server/store/done.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace parley::server::store {

/// The rating of a call by one of its two users.
enum class Rating : std::uint8_t { good, bad };
constexpr auto names(Rating) { return std::array<std::string_view, 2>{"good", "bad"}; }

enum class RatingOutcome : std::uint8_t {
  saved,
  /// There is no such call, or the user had no part in it.
  unknown_call,
  not_over,
  never_connected,
};

/// A place in the history: calls are ordered by the time of the invite, then by id.
struct HistoryPosition {
  std::int64_t invited_at_ms = 0;
  CallId call;
};

/// A position as text for clients, who treat it as opaque.
[[nodiscard]] std::string to_cursor(const HistoryPosition& position);
[[nodiscard]] std::optional<HistoryPosition> from_cursor(std::string_view cursor);

struct HistoryQuery {
  std::optional<HistoryPosition> before;
  bool with_open_calls = false;
  std::size_t limit = 50;
};

struct HistoryEntry {
  switchboard::CallRecord record;
  /// The display names; the account name when the account is gone.
  std::string caller_name;
  std::string callee_name;
  std::optional<Rating> caller_rating;
  std::optional<Rating> callee_rating;
};

class CallStore {
 public:
  CallStore() = default;
  virtual ~CallStore() = default;
  CallStore(const CallStore&) = delete;
  CallStore& operator=(const CallStore&) = delete;

  /// The calls that were not over when the server last stopped, and the calls that ended last:
  /// their devices may not know of the end.
  [[nodiscard]] virtual std::vector<switchboard::CallRecord> take_open_calls() = 0;

  /// Queues a record, which replaces the earlier record of the call. `Hooks::durable` reports its
  /// ticket once it is on the disk; tickets count the writes of this process. The record of an
  /// invite that became part of this call is removed in the same commit. A closed record is never
  /// replaced: a client that uses the id of an old call again must not change that call's record.
  /// A record may wait for others for two seconds, unless somebody waits for it.
  virtual void write(const switchboard::CallRecord& record, StoreTicket ticket) = 0;
  /// Somebody waits for the writes up to `ticket`: they are committed soon.
  virtual void want(StoreTicket ticket) = 0;
  /// The number of records that are queued and not yet durable. May be called from any thread.
  [[nodiscard]] virtual std::size_t backlog() const = 0;

  /// The calls of one user, newest first.
  virtual void history_of(const UserId& user, const HistoryQuery& query,
                          Done<std::vector<HistoryEntry>> done) = 0;
  /// Saves the rating of a call by `user`, in place of an earlier one. Ratings are not part of the
  /// record: `write` does not change them.
  virtual void rate(const CallId& call, const UserId& user, Rating rating,
                    Done<RatingOutcome> done) = 0;
};

}  // namespace parley::server::store
