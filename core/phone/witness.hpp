// Proves from the counters of a connection that a source that is off is not sent: this side's
// counters show that nothing leaves, the other side's counters that nothing arrives. Each side
// checks the sources that are off by the other side's status, and confirms once per status that
// nothing arrives (LegStatus::confirms).
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

/// The sources that are off by one side's status. A camera or screen that was never on does not
/// count: there is nothing to prove, and a confirmation would cost a message in every call.
class Claims {
 public:
  /// Takes a status. True when it changes the sources that are off.
  bool said(const wire::LegStatus& status);
  [[nodiscard]] const Off& off() const { return off_; }
  /// The revision of the first status with these sources off; 0 before the first status.
  [[nodiscard]] std::uint32_t revision() const { return revision_; }
  [[nodiscard]] bool any() const { return off_ != Off{}; }
  /// True when a microphone that is off still sends packets, with silence in them. A proof then
  /// requires that packets arrive.
  [[nodiscard]] bool sends_silence() const { return sends_silence_; }

 private:
  Off off_{};
  bool camera_seen_ = false;
  bool screen_seen_ = false;
  bool sends_silence_ = true;
  std::uint32_t revision_ = 0;
};

/// Compares the counters of one direction with the sources that are off.
class SilenceProof {
 public:
  /// Cumulative counters: sound energy of the microphone in billionths, frames of camera and
  /// screen.
  using Totals = media::BySource<std::optional<std::uint64_t>>;

  /// Counters may grow for `drains` after a change without a contradiction: that media was on its
  /// way before.
  explicit SilenceProof(Duration drains) : drains_(drains) {}

  void expect(const Off& off, Instant now);
  /// Takes a sample of the counters. `alive`: media that passes would be counted.
  void observe(const Totals& totals, bool alive, Instant now);
  /// The source is off: nothing of it must pass.
  [[nodiscard]] bool expected(SourceKind source) const { return watched_[source].off; }
  /// The source is off, and its counters showed silence from one sample to the next.
  [[nodiscard]] bool proven(SourceKind source) const { return watched_[source].proven; }
  [[nodiscard]] bool proven() const;
  /// The number of samples in a row in which the counters showed sound or pictures of a source that
  /// is off.
  [[nodiscard]] int contradicted(SourceKind source) const { return watched_[source].contradicted; }
  /// The connection has counters for this source.
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

  /// In billionths a second. Decoded silence is not all zeros: 1 was measured. A thousand times
  /// that (−60 dB) can't be heard.
  static constexpr std::uint64_t kInaudibleEnergyPerSecond = 1'000;
  /// Contradictions in a row after which a muted microphone is detached from the connection.
  static constexpr int kLeakAfter = 2;

  /// This side has sent a status.
  void own_said(const wire::LegStatus& status, Instant now);
  void peer_said(const wire::LegStatus& status, Instant now);
  void fed(const FeedConnection& feed, Instant now);
  void sampled(const StatsSampled& sample, Instant now);
  /// Forgets the other side's status: another device of that side takes the call over.
  void forget_peer();

  /// The value for this side's next status.
  [[nodiscard]] std::uint32_t confirms() const { return confirms_; }
  [[nodiscard]] Proof proof(SourceKind source) const;
  /// The microphone is muted, but the counters show that its sound is sent.
  [[nodiscard]] bool leaks() const {
    return sent_.contradicted(SourceKind::microphone) >= kLeakAfter;
  }
  /// True after a source was switched off, until the silence is proven or `kSampleOftenFor` has
  /// passed: the counters must be read often.
  [[nodiscard]] bool samples_often(Instant now) const;

 private:
  void sample_often(Instant now);

  Claims own_;
  Claims peers_;
  /// The revision of this side's status that the other side has confirmed.
  std::uint32_t confirmed_ = 0;
  std::uint32_t confirms_ = 0;
  std::uint64_t packets_ = 0;
  SilenceProof sent_;
  SilenceProof received_;
  Instant sample_often_until_;
};

}  // namespace parley::phone
