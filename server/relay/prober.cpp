#include "server/relay/prober.hpp"

#include <sodium.h>

#include <algorithm>
#include <utility>

namespace parley::server::relay {

using std::chrono::milliseconds;

namespace {

bool same(const ProbeTarget& one, const ProbeTarget& other) {
  return one.address == other.address && one.secrets == other.secrets &&
         one.login.name == other.login.name && one.login.password == other.login.password;
}

}  // namespace

struct Prober::Entry {
  Entry(loop::Loop& loop, ProbeTarget wanted) : target(std::move(wanted)), timer(loop) {}
  ProbeTarget target;
  loop::Timer timer;
  /// Of the probe that counts; the result of an older one came too late.
  std::uint64_t number = 0;
};

Prober::Prober(loop::Loop& loop, log::Log& log, milliseconds interval, Hooks hooks)
    : loop_(loop),
      log_(log),
      interval_(interval),
      hooks_(std::move(hooks)),
      cancelled_(std::make_shared<std::atomic<bool>>(false)) {}

Prober::~Prober() { stop(); }

void Prober::stop() {
  *cancelled_ = true;
  entries_.clear();
  // Waits for probes, which end within a moment.
  workers_.reset();
}

void Prober::set(std::vector<ProbeTarget> targets) {
  if (*cancelled_) return;
  std::vector<std::string> urls;
  for (const ProbeTarget& target : targets) urls.push_back(target.url);
  pool_.set(urls);
  std::erase_if(entries_, [&](const auto& entry) {
    return std::ranges::find(urls, entry.first) == urls.end();
  });
  if (interval_.count() == 0) return;
  for (ProbeTarget& target : targets) {
    auto& entry = entries_[target.url];
    if (entry != nullptr && same(entry->target, target)) continue;
    const std::string url = target.url;
    entry = std::make_unique<Entry>(loop_, std::move(target));
    begin(url);
  }
}

void Prober::begin(const std::string& url) {
  const auto found = entries_.find(url);
  if (found == entries_.end()) return;
  if (!workers_) workers_.emplace(kProbeThreads, kMaxProbes);
  Entry& entry = *found->second;
  entry.number = ++numbers_;
  // The task may come when this is gone: the threads end before, the loop does not.
  const bool taken = workers_->submit([this, cancelled = cancelled_, target = entry.target,
                                       number = entry.number, now_ms = hooks_.now_ms()] {
    ProbeResult result = probe(target, now_ms, cancelled.get());
    loop_.post([this, cancelled, url = target.url, number, result = std::move(result)] {
      if (!*cancelled) probed(url, number, result);
    });
  });
  if (!taken) entry.timer.arm(interval_, [this, url] { begin(url); });
}

void Prober::probed(const std::string& url, std::uint64_t number, const ProbeResult& result) {
  const auto found = entries_.find(url);
  if (found == entries_.end() || found->second->number != number) return;
  const Pool::Change change = pool_.report(url, result);
  const RelayStatus* status = pool_.find(url);
  if (status == nullptr) return;
  found->second->timer.arm(wait_after(*status), [this, url] { begin(url); });
  if (change.told) tell(*status);
  if (change.offered) hooks_.changed();
}

milliseconds Prober::wait_after(const RelayStatus& status) const {
  milliseconds wait = interval_;
  if (status.state == RelayState::failed) {
    wait = std::min(wait, kProbeFailed);
  } else if (status.failures_in_row > 0) {
    wait = std::min(wait, kProbeAgain);
  }
  const auto percent = 100 - kJitterPercent + randombytes_uniform(2 * kJitterPercent + 1);
  return wait * percent / 100;
}

void Prober::tell(const RelayStatus& status) {
  if (status.state == RelayState::good) {
    log_.info("TURN server works", {{"url", status.url}, {"ms", status.took.count()}});
    return;
  }
  const std::string code = "relay/" + std::string(name_of(status.cause));
  const std::string_view what = status.state == RelayState::failed
                                    ? "TURN server fails, and is not given out while others work"
                                    : "TURN server works for some calls";
  log_.warning(what, {{"url", status.url},
                      {"code", code},
                      {"why", status.detail},
                      {"advice", advice_about(status.cause)}});
}

}  // namespace parley::server::relay
