// The STUN and TURN servers that clients are told to use: those of the configuration and the
// server's own relay, with logins, as far as they work.
#pragma once

#include "server/auth/turn.hpp"
#include "server/config/settings.hpp"
#include "server/relay/prober.hpp"
#include "server/relay/relay.hpp"

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace parley::server::app {

/// All TURN servers of a configuration but the server's own relay.
[[nodiscard]] std::vector<relay::ProbeTarget> configured_targets(const config::Settings& settings,
                                                                 const auth::TurnSecrets& secrets);

/// Nothing after saying what is wrong. Empty when none is needed.
[[nodiscard]] std::optional<auth::TurnSecrets> turn_secrets(const config::Settings& settings,
                                                            log::Log& log);

class Relays {
 public:
  struct Hooks {
    std::function<std::int64_t()> now_ms;
    /// The server's own relay works or has failed, for the first time.
    loop::Task first_verdict;
    /// Connected clients have to be told.
    loop::Task changed;
  };

  /// Forks when it has a relay of its own: best made before everything that takes memory or has
  /// threads. The settings must outlive it.
  Relays(const config::Settings& settings, loop::Loop& loop, log::Log& log,
         auth::TurnSecrets secrets, Hooks hooks);

  /// True when there will be a first verdict.
  [[nodiscard]] bool start();
  void stop();
  [[nodiscard]] bool idle() const { return !own_ || own_->idle(); }
  /// Reads the secret of the TURN servers again.
  void reload_secrets();
  /// The certificate may have been renewed.
  void reload_certificate();

  /// Whether what clients were given comes to an end.
  [[nodiscard]] bool has_logins() const;
  [[nodiscard]] wire::IceServers servers_for(const UserId& user) const;
  [[nodiscard]] const std::vector<relay::RelayStatus>& status() const {
    return prober_.pool().all();
  }

 private:
  [[nodiscard]] std::vector<relay::ProbeTarget> targets() const;
  void refresh();

  const config::Settings& settings_;
  log::Log& log_;
  Hooks hooks_;
  auth::TurnSecrets secrets_;
  // The key of the names that logins have; not a secret of logins, which makes passwords, too.
  std::string name_key_;
  std::optional<relay::Relay> own_;
  relay::Prober prober_;
};

}  // namespace parley::server::app
