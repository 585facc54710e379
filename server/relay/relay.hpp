// The relay of this server: a coturn that it configures and runs.
#pragma once

#include "server/config/settings.hpp"
#include "server/relay/probe.hpp"
#include "server/relay/supervisor.hpp"

#include <chrono>
#include <optional>
#include <string>
#include <vector>

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

  /// Its URLs, and how this machine reaches them; nothing while it does not work.
  [[nodiscard]] std::vector<ProbeTarget> targets() const;

 private:
  std::expected<Launch, Failure> prepare();

  const config::Settings& settings_;
  log::Log& log_;
  // The logins stay good when the program is started again.
  std::string secret_;
  // Whom it runs as, when the server is root.
  std::optional<Identity> identity_;
  std::filesystem::path program_;
  std::vector<ProbeTarget> targets_;
  Supervisor supervisor_;
};

/// Where a relay listens, and the address that others reach it by.
struct Addresses {
  std::string listen;
  std::string known_as;
};

/// The URLs of the relay, at the address where it listens: a NAT may not let this machine reach the
/// other one.
[[nodiscard]] std::vector<ProbeTarget> relay_targets(const config::Settings& settings,
                                                     const Addresses& addresses,
                                                     const std::string& secret);

/// What a relay that runs takes, from its file in the data folder; empty when there is none.
[[nodiscard]] std::string relay_secret(const config::Settings& settings);

/// Both empty when the machine has no address that others could reach.
[[nodiscard]] Addresses relay_addresses(const config::Settings& settings);

}  // namespace parley::server::relay
