#include "server/app/server.hpp"

#include "core/base/version.hpp"
#include "core/json/writer.hpp"
#include "core/switchboard/timers.hpp"
#include "server/app/check.hpp"
#include "server/app/limits.hpp"
#include "server/app/relays.hpp"
#include "server/auth/limits.hpp"
#include "server/http/front.hpp"
#include "server/http/static_files.hpp"
#include "server/signalling/hub.hpp"
#include "server/store/open.hpp"

#include <sys/stat.h>

#include <chrono>
#include <csignal>
#include <cstdlib>
#include <optional>
#include <string>
#include <unistd.h>
#include <utility>

namespace parley::server::app {

namespace {

// Clients spread their return over this time, so that a restarted server is not met by all at once.
constexpr std::chrono::milliseconds kReconnectWithin{2000};
// Clients that do not answer our close frame are not waited for any longer.
constexpr std::chrono::milliseconds kStopLimit{3000};
constexpr std::chrono::milliseconds kStopPoll{20};
// Whoever stops us at once does not want to wait for the log.
constexpr std::chrono::milliseconds kLastFlush{200};
// How late the line about ten seconds of refusals may be.
constexpr std::chrono::milliseconds kTellSumsEvery{1000};
// Files of the database, the listener, the log, and what libraries keep open.
constexpr std::size_t kFilesForOurselves = 64;

std::string url_of(const config::Settings& settings, std::uint16_t port, std::string_view scheme) {
  // An address that means "all networks" is nothing to open in a browser.
  std::string host = settings.listen.host;
  if (host == "0.0.0.0") host = "127.0.0.1";
  if (host == "::") host = "::1";
  if (host.find(':') != std::string::npos) host = '[' + host + ']';
  return std::string(scheme) + "://" + host + ':' + std::to_string(port);
}

void announce(log::LineWriter& out, const config::Settings& settings, std::uint16_t port) {
  const bool tls = !settings.tls_certificate.empty();
  json::Writer line;
  line.begin_object();
  line.key("event");
  line.string("listening");
  line.key("url");
  line.string(url_of(settings, port, tls ? "https" : "http"));
  line.key("signal_url");
  line.string(url_of(settings, port, tls ? "wss" : "ws") + "/signal");
  line.key("version");
  line.string(kVersion);
  line.key("pid");
  line.integer(getpid());
  line.end_object();
  out.add(std::move(line).take());
}

switchboard::Settings switchboard_settings(const config::Settings& settings,
                                           const store::AccountStore& accounts,
                                           const loop::Clock& clock) {
  switchboard::Settings result;
  if (accounts.anybody_signed_in())
    result.returning_until = clock.now() + switchboard::kReturnGrace;
  result.ring_limit = settings.ring_limit;
  result.connect_limit = settings.connect_limit;
  result.media_lease = settings.lost_limit;
  const auto random = auth::random_bits();
  result.glare_key = {random[0], random[1]};
  return result;
}

/// The parts in the order of their making; they go in the opposite order, threads before the loop.
class Server {
 public:
  Server(const config::Settings& settings, auth::TurnSecrets secrets, log::Log& log, Reread reread)
      : settings_(settings),
        reread_(std::move(reread)),
        log_(log),
        started_(std::chrono::steady_clock::now()),
        relays_(settings, loop_, log, std::move(secrets), relay_hooks()),
        origins_(settings.allowed_origins),
        proxies_(settings.trusted_proxies),
        hosts_(settings.public_hosts),
        files_(http::embedded_assets()),
        store_(store::open_store(store_settings(), store_hooks(), clock_, log)),
        accounts_(settings.accounts, store_->accounts(), loop_, clock_),
        hub_(switchboard_settings(settings, store_->accounts(), clock_), hub_services()),
        api_(accounts_, store_->people(), store_->calls(), clock_, origins_, files_, api_hooks()),
        front_(front_settings(), loop_, clock_, log, api_, hub_, origins_, proxies_, hosts_),
        stop_timer_(loop_),
        sums_timer_(loop_),
        token_timer_(loop_),
        relay_timer_(loop_),
        out_(STDOUT_FILENO, [](std::uint64_t) { return std::string(); }) {
    accounts_.set_hooks(account_hooks());
    for (const store::Account& account : store_->accounts().take_initial_accounts()) {
      hub_.account_known(account);
    }
    for (const switchboard::CallRecord& record : store_->calls().take_open_calls()) {
      hub_.call_restored(record);
    }
  }

