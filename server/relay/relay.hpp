// The relay of this server: a coturn that it configures, runs and hands out logins for.
#pragma once

#include "server/auth/turn.hpp"
#include "server/config/settings.hpp"
#include "server/relay/supervisor.hpp"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

namespace parley::server::relay {

/// How long the server's start waits for the relay: the first clients shall hear of it.
inline constexpr std::chrono::milliseconds kFirstVerdictLimit{3000};

class Relay {
 public:
  /// Forks: best done early. The settings must outlive it. `first_verdict` is called once, when it
  /// works or has failed.
  Relay(const config::Settings& settings, loop::Loop& loop, log::Log& log, loop::Task first_verdict,
        loop::Task changed);

  /// False when the program is not installed, which the log then tells.
  [[nodiscard]] bool start();
  void stop() { supervisor_.stop(); }
  [[nodiscard]] bool idle() const { return supervisor_.idle(); }
  /// The certificate may have been renewed.
  void reload();

  /// Its URLs with a login for the user; nothing while it does not work. The login's name does not
  /// tell who the user is.
  [[nodiscard]] std::optional<wire::IceServer> with_login(const UserId& user,
                                                          std::int64_t now_ms) const;

 private:
  std::expected<Launch, Failure> prepare();

  const config::Settings& settings_;
  log::Log& log_;
  // The logins stay good when the program is started again.
  std::string secret_;
  // Not the same: the password of a login is a code made with the secret, too.
  std::string name_key_;
  // Whom it runs as, when the server is root.
  std::optional<Identity> identity_;
  std::filesystem::path program_;
  auth::TurnServers servers_;
  Supervisor supervisor_;
};

/// Where a relay listens, and the address that others reach it by.
struct Addresses {
  std::string listen;
  std::string known_as;
};

/// Both empty when the machine has no address that others could reach.
[[nodiscard]] Addresses relay_addresses(const config::Settings& settings);

}  // namespace parley::server::relay
