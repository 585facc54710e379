#include "server/relay/relay.hpp"

#include "server/auth/secrets.hpp"
#include "server/relay/addresses.hpp"
#include "server/relay/coturn_config.hpp"

#include <cerrno>
#include <csignal>
#include <fcntl.h>
#include <fstream>
#include <sstream>
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

// Names in the folder of the relay, where coturn starts.
constexpr std::string_view kConfigFile = "turnserver.conf";
constexpr std::string_view kCertificateFile = "certificate.pem";
constexpr std::string_view kKeyFile = "key.pem";
constexpr std::string_view kPidFile = "turnserver.pid";

/// The folder of the relay's files, which belong to whom it runs as, and are for nobody else.
class PrivateFolder {
 public:
  PrivateFolder(std::filesystem::path folder, std::optional<Identity> owner)
      : folder_(std::move(folder)), owner_(owner) {}

  [[nodiscard]] const std::filesystem::path& path() const { return folder_; }

  /// Empty when it is there; otherwise why not.
  [[nodiscard]] std::string make() const {
    std::error_code error;
    std::filesystem::create_directories(folder_, error);
    if (!error) std::filesystem::permissions(folder_, std::filesystem::perms::owner_all, error);
    if (!error) std::filesystem::remove(folder_ / kPidFile, error);
    if (error) return folder_.string() + ": " + error.message();
    if (owner_ && chown(folder_.c_str(), owner_->user, owner_->group) != 0) return why(folder_);
    return {};
  }

  /// Empty when the file is written; otherwise why not. A link is not followed.
  [[nodiscard]] std::string write(std::string_view name, const std::string& text) const {
    const std::filesystem::path file = folder_ / name;
    std::error_code error;
    std::filesystem::remove(file, error);
    const File out(open(file.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600));
    if (out.get() < 0) return why(file);
    if (owner_ && fchown(out.get(), owner_->user, owner_->group) != 0) return why(file);
    if (::write(out.get(), text.data(), text.size()) != static_cast<ssize_t>(text.size())) {
      return why(file);
    }
    return {};
  }

  /// The same, with what another file holds.
  [[nodiscard]] std::string copy(std::string_view name, const std::filesystem::path& from) const {
    std::ifstream in(from, std::ios::binary);
    std::ostringstream text;
    text << in.rdbuf();
    return in ? write(name, std::move(text).str()) : from.string() + ": can't be read";
  }

 private:
  static std::string why(const std::filesystem::path& file) {
    return file.string() + ": " + std::generic_category().message(errno);
  }

  std::filesystem::path folder_;
  std::optional<Identity> owner_;
};

PrivateFolder folder_of(const config::Settings& settings, std::optional<Identity> owner) {
  return {std::filesystem::absolute(settings.data) / "relay", owner};
}

/// Only root can read its key: whom the relay runs as instead gets a copy.
std::string copy_certificate(const config::Settings& settings, const PrivateFolder& folder) {
  std::string why = folder.copy(kCertificateFile, settings.tls_certificate);
  return why.empty() ? folder.copy(kKeyFile, settings.tls_key) : why;
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

std::vector<ProbeTarget> relay_targets(const config::Settings& settings, const Addresses& addresses,
                                       const std::string& secret) {
  std::vector<ProbeTarget> targets;
  for (std::string& url : urls_of(settings, addresses.known_as)) {
    targets.push_back(
        {.url = std::move(url), .address = addresses.listen, .secrets = {secret}, .login = {}});
  }
  return targets;
}

std::string relay_secret(const config::Settings& settings) {
  std::ifstream in(folder_of(settings, std::nullopt).path() / kConfigFile);
  constexpr std::string_view kName = "static-auth-secret=";
  for (std::string line; std::getline(in, line);) {
    if (line.starts_with(kName)) return line.substr(kName.size());
  }
  return {};
}

Relay::Relay(const config::Settings& settings, loop::Loop& loop, log::Log& log,
             loop::Task first_verdict, loop::Task changed)
    : settings_(settings),
      log_(log),
      secret_(auth::make_token()),
      identity_(unprivileged_identity()),
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
  if (settings_.tls_certificate.empty()) return;
  if (identity_) {
    const std::string why = copy_certificate(settings_, folder_of(settings_, identity_));
    if (!why.empty()) {
      log_.error("the relay can't read its certificate again; the old one stays", {{"why", why}});
      return;
    }
  }
  supervisor_.signal(SIGUSR2);
}

std::vector<ProbeTarget> Relay::targets() const {
  return supervisor_.healthy() ? targets_ : std::vector<ProbeTarget>();
}

std::expected<Launch, Failure> Relay::prepare() {
  const Addresses addresses = relay_addresses(settings_);
  const auto& [listen, known_as] = addresses;
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
  const bool tls = !settings_.tls_certificate.empty();
  if (tls) {
    config.certificate =
        identity_ ? kCertificateFile : std::filesystem::absolute(settings_.tls_certificate);
    config.key = identity_ ? kKeyFile : std::filesystem::absolute(settings_.tls_key);
  }
  config.own_addresses = own_addresses();
  std::vector<std::uint16_t> ports{config.port};
  if (tls) ports.push_back(config.tls_port);
  for (const std::uint16_t port : ports) {
    if (const std::string why = why_no_relay_port(listen, port); !why.empty()) {
      return std::unexpected(
          Failure{"relay/port-in-use", at(listen, port) + ": " + why + "; see relay-port"});
    }
  }
  const auto text = coturn_config(config);
  if (!text) return std::unexpected(Failure{"relay/not-configured", text.error()});
  const PrivateFolder folder = folder_of(settings_, identity_);
  std::string why = folder.make();
  if (why.empty()) why = folder.write(kConfigFile, *text);
  if (why.empty() && tls && identity_) why = copy_certificate(settings_, folder);
  if (!why.empty()) return std::unexpected(Failure{"relay/not-configured", why});
  targets_ = relay_targets(settings_, addresses, secret_);
  // Without a folder: whom it runs as may not pass through the folders above.
  return Launch{{.program = program_,
                 .arguments = {"-c", std::string(kConfigFile)},
                 .folder = folder.path(),
                 .as = identity_},
                listen,
                config.port};
}

}  // namespace parley::server::relay
