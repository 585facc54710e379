// Turns the counters of a connection into what each direction was like over the last 2 s. Counters
// may be missing, go back or be read late: what can't be told from them is absent, never invented.
#pragma once

#include "core/base/time.hpp"
#include "core/shell/events.hpp"
#include "core/wire/client_messages.hpp"

#include <array>
#include <cstdint>
#include <optional>

namespace parley::quality {

using namespace std::chrono_literals;

/// Counters are compared over at least this long; a window is two of these steps.
inline constexpr Duration kStep = 1s;

/// What this side's senders were like.
struct Sending {
  std::optional<std::uint32_t> rate_kbps;
  std::optional<std::uint32_t> lost_permille;  // as the other side's RTCP reports
  std::optional<std::uint32_t> jitter_ms;      // as the other side's RTCP reports
  bool cpu_limited = false;
  bool rate_limited = false;
};

/// The sources that count: the ones that are really sent.
struct Expected {
  bool sound = false;
  bool camera = false;
};

class Meter {
 public:
  /// Takes a sample. True when it completes a step, and the results are new.
  [[nodiscard]] bool sampled(const phone::StatsSampled& sample, const Expected& expected,
                             Instant now);

  /// Media was lost: what is counted next is not compared with what was counted before.
  void interrupted();

  [[nodiscard]] const wire::FlowReport& receiving() const { return receiving_; }
  [[nodiscard]] const Sending& sending() const { return sending_; }
  [[nodiscard]] std::optional<std::uint32_t> round_trip_ms() const { return round_trip_ms_; }
  /// The path goes through a relay.
  [[nodiscard]] bool relayed() const { return relayed_; }

 private:
  using Count = std::optional<std::uint64_t>;
  /// How much each counter has grown in one step.
  struct Growth {
    std::uint64_t lasted_ms = 0;
    Count packets, lost, samples, audible, buffered_ms, emitted, bytes, frozen_ms, bytes_sent;
  };
  [[nodiscard]] static Growth growth(const phone::StatsSampled& before,
                                     const phone::StatsSampled& after, const Expected& expected,
                                     std::uint64_t lasted_ms);
  void conclude(const phone::StatsSampled& sample, const Expected& expected);

  std::optional<phone::StatsSampled> last_;
  Instant last_at_;
  std::array<Growth, 2> steps_;  // the newest last
  wire::FlowReport receiving_;
  Sending sending_;
  std::optional<std::uint32_t> round_trip_ms_;
  bool relayed_ = false;
};

}  // namespace parley::quality
