#include "server/http/origin.hpp"

#include <algorithm>
#include <charconv>
#include <utility>

namespace parley::server::http {

namespace {

constexpr std::size_t kMaxHostBytes = 255;

std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return out;
}

bool is_host_character(char c) {
  return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '-' || c == '_';
}

bool is_host(std::string_view host) {
  if (host.empty() || host.size() > kMaxHostBytes) return false;
  if (host.front() == '[') {
    return host.size() > 2 && host.back() == ']' &&
           host.substr(1, host.size() - 2).find_first_not_of("0123456789abcdef:.") ==
               std::string_view::npos;
  }
  return std::ranges::all_of(host, is_host_character);
}

}  // namespace

std::optional<HostAndPort> parse_host(std::string_view text) {
  HostAndPort result{lower(text), std::nullopt};
  // A colon inside brackets belongs to an IPv6 address.
  const std::size_t colon = result.host.rfind(':');
  if (colon != std::string::npos && !result.host.ends_with(']')) {
    const char* begin = result.host.data() + colon + 1;
    const char* end = result.host.data() + result.host.size();
    std::uint16_t port = 0;
    const auto [stopped, error] = std::from_chars(begin, end, port);
    if (error != std::errc{} || stopped != end || port == 0) return std::nullopt;
    result.port = port;
    result.host.resize(colon);
  }
  if (!is_host(result.host)) return std::nullopt;
  return result;
}

std::optional<Origin> parse_origin(std::string_view text) {
  const std::size_t separator = text.find("://");
  if (separator == std::string_view::npos) return std::nullopt;
  Origin origin;
  origin.scheme = lower(text.substr(0, separator));
  if (origin.scheme != "http" && origin.scheme != "https") return std::nullopt;
  auto host = parse_host(text.substr(separator + 3));
  if (!host) return std::nullopt;
  origin.host = std::move(host->host);
  const std::uint16_t default_port = origin.scheme == "https" ? 443 : 80;
  origin.port = host->port.value_or(default_port);
  return origin;
}

bool differ_in_port_only(std::string_view origin, std::string_view host) {
  const auto page = parse_origin(origin);
  const auto here = parse_host(host);
  if (!page || !here || page->host != here->host) return false;
  const std::uint16_t default_port = page->scheme == "https" ? 443 : 80;
  return page->port != here->port.value_or(default_port);
}

OriginPolicy::OriginPolicy(const std::vector<std::string>& allowed) {
  for (const std::string& text : allowed) {
    if (auto origin = parse_origin(text)) allowed_.push_back(std::move(*origin));
  }
}

OriginPolicy::Verdict OriginPolicy::judge(std::optional<std::string_view> origin,
                                          std::string_view host, bool tls) const {
  if (!origin) return Verdict::absent;
  const auto from = parse_origin(*origin);
  if (!from) return Verdict::foreign;
  if (std::ranges::find(allowed_, *from) != allowed_.end()) return Verdict::allowed;
  const auto here = parse_host(host);
  if (!here || (tls && from->scheme != "https")) return Verdict::foreign;
  // Without a port, a Host header means the default port of the page's scheme.
  const std::uint16_t default_port = from->scheme == "https" ? 443 : 80;
  const bool same = from->host == here->host && from->port == here->port.value_or(default_port);
  return same ? Verdict::own : Verdict::foreign;
}

}  // namespace parley::server::http
