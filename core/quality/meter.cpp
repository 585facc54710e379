#include "core/quality/meter.hpp"

#include "core/quality/digest.hpp"

#include <algorithm>

namespace parley::quality {

using Count = std::optional<std::uint64_t>;
using phone::ReceivedCounters;
using phone::SentCounters;
using phone::StatsSampled;

namespace {

/// How much a counter has grown; empty if it was not told twice, or has gone back: then it was
/// started anew.
Count grown(const Count& before, const Count& after) {
  if (!before || !after || *after < *before) return std::nullopt;
  return *after - *before;
}

Count sum(const Count& a, const Count& b) {
  if (!a) return b;
  return b ? *a + *b : *a;
}

/// `part` of `whole` in thousandths, 0 to 1,000; empty if unknown or of nothing.
std::optional<std::uint32_t> permille(const Count& part, const Count& whole) {
  if (!part || !whole || *whole == 0) return std::nullopt;
  if (*part >= *whole) return 1000;
  return static_cast<std::uint32_t>(static_cast<double>(*part) * 1000 /
                                    static_cast<double>(*whole));
}

std::optional<std::uint32_t> at_most(const Count& value, std::uint32_t limit) {
  if (!value) return std::nullopt;
  return static_cast<std::uint32_t>(std::min<std::uint64_t>(*value, limit));
}

std::optional<std::uint32_t> kbps(const Count& bytes, std::uint64_t lasted_ms) {
  if (!bytes || lasted_ms == 0) return std::nullopt;
  const double bits = 8.0 * static_cast<double>(*bytes);
  const double rate = bits / static_cast<double>(lasted_ms);
  return static_cast<std::uint32_t>(std::min(rate + 0.5, static_cast<double>(kMostKbps)));
}

Count greater(const Count& a, const Count& b) { return a && b ? std::max(*a, *b) : sum(a, b); }

/// Counters of a source that was started anew can't be compared.
bool comparable(const ReceivedCounters& before, const ReceivedCounters& after) {
  return before.packets && after.packets && *after.packets >= *before.packets;
}

}  // namespace

Meter::Growth Meter::growth(const StatsSampled& before, const StatsSampled& after,
                            const Expected& expected, std::uint64_t lasted_ms) {
  Growth step{.lasted_ms = lasted_ms};
  for (const media::SourceKind source : media::kSources) {
    const ReceivedCounters& was = before.received[source];
    const ReceivedCounters& is = after.received[source];
    step.bytes = sum(step.bytes, grown(was.bytes, is.bytes));
    step.bytes_sent =
        sum(step.bytes_sent, grown(before.sent[source].bytes, after.sent[source].bytes));
    if (!comparable(was, is)) continue;
    const Count arrived = grown(was.packets, is.packets);
    // Packets that come late or twice lower the count of lost ones.
    const Count missing =
        was.lost && is.lost ? Count(*is.lost > *was.lost ? *is.lost - *was.lost : 0) : Count();
    if (missing) {
      step.lost = sum(step.lost, missing);
      step.packets = sum(step.packets, *arrived + *missing);
    }
  }
  const ReceivedCounters& heard_before = before.received.microphone;
  const ReceivedCounters& heard = after.received.microphone;
  if (comparable(heard_before, heard)) {
    step.samples = grown(heard_before.samples, heard.samples);
    const Count concealed = grown(heard_before.concealed, heard.concealed);
    const Count silent = grown(heard_before.silent_concealed, heard.silent_concealed);
    if (concealed) step.audible = *concealed - std::min(*concealed, silent.value_or(0));
    step.buffered_ms = grown(heard_before.buffered_ms, heard.buffered_ms);
    step.emitted = grown(heard_before.emitted, heard.emitted);
  }
  const ReceivedCounters& seen_before = before.received.camera;
  const ReceivedCounters& seen = after.received.camera;
  const Count frames = grown(seen_before.frames, seen.frames);
  // Without packets the camera is off, and the status that says so is under way.
  const bool comes = comparable(seen_before, seen) && *seen.packets > *seen_before.packets;
  if (expected.camera && frames && comes) {
    // The length of a freeze is counted when it ends: until then, no frame is decoded.
    const Count frozen = grown(seen_before.frozen_ms, seen.frozen_ms);
    step.frozen_ms = *frames == 0 ? lasted_ms : std::min(frozen.value_or(0), lasted_ms);
  }
  return step;
}

bool Meter::sampled(const StatsSampled& sample, const Expected& expected, Instant now) {
  if (last_ && now - last_at_ < kStep) return false;
  const bool first = !last_;
  if (last_) {
    steps_[0] = steps_[1];
    steps_[1] =
        growth(*last_, sample, expected, static_cast<std::uint64_t>((now - last_at_).count()));
  }
  last_ = sample;
  last_at_ = now;
  if (first) return false;
  conclude(sample, expected);
  return true;
}

void Meter::interrupted() {
  last_.reset();
  steps_ = {};
}

void Meter::conclude(const StatsSampled& sample, const Expected& expected) {
  const auto& [a, b] = steps_;
  const std::uint64_t lasted = a.lasted_ms + b.lasted_ms;
  receiving_ = {.rate_kbps = kbps(sum(a.bytes, b.bytes), lasted),
                .lost_permille = permille(sum(a.lost, b.lost), sum(a.packets, b.packets))};
  const ReceivedCounters& heard = sample.received.microphone;
  receiving_.jitter_ms = at_most(heard.jitter_ms, kMostMs);
  if (expected.sound) {
    receiving_.concealed_permille = permille(sum(a.audible, b.audible), sum(a.samples, b.samples));
    const Count emitted = sum(a.emitted, b.emitted);
    const Count buffered = sum(a.buffered_ms, b.buffered_ms);
    if (buffered && emitted && *emitted > 0) {
      receiving_.buffer_ms = at_most(*buffered / *emitted, kMostMs);
    }
  }
  if (expected.camera && b.frozen_ms) {
    receiving_.frozen_permille = permille(sum(a.frozen_ms, b.frozen_ms), lasted);
    receiving_.fps = at_most(sample.received.camera.fps, kMostFps);
    receiving_.height = at_most(sample.received.camera.height, kMostLines);
  }

  sending_ = {.rate_kbps = kbps(sum(a.bytes_sent, b.bytes_sent), lasted)};
  Count round_trip;
  Count lost;
  for (const media::SourceKind source : media::kSources) {
    const SentCounters& sent = sample.sent[source];
    round_trip = greater(round_trip, sent.round_trip_ms);
    lost = greater(lost, sent.lost_permille);
    sending_.cpu_limited = sending_.cpu_limited || sent.limit == phone::EncoderLimit::cpu;
    sending_.rate_limited = sending_.rate_limited || sent.limit == phone::EncoderLimit::bandwidth;
  }
  sending_.lost_permille = at_most(lost, 1000);
  sending_.jitter_ms = at_most(sample.sent.microphone.jitter_ms, kMostMs);
  // Checks of the path are rarer than reports about media (RFC 7675).
  round_trip_ms_ = at_most(round_trip ? round_trip : sample.path.round_trip_ms, kMostMs);
  relayed_ = sample.path.local == phone::CandidateType::relay ||
             sample.path.remote == phone::CandidateType::relay;
}

}  // namespace parley::quality
