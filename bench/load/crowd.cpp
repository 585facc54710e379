#include "bench/load/crowd.hpp"

#include <stdexcept>

namespace parley::load {

namespace {

constexpr std::size_t kLoginsAtOnce = 64;
constexpr auto kLoginLimit = 60s;

}  // namespace

Crowd::Crowd(const Endpoint& endpoint, std::span<const Account> people, Pace how)
    : server(endpoint), pace(how), accounts(people) {
  std::uint64_t number = 0;
  for (const Account& account : accounts) {
    // The high half identifies this run among others against the same server.
    const DeviceId device{static_cast<std::uint64_t>(Clock::now().time_since_epoch().count()),
                          ++number};
    clients.push_back(std::make_unique<Client>(loop, counters, pace, account.user, device,
                                               std::make_unique<WebSocket>(loop, server)));
  }
}

void Crowd::sign_in() {
  std::size_t started = 0;
  std::size_t online = 0;
  const auto start_some = [&] {
    while (started < clients.size() && started - online < kLoginsAtOnce) {
      Client& client = *clients[started];
      client.changed = [&client, &online] {
        if (!client.online()) return;
        client.changed = nullptr;
        ++online;
      };
      client.sign_in(accounts[started].token);
      ++started;
    }
  };
  const bool all_in = loop.run(Clock::now() + kLoginLimit, [&] {
    start_some();
    return online == clients.size();
  });
  for (const auto& client : clients) client->changed = nullptr;
  if (!all_in) {
    throw std::runtime_error("only " + std::to_string(online) + " of " +
                             std::to_string(clients.size()) + " phones got in; " +
                             counters.first_warning);
  }
}

}  // namespace parley::load
