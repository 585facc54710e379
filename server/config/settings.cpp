#include "server/config/settings.hpp"

#include "server/http/hosts.hpp"
#include "server/http/origin.hpp"
#include "server/http/proxies.hpp"

#include <arpa/inet.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>
#include <limits>
#include <utility>

namespace parley::server::config {

namespace {

enum class WantedRelay : std::uint8_t { automatic, embedded, external, off };

enum class Inviters : std::uint8_t { users, operator_only };
enum class HealthNumbers : std::uint8_t { automatic, nobody, local };

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

std::vector<std::string_view> split(std::string_view list) {
  std::vector<std::string_view> parts;
  while (!list.empty()) {
    const std::size_t comma = list.find(',');
    const std::string_view part = trimmed(list.substr(0, comma));
    if (!part.empty()) parts.push_back(part);
    list.remove_prefix(comma == std::string_view::npos ? list.size() : comma + 1);
  }
  return parts;
}

// The turn-servers take one place in what clients are told.
constexpr std::size_t kMaxIceServers = wire::IceServers::kMaxSize - 1;

template <class Number>
std::optional<Number> parse_number(std::string_view text) {
  Number number{};
  const char* end = text.data() + text.size();
  const auto [stopped, error] = std::from_chars(text.data(), end, number);
  if (error != std::errc{} || stopped != end) return std::nullopt;
  return number;
}

/// Reads options one by one and keeps what is wrong with them.
class Parser {
 public:
  explicit Parser(const Values& values) : values_(values) {}

  std::string_view text(std::string_view name) const { return values_.find(name)->second.text; }

  void complain(std::string_view name, std::string_view what) {
    problems_.push_back(std::string(name) + ": " + std::string(what));
  }

  template <class Number>
  Number number(std::string_view name, Number least, Number most) {
    const auto parsed = parse_number<Number>(trimmed(text(name)));
    if (parsed && *parsed >= least && *parsed <= most) return *parsed;
    complain(name, "must be a whole number from " + std::to_string(least) + " to " +
                       std::to_string(most) + ", not '" + std::string(text(name)) + "'");
    return least;
  }

  template <class Choice, std::size_t N>
  Choice choice(std::string_view name, const std::array<std::string_view, N>& choices) {
    std::string known;
    for (std::size_t i = 0; i < N; ++i) {
      if (text(name) == choices[i]) return static_cast<Choice>(i);
      if (i != 0) known += i + 1 == N ? " or " : ", ";
      known += choices[i];
    }
    complain(name, "must be " + known + ", not '" + std::string(text(name)) + "'");
    return Choice{};
  }

  Problems take_problems() { return std::move(problems_); }

