// The bounds of the network front, with their reasons. docs/operating.md has a table of them, so
// each has a comment of its own.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>

namespace parley::server::http {

// ---- connections ----

/// Connections that one address always has: a browser opens six for a page, so this serves ten
/// pages that reload at once.
inline constexpr std::size_t kLeastPerAddress = 64;

/// For a TLS handshake; slow links need a second or two.
inline constexpr auto kHandshakeLimit = std::chrono::seconds(10);

/// How long an idle connection is kept for the next request: a page in use sends one within
/// this time.
inline constexpr auto kIdleLimit = std::chrono::seconds(30);

/// A peer that receives nothing for this long is gone, or does not intend to read.
inline constexpr auto kWriteStall = std::chrono::seconds(10);

/// The pause after a connection that could not be accepted: descriptors become free within it.
inline constexpr auto kAcceptPause = std::chrono::milliseconds(100);

// ---- requests ----

/// The limit of common servers (nginx: 32 KiB). The cookies of a parent domain count, although none
/// is read.
inline constexpr std::size_t kMaxHeadBytes = 32UL * 1024;

/// The time for a whole head, from its first byte; on a new connection, from the start.
inline constexpr auto kHeadLimit = std::chrono::seconds(10);

/// A request body above this size is refused before it is read; no valid body is larger.
inline constexpr std::size_t kMaxBodyBytes = 16UL * 1024;

/// The time for a whole body, enough for a very slow link.
inline constexpr auto kBodyLimit = std::chrono::seconds(20);

/// The size line of a chunk with its extensions, which no client needs.
inline constexpr std::size_t kMaxChunkLine = 256;

/// Trailers are skipped; no known client sends any.
inline constexpr std::size_t kMaxTrailerBytes = 4096;

/// The time for an answer: a password hash may wait for others, and slow links need time for large
/// files.
inline constexpr auto kResponseLimit = std::chrono::seconds(60);

/// Reads after a refusal whose bytes are dropped, so that the client can read the answer.
inline constexpr int kMaxDiscardedReads = 64;

/// The size of one read: most requests fit.
inline constexpr std::size_t kReadBytes = 2048;

/// The most entries of a list in one answer: two screens full cost the store about a millisecond.
inline constexpr std::size_t kMaxPage = 100;

/// The number of entries if the request does not give one: one screen full.
inline constexpr std::size_t kDefaultPage = 50;

/// Requests of one account. Reading the history costs the store about a millisecond; a person who
/// clicks stays far below this.
inline constexpr unsigned kQueriesPerMinute = 600;

/// Searches of one account. A search without a match reads all accounts: up to ten milliseconds for
/// a hundred thousand people. A person who types a name sends one per key, two a second at most.
inline constexpr unsigned kSearchesPerMinute = 120;

/// Accounts whose requests are counted: no more are active within a minute.
inline constexpr std::size_t kMaxQueryKeys = 20'000;

// ---- sockets ----

/// The time for the hello on a new socket. The switchboard does not know a socket before its first
/// frame, so the front applies this limit.
inline constexpr auto kFirstFrameLimit = std::chrono::seconds(5);

/// The time for the answer to our close frame; a restart waits for it.
inline constexpr auto kCloseLimit = std::chrono::seconds(3);

/// Frames at once: a busy call sends 20 a second at its start; the replay of a whole session is
/// 256.
inline constexpr std::int64_t kFrameBurst = 400;

/// Frames per second in the long run: ten times the need of a busy call.
inline constexpr std::int64_t kFramesPerSecond = 200;

/// Bytes at once: sockets send session descriptions of up to 48 KB, a few per call; a page that
/// reloads during several calls stays far below.
inline constexpr std::int64_t kReadBurstBytes = 2 * 1024 * 1024;

/// Bytes per second in the long run: five descriptions.
inline constexpr std::int64_t kReadBytesPerSecond = 256 * 1024;

/// A client that is throttled for this long without a break is not a normal client.
inline constexpr auto kFloodLimit = std::chrono::seconds(10);

/// The interval at which a store with a long queue is checked again.
inline constexpr auto kStoreBehindPause = std::chrono::milliseconds(100);

/// A control frame counts as this many bytes: the library answers it, and the server does not see
/// it.
inline constexpr std::int64_t kControlFrameCost = 1024;

/// The buffer of an idle socket; the first read of most frames fits.
inline constexpr std::size_t kIdleBufferBytes = 256;

/// Bytes that are read and dropped before a socket is closed: a frame of the largest size and the
/// messages that a client sends before it sees the close.
inline constexpr std::size_t kMaxDiscardedBytes = 256UL * 1024;

// ---- the log ----

/// The interval between log lines about a flood of connections.
inline constexpr auto kFloodLines = std::chrono::seconds(10);

/// The same for a problem that lasts until an operator repairs it.
inline constexpr auto kMistakeLines = std::chrono::minutes(1);

}  // namespace parley::server::http
