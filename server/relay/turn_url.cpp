#include "server/relay/turn_url.hpp"

#include <charconv>

namespace parley::server::relay {

namespace {

constexpr std::uint16_t kPort = 3478;
constexpr std::uint16_t kTlsPort = 5349;

std::optional<std::uint16_t> parse_port(std::string_view text) {
  std::uint16_t port = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
  if (error != std::errc() || end != text.data() + text.size() || port == 0) return std::nullopt;
  return port;
}

}  // namespace

std::optional<TurnUrl> parse_turn_url(std::string_view url) {
  const bool tls = url.starts_with("turns:");
  if (!tls && !url.starts_with("turn:")) return std::nullopt;
  url.remove_prefix(tls ? 6 : 5);
  TurnUrl parsed{.port = tls ? kTlsPort : kPort,
                 .transport = tls ? TurnTransport::tls : TurnTransport::udp};
  if (const std::size_t question = url.find('?'); question != std::string_view::npos) {
    const std::string_view query = url.substr(question + 1);
    if (query == "transport=tcp") {
      parsed.transport = tls ? TurnTransport::tls : TurnTransport::tcp;
    } else if (query == "transport=udp") {
      parsed.transport = tls ? TurnTransport::dtls : TurnTransport::udp;
    } else {
      return std::nullopt;
    }
    url = url.substr(0, question);
  }
  // Behind the bracket of an IPv6 address.
  const std::size_t bracket = url.starts_with('[') ? url.find(']') : 0;
  if (bracket == std::string_view::npos) return std::nullopt;
  if (const std::size_t colon = url.find(':', bracket); colon != std::string_view::npos) {
    const auto port = parse_port(url.substr(colon + 1));
    if (!port) return std::nullopt;
    parsed.port = *port;
    url = url.substr(0, colon);
  }
  parsed.host = bracket == 0 ? url : url.substr(1, bracket - 1);
  if (parsed.host.empty()) return std::nullopt;
  return parsed;
}

}  // namespace parley::server::relay