 private:
  const Values& values_;
  Problems problems_;
};

std::optional<Endpoint> parse_endpoint(std::string_view text) {
  const std::size_t colon = text.rfind(':');
  if (colon == std::string_view::npos) return std::nullopt;
  std::string_view host = text.substr(0, colon);
  const auto port = parse_number<std::uint16_t>(text.substr(colon + 1));
  if (host.size() >= 2 && host.front() == '[' && host.back() == ']') {
    host = host.substr(1, host.size() - 2);
  } else if (host.find(':') != std::string_view::npos) {
    return std::nullopt;  // an IPv6 address without brackets
  }
  if (host.empty() || !port) return std::nullopt;
  return Endpoint{std::string(host), *port};
}

bool is_ice_url(std::string_view url, std::string_view scheme, std::string_view secure) {
  return (url.starts_with(scheme) || url.starts_with(secure)) && url.size() <= 256 &&
         !url.ends_with(':') && !url.contains(' ');
}
bool is_stun_url(std::string_view url) { return is_ice_url(url, "stun:", "stuns:"); }
bool is_turn_url(std::string_view url) { return is_ice_url(url, "turn:", "turns:"); }

/// "stun:host:port", or "turn:host:port user:password".
std::optional<wire::IceServer> parse_ice_server(std::string_view text) {
  const std::size_t space = text.find(' ');
  const std::string_view url = text.substr(0, space);
  const bool turn = is_turn_url(url);
  if (!turn && !is_stun_url(url)) return std::nullopt;
  wire::IceServer server;
  server.urls.items.push_back({std::string(url)});
  if (space == std::string_view::npos) {
    if (turn) return std::nullopt;
    return server;
  }
  const std::string_view login = trimmed(text.substr(space));
  const std::size_t colon = login.find(':');
  if (!turn || colon == 0 || colon == std::string_view::npos || colon + 1 == login.size() ||
      login.size() > 512) {
    return std::nullopt;
  }
  server.username = {std::string(login.substr(0, colon))};
  server.credential = {std::string(login.substr(colon + 1))};
  return server;
}

void parse_lists(Parser& parser, Settings& settings) {
  for (const std::string_view origin : split(parser.text("allowed-origins"))) {
    if (http::parse_origin(origin)) {
      settings.allowed_origins.emplace_back(origin);
    } else {
      parser.complain("allowed-origins", "'" + std::string(origin) +
                                             "' is no origin such as https://shop.example.org");
    }
  }
  for (const std::string_view host : split(parser.text("public-host"))) {
    if (http::parse_host(host)) {
      settings.public_hosts.emplace_back(host);
    } else {
      parser.complain("public-host",
                      "'" + std::string(host) + "' is no host such as calls.example.org");
    }
  }
  for (const std::string_view proxy : split(parser.text("trusted-proxies"))) {
    if (http::parse_network(proxy)) {
      settings.trusted_proxies.emplace_back(proxy);
    } else {
      parser.complain("trusted-proxies",
                      "'" + std::string(proxy) + "' is no address or network such as 10.0.0.0/8");
    }
  }
  for (const std::string_view entry : split(parser.text("ice-servers"))) {
    auto server = parse_ice_server(entry);
    if (!server) {
      // The entry may hold a password, so the complaint does not repeat it.
      parser.complain("ice-servers",
                      "entries are stun:HOST:PORT, or turn:HOST:PORT followed by user:password");
    } else if (settings.ice_servers.items.size() == kMaxIceServers) {
      parser.complain("ice-servers", "at most " + std::to_string(kMaxIceServers) + " are possible");
      return;
    } else {
      settings.ice_servers.items.push_back(std::move(*server));
    }
  }
}

void parse_turn(Parser& parser, Settings& settings) {
  constexpr std::size_t kMost = decltype(wire::IceServer::urls)::kMaxSize;
  for (const std::string_view url : split(parser.text("turn-servers"))) {
    if (is_turn_url(url)) {
      settings.turn_servers.emplace_back(url);
    } else {
      // Somebody may have put a password behind it, so the complaint does not repeat it.
      parser.complain("turn-servers", "entries are turn:HOST:PORT or turns:HOST:PORT, alone");
    }
  }
  if (settings.turn_servers.size() > kMost) {
    parser.complain("turn-servers", "at most " + std::to_string(kMost) + " are possible");
  }
  settings.turn_secret_file = std::string(parser.text("turn-secret-file"));
  if (parser.text("turn-servers").empty() != settings.turn_secret_file.empty()) {
    parser.complain("turn-servers", "needs turn-secret-file, and the other way round");
  }
}

bool is_address(const std::string& text) {
  in6_addr any{};
  return inet_pton(AF_INET, text.c_str(), &any) == 1 ||
         inet_pton(AF_INET6, text.c_str(), &any) == 1;
}

bool names_turn_server(const Settings& settings) {
  return !settings.turn_servers.empty() ||
         std::ranges::any_of(settings.ice_servers.items,
                             [](const auto& server) { return server.credential.has_value(); });
}

/// Without others who can reach the server nobody needs a relay.
RelayMode automatic_relay(const Settings& settings) {
  if (names_turn_server(settings)) return RelayMode::external;
  const bool reachable = !is_loopback(settings.listen.host) || !settings.public_hosts.empty() ||
                         !settings.trusted_proxies.empty();
  const bool has_room = settings.ice_servers.items.size() < kMaxIceServers;
  return reachable && has_room ? RelayMode::embedded : RelayMode::off;
}

RelayMode mode_of(WantedRelay wanted, const Settings& settings) {
  switch (wanted) {
    case WantedRelay::automatic:
      return automatic_relay(settings);
    case WantedRelay::embedded:
      return RelayMode::embedded;
    case WantedRelay::external:
      return RelayMode::external;
    case WantedRelay::off:
      break;
  }
  return RelayMode::off;
}

/// Behind the address and the lists of servers.
void parse_relay(Parser& parser, Settings& settings) {
  RelaySettings& relay = settings.relay;
  const auto wanted = parser.choice<WantedRelay>(
      "relay", std::array<std::string_view, 4>{"auto", "embedded", "external", "off"});
  relay.mode = mode_of(wanted, settings);
  if (relay.mode == RelayMode::external && !names_turn_server(settings)) {
    parser.complain("relay", "external needs turn-servers, or a TURN server in ice-servers");
  }
  // The relay takes a place, too.
  if (relay.mode == RelayMode::embedded && settings.ice_servers.items.size() == kMaxIceServers) {
    parser.complain("ice-servers", "at most " + std::to_string(kMaxIceServers - 1) +
                                       " are possible beside an embedded relay");
  }
  relay.address = std::string(parser.text("relay-address"));
  if (!relay.address.empty() && !is_address(relay.address)) {
    parser.complain("relay-address",
                    "must be an address such as 203.0.113.7, not '" + relay.address + "'");
  }
  relay.port = parser.number<std::uint16_t>("relay-port", 1, 65'535);
  relay.tls_port = parser.number<std::uint16_t>("relay-tls-port", 1, 65'535);
  if (relay.port == relay.tls_port) {
    parser.complain("relay-tls-port", "must be another than relay-port");
  }
  const std::string_view range = parser.text("relay-ports");
  const std::size_t dash = range.find('-');
  const auto first = parse_number<std::uint16_t>(trimmed(range.substr(0, dash)));
  const auto last = dash == std::string_view::npos
                        ? std::nullopt
                        : parse_number<std::uint16_t>(trimmed(range.substr(dash + 1)));
  if (first && last && *first >= 1024 && *first <= *last) {
    relay.min_port = *first;
    relay.max_port = *last;
  } else {
    parser.complain("relay-ports", "must be two ports from 1024 on, such as 49160-49259, not '" +
                                       std::string(range) + "'");
  }
  relay.program = std::string(parser.text("relay-program"));
  relay.probe_interval = std::chrono::seconds(parser.number("relay-probes", 0, 3600));
  if (relay.program.empty()) parser.complain("relay-program", "must name a program");
}

}  // namespace

std::expected<Settings, Problems> parse_settings(const Values& values) {
  Parser parser(values);
  Settings settings;
  if (auto endpoint = parse_endpoint(parser.text("listen"))) {
    settings.listen = std::move(*endpoint);
  } else {
    parser.complain("listen", "must be HOST:PORT, such as 127.0.0.1:8080 or [::1]:8080");
  }
  settings.data = std::string(parser.text("data"));
  if (settings.data.empty()) parser.complain("data", "must name a folder");
  settings.tls_certificate = std::string(parser.text("tls-certificate"));
  settings.tls_key = std::string(parser.text("tls-key"));
  if (settings.tls_certificate.empty() != settings.tls_key.empty()) {
    parser.complain("tls-certificate", "needs tls-key, and the other way round");
  }
  parse_lists(parser, settings);
  parse_turn(parser, settings);
  parse_relay(parser, settings);
  const auto numbers = parser.choice<HealthNumbers>(
      "health-numbers", std::array<std::string_view, 3>{"auto", "nobody", "local"});
  const bool behind_a_proxy = !settings.public_hosts.empty() || !settings.trusted_proxies.empty();
  settings.local_health_numbers =
      numbers == HealthNumbers::local || (numbers == HealthNumbers::automatic && !behind_a_proxy);
  settings.accounts.trusts_this_machine = !behind_a_proxy;
  settings.ring_limit = std::chrono::seconds(parser.number("ring-limit", 1, 600));
  settings.connect_limit = std::chrono::seconds(parser.number("connect-limit", 1, 600));
  // Devices report every 10 s.
  settings.lost_limit = std::chrono::seconds(parser.number("lost-limit", 15, 3600));
  settings.accounts.sign_up =
      parser.choice<auth::SignUpPolicy>("sign-up", names(auth::SignUpPolicy{}));
  settings.accounts.users_invite =
      parser.choice<Inviters>(
          "invitations", std::array<std::string_view, 2>{"users", "operator"}) == Inviters::users;
  settings.accounts.token_lifetime = std::chrono::days(parser.number("token-lifetime", 1, 3650));
  settings.accounts.password_cost = parser.choice<auth::PasswordCost>(
      "password-cost", std::array<std::string_view, 3>{"minimal", "interactive", "moderate"});
  settings.accounts.attempts_per_minute = parser.number("attempts-per-minute", 0U, 60'000U);
  settings.history_days = parser.number<std::int64_t>("history-days", 0, 36'500);
  settings.max_connections =
      parser.number<std::size_t>("max-connections", 1, std::size_t{1'000'000});
  settings.stop_delay = std::chrono::seconds(parser.number("stop-delay", 0, 300));
  settings.log_format =
      parser.choice<log::Format>("log-format", std::array<std::string_view, 2>{"text", "json"});
  settings.log_level = parser.choice<log::Level>(
      "log-level", std::array<std::string_view, 4>{"debug", "info", "warning", "error"});
  Problems problems = parser.take_problems();
  if (!problems.empty()) return std::unexpected(std::move(problems));
  return settings;
}

std::string Settings::origin(std::uint16_t port) const {
  // A server with public names and no certificate stands behind a proxy that has one.
  const bool tls = !tls_certificate.empty() || !public_hosts.empty();
  const std::string scheme = tls ? "https://" : "http://";
  if (!public_hosts.empty()) return scheme + public_hosts.front();
  std::string host = listen.host;
  if (host == "0.0.0.0" || host == "::") host = "localhost";
  if (host.contains(':')) host = "[" + host + "]";
  return scheme + host + ":" + std::to_string(port);
}

std::vector<std::string> warnings_about(const Settings& settings) {
  std::vector<std::string> warnings;
  const bool public_address = !is_loopback(settings.listen.host);
  if (public_address && settings.accounts.sign_up == auth::SignUpPolicy::open) {
    warnings.emplace_back(
        "sign-up is open and others can reach this server: everybody who does can make an account");
  }
  if (public_address && settings.tls_certificate.empty() && settings.trusted_proxies.empty()) {
    warnings.emplace_back(
        "others can reach this server without TLS: browsers allow calls only on https pages");
  }
  if (public_address && settings.public_hosts.empty()) {
    warnings.emplace_back(
        "public-host is empty and others can reach this server: it answers to any name, also to "
        "one "
        "that a foreign page has lead here");
  }
  for (const wire::IceServer& server : settings.ice_servers.items) {
    if (!server.credential) continue;
    warnings.emplace_back(
        "ice-servers holds the password of a TURN server, which everybody who signs in can read "
        "and "
        "use for good: turn-servers hands out short-lived ones");
    break;
  }
  if (settings.accounts.password_cost == auth::PasswordCost::minimal) {
    warnings.emplace_back("password-cost is minimal: the password hashes protect nothing");
  }
  return warnings;
}

bool is_loopback(std::string_view host) { return http::is_loopback_host(host); }

}  // namespace parley::server::config
