// Whose X-Forwarded-For is believed, and what it then says. Used for counting attempts by address
// and for the log, never for deciding who somebody is.
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

class Proxies {
 public:
  /// Entries that are no networks are ignored.
  explicit Proxies(const std::vector<std::string>& trusted);

  /// The nearest address on the way to the client that no trusted proxy vouches for itself: proxies
  /// append to the header, so it is read from the right, and what lies further left is hearsay.
  [[nodiscard]] std::string client_address(std::string_view peer,
                                           std::string_view forwarded_for) const;

 private:
  [[nodiscard]] bool trusts(std::string_view address) const;
  std::vector<Network> trusted_;
};

}  // namespace parley::server::http