  int run() {
    loop_.on_stop_signal([this] { stop(); });
    loop_.on_reload_signal([this] { reload(); });
    start_relays();
    // Told to stop meanwhile: those who would connect now would be sent away at once.
    return stop_by_ ? end() : listen();
  }

 private:
  int listen() {
    const auto port = front_.listen();
    if (!port) {
      log_.error("cannot listen", {{"why", cannot_listen(settings_.listen, port.error())}});
      return EXIT_FAILURE;
    }
    listening_ = true;
    log_.info(
        "listening",
        {{"url", url_of(settings_, *port, settings_.tls_certificate.empty() ? "http" : "https")},
         {"version", kVersion}});
    announce(out_, settings_, *port);
    store_->accounts().note_origin(settings_.origin(*port));
    tell_sums();
    look_at_tokens();
    return end();
  }

  /// Runs until the server has stopped.
  int end() {
    if (!stopped_) loop_.run();
    store_->stop();
    log_.info("stopped");
    return store_->calls().backlog() == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
  }

  /// Told to stop: first, if that is wanted, only /readyz says so for a while. Told again, the
  /// server goes on to the next step at once.
  void stop() {
    // Nobody has been sent here yet when the server does not listen.
    if (!std::exchange(draining_, true) && listening_ && settings_.stop_delay.count() > 0) {
      log_.info("draining", {{"seconds", settings_.stop_delay.count()}});
      stop_timer_.arm(settings_.stop_delay, [this] { stop(); });
      return;
    }
    if (stop_by_) {
      log_.warning("stopped at once", {{"records_waiting", store_->calls().backlog()}});
      log_.flush(kLastFlush);
      std::_Exit(EXIT_FAILURE);
    }
    log_.info("stopping", {{"connections", hub_.connections()}});
    stop_by_ = std::chrono::steady_clock::now() + kStopLimit;
    waits_for_relay_ = false;
    front_.stop();
    relays_.stop();
    hub_.drain(kReconnectWithin);
    wait_for_sockets();
  }

  Relays::Hooks relay_hooks() {
    return {.now_ms = [this] { return clock_.now_ms(); },
            .first_verdict = [this] { waits_for_relay_ = false; },
            .changed = [this] { hub_.ice_servers_changed(); }};
  }

  /// Those who connect first, after a restart all, are to be told of a relay that works.
  void start_relays() {
    if (!relays_.start()) return;
    relay_timer_.arm(relay::kFirstVerdictLimit, [this] { waits_for_relay_ = false; });
    while (waits_for_relay_) loop_.run_one();
    relay_timer_.cancel();
  }

  void wait_for_sockets() {
    const bool idle = front_.open_sockets() == 0 && relays_.idle();
    if (idle || std::chrono::steady_clock::now() > *stop_by_) {
      stopped_ = true;
      return loop_.stop();
    }
    stop_timer_.arm(kStopPoll, [this] { wait_for_sockets(); });
  }

  /// Certificates, the secret of the TURN servers and the level of the log; everything else needs a
  /// restart.
  void reload() {
    const auto settings = reread_();
    if (!settings) {
      for (const std::string& problem : settings.error()) {
        log_.error("the configuration can't be read again; the old one stays", {{"why", problem}});
      }
      return;
    }
    log_.set_level(settings->log_level);
    relays_.reload_secrets();
    if (const auto loaded = front_.reload_certificates(); !loaded) {
      log_.error("the certificate can't be read again; the old one stays",
                 {{"why", loaded.error()}});
      return;
    }
    relays_.reload_certificate();
    log_.info("reloaded", {{"certificate", settings_.tls_certificate.string()}});
  }

  void tell_sums() {
    log_.tell_sums();
    sums_timer_.arm(kTellSumsEvery, [this] { tell_sums(); });
  }

