#include "core/negotiation/negotiator.hpp"

#include "core/base/mutants.hpp"
#include "core/base/overloaded.hpp"
#include "core/negotiation/sdp.hpp"

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
                 [&](const wire::Resend&) { say_again(out); },
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
  remote_candidates_.description_accepted(ufrags);
  exchange_ = OfferReceived{};
  const OperationId id = next_operation();
  operation_ = ApplyingOffer{id, offer.round, std::move(ufrags)};
  out.effects.emplace_back(
      phone::SetRemoteDescription{connection_, id, DescriptionKind::offer, offer.sdp.value});
}

void Negotiator::take_answer(const wire::Description& answer, Output& out) {
  if (!std::holds_alternative<OfferSent>(exchange_) || answer.round != offers_made_) {
    ++ignored_descriptions_;
    return;
  }
  std::vector<std::string> ufrags = ice_ufrags(answer.sdp.value);
  remote_candidates_.description_accepted(ufrags);
  const OperationId id = next_operation();
  operation_ = ApplyingAnswer{id, std::move(ufrags)};
  out.effects.emplace_back(
      phone::SetRemoteDescription{connection_, id, DescriptionKind::answer, answer.sdp.value});
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
    exchange_ = OfferSent{};
    send(++offers_made_);
  } else if (const auto* answer = std::get_if<MakingAnswer>(&operation_);
             answer != nullptr && answer->id == event.operation) {
    const std::uint32_t round = answer->round;
    operation_ = std::monostate{};
    exchange_ = Stable{};
    send(round);
  } else {
    return;
  }
  go_on(out);
}

void Negotiator::remote_description_set(const phone::RemoteDescriptionSet& event, Output& out) {
  if (auto* offer = std::get_if<ApplyingOffer>(&operation_);
      offer != nullptr && offer->id == event.operation) {
    add_candidates(remote_candidates_.description_applied(std::move(offer->ufrags)), out);
    const OperationId id = next_operation();
    operation_ = MakingAnswer{id, offer->round};
    out.effects.emplace_back(phone::MakeAnswer{connection_, id});
  } else if (auto* answer = std::get_if<ApplyingAnswer>(&operation_);
             answer != nullptr && answer->id == event.operation) {
    add_candidates(remote_candidates_.description_applied(std::move(answer->ufrags)), out);
    operation_ = std::monostate{};
    exchange_ = Stable{};
    offer_sent_.reset();
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

void Negotiator::time_reached(Instant now, Output& out) {
  for (wire::Candidates& batch : local_candidates_.flush(now)) {
    out.messages.emplace_back(std::move(batch));
  }
}

void Negotiator::go_on(Output& out) {
  while (!busy() && !waiting_descriptions_.empty()) {
    const wire::Description next = std::move(waiting_descriptions_.front());
    waiting_descriptions_.pop_front();
    take_description(next, out);
  }
  if (busy() || !offer_needed_ || !std::holds_alternative<Stable>(exchange_)) return;
  const OperationId id = next_operation();
  operation_ = MakingOffer{id};
  sent_offer_restarts_ = std::exchange(restart_needed_, false);
  offer_needed_ = false;
  out.effects.emplace_back(phone::MakeOffer{connection_, id, sent_offer_restarts_});
}

void Negotiator::add_candidates(std::vector<RemoteCandidates::Waiting> candidates,
                                Output& out) const {
  for (RemoteCandidates::Waiting& waiting : candidates) {
    out.effects.emplace_back(
        phone::AddCandidate{connection_, {std::move(waiting.ufrag)}, std::move(waiting.candidate)});
  }
}

}  // namespace parley::negotiation
