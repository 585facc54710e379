#include "server/log/sums.hpp"

#include <utility>

namespace parley::server::log {

bool Sums::take(const Kind& kind, Time now) {
  if (now >= all_.ends) all_ = {.ends = now + kSumOver};
  std::array key{std::string(kind.event), std::string(kind.who), std::string(kind.why)};
  auto found = windows_.find(key);
  if (found == windows_.end()) {
    if (windows_.size() >= kSumsApart) key[1] = several_;
    found = windows_.try_emplace(std::move(key), Window{.ends = now + kSumOver}).first;
  }
  Window& window = found->second;
  const bool counted_apart = found->first[1] != several_;
  if (counted_apart && window.written < kLinesEach && all_.written < kLinesOfAll) {
    ++window.written;
    ++all_.written;
    return true;
  }
  ++window.more;
  return false;
}

std::vector<Sums::Sum> Sums::take_due(Time now) {
  std::vector<Sum> due;
  for (auto entry = windows_.begin(); entry != windows_.end();) {
    const auto& [key, window] = *entry;
    if (now < window.ends) {
      ++entry;
      continue;
    }
    if (window.more > 0) due.push_back({key[0], key[1], key[2], window.more});
    entry = windows_.erase(entry);
  }
  return due;
}

}  // namespace parley::server::log
