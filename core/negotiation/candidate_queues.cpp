#include "core/negotiation/candidate_queues.hpp"

#include "core/base/mutants.hpp"

#include <algorithm>
#include <string_view>
#include <utility>

namespace parley::negotiation {

namespace {

/// A user name fragment is never empty (RFC 8839, 5.4): stands for the next description's.
constexpr std::string_view kNotDescribedYet;

bool contains(const auto& range, const auto& value) {
  return std::ranges::find(range, value) != range.end();
}

}  // namespace

std::vector<RemoteCandidates::Waiting> RemoteCandidates::arrive(const wire::Candidates& batch) {
  std::vector<Waiting> ready;
  const std::string& ufrag = batch.ufrag.value;
  if (contains(past_, ufrag) && !contains(current_, ufrag)) {
    dropped_ += static_cast<std::uint32_t>(batch.candidates.items.size());
    return ready;
  }
  const bool applied = contains(current_, ufrag) || mutant(Mutant::candidate_before_description);
  const auto take = [&](wire::Candidate candidate) {
    Waiting entry{ufrag, std::move(candidate)};
    if (applied && added_ < kMaxAdded) {
      ++added_;
      ready.push_back(std::move(entry));
    } else if (applied) {
      ++dropped_;
    } else if (contains(waiting_, entry)) {
      return;  // said again
    } else if (waiting_.size() < kMaxWaiting && !mutant(Mutant::candidates_lost)) {
      waiting_.push_back(std::move(entry));
    } else {
      ++dropped_;
    }
  };
  for (const wire::Candidate& candidate : batch.candidates.items) take(candidate);
  if (batch.complete) take(wire::Candidate{});  // the empty candidate ends a generation (RFC 8840)
  return ready;
}

std::vector<RemoteCandidates::Waiting> RemoteCandidates::description_applied(
    std::vector<std::string> ufrags) {
  for (const std::string& old : current_) {
    if (!contains(ufrags, old)) forget(old);
  }
  if (ufrags != current_) added_ = 0;
  current_ = std::move(ufrags);
  std::vector<Waiting> ready;
  std::deque<Waiting> still_waiting;
  for (Waiting& entry : waiting_) {
    if (contains(current_, entry.ufrag)) {
      ready.push_back(std::move(entry));
    } else {
      still_waiting.push_back(std::move(entry));
    }
  }
  waiting_ = std::move(still_waiting);
  return ready;
}

void RemoteCandidates::description_accepted(const std::vector<std::string>& ufrags) {
  std::erase_if(past_, [&](const std::string& past) { return contains(ufrags, past); });
}

void RemoteCandidates::description_ignored(const std::vector<std::string>& ufrags) {
  for (const std::string& ufrag : ufrags) {
    if (!contains(current_, ufrag)) forget(ufrag);
  }
}

void RemoteCandidates::forget(const std::string& ufrag) {
  dropped_ += static_cast<std::uint32_t>(
      std::erase_if(waiting_, [&](const Waiting& entry) { return entry.ufrag == ufrag; }));
  if (past_.size() == kMaxPast) past_.pop_front();
  past_.push_back(ufrag);
}

bool LocalCandidates::described(const std::string& ufrag) const {
  return contains(current_, ufrag);
}

void LocalCandidates::arm(Instant now) {
  if (!flush_at_) flush_at_ = now + kBatchTime;
}

void LocalCandidates::gathered(std::optional<std::string> ufrag, wire::Candidate candidate,
                               Instant now) {
  if (!ufrag) ufrag = current_.empty() ? std::string(kNotDescribedYet) : current_.front();
  if (waiting_.size() == kMaxWaiting) return;
  if (completed_ == ufrag) completed_.reset();
  const bool sendable = described(*ufrag);
  waiting_.push_back({std::move(*ufrag), std::move(candidate)});
  if (sendable) arm(now);
}

void LocalCandidates::gathering_completed(Instant now) {
  if (!waiting_.empty() && !described(waiting_.back().ufrag)) {
    completed_ = waiting_.back().ufrag;  // its description has not left yet
  } else if (current_.empty()) {
    completed_ = kNotDescribedYet;
  } else {
    completed_ = current_.front();
    arm(now);
  }
}

void LocalCandidates::description_sent(std::vector<std::string> ufrags, Instant now) {
  if (current_ != ufrags) sent_.clear();
  current_ = std::move(ufrags);
  if (!current_.empty()) {
    for (Waiting& entry : waiting_) {
      if (entry.ufrag == kNotDescribedYet) entry.ufrag = current_.front();
    }
    if (completed_ == kNotDescribedYet) completed_ = current_.front();
  }
  // What still waits belongs to a generation that is past, or was rolled back.
  std::erase_if(waiting_, [this](const Waiting& entry) { return !described(entry.ufrag); });
  if (completed_ && !described(*completed_)) completed_.reset();
  if (!waiting_.empty() || completed_) arm(now);
}

std::vector<wire::Candidates> LocalCandidates::flush(Instant now) {
  std::vector<wire::Candidates> batches;
  if (!flush_at_ || *flush_at_ > now) return batches;
  flush_at_.reset();
  std::deque<Waiting> not_described;
  for (Waiting& entry : waiting_) {
    if (!described(entry.ufrag)) {
      not_described.push_back(std::move(entry));
      continue;
    }
    if (batches.empty() || batches.back().ufrag.value != entry.ufrag ||
        batches.back().candidates.items.size() == wire::kMaxCandidatesPerMessage) {
      batches.push_back({{entry.ufrag}, {}, false});
    }
    batches.back().candidates.items.push_back(std::move(entry.candidate));
  }
  waiting_ = std::move(not_described);
  if (completed_ && described(*completed_)) {
    if (batches.empty() || batches.back().ufrag.value != *completed_) {
      batches.push_back({{*completed_}, {}, false});
    }
    batches.back().complete = true;
    completed_.reset();
  }
  for (const wire::Candidates& batch : batches) {
    if (sent_.size() < kMaxSentBatches) sent_.push_back(batch);
  }
  return batches;
}

}  // namespace parley::negotiation
