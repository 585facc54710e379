#include "bench/load/modes.hpp"

#include "bench/load/arrivals.hpp"
#include "bench/load/calls.hpp"
#include "bench/load/crowd.hpp"
#include "bench/load/process.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

namespace parley::load {

namespace {

/// A warm-up for caches and queues before the measurement.
constexpr auto kWarmUp = 1s;
/// Calls in progress at the end of a measurement have this long to end.
constexpr auto kDrainLimit = 15s;
/// After the sign-in: each phone is pinged once at the usual interval.
constexpr auto kSettleTime = 5s;
/// One round of keep-alive.
constexpr auto kIdleTime = 25s;
/// With fewer pairs, each call would find the data of the pair's last call in the caches.
constexpr std::size_t kLeastPairs = 500;

double per(double what, double of) { return of > 0 ? what / of : 0; }

std::size_t pairs_for_rate(const Options& options) {
  const double calls = options.rate * (options.seconds + seconds_of(kWarmUp));
  const double per_pair = static_cast<double>(calls_allowed(1, options.seconds));
  return std::max(kLeastPairs, static_cast<std::size_t>(std::ceil(1.2 * calls / per_pair)));
}

/// The measured part of a run, and its events.
class Window {
 public:
  Window(Crowd& crowd, const Calls& calls, pid_t server)
      : crowd_(crowd),
        calls_(calls),
        cpu_(server),
        completed_(calls.completed()),
        sent_(crowd.counters.frames_sent),
        received_(crowd.counters.frames_received) {
    crowd.counters.relay.clear();
    crowd.counters.set_up.clear();
  }

  /// The figures so far.
  void close(Section& section) {
    const CpuWatch::Reading cpu = cpu_.read();
    const auto completed = static_cast<double>(calls_.completed() - completed_);
    const auto sent = static_cast<double>(crowd_.counters.frames_sent - sent_);
    const auto received = static_cast<double>(crowd_.counters.frames_received - received_);
    const double server = cpu.server.total_s();
    section.figures = {
        {"calls_per_s", completed / cpu.wall_s, "", 0, ""},
        {"server_cpu_s_per_1000_calls", per(server * 1000, completed), "s", 3, ""},
        {"server_kernel_share", per(cpu.server.system_s, server), "", 2, ""},
        {"calls_per_s_of_server_cpu", per(completed, server), "", 0, ""},
        {"frames_to_server_per_call", per(sent, completed), "", 1, ""},
        {"frames_from_server_per_call", per(received, completed), "", 1, ""},
        {"frames_per_s", (sent + received) / cpu.wall_s, "", 0, ""},
        {"relay_p50", crowd_.counters.relay.percentile_ms(0.5), "ms", 2, ""},
        {"relay_p99", crowd_.counters.relay.percentile_ms(0.99), "ms", 2, ""},
        {"set_up_p50", crowd_.counters.set_up.percentile_ms(0.5), "ms", 1, ""},
        {"set_up_p99", crowd_.counters.set_up.percentile_ms(0.99), "ms", 1, ""},
        {"cores_used_by_server", server / cpu.wall_s, "", 2, ""},
        {"cores_used_by_this_tool", cpu.tool_s / cpu.wall_s, "", 2, ""},
        {"cores_used_by_others", cpu.others_s / cpu.wall_s, "", 2, ""},
    };
  }

