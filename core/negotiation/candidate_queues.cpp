#include "core/negotiation/candidate_queues.hpp"

#include <algorithm>
#include <utility>

namespace parley::negotiation {

namespace {

bool contains(const auto& range, const std::string& value) {
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
  const bool applied = contains(current_, ufrag);
  const auto take = [&](wire::Candidate candidate) {
    if (applied) {
      ready.push_back({ufrag, std::move(candidate)});
    } else if (waiting_.size() < kMaxWaiting) {
      waiting_.push_back({ufrag, std::move(candidate)});
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
  if (!ufrag && !current_.empty()) ufrag = current_.front();
  if (!ufrag || waiting_.size() == kMaxWaiting) return;
  complete_ = false;
  const bool sendable = described(*ufrag);
  waiting_.push_back({std::move(*ufrag), std::move(candidate)});
  if (sendable) arm(now);
}

void LocalCandidates::gathering_completed(Instant now) {
  complete_ = true;
  if (!current_.empty()) arm(now);
}

void LocalCandidates::description_sent(std::vector<std::string> ufrags, Instant now) {
  current_ = std::move(ufrags);
  const bool sendable = std::ranges::any_of(
      waiting_, [this](const Waiting& entry) { return described(entry.ufrag); });
  if (sendable || complete_) arm(now);
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
  if (complete_) {
    if (batches.empty()) batches.push_back({{current_.front()}, {}, false});
    batches.back().complete = true;
    complete_ = false;
  }
  return batches;
}

}  // namespace parley::negotiation
