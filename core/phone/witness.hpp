// What the counters of a connection testify about what is not to be sent: that a muted microphone
// is silent on the way out, and that nothing of it arrives at the other side. Each side checks what
// the other one says it does not send, and says once that it is true (LegStatus::confirms).
#pragma once

#include "core/base/time.hpp"
#include "core/shell/by_source.hpp"
#include "core/shell/effects.hpp"
#include "core/shell/events.hpp"
#include "core/shell/view.hpp"

#include <cstdint>
#include <optional>

namespace parley::phone {

/// Sources that send nothing.
using Off = media::BySource<bool>;

/// What one side has said that it does not send. A camera or screen that was never on is no claim:
/// nobody doubts it, and a message to confirm it would be one for every call.
class Claims {
 public:
  /// True when this changes what is claimed.
  bool said(const wire::LegStatus& status);
  [[nodiscard]] const Off& off() const { return off_; }
  /// Of the status that said so first; 0 before the first.
  [[nodiscard]] std::uint32_t revision() const { return revision_; }
  [[nodiscard]] bool any() const { return off_ != Off{}; }
  /// Packets with sound in them are sent nevertheless: silence. Else their absence proves nothing.
  [[nodiscard]] bool sends_silence() const { return sends_silence_; }

 private:
  Off off_{};
  bool camera_seen_ = false;
  bool screen_seen_ = false;
  bool sends_silence_ = true;
  std::uint32_t revision_ = 0;
};

/// The counters of one direction against what is not to pass.
class SilenceProof {
 public:
  /// Cumulative: sound energy in billionths, frames, frames.
  using Totals = media::BySource<std::optional<std::uint64_t>>;

  /// What passes for as long as `drains` after a change was on its way already.
  explicit SilenceProof(Duration drains) : drains_(drains) {}

  void expect(const Off& off, Instant now);
  /// `alive`: what passes would have been counted.
  void observe(const Totals& totals, bool alive, Instant now);
  /// Nothing of it is to pass.
  [[nodiscard]] bool expected(SourceKind source) const { return watched_[source].off; }
  /// What is off was silent from one observation to the next.
  [[nodiscard]] bool proven(SourceKind source) const { return watched_[source].proven; }
  [[nodiscard]] bool proven() const;
  /// It is off, and counters have shown the contrary this often in a row.
  [[nodiscard]] int contradicted(SourceKind source) const { return watched_[source].contradicted; }
  /// Counters tell about it at all.
  [[nodiscard]] bool observable(SourceKind source) const {
    return watched_[source].total.has_value();
  }

 private:
  struct Watched {
    bool off = false;
    Instant since;
    std::optional<std::uint64_t> total;
    bool proven = false;
    int contradicted = 0;
  };
  Duration drains_;
  media::BySource<Watched> watched_;
  Instant observed_at_;
};

class Witness {
 public:
  Witness();

  /// Decoded silence is not all zeros: measured, 0.000000001 a second. A thousand times that (−60
  /// dB) can't be heard.
  static constexpr std::uint64_t kInaudibleEnergyPerSecond = 1'000;
  /// Contradictions in a row after which a muted microphone is taken off the connection altogether.
  static constexpr int kLeakAfter = 2;

  /// This side's status left for the other one.
  void own_said(const wire::LegStatus& status, Instant now);
  void peer_said(const wire::LegStatus& status, Instant now);
  void fed(const FeedConnection& feed, Instant now);
  void sampled(const StatsSampled& sample, Instant now);
  /// Another device of the other side is about to take the call: nothing is known of it yet.
  void forget_peer();

  /// For the next status of this side.
  [[nodiscard]] std::uint32_t confirms() const { return confirms_; }
  [[nodiscard]] Proof proof(SourceKind source) const;
  /// The microphone is muted, and counters show sound of it leaving.
  [[nodiscard]] bool leaks() const {
    return sent_.contradicted(SourceKind::microphone) >= kLeakAfter;
  }
  /// Counters are to be read often for a moment: something was switched off just now.
  [[nodiscard]] bool samples_often(Instant now) const;

 private:
  void sample_often(Instant now);

  Claims own_;
  Claims peers_;
  /// What the other side confirms of this side's claims.
  std::uint32_t confirmed_ = 0;
  std::uint32_t confirms_ = 0;
  std::uint64_t packets_ = 0;
  SilenceProof sent_;
  SilenceProof received_;
  Instant sample_often_until_;
};

}  // namespace parley::phone