 private:
  Crowd& crowd_;
  const Calls& calls_;
  CpuWatch cpu_;
  std::uint64_t completed_;
  std::uint64_t sent_;
  std::uint64_t received_;
};

void set_target(Section& section, std::string_view name, std::string target) {
  const auto figure = std::ranges::find(section.figures, name, &Figure::name);
  if (figure != section.figures.end()) figure->target = std::move(target);
}

/// Lets the last calls end, and compares the phones' results with the server's records.
void settle(Crowd& crowd, Calls& calls, const Target& target, std::uint64_t ended_before,
            Section& section) {
  calls.ended = nullptr;
  crowd.loop.run(Clock::now() + kDrainLimit, [&] { return calls.under_way() == 0; });
  const Records records =
      read_records(target.endpoint, {target.accounts.begin(), target.accounts.end()});
  const std::uint64_t ended = records.ended_in_all() - ended_before;
  const std::uint64_t taken = calls.started() - calls.refused();
  const std::uint64_t failed = taken - calls.completed() - calls.under_way();
  section.good = ended == taken && records.open == 0 && calls.under_way() == 0 && failed == 0 &&
                 crowd.counters.lines_lost == 0;
  section.notes.push_back("calls: " + std::to_string(calls.started()) + " made, " +
                          std::to_string(calls.completed()) + " completed, " +
                          std::to_string(calls.refused()) + " refused, " + std::to_string(failed) +
                          " failed, " + std::to_string(calls.under_way()) + " unfinished");
  section.notes.push_back(
      "records: " + std::to_string(ended) + " ended, " + std::to_string(records.open) + " open" +
      (section.good ? "; every call is accounted for" : "; NOT AS IT SHOULD BE"));
  for (const auto& [reason, count] : calls.failed()) {
    section.notes.push_back("failed calls that ended as " + reason + ": " + std::to_string(count));
  }
  if (crowd.counters.lines_lost > 0) {
    section.notes.push_back("sockets lost: " + std::to_string(crowd.counters.lines_lost));
  }
  if (crowd.counters.warnings > 0) {
    section.notes.push_back("warnings of phones: " + std::to_string(crowd.counters.warnings) +
                            ", the first: " + crowd.counters.first_warning);
  }
}

std::uint64_t ended_so_far(const Target& target) {
  return read_records(target.endpoint, {target.accounts.begin(), target.accounts.end()})
      .ended_in_all();
}

std::string described(Gathering gathering) {
  return gathering == Gathering::separate ? "each candidate in a message of its own"
                                          : "all candidates in one message";
}

}  // namespace

std::size_t people_for(const std::string& mode, const Options& options) {
  if (mode == "idle") return options.connections;
  if (mode == "saturated") return options.people;
  if (mode == "churn") return 3 * options.calls_at_once;
  if (mode == "open") return 2 * pairs_for_rate(options);
  return 0;
}

Section measure_idle(const Target& target, const Options&) {
  Crowd crowd(target.endpoint, target.accounts, {});
  const auto count = static_cast<double>(crowd.clients.size());
  const double before_kb = resident_kb(target.pid);
  const CpuWatch login_watch(target.pid);
  crowd.sign_in();
  const CpuWatch::Reading login = login_watch.read();
  crowd.loop.run(Clock::now() + kSettleTime, [] { return false; });
  const CpuWatch idle_watch(target.pid);
  crowd.loop.run(Clock::now() + kIdleTime, [] { return false; });
  const CpuWatch::Reading idle = idle_watch.read();
  const double idle_cores = idle.server.total_s() / idle.wall_s;
  Section section{"idle", std::to_string(crowd.clients.size()) + " phones that do nothing"};
  section.figures = {
      {"rss_before", before_kb / 1024, "MB", 1, ""},
      {"rss_per_connection", (resident_kb(target.pid) - before_kb) / count, "KB", 2,
       "<= 4 at 19,500"},
      {"cpu_per_login", login.server.total_s() * 1000 / count, "ms", 3, "<= 0.15"},
      {"logins_per_s", count / login.wall_s, "", 0, ""},
      {"idle_cpu", idle_cores * 100, "% of core", 2, ""},
      {"idle_cpu_per_1000_connections", idle_cores * 100'000 / count, "% of core", 2, ""},
      {"cores_used_by_others", idle.others_s / idle.wall_s, "", 2, ""},
  };
  section.good = crowd.counters.lines_lost == 0;
  if (!section.good) {
    section.notes.push_back("sockets lost: " + std::to_string(crowd.counters.lines_lost));
  }
  return section;
}

Section measure_saturated(const Target& target, const Options& options) {
  const std::uint64_t ended_before = ended_so_far(target);
  Crowd crowd(target.endpoint, target.accounts, {.gathering = options.gathering, .hurried = true});
  crowd.sign_in();
  Calls calls(crowd.clients);
  Clock::duration held_back{};
  const auto keep_busy = [&] {
    while (calls.under_way() < options.calls_at_once && calls.start(Clock::now())) {
    }
  };
  calls.ended = keep_busy;
  const auto run = [&](Clock::duration time) {
    Moment last = Clock::now();
    crowd.loop.run(last + time, [&] {
      // Pairs that may not call yet are tried again in every turn.
      keep_busy();
      const Moment now = Clock::now();
      if (calls.under_way() < options.calls_at_once) held_back += now - last;
      last = now;
      return false;
    });
  };
  run(kWarmUp);
  held_back = {};
  Window window(crowd, calls, target.pid);
  run(from_seconds(options.seconds));
  Section section{"saturated", std::to_string(options.calls_at_once) + " calls at once, " +
                                   described(options.gathering)};
  window.close(section);
  set_target(section, "server_cpu_s_per_1000_calls", "<= 0.21");
  set_target(section, "calls_per_s_of_server_cpu", ">= 4500");
  if (held_back > from_seconds(options.seconds / 100)) {
    section.notes.push_back(
        "not saturated all the time: the limit of invites per user held calls "
        "back; use more --people");
  }
  settle(crowd, calls, target, ended_before, section);
  return section;
}

Section measure_open(const Target& target, const Options& options) {
  const std::uint64_t ended_before = ended_so_far(target);
  Crowd crowd(target.endpoint, target.accounts, {.gathering = options.gathering});
  crowd.sign_in();
  Calls calls(crowd.clients);
  std::uint64_t not_started = 0;
  const Moment counts = Clock::now() + kWarmUp;
  const Moment stop = counts + from_seconds(options.seconds);
  const Arrivals arrivals(crowd.loop, options.rate, stop, [&](Moment due) {
    if (!calls.start(due)) ++not_started;
  });
  crowd.loop.run(counts, [] { return false; });
  Window window(crowd, calls, target.pid);
  crowd.loop.run(stop, [] { return false; });
  Section section{"open", std::to_string(static_cast<int>(options.rate)) + " calls/s, " +
                              std::to_string(crowd.clients.size()) + " phones, " +
                              described(options.gathering)};
  window.close(section);
  set_target(section, "relay_p99", "<= 0.4 (quiet machine)");
  if (not_started > 0) {
    section.notes.push_back("calls that found no free pair: " + std::to_string(not_started));
  }
  settle(crowd, calls, target, ended_before, section);
  return section;
}

}  // namespace parley::load
