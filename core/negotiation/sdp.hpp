// The little the core must know of a session description.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace parley::negotiation {

/// The ICE user name fragments of a description, each once (RFC 8839, 5.4). They name the
/// generation that candidates belong to. At most 8; with everything bundled there is one.
std::vector<std::string> ice_ufrags(std::string_view sdp);

}  // namespace parley::negotiation
