#include "core/phone/witness.hpp"

#include "core/base/mutants.hpp"
#include "core/phone/timers.hpp"

#include <algorithm>
#include <utility>

namespace parley::phone {

using wire::SourceState;

namespace {

/// Pictures that a browser does not count have not passed.
template <class Counters>
SilenceProof::Totals totals(const media::BySource<Counters>& counters) {
  return {counters.microphone.energy, counters.camera.frames.value_or(0),
          counters.screen.frames.value_or(0)};
}

}  // namespace

/// What is silenced from outside of the page is sent, and may be heard again at any moment.
bool Claims::said(const wire::LegStatus& status) {
  const auto is_sent = [](SourceState state) {
    return state == SourceState::on || state == SourceState::silenced;
  };
  camera_seen_ = camera_seen_ || (status.camera == SourceState::on && !status.held);
  screen_seen_ = screen_seen_ || status.sharing;
  const Off off{status.held || !is_sent(status.microphone),
                camera_seen_ && (status.held || !is_sent(status.camera)),
                screen_seen_ && !status.sharing};
  sends_silence_ =
      !status.held && (is_sent(status.microphone) || status.microphone == SourceState::off);
  const bool changed = off != off_ || revision_ == 0;
  off_ = off;
  if (changed) revision_ = status.revision;
  return changed;
}

void SilenceProof::expect(const Off& off, Instant now) {
  for (const SourceKind source : media::kSources) {
    Watched& watched = watched_[source];
    if (watched.off == off[source]) continue;
    watched.off = off[source];
    watched.since = now + drains_;
    watched.proven = watched.proven && mutant(Mutant::proof_outlives_mute);
    watched.contradicted = 0;
  }
}

void SilenceProof::observe(const Totals& totals, bool alive, Instant now) {
  const Instant last = observed_at_;
  observed_at_ = now;
  for (const SourceKind source : media::kSources) {
    Watched& watched = watched_[source];
    const auto total = totals[source];
    const auto before = std::exchange(watched.total, total);
    // Counters that went back were started anew: this is the first look at them.
    const bool comparable = before && total && *total >= *before && now > last;
    if (!watched.off || !comparable || last < watched.since) continue;
    const auto elapsed = static_cast<std::uint64_t>((now - last).count());
    const std::uint64_t allowed =
        source == SourceKind::microphone ? Witness::kInaudibleEnergyPerSecond * elapsed / 1000 : 0;
    const bool silent = *total - *before <= allowed;
    watched.proven = silent && (watched.proven || alive);
    watched.contradicted = silent ? 0 : watched.contradicted + 1;
  }
}

bool SilenceProof::proven() const {
  return std::ranges::all_of(media::kSources, [this](SourceKind source) {
    return !watched_[source].off || watched_[source].proven;
  });
}

Witness::Witness() : sent_(kMeterDrains), received_(kPlayoutDrains) {}

void Witness::own_said(const wire::LegStatus& status, Instant now) {
  if (own_.said(status)) sample_often(now);
}

void Witness::peer_said(const wire::LegStatus& status, Instant now) {
  confirmed_ = status.confirms;
  if (!peers_.said(status)) return;
  received_.expect(peers_.off(), now);
  if (peers_.any()) sample_often(now);
}

void Witness::fed(const FeedConnection& feed, Instant now) {
  const Off off{feed.sent.microphone != Feed::live, feed.sent.camera != Feed::live,
                feed.sent.screen != Feed::live};
  sent_.expect(off, now);
}

void Witness::forget_peer() {
  peers_ = {};
  confirmed_ = 0;
  confirms_ = 0;
  received_ = SilenceProof(kPlayoutDrains);
}

void Witness::sampled(const StatsSampled& sample, Instant now) {
  sent_.observe(totals(sample.sent), true, now);
  // A path on which nothing arrives proves nothing.
  const std::uint64_t packets = sample.received.microphone.packets.value_or(0);
  const bool arrives = packets > std::exchange(packets_, packets);
  received_.observe(totals(sample.received), arrives || !peers_.sends_silence(), now);
  if (peers_.any() && received_.proven()) confirms_ = peers_.revision();
  if (received_.contradicted(SourceKind::microphone) >= kLeakAfter) confirms_ = 0;
}

Proof Witness::proof(SourceKind source) const {
  if (!sent_.expected(source) && !mutant(Mutant::proof_outlives_mute)) return Proof::none;
  const bool confirmed = own_.revision() > 0 && own_.off()[source] && confirmed_ >= own_.revision();
  if (!sent_.proven(source)) {
    // Where the own counters say nothing, the other side's do.
    const bool silent = sent_.observable(source);
    return confirmed && !silent ? Proof::received : Proof::none;
  }
  return confirmed ? Proof::received : Proof::sent;
}

bool Witness::samples_often(Instant now) const {
  if (now >= sample_often_until_) return false;
  const bool own = own_.any() && !sent_.proven();
  const bool peers = peers_.any() && confirms_ != peers_.revision();
  return own || peers;
}

void Witness::sample_often(Instant now) { sample_often_until_ = now + kSampleOftenFor; }

}  // namespace parley::phone
