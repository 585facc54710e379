#include "core/recovery/recovery.hpp"

#include "core/recovery/timers.hpp"

#include <algorithm>
#include <cstddef>

namespace parley::recovery {

namespace {

struct Row {
  Action awaited;
  Action flows;
  Action lost;
};

Row row_of(Fact fact) {
  using enum Action;
  switch (fact) {
      // clang-format off
    //                                 awaited  flows    lost
    case Fact::path_disturbed:  return {wait,    wait,    wait};
    case Fact::path_failed:     return {give_up, restart, restart};
    case Fact::media_flows:     return {wait,    wait,    wait};
    case Fact::network_changed: return {wait,    wait,    wait};
    case Fact::restart_due:     return {wait,    wait,    restart};
    case Fact::limit_reached:   return {give_up, wait,    give_up};
      // clang-format on
  }
  return {wait, wait, wait};
}

}  // namespace

Action action_for(Fact fact, Media media) {
  const Row row = row_of(fact);
  switch (media) {
    case Media::awaited:
      return row.awaited;
    case Media::flows:
      return row.flows;
    case Media::lost:
      return row.lost;
  }
  return Action::wait;
}

Recovery Recovery::awaiting_media(Instant limit) { return {Media::awaited, limit, limit}; }

Recovery Recovery::of_lost_media(Instant now) {
  return {Media::lost, now + kMediaLossLimit, now + kRestartInterval};
}

Action Recovery::on(Fact fact, Instant now) {
  const Action action = action_for(fact, media_);
  const bool path_down = fact == Fact::path_disturbed || fact == Fact::path_failed;
  if (fact == Fact::media_flows) media_ = Media::flows;
  if (path_down && media_ == Media::flows) *this = of_lost_media(now);
  if (action == Action::restart) restart_at_ = now + kRestartInterval;
  return action;
}

Action Recovery::time_reached(Instant now) {
  if (limit_ <= now) return on(Fact::limit_reached, now);
  if (restart_at_ <= now) return on(Fact::restart_due, now);
  return Action::wait;
}

std::optional<Instant> Recovery::deadline() const {
  switch (media_) {
    case Media::awaited:
      return limit_;
    case Media::flows:
      return std::nullopt;
    case Media::lost:
      return std::min(limit_, restart_at_);
  }
  return std::nullopt;
}

void Recovery::postpone(Instant limit, Instant restart) {
  limit_ = std::max(limit_, limit);
  restart_at_ = std::max(restart_at_, restart);
}

}  // namespace parley::recovery
