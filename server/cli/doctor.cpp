#include "server/app/relays.hpp"
#include "server/app/server.hpp"
#include "server/auth/secrets.hpp"
#include "server/cli/cli.hpp"
#include "server/cli/output.hpp"
#include "server/config/settings.hpp"
#include "server/loop/clock.hpp"
#include "server/relay/pool.hpp"

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <future>
#include <utility>
#include <vector>

namespace parley::server::cli {

namespace {

// Nobody is in a hurry: a slow answer is told with its time.
constexpr std::chrono::seconds kDoctorLimit{15};

/// The relay of a server that runs on this configuration; its secret is in its data folder.
void add_own_relay(const config::Settings& settings, std::vector<relay::ProbeTarget>& targets) {
  if (settings.relay.mode != config::RelayMode::embedded) return;
  const std::string secret = relay::relay_secret(settings);
  if (secret.empty()) {
    std::printf(
        "the embedded relay has not been started on this data folder yet, or by another user\n");
    return;
  }
  for (relay::ProbeTarget& target :
       relay::relay_targets(settings, relay::relay_addresses(settings), secret)) {
    targets.push_back(std::move(target));
  }
}

/// True when clients can use it.
bool report(const std::string& url, const relay::ProbeResult& result) {
  relay::Pool pool;
  pool.set({url});
  // Nothing here waits for a second opinion.
  for (unsigned i = 0; i < relay::kFailuresToWithdraw; ++i) pool.report(url, result);
  const relay::RelayState state = pool.find(url)->state;
  const std::string_view name = relay::name_of(state);
  const std::string_view cause = relay::name_of(result.cause);
  const std::string_view advice = relay::advice_about(result.cause);
  if (result.cause == relay::ProbeCause::none) {
    std::printf("%s: good, %lld ms\n", url.c_str(), static_cast<long long>(result.took.count()));
  } else {
    std::printf("%s: %.*s: %.*s (%s): %.*s\n", url.c_str(), static_cast<int>(name.size()),
                name.data(), static_cast<int>(cause.size()), cause.data(), result.detail.c_str(),
                static_cast<int>(advice.size()), advice.data());
  }
  return state != relay::RelayState::failed;
}

}  // namespace

int doctor(const Arguments& arguments) {
  app::ignore_stray_signals();
  const auto values = config::read_values(arguments, std::getenv);
  const auto settings =
      values ? config::parse_settings(*values)
             : std::expected<config::Settings, config::Problems>(std::unexpected(values.error()));
  if (!settings) {
    for (const std::string& problem : settings.error()) failed(problem);
    return kMisused;
  }
  if (!auth::prepare_secrets()) return failed("the cryptographic library could not be started");
  auth::TurnSecrets secrets;
  if (!settings->turn_servers.empty()) {
    auto read = auth::read_turn_secrets(settings->turn_secret_file);
    if (!read) return failed(read.error());
    secrets = std::move(*read);
  }
  std::vector<relay::ProbeTarget> targets = app::configured_targets(*settings, secrets);
  add_own_relay(*settings, targets);
  if (targets.empty()) {
    std::printf("no TURN server: calls between networks that need one fail\n");
    return kFailed;
  }
  const std::int64_t now_ms = loop::Clock().now_ms();
  std::vector<std::future<relay::ProbeResult>> results;
  for (const relay::ProbeTarget& target : targets) {
    results.push_back(std::async(std::launch::async, [&target, now_ms] {
      return relay::probe(target, now_ms, nullptr, kDoctorLimit);
    }));
  }
  bool all_work = true;
  for (std::size_t i = 0; i < targets.size(); ++i) {
    all_work = report(targets[i].url, results[i].get()) && all_work;
  }
  return all_work ? kDone : kFailed;
}

}  // namespace parley::server::cli