  void know(const store::Account& account) {
    store_->people().account_known(account);
    hub_.account_known(account);
  }

  void look_at_tokens() {
    hub_.look_at_tokens();
    hub_.renew_ice_servers();
    token_timer_.arm(signalling::kTokenCheckInterval, [this] { look_at_tokens(); });
  }

  store::Settings store_settings() const {
    store::Settings result;
    result.file = settings_.database();
    result.history_days = settings_.history_days;
    return result;
  }

  store::Hooks store_hooks() {
    return {
        .post = [this](loop::Task task) { loop_.post(std::move(task)); },
        .durable = [this](StoreTicket ticket) { hub_.records_durable(ticket); },
        .accounts_changed =
            [this](const std::vector<store::AccountChange>& changes) {
              for (const store::AccountChange& change : changes) {
                log_.info("account changed by a command",
                          {{"user", change.account.user.text}, {"signed_out", change.signed_out}});
                know(change.account);
                if (change.signed_out) hub_.signed_out(change.account.user);
              }
            },
    };
  }

  signalling::Hub::Services hub_services() {
    return {
        .loop = loop_,
        .clock = clock_,
        .log = log_,
        .store =
            [this](const switchboard::Store& write) {
              store_->calls().write(write.record, write.ticket);
            },
        .store_backlog = [this] { return store_->calls().backlog(); },
        .check_token =
            [this](std::string_view token, auth::Done<auth::TokenHolder> done) {
              accounts_.check(token, std::move(done));
            },
        .token_left = [this](const store::SecretHash& token) { accounts_.left(token); },
        .load_relations =
            [this](const UserId& user, store::Done<std::vector<switchboard::Relation>> done) {
              store_->people().relations_of(user, std::move(done));
            },
        .ice_servers = [this](const UserId& user) { return relays_.servers_for(user); },
        .renew_ice_servers =
            relays_.has_logins() ? std::optional(auth::kTurnLoginRenewal) : std::nullopt,
        .plausible_now_ms = [this] { return store_->accounts().plausible_now_ms(); },
        .random = auth::random_bits,
    };
  }

  auth::Accounts::Hooks account_hooks() {
    return {
        .known = [this](const store::Account& account) { know(account); },
        .introduced =
            [this](const UserId& user, const UserId& other) {
              hub_.relation_changed(user, {.other = other, .blocked = false, .known = true});
              hub_.relation_changed(other, {.other = user, .blocked = false, .known = true});
            },
        .withdrawn = [this](const UserId& user,
                            const store::SecretHash& token) { hub_.signed_out(user, token); },
        .in_use = [this](const UserId& user) { return hub_.tokens_in_use(user); },
    };
  }

  http::Api::Hooks api_hooks() {
    return {
        .health = [this] { return health(); },
        .accounts = {
            .signed_out =
                [this](const UserId& user, std::string_view token, std::optional<DeviceId> device) {
                  hub_.signed_out(user, auth::hash_secret(token), device);
                },
            .is_online =
                [this](const UserId& user, const store::SecretHash& token) {
                  return hub_.is_online(user, token);
                }},
        .people = {.relation_changed =
                       [this](const UserId& user, const switchboard::Relation& relation) {
                         hub_.relation_changed(user, relation);
                       }},
    };
  }

  decltype(http::HealthBody::relays) relay_states() const {
    decltype(http::HealthBody::relays) states;
    for (const relay::RelayStatus& status : relays_.status()) {
      if (states.items.size() == decltype(states)::kMaxSize) break;
      states.items.push_back({.url = status.url,
                              .state = std::string(relay::name_of(status.state)),
                              .cause = std::string(relay::name_of(status.cause)),
                              .took_ms = status.took.count()});
    }
    return states;
  }

  http::FrontSettings front_settings() const {
    return {settings_.listen.host, settings_.listen.port, settings_.tls_certificate,
            settings_.tls_key, settings_.max_connections};
  }

