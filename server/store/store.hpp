// Everything that a server keeps, as three stores in words of the domain. Whatever database is
// behind them, the loop never waits for it, and nothing is reported durable before it is.
#pragma once

#include "server/store/accounts.hpp"
#include "server/store/calls.hpp"
#include "server/store/people.hpp"

#include <cstdint>
#include <filesystem>
#include <functional>
#include <vector>

namespace parley::server::store {

struct Settings {
  std::filesystem::path file;
  /// Ended calls are kept for so many days; 0 for ever.
  std::int64_t history_days = 365;
};

/// How a store reaches the loop. `post` may be called from any thread; the others are called
/// through it.
struct Hooks {
  std::function<void(std::function<void()>)> post;
  /// All records up to this ticket are on the disk.
  std::function<void(StoreTicket)> durable;
  /// Another process has changed accounts.
  std::function<void(std::vector<AccountChange>)> accounts_changed;
};

class Store {
 public:
  Store() = default;
  virtual ~Store() = default;
  Store(const Store&) = delete;
  Store& operator=(const Store&) = delete;

  [[nodiscard]] virtual AccountStore& accounts() = 0;
  [[nodiscard]] virtual PeopleStore& people() = 0;
  [[nodiscard]] virtual CallStore& calls() = 0;

  /// False from a failed attempt to the next that succeeds. From any thread.
  [[nodiscard]] virtual bool healthy() const = 0;
  /// Writes what is queued and stops. A store that fails is given a last attempt.
  virtual void stop() = 0;
};

}  // namespace parley::server::store
