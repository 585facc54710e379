#include "core/quality/monitor.hpp"

#include "core/quality/digest.hpp"
#include "core/quality/score.hpp"

#include <algorithm>

namespace parley::quality {

using phone::FlowView;
using phone::QualityView;

namespace {

void forget_picture(wire::FlowReport& flow) {
  flow.frozen_permille.reset();
  flow.fps.reset();
  flow.height.reset();
}

FlowView view_of(const wire::FlowReport& flow, const SteadyLevel& level,
                 std::uint32_t round_trip_ms) {
  FlowView view{.level = level.level(),
                .rate_kbps = flow.rate_kbps,
                .lost_permille = flow.lost_permille,
                .concealed_permille = flow.concealed_permille};
  if (const auto rating = sound_rating(flow, round_trip_ms)) {
    view.sound_mos_hundredths = mos_hundredths(*rating);
  }
  return view;
}

}  // namespace

bool Monitor::PictureStart::measured(bool expected) {
  measurements_ = expected ? std::min(measurements_ + 1, kPictureStarts + 1) : 0;
  return measurements_ > kPictureStarts;
}

void Monitor::sampled(const phone::StatsSampled& sample, const Situation& situation, Instant now) {
  if (!meter_.sampled(sample, situation.receiving, now)) return;
  ++measurements_;
  judge(situation, now);
}

bool Monitor::heard(const wire::Quality& report, Instant now) {
  if (!plausible(report.received) || !hears_.take(now, kHearBurst, kHearEvery)) return false;
  heard_ = report;
  heard_at_ = now;
  return true;
}

std::optional<wire::Quality> Monitor::tell(CallId call, Instant now) {
  if (measurements_ == told_measurement_) return std::nullopt;
  if (told_at_ && now - *told_at_ < kTellEvery) return std::nullopt;
  told_at_ = now;
  told_measurement_ = measurements_;
  const Sending& sending = meter_.sending();
  return wire::Quality{call, meter_.receiving(), sending.cpu_limited, sending.rate_limited};
}

/// How what is sent arrives: as the other device reports it, or else as far as RTCP tells.
wire::FlowReport Monitor::sent(const Situation& situation, Instant now) {
  const Sending& own = meter_.sending();
  if (heard_ && now - heard_at_ >= kHeardFor) heard_.reset();
  wire::FlowReport flow;
  if (heard_) {
    flow = heard_->received;
  } else {
    flow = {.lost_permille = own.lost_permille, .jitter_ms = own.jitter_ms};
  }
  flow.rate_kbps = own.rate_kbps;
  if (!situation.sending.sound) {
    flow.concealed_permille.reset();
    flow.lost_permille.reset();
  }
  return flow;
}

void Monitor::judge(const Situation& situation, Instant now) {
  receiving_ = meter_.receiving();
  if (!receives_picture_.measured(situation.receiving.camera)) forget_picture(receiving_);
  sending_ = sent(situation, now);
  if (!sends_picture_.measured(situation.sending.camera)) forget_picture(sending_);

  const std::uint32_t round_trip = meter_.round_trip_ms().value_or(0);
  const auto score = [&](const wire::FlowReport& flow, const Expected& expected) {
    // Without sound there is nothing to judge: what was, still holds.
    return expected.sound ? score_of(flow, round_trip) : std::nullopt;
  };
  const auto received = score(receiving_, situation.receiving);
  const auto sent = score(sending_, situation.sending);
  receiving_level_.scored(received);
  sending_level_.scored(sent);

  const Finding found = find_cause({.receiving = {.flow = receiving_,
                                                  .level = receiving_level_.level(),
                                                  .sender_busy = heard_ && heard_->cpu_limited,
                                                  .sender_limited = heard_ && heard_->rate_limited},
                                    .sending = {.flow = sending_,
                                                .level = sending_level_.level(),
                                                .sender_busy = meter_.sending().cpu_limited,
                                                .sender_limited = meter_.sending().rate_limited},
                                    .round_trip_ms = round_trip,
                                    .relayed = meter_.relayed(),
                                    .mobile_here = situation.mobile_here,
                                    .mobile_there = situation.mobile_there});
  const bool appears = finding_.cause == QualityCause::none || found.cause == QualityCause::none;
  other_finding_ = found == finding_ ? 0 : other_finding_ + 1;
  if (!appears && other_finding_ < kCauseAfter) return;
  finding_ = found;
  other_finding_ = 0;
}

std::optional<QualityView> Monitor::view() const {
  const auto receives = receiving_level_.level();
  const auto sends = sending_level_.level();
  if (!receives && !sends) return std::nullopt;
  const std::uint32_t round_trip = meter_.round_trip_ms().value_or(0);
  return QualityView{.level = std::max(receives.value_or(QualityLevel::excellent),
                                       sends.value_or(QualityLevel::excellent)),
                     .cause = finding_.cause,
                     .side = finding_.side,
                     .measurements = measurements_,
                     .round_trip_ms = meter_.round_trip_ms(),
                     .relayed = meter_.relayed(),
                     .receiving = view_of(receiving_, receiving_level_, round_trip),
                     .sending = view_of(sending_, sending_level_, round_trip)};
}

}  // namespace parley::quality
