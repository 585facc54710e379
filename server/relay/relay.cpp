#include "server/relay/relay.hpp"

#include "server/auth/secrets.hpp"
#include "server/relay/addresses.hpp"
#include "server/relay/coturn_config.hpp"

#include <cerrno>
#include <csignal>
#include <fcntl.h>
#include <system_error>
#include <unistd.h>
#include <utility>

namespace parley::server::relay {

namespace {

std::string in_url(const std::string& host) { return host.contains(':') ? '[' + host + ']' : host; }

std::string at(const std::string& host, std::uint16_t port) {
  return in_url(host) + ':' + std::to_string(port);
}

/// The name that a certificate is for: people open it in their browsers.
std::string tls_name(const config::Settings& settings, const std::string& address) {
  if (settings.public_hosts.empty()) return in_url(address);
  const std::string& host = settings.public_hosts.front();
  const std::size_t port = host.starts_with('[') ? host.find("]:") : host.find(':');
  if (port == std::string::npos) return host;
  return host.substr(0, host.starts_with('[') ? port + 1 : port);
}

std::vector<std::string> urls_of(const config::Settings& settings, const std::string& address) {
  const std::string plain = "turn:" + at(address, settings.relay.port);
  std::vector<std::string> urls{plain, plain + "?transport=tcp"};
  if (!settings.tls_certificate.empty()) {
    urls.push_back("turns:" + tls_name(settings, address) + ':' +
                   std::to_string(settings.relay.tls_port) + "?transport=tcp");
  }
  return urls;
}

/// Empty when the file is written, for its owner alone; otherwise why not.
std::string write_private(const std::filesystem::path& file, const std::string& text) {
  std::error_code error;
  const std::filesystem::path folder = file.parent_path();
  std::filesystem::create_directories(folder, error);
  if (!error) std::filesystem::permissions(folder, std::filesystem::perms::owner_all, error);
  if (!error) std::filesystem::remove(file, error);
  if (error) return folder.string() + ": " + error.message();
  const int out = open(file.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (out < 0) return file.string() + ": " + std::generic_category().message(errno);
  const bool written = write(out, text.data(), text.size()) == static_cast<ssize_t>(text.size());
  const int reason = errno;
  close(out);
  return written ? std::string() : file.string() + ": " + std::generic_category().message(reason);
}

std::filesystem::path absolute_or_empty(const std::filesystem::path& file) {
  return file.empty() ? file : std::filesystem::absolute(file);
}

}  // namespace

Addresses relay_addresses(const config::Settings& settings) {
  const std::string& wanted = settings.relay.address;
  if (!wanted.empty()) {
    return {.listen = is_own_address(wanted) ? wanted : outward_address(), .known_as = wanted};
  }
  std::string address = settings.listen.host;
  if (config::is_loopback(address)) {
    // A proxy in front of this server lets others in, and passes nothing on to the relay.
    const bool alone = settings.public_hosts.empty() && settings.trusted_proxies.empty();
    address = alone ? (address == "::1" ? "::1" : "127.0.0.1") : outward_address();
  } else if (address == "0.0.0.0" || address == "::" || !is_own_address(address)) {
    address = outward_address();
  }
  return {.listen = address, .known_as = address};
}

Relay::Relay(const config::Settings& settings, loop::Loop& loop, log::Log& log,
             loop::Task first_verdict, loop::Task changed)
    : settings_(settings),
      log_(log),
      secret_(auth::make_token()),
      name_key_(auth::make_token()),
      supervisor_(loop, log,
                  {.prepare = [this] { return prepare(); },
                   .first_verdict = std::move(first_verdict),
                   .changed = std::move(changed)}) {}

bool Relay::start() {
  program_ = find_program(settings_.relay.program);
  if (program_.empty()) {
    log_.warning(
        "there is no relay: calls between networks that need one fail; install coturn, or name its "
        "program in relay-program",
        {{"code", "relay/not-installed"}, {"program", settings_.relay.program.string()}});
    return false;
  }
  supervisor_.start();
  return true;
}

void Relay::reload() {
  if (!settings_.tls_certificate.empty()) supervisor_.signal(SIGUSR2);
}

std::optional<wire::IceServer> Relay::with_login(const UserId& user, std::int64_t now_ms) const {
  if (!supervisor_.healthy()) return std::nullopt;
  return servers_.with_login({auth::opaque_name(name_key_, user)}, now_ms);
}

std::expected<Launch, Failure> Relay::prepare() {
  const auto [listen, known_as] = relay_addresses(settings_);
  if (listen.empty()) {
    return std::unexpected(Failure{
        "relay/no-address", "this machine has no address that others reach; see relay-address"});
  }
  CoturnConfig config;
  config.secret = secret_;
  config.listen_address = listen;
  config.public_address = known_as;
  config.port = settings_.relay.port;
  config.tls_port = settings_.relay.tls_port;
  config.min_port = settings_.relay.min_port;
  config.max_port = settings_.relay.max_port;
  config.certificate = absolute_or_empty(settings_.tls_certificate);
  config.key = absolute_or_empty(settings_.tls_key);
  config.own_addresses = own_addresses();
  std::vector<std::uint16_t> ports{config.port};
  if (!config.certificate.empty()) ports.push_back(config.tls_port);
  for (const std::uint16_t port : ports) {
    if (const std::string why = why_no_relay_port(listen, port); !why.empty()) {
      return std::unexpected(
          Failure{"relay/port-in-use", at(listen, port) + ": " + why + "; see relay-port"});
    }
  }
  const auto text = coturn_config(config);
  if (!text) return std::unexpected(Failure{"relay/not-configured", text.error()});
  const std::filesystem::path folder = std::filesystem::absolute(settings_.data) / "relay";
  const std::filesystem::path file = folder / "turnserver.conf";
  if (const std::string why = write_private(file, *text); !why.empty()) {
    return std::unexpected(Failure{"relay/not-configured", why});
  }
  servers_ = auth::TurnServers(urls_of(settings_, known_as), secret_);
  return Launch{{program_, {"-c", file.string()}, folder}, listen, config.port};
}

}  // namespace parley::server::relay
