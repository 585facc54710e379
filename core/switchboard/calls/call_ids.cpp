#include "core/switchboard/calls/call_ids.hpp"

#include <algorithm>

namespace parley::switchboard {

CallIds::Verdict CallIds::judge(const CallId& id, Instant now) const {
  if (used_.contains(id)) return Verdict::taken;
  if (!is_uuid_v7(id) || made_at(id) > now + kCallIdAhead) return Verdict::invalid;
  if (made_at(id) < now - kCallIdWindow || made_at(id) <= unsure_until_) return Verdict::taken;
  return Verdict::fresh;
}

void CallIds::use(const CallId& id, Instant now) {
  if (!used_.insert(id).second) return;
  oldest_first_.push_back(id);
  while (oldest_first_.size() > kept_) {
    const CallId& oldest = oldest_first_.front();
    // One from far ahead gives way like an old one: to be sure of it would refuse all ids before
    // it.
    const bool still_acceptable =
        made_at(oldest) >= now - kCallIdWindow && made_at(oldest) <= now + kCallIdWindow;
    if (still_acceptable && oldest_first_.size() <= most_) break;
    if (still_acceptable) unsure_until_ = std::max(unsure_until_, made_at(oldest));
    used_.erase(oldest);
    oldest_first_.pop_front();
  }
}

}  // namespace parley::switchboard
