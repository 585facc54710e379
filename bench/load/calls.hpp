// Drives complete calls between pairs of clients: dial, answer, talk, hang up, and the next one.
#pragma once

#include "bench/load/client.hpp"
#include "core/base/token_bucket.hpp"

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace parley::load {

/// A UUIDv7: the time in milliseconds, and a number within this run.
[[nodiscard]] CallId make_call_id(std::uint64_t number);

class Calls {
 public:
  /// Whether the tool respects the server's limit on invites of a user, by the clock of this
  /// machine.
  enum class Limit : std::uint8_t { as_the_server, none };

  /// Client 0 is paired with client 1, 2 with 3, and so on.
  explicit Calls(std::span<const std::unique_ptr<Client>> clients,
                 Limit limit = Limit::as_the_server);

  /// Starts a call of the pair that has been idle longest; both sides take turns as the caller.
  /// False when no pair is free and allowed: the server limits the invites of a user.
  bool start(Moment due);

  [[nodiscard]] std::uint64_t started() const { return started_; }
  /// Ended as `completed` at both phones.
  [[nodiscard]] std::uint64_t completed() const { return completed_; }
  /// Refused by a server that has too much work; there is no record of these.
  [[nodiscard]] std::uint64_t refused() const { return refused_; }
  /// Calls that ended differently, by reason.
  [[nodiscard]] const std::map<std::string, std::uint64_t>& failed() const { return failed_; }
  [[nodiscard]] std::uint64_t under_way() const { return under_way_; }

  /// Called after the end of each call.
  std::function<void()> ended;

 private:
  struct Pair {
    Client* caller = nullptr;  // of the present call; the next call has the other one
    Client* callee = nullptr;
    TokenBucket callers_invites;
    TokenBucket callees_invites;
    bool busy = false;
    bool answered = false;
    bool hung_up = false;
  };

  bool may_invite(Pair& pair) const;
  void changed(Pair& pair);
  void finish(Pair& pair);

  Limit limit_;

  std::vector<std::unique_ptr<Pair>> pairs_;
  std::deque<Pair*> free_;
  std::uint64_t call_ids_ = 0;
  std::uint64_t started_ = 0;
  std::uint64_t completed_ = 0;
  std::uint64_t refused_ = 0;
  std::map<std::string, std::uint64_t> failed_;
  std::uint64_t under_way_ = 0;
};

/// The number of calls that `pairs` pairs may start within `seconds`.
[[nodiscard]] std::uint64_t calls_allowed(std::size_t pairs, double seconds);

}  // namespace parley::load
