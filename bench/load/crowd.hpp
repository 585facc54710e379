// Many online clients of one server.
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

  /// Signs in all clients, a few at a time, so that the server's queue of new connections does not
  /// overflow. Throws when a client fails to sign in.
  void sign_in();

  const Endpoint server;
  const Pace pace;
  std::span<const Account> accounts;
  Counters counters;
  Loop loop;
  std::vector<std::unique_ptr<Client>> clients;
};

}  // namespace parley::load
