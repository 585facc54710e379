// The stored data of a server, as three stores in words of the domain. The loop never waits for the
// database, and a write is reported as durable only once it is on the disk.
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
  /// Ended calls are kept for this many days; 0 keeps them for ever.
  std::int64_t history_days = 365;
};

/// Callbacks of a store. `post` runs a function on the loop and may be called from any thread; the
/// others run on the loop.
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

  /// False from a failed attempt until one succeeds. May be called from any thread.
  [[nodiscard]] virtual bool healthy() const = 0;
  /// Writes the queued records and stops the threads. A failing store makes one last attempt.
  virtual void stop() = 0;
};

}  // namespace parley::server::store
