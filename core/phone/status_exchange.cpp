#include "core/phone/status_exchange.hpp"

#include "core/base/mutants.hpp"
#include "core/phone/timers.hpp"

#include <algorithm>

namespace parley::phone {

// ---- this side ----

std::optional<wire::LegStatus> StatusExchange::tell(wire::LegStatus status, Instant now) {
  status.revision = revision_;
  const bool again = tell_again_at_ && *tell_again_at_ <= now;
  if (told_ == status && !again) return std::nullopt;
  tell_again_at_.reset();
  status.revision = ++revision_;
  return told_ = status;
}

void StatusExchange::refused(const wire::Refusal& refusal, Instant now) {
  if (mutant(Mutant::refused_status_forgotten)) return;
  const Duration wait{refusal.retry_after_ms.value_or(0)};
  tell_again_at_ = now + std::max(wait, kTellAgain);
}

void StatusExchange::session_started() {
  told_.reset();
  peer_device_ = wire::PeerDevice::connected;  // else the server tells it
}

// ---- the other side ----

bool StatusExchange::told_by_server(const wire::LegStatus& status) {
  from_server_ = status;
  // From the server they arrive once and in order; revisions of different devices can't be
  // compared, those of one connection can.
  const wire::LegStatus* heard = newest_heard();
  if (heard != nullptr && status.revision < heard->revision) return false;
  of_peer_ = status;
  return true;
}

bool StatusExchange::heard(PeerConnectionId connection, const wire::LegStatus& status) {
  Channel* channel = find(connection);
  if (channel == nullptr || !channel->open) return false;
  if (channel->heard && status.revision <= channel->heard->revision) return false;
  channel->heard = status;
  // While another device takes the call over, only the status of that device counts.
  if (channel != &channels_.back()) return false;
  of_peer_ = status;
  return true;
}

const wire::LegStatus* StatusExchange::newest_heard() const {
  if (channels_.empty() || !channels_.back().heard) return nullptr;
  return &*channels_.back().heard;
}

// ---- connections ----

void StatusExchange::connection_opened(PeerConnectionId connection) {
  joiner_opened(connection);
  of_peer_.reset();
  peer_device_ = wire::PeerDevice::connected;
}

void StatusExchange::joiner_opened(PeerConnectionId connection) {
  channels_.push_back({.connection = connection});
  told_.reset();
  from_server_.reset();
}

void StatusExchange::connection_closed(PeerConnectionId connection) {
  std::erase_if(channels_, [&](const Channel& one) { return one.connection == connection; });
}

bool StatusExchange::joiner_gone() {
  // The server has told, or will tell, what the device that stays sends; its own channel may know
  // more.
  std::optional<wire::LegStatus> status = from_server_;
  const wire::LegStatus* heard = newest_heard();
  if (heard != nullptr && (!status || status->revision < heard->revision)) status = *heard;
  if (!status) return false;
  of_peer_ = status;
  return true;
}

bool StatusExchange::channel_opened(PeerConnectionId connection) {
  Channel* channel = find(connection);
  if (channel == nullptr || channel->open) return false;
  channel->open = true;
  return true;
}

StatusExchange::Channel* StatusExchange::find(PeerConnectionId connection) {
  const auto found = std::ranges::find(channels_, connection, &Channel::connection);
  return found == channels_.end() ? nullptr : &*found;
}

}  // namespace parley::phone
