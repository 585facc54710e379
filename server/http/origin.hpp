// Which pages may use this server (RFC 6454). A page of the server itself may, and pages of origins
// listed by the operator. A client that is no browser sends no Origin and is accepted: the server
// uses no cookies, so a foreign page has no credentials to misuse, and a native client's rights
// follow from its token.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace parley::server::http {

struct Origin {
  std::string scheme;
  std::string host;
  std::uint16_t port = 0;
  bool operator==(const Origin&) const = default;
};

/// An http or https origin in lower case, with the default port filled in; empty for "null" and for
/// any value other than scheme, host and port.
[[nodiscard]] std::optional<Origin> parse_origin(std::string_view text);

struct HostAndPort {
  std::string host;
  std::optional<std::uint16_t> port;
};

/// The value of a Host header (RFC 9110, 7.2) in lower case.
[[nodiscard]] std::optional<HostAndPort> parse_host(std::string_view text);

/// Whether a page's origin and a Host header name the same host and two ports.
[[nodiscard]] bool differ_in_port_only(std::string_view origin, std::string_view host);

class OriginPolicy {
 public:
  enum class Verdict : std::uint8_t { absent, own, allowed, foreign };

  /// Invalid entries are ignored.
  explicit OriginPolicy(const std::vector<std::string>& allowed);

  /// `tls` says that the connection itself is encrypted. Without it both schemes are accepted: a
  /// proxy may have ended TLS.
  [[nodiscard]] Verdict judge(std::optional<std::string_view> origin, std::string_view host,
                              bool tls) const;

 private:
  std::vector<Origin> allowed_;
};

}  // namespace parley::server::http
