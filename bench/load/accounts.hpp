// The accounts of a run: created before it, and asked for their history after it.
#pragma once

#include "bench/load/web_socket.hpp"
#include "core/base/ids.hpp"

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace parley::load {

struct Account {
  UserId user;
  std::string token;
};

/// Signs up `count` people. Throws when the server refuses one.
[[nodiscard]] std::vector<Account> sign_up(const Endpoint& server, std::size_t count);

/// Reads lines of "user token".
[[nodiscard]] std::vector<Account> read_accounts(const std::string& file);

/// The calls in the server's records.
struct Records {
  /// Ended calls by reason, each counted once.
  std::map<std::string, std::uint64_t> ended;
  std::uint64_t open = 0;

  [[nodiscard]] std::uint64_t ended_in_all() const;
};

/// Asks every account for its outgoing calls, and the server for the calls that are not over.
[[nodiscard]] Records read_records(const Endpoint& server, const std::vector<Account>& accounts);

}  // namespace parley::load
