// The proxies whose X-Forwarded-For is trusted, and the client address from it. The address is used
// for counting and for the log, never to authenticate a client. Forwarded (RFC 7239) is not read:
// proxies that write X-Forwarded-For pass on a Forwarded header of the client unchanged.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace parley::server::http {

/// An IP address; IPv4 is held as IPv4-mapped IPv6.
using Address = std::array<std::uint8_t, 16>;

struct Network {
  Address address{};
  unsigned prefix = 128;
};

/// "10.0.0.0/8", "fd00::/8", or a single address.
[[nodiscard]] std::optional<Network> parse_network(std::string_view text);

/// The client of a request.
struct Client {
  /// An address in its canonical form. "unknown behind 10.0.0.1" when the trusted proxy of that
  /// address sent an invalid address: then its clients can't be distinguished, but they do not
  /// count as other clients and can't choose an address.
  std::string address;
  /// True when the peer is a trusted proxy.
  bool through_proxy = false;
  /// True when that proxy has named the client.
  bool forwarded = false;
  /// The invalid text in place of an address.
  std::optional<std::string> no_address;
};

class Proxies {
 public:
  /// Invalid entries are ignored.
  explicit Proxies(const std::vector<std::string>& trusted);

  /// The nearest address on the way to the client that is not a trusted proxy. Proxies append to
  /// the header, so all its lines together are read from the right; entries further left are not
  /// trustworthy. A port after an address is dropped.
  [[nodiscard]] Client client(std::string_view peer, std::string_view forwarded_for) const;

  [[nodiscard]] bool trusts(std::string_view address) const;

 private:
  std::vector<Network> trusted_;
};

}  // namespace parley::server::http
