// Parses the path and the query of a request, and defines the paths that are used more than once.
#pragma once

#include "server/http/message.hpp"

#include <cstddef>
#include <optional>
#include <string_view>

namespace parley::server::http {

inline constexpr std::string_view kSignUpPath = "/api/sign-up";
inline constexpr std::string_view kSignInPath = "/api/sign-in";
inline constexpr std::string_view kRatingPath = "/api/calls/*/rating";
inline constexpr std::string_view kSessionPath = "/api/sessions/*";
inline constexpr std::string_view kInvitationPath = "/api/invitations/*";
inline constexpr std::string_view kContactPath = "/api/contacts/*";
inline constexpr std::string_view kBlockedPath = "/api/blocked/*";

/// The part of `path` in place of the "*" of a route, or empty text for a route without one;
/// nothing when the path does not match.
[[nodiscard]] std::optional<std::string_view> part_of(std::string_view path,
                                                      std::string_view route);

/// The parameter `limit`, 1 to kMaxPage; empty when it is not such a number.
[[nodiscard]] std::optional<std::size_t> page_size(const Request& request);

}  // namespace parley::server::http
