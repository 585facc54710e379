// Password hashes, one after the other, fairly: each takes a core for a tenth of a second, and
// nobody may have all of that, whether what they know is right or wrong.
//
// Addresses take turns. Each has a budget of processor time which refills slowly and which success
// does not give back. The threads have low priority: whoever is in a call comes first. Used on the
// loop; only the work itself runs elsewhere.
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

/// As many threads as leave half of the cores to everything else, and at most two: more memory than
/// twice 64 MiB at once would push the calls out of the caches.
[[nodiscard]] std::size_t hash_threads();

class HashQueue {
 public:
  /// What runs on a thread; what it returns runs on the loop.
  using Work = std::function<loop::Task()>;
  /// There was no room, or no budget left: how long to wait. It has cost nothing.
  using Refused = std::function<void(Duration wait)>;

  HashQueue(HashLimits limits, loop::Loop& loop, const loop::Clock& clock);

  /// Queues work for an address, or refuses it: now, or later in favour of somebody else.
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
  /// Makes room in favour of an address that has `waiting` in the queue. False when nobody has
  /// more.
  bool displace(std::size_t waiting);
  void finished(const std::string& address, Duration reserved, Duration took);

  HashLimits limits_;
  loop::Loop& loop_;
  const loop::Clock& clock_;
  /// What one has taken lately: reserved for each until it has been measured.
  Duration usual_{0};
  Recent<Use> use_;
  /// Those with work that waits; the first one's turn is next.
  std::list<Line> lines_;
  std::unordered_map<std::string, std::list<Line>::iterator> by_address_;
  std::size_t waiting_ = 0;
  std::size_t running_ = 0;
  loop::Workers workers_;
};

}  // namespace parley::server::auth
