#include "core/quality/score.hpp"

#include <algorithm>

namespace parley::quality {

namespace {

constexpr double kPacketMs = 20;
/// Bpl of Opus with its concealment: the share of lost sound that halves what is left of the rating
/// (curve of the public rtcscore project).
constexpr double kLossRobustness = 10;
constexpr double kDelayNoticed = 177.3;
/// A picture that is frozen a fifth of the time has lost all that freezing can take.
constexpr double kFreezeWeight = 300;
constexpr double kMostOfFreezing = 60;
/// Cameras give as few frames as this in bad light; nobody minds.
constexpr double kEnoughFps = 15;
constexpr double kFpsWeight = 35;
/// More lines are not missed in a window of a usual size.
constexpr double kEnoughLines = 480;
/// Per halving of the lines.
constexpr double kLinesWeight = 8;

/// The logarithm of base 2 for values from 1, linear between the powers of two. Exact enough for a
/// score, and the same on every machine.
double halvings(double ratio) {
  double whole = 0;
  while (ratio >= 2 && whole < 10) {
    ratio /= 2;
    ++whole;
  }
  return whole + (ratio - 1);
}

}  // namespace

std::uint32_t mos_hundredths(double rating) {
  const double r = std::clamp(rating, 0.0, 100.0);
  const double mos = 1 + 0.035 * r + 7e-6 * r * (r - 60) * (100 - r);
  // The curve dips below 1 for ratings under 6.5, which has no meaning.
  return static_cast<std::uint32_t>(100 * std::max(mos, 1.0) + 0.5);
}

double delay_impairment(double delay_ms) {
  return 0.024 * delay_ms + 0.11 * std::max(0.0, delay_ms - kDelayNoticed);
}

double concealment_impairment(double concealed_percent) {
  return (95 - kOpusImpairment) * concealed_percent / (concealed_percent + kLossRobustness);
}

double delay_of(const wire::FlowReport& flow, std::uint32_t round_trip_ms) {
  return round_trip_ms / 2.0 + flow.buffer_ms.value_or(0) + kPacketMs;
}

std::optional<double> sound_rating(const wire::FlowReport& flow, std::uint32_t round_trip_ms) {
  const auto damaged = flow.concealed_permille ? flow.concealed_permille : flow.lost_permille;
  if (!damaged) return std::nullopt;
  return std::clamp(kBestRating - kOpusImpairment -
                        delay_impairment(delay_of(flow, round_trip_ms)) -
                        concealment_impairment(*damaged / 10.0),
                    0.0, 100.0);
}

std::optional<double> picture_score(const wire::FlowReport& flow, std::uint32_t round_trip_ms) {
  if (!flow.frozen_permille && !flow.fps) return std::nullopt;
  double score = 100 - delay_impairment(delay_of(flow, round_trip_ms));
  score -= std::min(kMostOfFreezing, kFreezeWeight * flow.frozen_permille.value_or(0) / 1000.0);
  if (flow.fps) score -= kFpsWeight * std::max(0.0, 1 - *flow.fps / kEnoughFps);
  if (flow.height && *flow.height > 0) {
    score -= kLinesWeight * halvings(std::max(1.0, kEnoughLines / *flow.height));
  }
  return std::clamp(score, 0.0, 100.0);
}

std::optional<std::uint32_t> score_of(const wire::FlowReport& flow, std::uint32_t round_trip_ms) {
  const auto sound = sound_rating(flow, round_trip_ms);
  const auto picture = picture_score(flow, round_trip_ms);
  if (!sound) return std::nullopt;
  const double score = picture ? std::min(*sound, (*sound + *picture) / 2) : *sound;
  return static_cast<std::uint32_t>(score + 0.5);
}

}  // namespace parley::quality
