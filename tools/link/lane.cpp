#include "tools/link/lane.hpp"

#include <algorithm>

namespace parley::link {

namespace {

constexpr std::uint64_t kMillionths = 1'000'000;

microseconds time_to_send(std::size_t bytes, std::uint32_t rate_kbps) {
  return microseconds{static_cast<std::int64_t>(bytes) * 8 * 1000 / rate_kbps};
}

}  // namespace

Passage Lane::send(Moment now, std::size_t bytes) {
  if (conditions_.cut) {
    ++counters_.cut;
    return {Fate::cut};
  }
  Moment sent = now;
  if (conditions_.rate_kbps) {
    const Moment starts = std::max(now, free_at_);
    if (starts - now > conditions_.queue) {
      ++counters_.queue_full;
      return {Fate::queue_full};
    }
    sent = starts + time_to_send(bytes, *conditions_.rate_kbps);
    free_at_ = sent;
  }
  // A packet is lost on the way: it has taken its time at the sender.
  if (loses()) {
    ++counters_.lost;
    return {Fate::lost};
  }
  const auto most = static_cast<std::uint64_t>(microseconds{conditions_.jitter}.count());
  const microseconds jitter{static_cast<std::int64_t>(random_.below(most + 1))};
  last_arrival_ = std::max(last_arrival_, sent + conditions_.delay + jitter);
  ++counters_.passed;
  return {Fate::arrives, last_arrival_};
}

bool Lane::loses() {
  if (conditions_.loss_percent <= 0) return false;
  return static_cast<double>(random_.below(kMillionths)) <
         conditions_.loss_percent * (kMillionths / 100);
}

}  // namespace parley::link
