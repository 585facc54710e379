// The names that this server answers to. A page of anybody's can have its own name lead here (DNS
// rebinding) and is then this server's own page to every browser, unless the name is asked for.
#pragma once

#include "server/http/origin.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace parley::server::http {

class PublicHosts {
 public:
  /// "calls.example.org", at any port, or "calls.example.org:8443". Entries that are no hosts are
  /// ignored. Without any entry all hosts are ours.
  explicit PublicHosts(const std::vector<std::string>& listed);

  /// Whether a Host header names this server. This machine's own names for itself always do: no
  /// page elsewhere can have them.
  [[nodiscard]] bool serve(std::string_view host) const;

 private:
  std::vector<HostAndPort> listed_;
};

/// "localhost", and addresses that only this machine can reach.
[[nodiscard]] bool is_loopback_host(std::string_view host);

}  // namespace parley::server::http
