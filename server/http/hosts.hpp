// The host names that this server accepts. A foreign page can point its own name at this server
// (DNS rebinding); browsers then treat the page as one of this server, unless the server checks the
// name.
#pragma once

#include "server/http/message.hpp"
#include "server/http/origin.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace parley::server::http {

class PublicHosts {
 public:
  /// "calls.example.org", at any port, or "calls.example.org:8443". Invalid entries are
  /// ignored. Without entries every host is accepted.
  explicit PublicHosts(const std::vector<std::string>& listed);

  /// Whether a Host header names this server. This machine's local names are always accepted: no
  /// foreign page can have them.
  [[nodiscard]] bool serve(std::string_view host) const;

 private:
  std::vector<HostAndPort> listed_;
};

/// "localhost", and addresses that are reachable only from this machine.
[[nodiscard]] bool is_loopback_host(std::string_view host);

/// Whether a request comes from this machine, names it by a local name, and has passed no proxy
/// that says so. A proxy on this machine that adds no header and asks for a local name looks the
/// same.
[[nodiscard]] bool is_from_this_machine(const Request& request);

}  // namespace parley::server::http
