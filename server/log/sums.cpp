#include "server/log/sums.hpp"

namespace parley::server::log {

bool Sums::take(std::string_view event, std::string_view address, Time now) {
  if (now >= all_.ends) all_ = {.ends = now + kSumOver};
  std::pair key{std::string(event), std::string(address)};
  auto found = windows_.find(key);
  if (found == windows_.end()) {
    if (windows_.size() >= kSumsApart) key.second = kSeveral;
    found = windows_.try_emplace(std::move(key), Window{.ends = now + kSumOver}).first;
  }
  Window& window = found->second;
  const bool counted_apart = found->first.second != kSeveral;
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
    if (window.more > 0) due.push_back({key.first, key.second, window.more});
    entry = windows_.erase(entry);
  }
  return due;
}

}  // namespace parley::server::log