  http::Health health() const {
    const switchboard::Gauges gauges = hub_.gauges();
    const auto number = [](std::size_t value) { return static_cast<std::int64_t>(value); };
    const auto uptime = std::chrono::steady_clock::now() - started_;
    return {
        .degraded = !store_->healthy(),
        .draining = draining_,
        .numbers_for_local = settings_.local_health_numbers,
        .gauges = {.connections = number(hub_.connections()),
                   .sessions = number(gauges.sessions),
                   .sessions_online = number(gauges.sessions_online),
                   .users_online = number(gauges.users_online),
                   .calls = number(gauges.calls),
                   .records_waiting = number(store_->calls().backlog()),
                   .uptime_s = std::chrono::duration_cast<std::chrono::seconds>(uptime).count(),
                   .relays = relay_states()},
    };
  }

  const config::Settings& settings_;
  Reread reread_;
  log::Log& log_;
  std::chrono::steady_clock::time_point started_;
  loop::Clock clock_;
  loop::Loop loop_;
  // Before everything that takes memory or has threads: it forks.
  Relays relays_;
  http::OriginPolicy origins_;
  http::Proxies proxies_;
  http::PublicHosts hosts_;
  http::StaticFiles files_;
  std::unique_ptr<store::Store> store_;
  auth::Accounts accounts_;
  signalling::Hub hub_;
  http::Api api_;
  http::Front front_;
  loop::Timer stop_timer_;
  loop::Timer sums_timer_;
  loop::Timer token_timer_;
  loop::Timer relay_timer_;
  // Nobody may read stdout either.
  log::LineWriter out_;
  bool waits_for_relay_ = true;
  bool listening_ = false;
  bool draining_ = false;
  bool stopped_ = false;
  std::optional<std::chrono::steady_clock::time_point> stop_by_;
};

}  // namespace

void prepare_data_folder(const std::filesystem::path& folder) {
  // Password hashes and who called whom are nobody else's business.
  umask(077);
  std::filesystem::create_directories(folder);
}

void ignore_stray_signals() {
  // Until the loop takes it.
  std::signal(SIGHUP, SIG_IGN);
  // To other programs they say to open their logs again, or to tell how they are.
  std::signal(SIGUSR1, SIG_IGN);
  std::signal(SIGUSR2, SIG_IGN);
  // A peer that is gone is an error code of the write, not a reason to die.
  std::signal(SIGPIPE, SIG_IGN);
  // Nor is a file that may not grow any more (ulimit -f).
  std::signal(SIGXFSZ, SIG_IGN);
}

int serve(const config::Settings& wanted, Reread reread) {
  keep_memory_private();
  config::Settings settings = wanted;
  log::Log log(settings.log_level, settings.log_format);
  for (const std::string& warning : config::warnings_about(settings)) log.warning(warning);

  if (geteuid() == 0) {
    log.warning("the server runs as root: give it a user of its own (docs/operating.md)");
  }
  const std::size_t files = raise_open_files();
  if (files < settings.max_connections + kFilesForOurselves) {
    const std::size_t possible =
        files > 2 * kFilesForOurselves ? files - kFilesForOurselves : kFilesForOurselves;
    log.warning("the system allows fewer open files than max-connections needs",
                {{"max_connections", settings.max_connections}, {"possible", possible}});
    settings.max_connections = possible;
  }
  if (!auth::prepare_secrets()) {
    log.error("the cryptographic library could not be started");
    return EXIT_FAILURE;
  }
  auto secrets = turn_secrets(settings, log);
  if (!secrets) return EXIT_FAILURE;
  try {
    prepare_data_folder(settings.data);
    const auto lock = DataLock::take(settings.data);
    if (!lock) {
      log.error("another server uses this data folder: stop it, or choose another with --data",
                {{"data", settings.data.string()}});
      return EXIT_FAILURE;
    }
    if (const std::string seen = make_private(settings.data); !seen.empty()) {
      log.warning("others on this machine can look into the data folder: chmod 700 it",
                  {{"data", seen}});
    }
    Server server(settings, std::move(*secrets), log, std::move(reread));
    return server.run();
  } catch (const std::exception& error) {
    log.error("the server could not be started", {{"data", settings.data.string()},
                                                  {"why", error.what()},
                                                  {"advice", advice_about(settings.data)}});
    return EXIT_FAILURE;
  }
}

}  // namespace parley::server::app
