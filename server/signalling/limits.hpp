// The bounds of the hub, with their reasons. docs/operating.md has a table of them, so each has a
// comment of its own.
#pragma once

#include <chrono>
#include <cstddef>

namespace parley::server::signalling {

/// What one connection may have queued; a client that is further behind is closed with 4004, comes
/// back and resumes.
inline constexpr std::size_t kMaxQueuedBytes = 1024UL * 1024;

/// Records the store may be behind before the hub takes no more frames. Each stands for a call that
/// somebody has been told nothing about yet.
inline constexpr std::size_t kMaxStoreBacklog = 50'000;

/// How long a session may outlive its token. Nobody can tell a sign-in that ends two seconds late.
inline constexpr auto kTokenCheckInterval = std::chrono::seconds(2);

/// When a client whose place went to somebody else comes back: calls and what it missed are kept
/// for six times as long, and whoever took the place may be gone.
inline constexpr auto kComeBackWithin = std::chrono::seconds(10);

}  // namespace parley::server::signalling
