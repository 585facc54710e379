// The bounds of the hub, with their reasons. docs/operating.md has a table of them, so each has a
// comment of its own.
#pragma once

#include <chrono>
#include <cstddef>

namespace parley::server::signalling {

/// Bytes that may be queued for one connection. Above this, the connection is closed with 4004, and
/// the client reconnects and resumes.
inline constexpr std::size_t kMaxQueuedBytes = 1024UL * 1024;

/// Queued records of the store above which the hub reads no more frames. The frames about each of
/// these calls wait for its record.
inline constexpr std::size_t kMaxStoreBacklog = 50'000;

/// How long a session may outlive its token. A sign-in that ends two seconds late does no harm.
inline constexpr auto kTokenCheckInterval = std::chrono::seconds(2);

/// When a client that had to make room for another one reconnects: its calls and messages are kept
/// for six times as long, and a place may be free again.
inline constexpr auto kComeBackWithin = std::chrono::seconds(10);

}  // namespace parley::server::signalling
