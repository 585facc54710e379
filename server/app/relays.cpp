#include "server/app/relays.hpp"

#include "server/auth/secrets.hpp"

#include <algorithm>
#include <utility>

namespace parley::server::app {

namespace {

std::optional<relay::Relay> own_relay(const config::Settings& settings, loop::Loop& loop,
                                      log::Log& log, loop::Task first_verdict, loop::Task changed) {
  if (settings.relay.mode != config::RelayMode::embedded) return std::nullopt;
  return std::optional<relay::Relay>(std::in_place, settings, loop, log, std::move(first_verdict),
                                     std::move(changed));
}

/// The entry that a URL can join: the same login is good for it.
wire::IceServer* entry_for(std::vector<wire::IceServer>& entries, const wire::IceServer& one) {
  const auto found = std::ranges::find_if(entries, [&](const wire::IceServer& entry) {
    return entry.username == one.username && entry.credential == one.credential &&
           entry.urls.items.size() < decltype(entry.urls)::kMaxSize;
  });
  return found == entries.end() ? nullptr : &*found;
}

}  // namespace

std::vector<relay::ProbeTarget> configured_targets(const config::Settings& settings,
                                                   const auth::TurnSecrets& secrets) {
  std::vector<relay::ProbeTarget> targets;
  for (const wire::IceServer& server : settings.ice_servers.items) {
    if (!server.credential) continue;
    targets.push_back({.url = server.urls.items.front().value,
                       .address = {},
                       .secrets = {},
                       .login = {server.username->value, server.credential->value}});
  }
  for (const std::string& url : settings.turn_servers) {
    targets.push_back({.url = url, .address = {}, .secrets = secrets, .login = {}});
  }
  return targets;
}

std::optional<auth::TurnSecrets> turn_secrets(const config::Settings& settings, log::Log& log) {
  if (settings.turn_servers.empty()) return auth::TurnSecrets();
  const std::filesystem::path& file = settings.turn_secret_file;
  auto secrets = auth::read_turn_secrets(file);
  if (!secrets) {
    log.error("the secret of the TURN servers can't be had", {{"why", secrets.error()}});
    return std::nullopt;
  }
  for (const std::string& warning : auth::warnings_about_turn_secrets(*secrets, file)) {
    log.warning(warning);
  }
  return std::move(*secrets);
}

Relays::Relays(const config::Settings& settings, loop::Loop& loop, log::Log& log,
               auth::TurnSecrets secrets, Hooks hooks)
    : settings_(settings),
      log_(log),
      hooks_(std::move(hooks)),
      secrets_(std::move(secrets)),
      name_key_(auth::make_token()),
      own_(own_relay(settings, loop, log, hooks_.first_verdict,
                     [this] {
                       refresh();
                       hooks_.changed();
                     })),
      prober_(loop, log, settings.relay.probe_interval,
              {.now_ms = hooks_.now_ms, .changed = hooks_.changed}) {}

bool Relays::start() {
  refresh();
  if (own_ && !own_->start()) own_.reset();
  return own_.has_value();
}

void Relays::stop() {
  prober_.stop();
  if (own_) own_->stop();
}

std::vector<relay::ProbeTarget> Relays::targets() const {
  std::vector<relay::ProbeTarget> targets = configured_targets(settings_, secrets_);
  if (own_) std::ranges::move(own_->targets(), std::back_inserter(targets));
  return targets;
}

void Relays::refresh() { prober_.set(targets()); }

void Relays::reload_secrets() {
  if (settings_.turn_servers.empty()) return;
  auto secrets = turn_secrets(settings_, log_);
  if (!secrets || *secrets == secrets_) return;
  secrets_ = std::move(*secrets);
  log_.info("the secret of the TURN servers has changed");
  refresh();
  hooks_.changed();
}

void Relays::reload_certificate() {
  if (own_) own_->reload();
}

bool Relays::has_logins() const {
  return !settings_.turn_servers.empty() || settings_.relay.mode == config::RelayMode::embedded;
}

wire::IceServers Relays::servers_for(const UserId& user) const {
  wire::IceServers servers;
  for (const wire::IceServer& server : settings_.ice_servers.items) {
    if (!server.credential) servers.items.push_back(server);
  }
  const std::vector<relay::ProbeTarget> all = targets();
  const std::int64_t now_ms = hooks_.now_ms();
  std::vector<wire::IceServer> entries;
  for (const relay::RelayStatus& status : prober_.pool().offered()) {
    const auto target = std::ranges::find(all, status.url, &relay::ProbeTarget::url);
    if (target == all.end()) continue;
    wire::IceServer one;
    if (target->secrets.empty()) {
      one.urls.items.push_back({target->url});
      one.username = {{target->login.name}};
      one.credential = {{target->login.password}};
    } else {
      const std::size_t secret = std::min(status.secret, target->secrets.size() - 1);
      one = auth::TurnServers({target->url}, target->secrets[secret], name_key_)
                .with_login(user, now_ms);
    }
    if (wire::IceServer* entry = entry_for(entries, one)) {
      entry->urls.items.push_back(one.urls.items.front());
    } else {
      entries.push_back(std::move(one));
    }
  }
  for (wire::IceServer& entry : entries) {
    if (servers.items.size() == wire::IceServers::kMaxSize) break;
    servers.items.push_back(std::move(entry));
  }
  return servers;
}

}  // namespace parley::server::app
