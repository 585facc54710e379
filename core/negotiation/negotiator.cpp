#include "core/negotiation/negotiator.hpp"

#include "core/base/mutants.hpp"
#include "core/base/overloaded.hpp"
#include "core/negotiation/sdp.hpp"
#include "core/negotiation/timers.hpp"

#include <algorithm>
#include <utility>

namespace parley::negotiation {

using wire::DescriptionKind;

void Negotiator::need_offer(bool restart_ice, Output& out) {
  offer_needed_ = true;
  restart_needed_ = restart_needed_ || restart_ice;
  go_on(out);
}

void Negotiator::receive(const wire::PeerMessage& message, Output& out) {
  std::visit(Overloaded{
                 [&](const wire::Description& description) {
                   if (waiting_descriptions_.size() == kMaxWaitingDescriptions) {
                     ++ignored_descriptions_;
                     return;
                   }
                   waiting_descriptions_.push_back(description);
                   go_on(out);
                 },
                 [&](const wire::Candidates& batch) {
                   add_candidates(remote_candidates_.arrive(batch), out);
                 },
                 [&](const wire::Resend&) {
                   if (resends_.take(out.now, kResendBurst, kResendEvery)) say_again(out);
                 },
                 [](const wire::RestartWanted&) {},  // recovery's matter
             },
             message);
}

void Negotiator::recover(Output& out) {
  say_again(out);
  out.messages.emplace_back(wire::Resend{});
}

void Negotiator::say_again(Output& out) const {
  // An offer that is out was made after the latest answer.
  if (answer_sent_) out.messages.emplace_back(*answer_sent_);
  if (offer_sent_) out.messages.emplace_back(*offer_sent_);
  for (wire::Candidates& batch : local_candidates_.all_sent()) {
    out.messages.emplace_back(std::move(batch));
  }
}

void Negotiator::take_description(const wire::Description& description, Output& out) {
  switch (description.kind) {
    case DescriptionKind::offer:
      take_offer(description, out);
      break;
    case DescriptionKind::answer:
      take_answer(description, out);
      break;
  }
}

void Negotiator::take_offer(const wire::Description& offer, Output& out) {
  if (offer.round <= newest_offer_received_) {
    ++ignored_descriptions_;
    return;
  }
  newest_offer_received_ = offer.round;
  std::vector<std::string> ufrags = ice_ufrags(offer.sdp.value);
  if (std::holds_alternative<OfferSent>(exchange_)) {
    if (role_ == Role::impolite) {
      ++ignored_descriptions_;
      remote_candidates_.description_ignored(ufrags);
      return;
    }
    // Ours is rolled back; what it was for must be offered again.
    offer_sent_.reset();
    offer_needed_ = true;
    restart_needed_ = restart_needed_ || sent_offer_restarts_;
  }
  candidates_added_.clear();
  offer_received_ = offer;
  apply_offer(offer, out);
}

void Negotiator::apply_offer(const wire::Description& offer, Output& out) {
  std::vector<std::string> ufrags = ice_ufrags(offer.sdp.value);
  remote_candidates_.description_accepted(ufrags);
  exchange_ = OfferReceived{};
  apply_again_ = false;
  pause_until_.reset();
  const OperationId id = next_operation();
  begin(ApplyingOffer{id, offer.round, std::move(ufrags)}, out);
  out.effects.emplace_back(phone::SetRemoteDescription{
      connection_, id, DescriptionKind::offer, offer.sdp.value, std::exchange(afresh_, false)});
}

void Negotiator::begin(Operation operation, const Output& out) {
  operation_ = std::move(operation);
  operation_due_ = out.now + kOperationLimit;
}

void Negotiator::take_answer(const wire::Description& answer, Output& out) {
  if (!std::holds_alternative<OfferSent>(exchange_) || answer.round != offers_made_) {
    ++ignored_descriptions_;
    return;
  }
  std::vector<std::string> ufrags = ice_ufrags(answer.sdp.value);
  remote_candidates_.description_accepted(ufrags);
  const OperationId id = next_operation();
  begin(ApplyingAnswer{id, std::move(ufrags)}, out);
  out.effects.emplace_back(phone::SetRemoteDescription{connection_, id, DescriptionKind::answer,
                                                       answer.sdp.value, false});
}

void Negotiator::local_description_set(const phone::LocalDescriptionSet& event, Instant now,
                                       Output& out) {
  const auto send = [&](std::uint32_t round) {
    std::optional<wire::Description>& sent =
        event.kind == DescriptionKind::offer ? offer_sent_ : answer_sent_;
    sent = wire::Description{event.kind, round, {event.sdp}};
    if (mutant(Mutant::answer_not_sent) && event.kind == DescriptionKind::answer) return;
    out.messages.emplace_back(*sent);
    local_candidates_.description_sent(ice_ufrags(event.sdp), now);
  };
  if (const auto* offer = std::get_if<MakingOffer>(&operation_);
      offer != nullptr && offer->id == event.operation) {
    operation_ = std::monostate{};
    exchange_ = OfferSent{now + kUnansweredLimit};
    send(++offers_made_);
  } else if (const auto* answer = std::get_if<MakingAnswer>(&operation_);
             answer != nullptr && answer->id == event.operation) {
    const std::uint32_t round = answer->round;
    operation_ = std::monostate{};
    exchange_ = Stable{};
    offer_received_.reset();
    candidates_added_.clear();
    failures_ = 0;
    send(round);
  } else {
    return;
  }
  go_on(out);
}

void Negotiator::remote_description_set(const phone::RemoteDescriptionSet& event, Output& out) {
  if (auto* offer = std::get_if<ApplyingOffer>(&operation_);
      offer != nullptr && offer->id == event.operation) {
    const std::uint32_t round = offer->round;
    add_candidates(std::exchange(candidates_added_, {}), out);
    add_candidates(remote_candidates_.description_applied(std::move(offer->ufrags)), out);
    const OperationId id = next_operation();
    begin(MakingAnswer{id, round}, out);
    out.effects.emplace_back(phone::MakeAnswer{connection_, id});
  } else if (auto* answer = std::get_if<ApplyingAnswer>(&operation_);
             answer != nullptr && answer->id == event.operation) {
    add_candidates(remote_candidates_.description_applied(std::move(answer->ufrags)), out);
    operation_ = std::monostate{};
    exchange_ = Stable{};
    offer_sent_.reset();
    failures_ = 0;
    unanswered_ = 0;
    go_on(out);
  }
}

bool Negotiator::is_current(OperationId id) const {
  return std::visit(Overloaded{
                        [](const std::monostate&) { return false; },
                        [&](const auto& operation) { return operation.id == id; },
                    },
                    operation_);
}

void Negotiator::candidate_gathered(const phone::CandidateGathered& event, Instant now) {
  std::optional<std::string> ufrag;
  if (event.ufrag) ufrag = event.ufrag->value;
  local_candidates_.gathered(std::move(ufrag), event.candidate, now);
}

std::optional<Instant> Negotiator::deadline() const {
  std::optional<Instant> next = local_candidates_.deadline();
  const auto consider = [&next](Instant due) { next = next ? std::min(*next, due) : due; };
  if (busy()) {
    if (!mutant(Mutant::operation_without_limit)) consider(operation_due_);
    return next;
  }
  if (pause_until_) consider(*pause_until_);
  if (const auto* sent = std::get_if<OfferSent>(&exchange_)) consider(sent->answer_by);
  return next;
}

void Negotiator::time_reached(Instant now, Output& out, bool online) {
  out.now = now;
  for (wire::Candidates& batch : local_candidates_.flush(now)) {
    out.messages.emplace_back(std::move(batch));
  }
  if (busy()) {
    if (operation_due_ <= now && !mutant(Mutant::operation_without_limit)) {
      give_up_operation(Duration::zero(), out);  // it has cost its time already
    }
    return;
  }
  const auto* sent = std::get_if<OfferSent>(&exchange_);
  if (sent != nullptr && sent->answer_by <= now) give_up_offer(online, out);
  go_on(out);
}

void Negotiator::woken(Instant now) {
  if (busy()) operation_due_ = std::max(operation_due_, now + kOperationLimit);
  if (auto* sent = std::get_if<OfferSent>(&exchange_)) {
    sent->answer_by = std::max(sent->answer_by, now + kUnansweredLimit);
  }
}

// ---- what fails ----

void Negotiator::operation_failed(OperationId id, Output& out) {
  if (is_current(id)) give_up_operation(kRetryWait * (1U << failures_), out);
}

void Negotiator::give_up_operation(Duration wait, Output& out) {
  const bool theirs = std::holds_alternative<ApplyingOffer>(operation_) ||
                      std::holds_alternative<MakingAnswer>(operation_);
  operation_ = std::monostate{};
  exchange_ = Stable{};
  offer_sent_.reset();
  afresh_ = true;
  if (++failures_ >= kMaxTries) {
    failures_ = 0;
    exhausted_ = true;
    offer_received_.reset();
    candidates_added_.clear();
  } else if (theirs) {
    apply_again_ = true;
  } else {
    // The other side may have applied the last one: an answer to it is out of date by its round.
    offer_needed_ = true;
    restart_needed_ = restart_needed_ || sent_offer_restarts_;
  }
  pause_until_ = out.now + wait;
  go_on(out);
}

void Negotiator::give_up_offer(bool online, Output& out) {
  if (!online) {
    // Nor could another one leave.
    exchange_ = OfferSent{out.now + kUnansweredLimit};
    return;
  }
  exchange_ = Stable{};
  offer_sent_.reset();
  afresh_ = true;
  if (++unanswered_ >= kMaxTries) {
    unanswered_ = 0;
    return;
  }
  offer_needed_ = true;
  restart_needed_ = restart_needed_ || sent_offer_restarts_;
}

void Negotiator::go_on(Output& out) {
  while (!busy() && !waiting_descriptions_.empty()) {
    const wire::Description next = std::move(waiting_descriptions_.front());
    waiting_descriptions_.pop_front();
    take_description(next, out);
  }
  if (busy() || (pause_until_ && out.now < *pause_until_)) return;
  pause_until_.reset();
  if (apply_again_ && offer_received_) {
    apply_offer(wire::Description(*offer_received_), out);
    return;
  }
  if (!offer_needed_ || !std::holds_alternative<Stable>(exchange_)) return;
  const OperationId id = next_operation();
  begin(MakingOffer{id}, out);
  sent_offer_restarts_ = std::exchange(restart_needed_, false);
  offer_needed_ = false;
  out.effects.emplace_back(
      phone::MakeOffer{connection_, id, sent_offer_restarts_, std::exchange(afresh_, false)});
}

void Negotiator::add_candidates(std::vector<RemoteCandidates::Waiting> candidates, Output& out) {
  for (RemoteCandidates::Waiting& waiting : candidates) {
    if (offer_received_ && candidates_added_.size() < RemoteCandidates::kMaxWaiting) {
      candidates_added_.push_back(waiting);
    }
    out.effects.emplace_back(
        phone::AddCandidate{connection_, {std::move(waiting.ufrag)}, std::move(waiting.candidate)});
  }
}

}  // namespace parley::negotiation
