#include "server/http/hosts.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>

#include <algorithm>
#include <utility>

namespace parley::server::http {

namespace {

/// A dot at the end only marks the name as complete.
void drop_last_dot(std::string& host) {
  if (host.size() > 1 && host.ends_with('.')) host.pop_back();
}

}  // namespace

PublicHosts::PublicHosts(const std::vector<std::string>& listed) {
  for (const std::string& text : listed) {
    auto host = parse_host(text);
    if (!host) continue;
    drop_last_dot(host->host);
    listed_.push_back(std::move(*host));
  }
}

bool PublicHosts::serve(std::string_view host) const {
  if (listed_.empty()) return true;
  auto asked = parse_host(host);
  if (!asked) return false;
  drop_last_dot(asked->host);
  if (is_loopback_host(asked->host)) return true;
  return std::ranges::any_of(listed_, [&](const HostAndPort& own) {
    if (own.host != asked->host) return false;
    if (!own.port) return true;
    // Without a port, a Host header means the default of http or https, which a proxy may hide.
    return asked->port ? own.port == asked->port : own.port == 80 || own.port == 443;
  });
}

bool is_loopback_host(std::string_view host) {
  if (host == "localhost" || host.ends_with(".localhost")) return true;
  if (host.starts_with('[') && host.ends_with(']')) host = host.substr(1, host.size() - 2);
  const std::string text(host);
  in_addr four{};
  if (inet_pton(AF_INET, text.c_str(), &four) == 1) return ntohl(four.s_addr) >> 24U == 127;
  in6_addr six{};
  return inet_pton(AF_INET6, text.c_str(), &six) == 1 && IN6_IS_ADDR_LOOPBACK(&six);
}

bool is_from_this_machine(const Request& request) {
  const std::string_view address = request.address;
  const bool local =
      address == "::1" || address.starts_with("127.") || address.starts_with("::ffff:127.");
  const auto asked = parse_host(request.host);
  return local && !request.forwarded && asked && is_loopback_host(asked->host);
}

}  // namespace parley::server::http
