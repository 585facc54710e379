#include "core/quality/cause.hpp"

#include "core/quality/score.hpp"
#include "core/quality/steady_level.hpp"

#include <algorithm>

namespace parley::quality {

namespace {

/// A round trip that is the path's own: longer ones than around half the Earth are not distance.
constexpr std::uint32_t kLongRoundTrip = 350;
/// Packets are lost rather than late from this share on.
constexpr std::uint32_t kLossy = 10;

bool is_bad(const Direction& direction) {
  return direction.level && *direction.level > QualityLevel::good;
}

/// Of a direction from `sender`, given that the sender's way to the internet is the likelier
/// culprit: it is the narrower one of most connections.
QualitySide side_of_path(const Evidence& evidence, QualitySide sender) {
  if (!is_bad(evidence.receiving) || !is_bad(evidence.sending)) return sender;
  // Both ways are bad, so it is the connection of one side. Mobile data is the likelier one.
  if (evidence.mobile_here == evidence.mobile_there) return QualitySide::between;
  return evidence.mobile_here ? QualitySide::mine : QualitySide::theirs;
}

}  // namespace

Finding find_cause(const Evidence& evidence) {
  const bool receives = is_bad(evidence.receiving);
  if (!receives && !is_bad(evidence.sending)) return {};
  const bool sends_worse = !receives || evidence.sending.level > evidence.receiving.level;
  const Direction& bad =
      is_bad(evidence.sending) && sends_worse ? evidence.sending : evidence.receiving;
  const QualitySide sender = &bad == &evidence.sending ? QualitySide::mine : QualitySide::theirs;
  const QualitySide path = side_of_path(evidence, sender);

  const auto damaged =
      bad.flow.concealed_permille ? bad.flow.concealed_permille : bad.flow.lost_permille;
  const double by_delay = delay_impairment(delay_of(bad.flow, evidence.round_trip_ms));
  const double by_damage = concealment_impairment(damaged.value_or(0) / 10.0);
  const double by_picture =
      (100 - by_delay - picture_score(bad.flow, evidence.round_trip_ms).value_or(100)) / 2;

  const bool lossy = bad.flow.lost_permille.value_or(0) >= kLossy;
  // A busy computer hurts pictures first, and loses nothing on the way.
  if (bad.sender_busy && by_picture >= by_delay && !lossy) return {QualityCause::computer, sender};
  if (bad.sender_limited) return {QualityCause::thin, path};
  if (by_delay > by_damage && by_delay > by_picture) {
    const bool far = evidence.round_trip_ms >= kLongRoundTrip;
    if (evidence.relayed && far) return {QualityCause::relay, QualitySide::between};
    // A delay is of the way there and back, so it tells nothing about the side.
    return {QualityCause::delay, QualitySide::between};
  }
  if (lossy || by_damage >= by_picture) return {QualityCause::loss, path};
  return {QualityCause::thin, path};
}

}  // namespace parley::quality
