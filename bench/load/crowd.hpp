// Many clients of one server, all online.
#pragma once

#include "bench/load/accounts.hpp"
#include "bench/load/client.hpp"
#include "bench/load/web_socket.hpp"

#include <cstddef>
#include <memory>
#include <span>
#include <vector>

namespace parley::load {

struct Crowd {
  Crowd(const Endpoint& server, std::span<const Account> accounts, Pace pace);

  /// Signs everybody in, a few at a time, so that the server's queue of new connections holds.
  /// Throws when somebody does not get in.
  void sign_in();

  const Endpoint server;
  const Pace pace;
  std::span<const Account> accounts;
  Counters counters;
  Loop loop;
  std::vector<std::unique_ptr<Client>> clients;
};

}  // namespace parley::load
