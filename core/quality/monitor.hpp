// The quality of one call: measures what arrives through its current connection, learns from the
// other device how what is sent arrives there, and says how good both directions are and why.
#pragma once

#include "core/base/token_bucket.hpp"
#include "core/quality/cause.hpp"
#include "core/quality/meter.hpp"
#include "core/quality/steady_level.hpp"
#include "core/shell/view.hpp"

#include <cstdint>
#include <optional>

namespace parley::quality {

/// A report is sent to the other device this often.
inline constexpr Duration kTellEvery = 2s;
/// A report of the other device counts for this long: three may be lost to a hole in the path.
inline constexpr Duration kHeardFor = 7s;
/// The other device's reports are read this often, in bursts of a few.
inline constexpr Duration kHearEvery = 1s;
inline constexpr std::int64_t kHearBurst = 4;
/// Measurements after a camera was switched on that do not judge its picture: it starts small.
inline constexpr unsigned kPictureStarts = 4;
/// Measurements in a row that find another cause before it is shown instead.
inline constexpr unsigned kCauseAfter = 4;

/// What is known besides the counters.
struct Situation {
  Expected receiving;  // what the other side sends
  Expected sending;    // what this side sends
  bool mobile_here = false;
  bool mobile_there = false;
};

class Monitor {
 public:
  void sampled(const phone::StatsSampled& sample, const Situation& situation, Instant now);
  /// Media does not flow: nothing is judged until it does.
  void interrupted() { meter_.interrupted(); }
  /// The other device's report. False if it is not plausible, or comes too often.
  bool heard(const wire::Quality& report, Instant now);
  /// This device's report, when it is due.
  [[nodiscard]] std::optional<wire::Quality> tell(CallId call, Instant now);

  /// Empty until a level is known.
  [[nodiscard]] std::optional<phone::QualityView> view() const;

 private:
  /// Leaves out the picture while it starts.
  class PictureStart {
   public:
    /// Returns whether the picture counts.
    bool measured(bool expected);

   private:
    unsigned measurements_ = 0;
  };

  [[nodiscard]] wire::FlowReport sent(const Situation& situation, Instant now);
  void judge(const Situation& situation, Instant now);

  Meter meter_;
  PictureStart receives_picture_;
  PictureStart sends_picture_;
  wire::FlowReport receiving_;
  wire::FlowReport sending_;
  SteadyLevel receiving_level_;
  SteadyLevel sending_level_;
  Finding finding_;
  unsigned other_finding_ = 0;
  std::optional<wire::Quality> heard_;
  Instant heard_at_;
  TokenBucket hears_;
  std::optional<Instant> told_at_;
  std::uint32_t told_measurement_ = 0;
  std::uint32_t measurements_ = 0;
};

}  // namespace parley::quality
