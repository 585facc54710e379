// Probes TURN servers again and again on threads of its own, and tells what has changed.
#pragma once

#include "server/log/log.hpp"
#include "server/loop/loop.hpp"
#include "server/loop/workers.hpp"
#include "server/relay/pool.hpp"

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace parley::server::relay {

/// Probes at the same time: one that gets no answer takes seconds.
inline constexpr std::size_t kProbeThreads = 2;
/// As many URLs as clients can be given, and more.
inline constexpr std::size_t kMaxProbes = 64;
/// After the first failure: is it one?
inline constexpr std::chrono::milliseconds kProbeAgain{1000};
/// One that has failed is looked at at least this often, so that it is soon back.
inline constexpr std::chrono::milliseconds kProbeFailed{15'000};
/// Each wait is longer or shorter by up to this share, so that servers do not probe in step.
inline constexpr std::uint32_t kJitterPercent = 20;

class Prober {
 public:
  struct Hooks {
    std::function<std::int64_t()> now_ms;
    /// Clients have to be given others than before.
    loop::Task changed;
  };

  /// Zero: never probes, and knows nothing.
  Prober(loop::Loop& loop, log::Log& log, std::chrono::milliseconds interval, Hooks hooks);
  ~Prober();
  Prober(const Prober&) = delete;
  Prober& operator=(const Prober&) = delete;

  /// Probes these, at once those whose logins or address are new.
  void set(std::vector<ProbeTarget> targets);
  void stop();

  [[nodiscard]] const Pool& pool() const { return pool_; }

 private:
  struct Entry;
  void begin(const std::string& url);
  void probed(const std::string& url, std::uint64_t number, const ProbeResult& result);
  void tell(const RelayStatus& status);
  [[nodiscard]] std::chrono::milliseconds wait_after(const RelayStatus& status) const;

  loop::Loop& loop_;
  log::Log& log_;
  std::chrono::milliseconds interval_;
  Hooks hooks_;
  Pool pool_;
  std::map<std::string, std::unique_ptr<Entry>> entries_;
  std::uint64_t numbers_ = 0;
  std::shared_ptr<std::atomic<bool>> cancelled_;
  // Made for the first target: most servers have none.
  std::optional<loop::Workers> workers_;
};

}  // namespace parley::server::relay
