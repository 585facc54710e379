// A fair queue of password hashes: each takes a core for a tenth of a second, and
// no client may use all of that time, with right or wrong passwords.
//
// Addresses take turns. Each has a budget of processor time, which refills slowly and is not
// returned after a success. The threads have low priority, because calls come first. Used on the
// loop; only the hashing runs on other threads.
#pragma once

#include "core/base/time.hpp"
#include "server/auth/limits.hpp"
#include "server/auth/recent.hpp"
#include "server/loop/clock.hpp"
#include "server/loop/loop.hpp"
#include "server/loop/workers.hpp"

#include <cstddef>
#include <deque>
#include <functional>
#include <list>
#include <optional>
#include <string>
#include <unordered_map>

namespace parley::server::auth {

struct HashLimits {
  std::size_t threads = 1;
  std::size_t max_waiting = kMaxWaitingHashes;
  std::size_t max_waiting_per_address = kMaxWaitingHashesPerAddress;
  Duration burst = kHashBurst;
  unsigned refill_share = kHashRefillShare;
  std::size_t max_addresses = kMaxHashAddresses;
};

/// This many threads leave half of the cores free, and there are at most two: more memory than
/// twice 64 MiB at once would displace the data of calls from the caches.
[[nodiscard]] std::size_t hash_threads();

class HashQueue {
 public:
  /// A job for a thread; its result runs on the loop.
  using Work = std::function<loop::Task()>;
  /// No room, or no budget left: how long to wait. A refusal costs no budget.
  using Refused = std::function<void(Duration wait)>;

  HashQueue(HashLimits limits, loop::Loop& loop, const loop::Clock& clock);

  /// Queues work for an address, or refuses it: now, or later to make room for another address.
  void submit(const std::string& address, Work work, Refused refused);

 private:
  struct Use {
    Duration used{0};
    Instant at;
  };
  struct Job {
    Work work;
    Refused refused;
    Duration reserved{0};
  };
  struct Line {
    std::string address;
    std::deque<Job> waiting;
  };

  [[nodiscard]] Use& use_of(const std::string& address, Instant now);
  void start_next();
  void run(const std::string& address, Job job);
  /// Makes room for an address that has `waiting` entries in the queue. False when no address has
  /// more.
  bool displace(std::size_t waiting);
  void finished(const std::string& address, Duration reserved, Duration took);

  HashLimits limits_;
  loop::Loop& loop_;
  const loop::Clock& clock_;
  /// The recent use of an address: an estimate for each job until it has been measured.
  Duration usual_{0};
  Recent<Use> use_;
  /// Addresses with waiting work; the first one is next.
  std::list<Line> lines_;
  std::unordered_map<std::string, std::list<Line>::iterator> by_address_;
  std::size_t waiting_ = 0;
  std::size_t running_ = 0;
  loop::Workers workers_;
};

}  // namespace parley::server::auth
