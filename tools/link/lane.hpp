// The model of one direction of a link: a sender of limited rate with a queue before it, a way of
// some length, and loss. It has no clock and no devices: it says when a packet arrives, or why it
// does not.
#pragma once

#include "core/base/random.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>

namespace parley::link {

using std::chrono::microseconds;
using std::chrono::milliseconds;

/// The time since the start of the link. Finer than the core's: a packet takes 1.2 ms at 10 Mbit/s.
using Moment = microseconds;

struct Conditions {
  milliseconds delay{0};
  /// Up to this much more delay, different for each packet. Packets stay in order.
  milliseconds jitter{0};
  /// Absent: packets take no time to send, and none wait.
  std::optional<std::uint32_t> rate_kbps;
  /// A packet that would have to wait longer than this to be sent is dropped.
  milliseconds queue{300};
  double loss_percent = 0;
  /// Nothing passes, and nobody is told.
  bool cut = false;
};

enum class Fate : std::uint8_t { arrives, lost, queue_full, cut };

struct Passage {
  Fate fate = Fate::arrives;
  /// Meaningful for a packet that arrives.
  Moment at{0};
};

struct Counters {
  std::uint64_t passed = 0;
  std::uint64_t lost = 0;
  std::uint64_t queue_full = 0;
  std::uint64_t cut = 0;
};

class Lane {
 public:
  /// The same seed and the same packets give the same losses.
  explicit Lane(std::uint64_t seed) : random_(seed) {}

  /// For packets that are sent from now on; those under way arrive as they were going to.
  void set(const Conditions& conditions) { conditions_ = conditions; }
  [[nodiscard]] const Conditions& conditions() const { return conditions_; }
  [[nodiscard]] const Counters& counters() const { return counters_; }

  /// A packet is handed to the link. `now` never goes back.
  Passage send(Moment now, std::size_t bytes);

 private:
  bool loses();

  Conditions conditions_;
  Counters counters_;
  Random random_;
  /// When the sender has sent all packets that it has taken.
  Moment free_at_{0};
  Moment last_arrival_{0};
};

}  // namespace parley::link
