// The network front: listens, speaks HTTP, WebSocket and TLS, and passes whole requests to the API
// and whole frames to the hub. Only this part uses Beast.
#pragma once

#include "server/http/api.hpp"
#include "server/http/hosts.hpp"
#include "server/http/origin.hpp"
#include "server/http/proxies.hpp"
#include "server/log/log.hpp"
#include "server/loop/clock.hpp"
#include "server/loop/loop.hpp"
#include "server/signalling/hub.hpp"

#include <cstddef>
#include <cstdint>
#include <expected>
#include <filesystem>
#include <memory>
#include <string>

namespace parley::server::http {

struct FrontSettings {
  std::string host;
  std::uint16_t port = 0;
  std::filesystem::path tls_certificate;
  std::filesystem::path tls_key;
  std::size_t max_connections = 0;
};

class Front {
 public:
  Front(FrontSettings settings, loop::Loop& loop, const loop::Clock& clock, log::Log& log, Api& api,
        signalling::Hub& hub, const OriginPolicy& origins, const Proxies& proxies,
        const PublicHosts& hosts);
  ~Front();
  Front(const Front&) = delete;
  Front& operator=(const Front&) = delete;

  /// Starts to listen; returns the port, or the error.
  [[nodiscard]] std::expected<std::uint16_t, std::string> listen();

  /// Reads the certificate and its key again, for new connections; open connections stay. After a
  /// failure the old certificate stays in use, and the error names the file. Call it on the loop's
  /// thread.
  [[nodiscard]] std::expected<void, std::string> reload_certificates();

  /// Accepts no further connections or requests; those in progress are finished.
  void stop();

  /// Open connections, HTTP and WebSocket.
  [[nodiscard]] std::size_t open_sockets() const;

 private:
  class Listener;
  std::unique_ptr<Listener> listener_;
};

}  // namespace parley::server::http
