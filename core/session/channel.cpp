#include "core/session/channel.hpp"

#include "core/base/mutants.hpp"

#include <utility>

namespace parley::session {

bool Channel::overrun() const {
  return kept_.size() > wire::kMaxUnacknowledgedMessages ||
         kept_bytes_ > wire::kMaxUnacknowledgedBytes;
}

const std::string& Channel::keep(std::string frame) {
  kept_bytes_ += frame.size();
  return kept_.emplace_back(std::move(frame));
}

void Channel::forget_up_to(std::uint32_t number) {
  if (mutant(Mutant::acknowledged_too_much) && number < sent_) ++number;
  if (number > sent_) return;  // acknowledges what was never sent: nothing to forget
  const std::size_t wanted = sent_ - number;
  if (kept_.size() <= wanted) return;
  const auto end = kept_.end() - static_cast<std::ptrdiff_t>(wanted);
  for (auto frame = kept_.begin(); frame != end; ++frame) kept_bytes_ -= frame->size();
  kept_.erase(kept_.begin(), end);
}

Channel::Receipt Channel::receive(const wire::Envelope& envelope) {
  if (envelope.ack) forget_up_to(*envelope.ack);
  if (!envelope.seq) return Receipt::fresh;
  if (*envelope.seq <= received_ && mutant(Mutant::duplicate_handled_twice)) return Receipt::fresh;
  if (*envelope.seq <= received_) return Receipt::duplicate;
  if (*envelope.seq != received_ + 1 && !mutant(Mutant::gap_not_noticed)) return Receipt::gap;
  received_ = *envelope.seq;
  return Receipt::fresh;
}

std::vector<std::string> Channel::replay_after(std::uint32_t number) {
  forget_up_to(number);
  return kept_;
}

}  // namespace parley::session
