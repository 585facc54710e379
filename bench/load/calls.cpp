#include "bench/load/calls.hpp"

#include "core/switchboard/timers.hpp"

#include <utility>

namespace parley::load {

using phone::Phase;
using wire::EndReason;

namespace {

/// One less than the server allows, because invites may arrive closer together than they were sent.
constexpr std::int64_t kBurst = switchboard::kInviteBurst - 1;

}  // namespace

CallId make_call_id(std::uint64_t number) {
  const auto unix_time = std::chrono::system_clock::now().time_since_epoch();
  const auto ms = static_cast<std::uint64_t>(
      std::chrono::duration_cast<std::chrono::milliseconds>(unix_time).count());
  return {ms << 16U | 0x7000U, 0x8000'0000'0000'0000U | number};
}

std::uint64_t calls_allowed(std::size_t pairs, double seconds) {
  const double refilled =
      seconds / std::chrono::duration<double>(switchboard::kInviteEvery).count();
  return static_cast<std::uint64_t>(2.0 * static_cast<double>(pairs) *
                                    (static_cast<double>(kBurst) + refilled));
}

Calls::Calls(std::span<const std::unique_ptr<Client>> clients, Limit limit) : limit_(limit) {
  for (std::size_t i = 0; i + 1 < clients.size(); i += 2) {
    auto pair = std::make_unique<Pair>();
    pair->caller = clients[i].get();
    pair->callee = clients[i + 1].get();
    Pair& added = *pair;
    for (Client* client : {added.caller, added.callee}) {
      client->changed = [this, &added] { changed(added); };
    }
    free_.push_back(&added);
    pairs_.push_back(std::move(pair));
  }
}

bool Calls::may_invite(Pair& pair) const {
  return limit_ == Limit::none ||
         pair.callers_invites.take(instant_of(Clock::now()), kBurst, switchboard::kInviteEvery);
}

bool Calls::start(Moment due) {
  if (free_.empty()) return false;
  Pair& pair = *free_.front();
  std::swap(pair.caller, pair.callee);
  std::swap(pair.callers_invites, pair.callees_invites);
  if (!may_invite(pair)) return false;
  free_.pop_front();
  pair.busy = true;
  pair.answered = false;
  pair.hung_up = false;
  ++started_;
  ++under_way_;
  pair.caller->dial(*pair.callee, make_call_id(++call_ids_), due);
  return true;
}

/// Takes one step; a later change of state starts the next one.
void Calls::changed(Pair& pair) {
  if (!pair.busy) return;
  const auto caller = pair.caller->phase();
  const auto callee = pair.callee->phase();
  if (!caller && !callee) {
    finish(pair);
  } else if (callee == Phase::incoming && !pair.answered) {
    pair.answered = true;
    pair.callee->answer();
  } else if (caller == Phase::active && callee == Phase::active && !pair.hung_up) {
    pair.hung_up = true;
    pair.caller->hang_up();
  }
}

void Calls::finish(Pair& pair) {
  pair.busy = false;
  --under_way_;
  const auto caller = pair.caller->reason().value_or(EndReason::abandoned);
  const auto callee = pair.callee->reason().value_or(EndReason::abandoned);
  if (pair.hung_up && caller == EndReason::completed && callee == EndReason::completed) {
    ++completed_;
  } else if (pair.caller->problem() == Error::overloaded) {
    ++refused_;
  } else {
    ++failed_[std::string(names(caller)[static_cast<std::size_t>(caller)])];
  }
  free_.push_back(&pair);
  if (ended) ended();
}

}  // namespace parley::load
