// The state that all connections share. Included only by front.cpp, because Beast is expensive to
// compile.
#pragma once

#include "server/http/api.hpp"
#include "server/http/hosts.hpp"
#include "server/http/limits.hpp"
#include "server/http/net/seldom.hpp"
#include "server/http/net/transport.hpp"
#include "server/http/net/watchdog.hpp"
#include "server/http/places.hpp"
#include "server/http/proxies.hpp"
#include "server/log/log.hpp"
#include "server/loop/clock.hpp"
#include "server/loop/loop.hpp"
#include "server/signalling/hub.hpp"

#include <chrono>
#include <memory>

namespace parley::server::http::net {

struct Shared {
  loop::Loop& loop;
  const loop::Clock& clock;
  log::Log& log;
  Api& api;
  signalling::Hub& hub;
  const OriginPolicy& origins;
  const Proxies& proxies;
  const PublicHosts& hosts;
  std::shared_ptr<Watchdog> watchdog;
  // Shared, like the watchdog, with sockets that are still open when the server ends.
  std::shared_ptr<Places> places;
  bool stopping = false;

  Seldom crowded_addresses{kFloodLines};
  Seldom odd_forwarding{kFloodLines};
  Seldom lost_ports{kMistakeLines};
  Seldom missing_upgrades{kMistakeLines};

  [[nodiscard]] Executor executor() const { return loop.context().get_executor(); }
};

}  // namespace parley::server::http::net
