#include "server/app/check.hpp"

#include "server/app/limits.hpp"
#include "server/auth/turn.hpp"
#include "server/http/certificates.hpp"
#include "server/relay/addresses.hpp"
#include "server/relay/coturn_config.hpp"
#include "server/relay/relay.hpp"

#include <boost/asio/ssl/context.hpp>
#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/statvfs.h>

#include <cerrno>
#include <fstream>
#include <memory>
#include <netdb.h>
#include <string_view>
#include <system_error>
#include <unistd.h>

namespace parley::server::app {

namespace {

// Time enough to renew one by hand.
constexpr int kExpiresSoonDays = 14;
// A database that can't grow by this stops within days.
constexpr std::uintmax_t kLittleSpace = std::uintmax_t{64} << 20U;

constexpr auto kNobody = std::filesystem::perms::none;

std::string reason(int error) { return std::generic_category().message(error); }

void check_certificate(const config::Settings& settings, Findings& findings) {
  if (settings.tls_certificate.empty()) return;
  const auto loaded = http::load_certificate(settings.tls_certificate, settings.tls_key);
  if (!loaded) {
    findings.problems.push_back(loaded.error());
    return;
  }
  std::error_code error;
  const auto permissions = std::filesystem::status(settings.tls_key, error).permissions();
  if (!error && (permissions & std::filesystem::perms::others_all) != kNobody) {
    findings.warnings.push_back("tls-key " + settings.tls_key.string() +
                                ": others on this machine can read or change it: chmod o= it");
  }
  const X509* certificate = SSL_CTX_get0_certificate((*loaded)->native_handle());
  const std::string file = "tls-certificate " + settings.tls_certificate.string();
  if (certificate != nullptr && X509_cmp_current_time(X509_get0_notBefore(certificate)) > 0) {
    findings.warnings.push_back(file + ": is not valid yet; browsers refuse it");
  }
  int days = 0;
  int seconds = 0;
  if (certificate == nullptr ||
      ASN1_TIME_diff(&days, &seconds, nullptr, X509_get0_notAfter(certificate)) != 1) {
    return;
  }
  if (days < 0 || seconds < 0) {
    findings.warnings.push_back(file + ": has expired; browsers refuse it. Renew it.");
  } else if (days < kExpiresSoonDays) {
    findings.warnings.push_back(file + ": expires in " + std::to_string(days) +
                                " days. Renew it, then send SIGHUP to the server.");
  }
}

void check_turn_secret(const config::Settings& settings, Findings& findings) {
  if (settings.turn_secret_file.empty()) return;
  const auto secrets = auth::read_turn_secrets(settings.turn_secret_file);
  if (!secrets) {
    findings.problems.push_back(secrets.error());
    return;
  }
  for (std::string& warning :
       auth::warnings_about_turn_secrets(*secrets, settings.turn_secret_file)) {
    findings.warnings.push_back(std::move(warning));
  }
}

void check_relay(const config::Settings& settings, Findings& findings) {
  const config::RelaySettings& relay = settings.relay;
  if (relay.mode != config::RelayMode::embedded) return;
  const auto warn = [&](std::string text) { findings.warnings.push_back(std::move(text)); };
  if (relay::find_program(relay.program).empty()) {
    warn("relay-program " + relay.program.string() +
         ": is not installed: the server works, but calls between networks that need a relay fail. "
         "Install coturn.");
  }
  const relay::Addresses addresses = relay::relay_addresses(settings);
  if (addresses.listen.empty()) {
    warn("relay-address: this machine has no address that others reach; name it");
  } else if (relay.address.empty() && relay::is_private_address(addresses.known_as) &&
             !config::is_loopback(addresses.known_as)) {
    warn("relay-address: clients are told " + addresses.known_as +
         ", which only this network can reach; behind a NAT name the public address");
  }
  const std::size_t ports = std::size_t{relay.max_port} - relay.min_port + 1;
  if (ports < relay::kMaxRelaysPerUser) {
    warn("relay-ports: " + std::to_string(ports) + " ports may be too few for one person, whose " +
         "devices can take " + std::to_string(relay::kMaxRelaysPerUser));
  }
  for (const std::uint16_t port : {relay.port, relay.tls_port}) {
    if (port >= relay.min_port && port <= relay.max_port) {
      warn("relay-ports: holds port " + std::to_string(port) + ", where the relay listens");
    }
  }
  if (addresses.listen.empty() || DataLock::is_held(settings.data)) return;
  if (const std::string why = relay::why_no_relay_port(addresses.listen, relay.port);
      !why.empty()) {
    warn("relay-port " + std::to_string(relay.port) + ": " + why +
         ": the server works, but has no relay until the port is free");
  }
}

/// Why the file can't be the database of a server; empty when it can. It is not opened: SQLite
/// would put files beside it.
std::string why_no_database(const std::filesystem::path& file) {
  std::error_code error;
  if (!std::filesystem::exists(file, error)) return {};
  const std::string name = file.filename().string();
  if (std::filesystem::is_directory(file, error)) return name + " is a folder";
  if (access(file.c_str(), R_OK | W_OK) != 0) {
    return name + " can't be written by this user: " + reason(errno);
  }
  // SQLite's first bytes (https://www.sqlite.org/fileformat.html), with the zero at their end. A
  // file that is empty becomes a database.
  constexpr std::string_view kMagic("SQLite format 3", 16);
  std::string begin(kMagic.size(), ' ');
  std::ifstream in(file, std::ios::binary);
  in.read(begin.data(), static_cast<std::streamsize>(begin.size()));
  return in.gcount() == 0 || begin == kMagic ? std::string() : name + " is no database";
}

void check_data_folder(const config::Settings& settings, Findings& findings) {
  std::error_code error;
  const auto complain = [&](const std::string& what) {
    findings.problems.push_back("data " + settings.data.string() + ": " + what);
  };
  if (std::filesystem::exists(settings.data, error)) {
    if (!std::filesystem::is_directory(settings.data, error)) return complain("is not a folder");
    if (access(settings.data.c_str(), R_OK | W_OK | X_OK) != 0) {
      return complain("can't be written by this user: " + reason(errno));
    }
    if (const std::string why = why_no_database(settings.database()); !why.empty()) {
      return complain(why);
    }
    if (can_others_enter(settings.data)) {
      findings.warnings.push_back("data: others on this machine can look into it: chmod 700 " +
                                  settings.data.string());
    }
  } else {
    // It will be made; so must all above it that is missing.
    std::filesystem::path above =
        std::filesystem::absolute(settings.data, error).lexically_normal();
    while (above.has_relative_path() && !std::filesystem::exists(above, error)) {
      above = above.parent_path();
    }
    if (!std::filesystem::is_directory(above, error)) {
      return complain("can't be made: " + above.string() + " is not a folder");
    }
    if (access(above.c_str(), W_OK | X_OK) != 0) {
      return complain("can't be made: " + above.string() + ": " + reason(errno));
    }
    // Root may write anywhere, but not onto what can't be written (/proc, a read-only system).
    struct statvfs system{};
    if (statvfs(above.c_str(), &system) == 0 &&
        ((system.f_flag & ST_RDONLY) != 0 || system.f_blocks == 0)) {
      return complain("can't be made: " + above.string() + " can't hold files");
    }
  }
  if (const std::string advice = advice_about(settings.data); !advice.empty()) {
    findings.warnings.push_back("data " + settings.data.string() + ": " + advice);
  }
}

/// Empty when the port can be had.
std::string why_no_port(const config::Endpoint& endpoint) {
  addrinfo wanted{};
  wanted.ai_socktype = SOCK_STREAM;
  wanted.ai_flags = AI_PASSIVE;
  addrinfo* raw = nullptr;
  const int code =
      getaddrinfo(endpoint.host.c_str(), std::to_string(endpoint.port).c_str(), &wanted, &raw);
  if (code != 0) return std::string("no such host: ") + gai_strerror(code);
  const std::unique_ptr<addrinfo, decltype(&freeaddrinfo)> found(raw, freeaddrinfo);
  const int file = socket(found->ai_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (file < 0) return reason(errno);
  const int yes = 1;
  setsockopt(file, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
  std::string why;
  if (bind(file, found->ai_addr, found->ai_addrlen) != 0 || listen(file, 1) != 0) {
    why = reason(errno);
  }
  close(file);
  return why;
}

/// Whoever checks a server that runs is right to: what is wrong is only to start another.
void check_port(const config::Settings& settings, Findings& findings) {
  const std::string why = why_no_port(settings.listen);
  const bool used = DataLock::is_held(settings.data);
  if (why.empty()) {
    if (used) {
      findings.warnings.push_back(
          "data " + settings.data.string() +
          ": another server uses this data folder, and this one would not start until it stops");
    }
    return;
  }
  if (why == reason(EADDRINUSE) && used) {
    findings.warnings.emplace_back(
        "listen: the port is in use, and so is the data folder: most likely by this very server, "
        "which runs");
    return;
  }
  findings.problems.push_back("listen: " + cannot_listen(settings.listen, why));
}

}  // namespace

Findings check(const config::Settings& settings) {
  Findings findings;
  if (geteuid() == 0) {
    findings.warnings.emplace_back(
        "root checks: what root may read and write, the user of the server may not; and the server "
        "should not run as root (docs/operating.md)");
  }
  check_certificate(settings, findings);
  check_turn_secret(settings, findings);
  check_relay(settings, findings);
  check_data_folder(settings, findings);
  check_port(settings, findings);
  return findings;
}

std::string cannot_listen(const config::Endpoint& endpoint, const std::string& why) {
  const bool six = endpoint.host.contains(':');
  const std::string place =
      (six ? '[' + endpoint.host + ']' : endpoint.host) + ':' + std::to_string(endpoint.port);
  if (why == reason(EADDRINUSE)) {
    return place + " is in use by another program. Stop it, or choose another port with --listen.";
  }
  if (why == reason(EACCES)) {
    return place +
           " may not be used by this user: ports below 1024 are for root. Choose another "
           "port with --listen, behind a proxy, or grant CAP_NET_BIND_SERVICE.";
  }
  if (why == reason(EADDRNOTAVAIL)) {
    return place + ": this machine does not have that address. Choose another with --listen.";
  }
  return place + ": " + why;
}

std::string advice_about(const std::filesystem::path& path) {
  std::error_code error;
  std::filesystem::path place = path;
  while (place.has_relative_path() && !std::filesystem::exists(place, error)) {
    place = place.parent_path();
  }
  if (place.empty()) place = ".";
  struct statvfs system{};
  if (statvfs(place.c_str(), &system) != 0) return {};
  if ((system.f_flag & ST_RDONLY) != 0) return "its file system can only be read";
  const std::uintmax_t free = std::uintmax_t{system.f_bavail} * system.f_frsize;
  if (free < kLittleSpace) {
    return "its disk is full or nearly so: " + std::to_string(free >> 10U) +
           " KiB are free. Make room, or choose another folder with --data.";
  }
  if (access(place.c_str(), W_OK | X_OK) != 0 && std::filesystem::is_directory(place, error)) {
    return "this user may not write there";
  }
  return {};
}

}  // namespace parley::server::app
