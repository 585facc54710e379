#include "server/relay/coturn_config.hpp"

#include <algorithm>
#include <array>
#include <string_view>

namespace parley::server::relay {

namespace {

/// Networks that people outside must not reach through the relay.
constexpr std::array<std::string_view, 19> kDeniedPeers{
    "0.0.0.0-0.255.255.255",         // this network (RFC 1122)
    "10.0.0.0-10.255.255.255",       // private (RFC 1918)
    "100.64.0.0-100.127.255.255",    // carrier-grade NAT (RFC 6598)
    "127.0.0.0-127.255.255.255",     // loopback
    "169.254.0.0-169.254.255.255",   // link-local (RFC 3927), and where clouds keep credentials
    "172.16.0.0-172.31.255.255",     // private
    "192.0.0.0-192.0.0.255",         // protocol assignments (RFC 6890)
    "192.0.2.0-192.0.2.255",         // documentation (RFC 5737)
    "192.168.0.0-192.168.255.255",   // private
    "198.18.0.0-198.19.255.255",     // benchmarks (RFC 2544)
    "198.51.100.0-198.51.100.255",   // documentation
    "203.0.113.0-203.0.113.255",     // documentation
    "240.0.0.0-255.255.255.255",     // reserved, broadcast
    "::-::ffff:ffff:ffff",           // unspecified, loopback, IPv4 in IPv6
    "64:ff9b::-64:ff9b::ffff:ffff",  // NAT64 (RFC 6052)
    "64:ff9b:1::-64:ff9b:1:ffff:ffff:ffff:ffff:ffff",  // NAT64, local (RFC 8215)
    "2002::-2002:ffff:ffff:ffff:ffff:ffff:ffff:ffff",  // 6to4, IPv4 in IPv6
    "fc00::-fdff:ffff:ffff:ffff:ffff:ffff:ffff:ffff",  // unique local (RFC 4193)
    "fe80::-febf:ffff:ffff:ffff:ffff:ffff:ffff:ffff",  // link-local
};

bool is_loopback(std::string_view address) {
  return address.starts_with("127.") || address == "::1";
}

bool fits_on_a_line(std::string_view text) {
  return std::ranges::none_of(text, [](char c) { return static_cast<unsigned char>(c) < 0x20; });
}

class Lines {
 public:
  void add(std::string_view name) { text_.append(name) += '\n'; }
  void add(std::string_view name, std::string_view value) {
    text_.append(name).append("=").append(value) += '\n';
  }
  void add(std::string_view name, std::size_t value) { add(name, std::to_string(value)); }
  std::string take() { return std::move(text_); }

 private:
  std::string text_;
};

void add_peers(Lines& lines, const CoturnConfig& config) {
  lines.add("no-multicast-peers");
  for (const std::string_view denied : kDeniedPeers) lines.add("denied-peer-ip", denied);
  for (const std::string& own : config.own_addresses) lines.add("denied-peer-ip", own);
  // From relay to relay, which is how two people behind strict firewalls talk. What is allowed wins
  // over what is denied.
  lines.add("allowed-peer-ip", config.listen_address);
  if (config.public_address != config.listen_address) {
    lines.add("allowed-peer-ip", config.public_address);
  }
  if (is_loopback(config.listen_address)) lines.add("allow-loopback-peers");
}

}  // namespace

std::expected<std::string, std::string> coturn_config(const CoturnConfig& config) {
  const bool tls = !config.certificate.empty();
  const std::size_t ports = std::size_t{config.max_port} - config.min_port + 1;
  for (const std::filesystem::path& file : {config.certificate, config.key}) {
    if (!fits_on_a_line(file.native())) {
      return std::unexpected("the name of the certificate or its key has a line break in it");
    }
  }
  Lines lines;
  lines.add("use-auth-secret");
  lines.add("static-auth-secret", config.secret);
  lines.add("realm", "parley");
  lines.add("listening-ip", config.listen_address);
  lines.add("relay-ip", config.listen_address);
  if (config.public_address != config.listen_address) {
    lines.add("external-ip", config.public_address + '/' + config.listen_address);
  }
  // Browsers name no address family, and the default, IPv4, is one that this relay may not have.
  lines.add("allocation-default-address-family", "keep");
  lines.add("listening-port", config.port);
  lines.add("min-port", config.min_port);
  lines.add("max-port", config.max_port);
  if (tls) {
    lines.add("tls-listening-port", config.tls_port);
    lines.add("cert", config.certificate.native());
    lines.add("pkey", config.key.native());
    lines.add("no-tlsv1");
    lines.add("no-tlsv1_1");
  } else {
    lines.add("no-tls");
  }
  lines.add("no-dtls");
  lines.add("no-tcp-relay");
  lines.add("no-rfc5780");
  lines.add("no-software-attribute");
  lines.add("no-cli");
  lines.add("no-dynamic-ip-list");
  lines.add("no-dynamic-realms");
  lines.add("no-auth-pings");
  add_peers(lines, config);
  lines.add("user-quota", std::min(kMaxRelaysPerUser, ports));
  lines.add("total-quota", ports);
  lines.add("log-file", "stdout");
  lines.add("simple-log");
  lines.add("pidfile", "turnserver.pid");
  // A file would be empty, too, and logins fail (401) while several threads make its tables.
  lines.add("userdb", ":memory:");
  return lines.take();
}

}  // namespace parley::server::relay
