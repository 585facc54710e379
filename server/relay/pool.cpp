#include "server/relay/pool.hpp"

#include <algorithm>
#include <tuple>

namespace parley::server::relay {

namespace {

bool is_for_good(ProbeCause cause) {
  return cause == ProbeCause::wrong_secret || cause == ProbeCause::clock ||
         cause == ProbeCause::certificate_expired || cause == ProbeCause::certificate_name;
}

bool is_limited(ProbeCause cause) {
  return cause == ProbeCause::forbidden_peer || cause == ProbeCause::certificate_untrusted ||
         cause == ProbeCause::not_probed;
}

RelayState state_after(const RelayStatus& status, ProbeCause cause) {
  if (cause == ProbeCause::none) return RelayState::good;
  if (is_limited(cause)) return RelayState::limited;
  const bool enough = status.failures_in_row >= kFailuresToWithdraw || is_for_good(cause);
  return enough ? RelayState::failed : status.state;
}

int rank_of(RelayState state) {
  switch (state) {
    case RelayState::good:
      return 0;
    case RelayState::unknown:
      return 1;
    case RelayState::limited:
      return 2;
    case RelayState::failed:
      break;
  }
  return 3;
}

}  // namespace

void Pool::set(const std::vector<std::string>& urls) {
  std::vector<RelayStatus> next;
  for (const std::string& url : urls) {
    const RelayStatus* known = find(url);
    next.push_back(known == nullptr ? RelayStatus{.url = url} : *known);
  }
  all_ = std::move(next);
}

const RelayStatus* Pool::find(std::string_view url) const {
  const auto found = std::ranges::find(all_, url, &RelayStatus::url);
  return found == all_.end() ? nullptr : &*found;
}

Pool::Change Pool::report(const std::string& url, const ProbeResult& result) {
  const auto found = std::ranges::find(all_, url, &RelayStatus::url);
  if (found == all_.end()) return {};
  const Offer before = offer();
  const RelayState state_before = found->state;
  const ProbeCause cause_before = found->cause;
  const bool fails = result.cause != ProbeCause::none && !is_limited(result.cause);
  found->failures_in_row = fails ? found->failures_in_row + 1 : 0;
  found->state = state_after(*found, result.cause);
  if (!fails) {
    found->took = found->took.count() == 0 ? result.took : (found->took * 3 + result.took) / 4;
    found->secret = result.secret;
  }
  // One failure is not told: it may be a lost packet.
  if (!fails || found->state == RelayState::failed) {
    found->cause = result.cause;
    found->detail = result.detail;
  }
  return {.told = found->state != state_before || found->cause != cause_before,
          .offered = offer() != before};
}

std::vector<RelayStatus> Pool::offered() const {
  // Equal ones keep their order.
  std::vector<std::tuple<int, std::int64_t, std::size_t>> order;
  const bool all_failed = std::ranges::all_of(
      all_, [](const RelayStatus& status) { return status.state == RelayState::failed; });
  for (std::size_t i = 0; i < all_.size(); ++i) {
    const RelayStatus& status = all_[i];
    if (status.state == RelayState::failed && !all_failed) continue;
    order.emplace_back(rank_of(status.state), status.took / kSameTime, i);
  }
  std::ranges::sort(order);
  std::vector<RelayStatus> offered;
  for (const auto& place : order) offered.push_back(all_[std::get<2>(place)]);
  return offered;
}

Pool::Offer Pool::offer() const {
  Offer offer;
  for (const RelayStatus& status : offered()) offer.emplace_back(status.url, status.secret);
  std::ranges::sort(offer);
  return offer;
}

std::string_view advice_about(ProbeCause cause) {
  switch (cause) {
    case ProbeCause::none:
      return "works";
    case ProbeCause::unreachable:
      return "can't be reached: is it running, and does the firewall let its port through?";
    case ProbeCause::wrong_secret:
      return "takes none of our logins: the secret or the password is another one";
    case ProbeCause::clock:
      return "finds our logins expired: set the clocks of both machines";
    case ProbeCause::certificate_expired:
      return "its certificate has expired: renew it";
    case ProbeCause::certificate_name:
      return "its certificate is for another name than the URL has";
    case ProbeCause::certificate_untrusted:
      return "works, but this machine does not know who signed its certificate; do the clients?";
    case ProbeCause::quota:
      return "has no relay left: raise its quota or its range of ports";
    case ProbeCause::forbidden_peer:
      return "works, but not for two people who both need it: it relays nothing to itself "
             "(denied-peer-ip)";
    case ProbeCause::silent:
      return "gives relays, but nothing comes through: does the firewall let their ports through?";
    case ProbeCause::refused:
      return "refuses";
    case ProbeCause::not_probed:
      break;
  }
  return "can't be probed, and is given out";
}

}  // namespace parley::server::relay
