#include "core/recovery/recovery.hpp"

#include "core/recovery/timers.hpp"

#include <algorithm>
#include <cstddef>

namespace parley::recovery {

namespace {

/// What a fact calls for.
enum class Response : std::uint8_t {
  none,
  heal,     // media is lost now; it may come back by itself
  attempt,  // try at once, or as soon as signals pass
  answer,   // the other device waits for an offer, or for a sign that signals reach this one
  give_up,
};

struct Row {
  Response awaited;
  Response flows;
  Response lost;
};

Row row_of(Fact fact) {
  using enum Response;
  switch (fact) {
      // clang-format off
    //                                 awaited   flows     lost
    case Fact::path_disturbed:  return {none,    heal,     none};
    case Fact::path_failed:     return {give_up, attempt,  attempt};
    case Fact::media_flows:     return {none,    none,     none};
    case Fact::media_stalled:   return {none,    heal,     none};
    case Fact::peer_asks:       return {answer,  answer,   answer};
    case Fact::try_due:         return {none,    none,     attempt};
    case Fact::limit_reached:   return {give_up, none,     give_up};
      // clang-format on
  }
  return {none, none, none};
}

Response response_to(Fact fact, Media media) {
  const Row row = row_of(fact);
  switch (media) {
    case Media::awaited:
      return row.awaited;
    case Media::flows:
      return row.flows;
    case Media::lost:
      return row.lost;
  }
  return Response::none;
}

}  // namespace

Recovery Recovery::awaiting_media(Part part, Instant limit) {
  return {part, Media::awaited, limit};
}

Recovery Recovery::of_warm_connection(Part part, Instant limit, Instant now) {
  Recovery recovery(part, Media::lost, limit);
  recovery.lose_media(now, kWarmBringsMedia);
  recovery.limit_ = limit;
  return recovery;
}

Recovery Recovery::of_lost_media(Part part, Instant now) {
  Recovery recovery(part, Media::lost, now);
  recovery.lose_media(now, kConnectsWithin);
  return recovery;
}

Action Recovery::on(Fact fact, Instant now) {
  const Response response = response_to(fact, media_);
  if (fact == Fact::media_flows) {
    media_ = Media::flows;
    tries_ = 0;
    try_at_.reset();
    restarts_ = 0;
  }
  if (fact == Fact::path_failed && media_ == Media::flows) lose_media(now, kHealsWithin);
  switch (response) {
    case Response::none:
      return Action::wait;
    case Response::heal:
      lose_media(now, kHealsWithin);
      return Action::wait;
    case Response::attempt:
      return attempt(now);
    case Response::answer:
      return answer(now);
    case Response::give_up:
      return Action::give_up;
  }
  return Action::wait;
}

void Recovery::lose_media(Instant now, Duration patience) {
  media_ = Media::lost;
  lost_at_ = now;
  limit_ = now + kMediaLossLimit;
  tries_ = 0;
  try_at_ = now + patience;
}

/// Asks for a restart, if the other device can hear it. While it can't, the try is due as soon as
/// it can again.
Action Recovery::attempt(Instant now) {
  try_at_ = now;
  if (!in_reach_) return Action::wait;
  ++tries_;
  const std::size_t last = kTryAgainAfter.size() - 1;
  try_at_ = now + kTryAgainAfter[std::min<std::size_t>(tries_ - 1, last)];
  return part_ == Part::leads && tries_ > kUnansweredQuestions ? restart(now) : Action::ask;
}

/// The leader makes the offer that was asked for; the other side tells the leader that it is there.
Action Recovery::answer(Instant now) {
  if (restarted_at_ && now - *restarted_at_ < kRestartPause) return Action::wait;
  if (part_ == Part::leads) return restart(now);
  restarted_at_ = now;
  return Action::ask;
}

Action Recovery::restart(Instant now) {
  restarted_at_ = now;
  // What this side hears says nothing about what the other one hears; only a loss here counts.
  if (media_ != Media::lost) return Action::restart;
  // Then in turn: no relay may be in reach either.
  const unsigned in_vain = restarts_++;
  const bool relays = in_vain >= kRestartsOnAnyPath && (in_vain - kRestartsOnAnyPath) % 2 == 0;
  return relays ? Action::restart_on_relays : Action::restart;
}

Instant Recovery::limit() const {
  return in_reach_ || media_ != Media::lost ? limit_ : lost_at_ + kLongestMediaLoss;
}

Action Recovery::time_reached(Instant now) {
  const auto due = deadline();
  if (!due || *due > now) return Action::wait;
  if (limit() <= now) return on(Fact::limit_reached, now);
  return on(Fact::try_due, now);
}

std::optional<Instant> Recovery::deadline() const {
  if (media_ == Media::flows) return std::nullopt;
  // A try that waits for signals to pass has no moment of its own.
  return try_at_ && in_reach_ ? std::min(limit(), *try_at_) : limit();
}

void Recovery::set_in_reach(bool in_reach, Instant now) {
  if (in_reach_ == in_reach) return;
  in_reach_ = in_reach;
  if (!in_reach) return;
  tries_ = 0;
  if (try_at_) try_at_ = now + kAfterReturn;
  if (media_ != Media::lost) return;
  limit_ = std::max(limit_, std::min(now + kTimeAfterReturn, lost_at_ + kLongestMediaLoss));
}

void Recovery::postpone(Instant limit, Instant next_try) {
  limit_ = std::max(limit_, limit);
  // What was lost meanwhile counts from now on.
  lost_at_ = std::max(lost_at_, limit - kMediaLossLimit);
  if (try_at_) try_at_ = std::max(*try_at_, next_try);
}

void Recovery::take_place_of(const Recovery& before) {
  media_ = before.media_;
  limit_ = before.limit_;
  lost_at_ = before.lost_at_;
  in_reach_ = before.in_reach_;
  if (media_ == Media::lost && !try_at_) try_at_ = lost_at_ + kConnectsWithin;
}

}  // namespace parley::recovery
