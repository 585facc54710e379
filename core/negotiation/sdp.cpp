#include "core/negotiation/sdp.hpp"

#include <algorithm>

namespace parley::negotiation {

std::vector<std::string> ice_ufrags(std::string_view sdp) {
  constexpr std::string_view kAttribute = "a=ice-ufrag:";
  constexpr std::size_t kMaxFragments = 8;
  std::vector<std::string> fragments;
  while (!sdp.empty() && fragments.size() < kMaxFragments) {
    const std::size_t end = std::min(sdp.find('\n'), sdp.size());
    std::string_view line = sdp.substr(0, end);
    sdp.remove_prefix(std::min(end + 1, sdp.size()));
    if (!line.starts_with(kAttribute)) continue;
    line.remove_prefix(kAttribute.size());
    if (line.ends_with('\r')) line.remove_suffix(1);
    if (std::ranges::find(fragments, line) == fragments.end()) fragments.emplace_back(line);
  }
  return fragments;
}

}  // namespace parley::negotiation
