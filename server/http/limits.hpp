// The bounds of the network front, with their reasons. docs/operating.md has a table of them, so
// each has a comment of its own.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>

namespace parley::server::http {

// ---- connections ----

/// Connections that one address has in any case: a browser opens six for a page, so many serve ten
/// that reload at once.
inline constexpr std::size_t kLeastPerAddress = 64;

/// For a TLS handshake; slow links need a second or two.
inline constexpr auto kHandshakeLimit = std::chrono::seconds(10);

/// How long a connection is kept for the next request: a page that is being used asks again by
/// then.
inline constexpr auto kIdleLimit = std::chrono::seconds(30);

/// A peer that takes nothing for this long is gone, or does not mean to read.
inline constexpr auto kWriteStall = std::chrono::seconds(10);

/// After a connection that could not be accepted: descriptors become free within this.
inline constexpr auto kAcceptPause = std::chrono::milliseconds(100);

// ---- requests ----

/// What common servers take (nginx: 32 KiB). The cookies of a parent domain count, although none is
/// read.
inline constexpr std::size_t kMaxHeadBytes = 32UL * 1024;

/// For a whole head, from its first byte; on a new connection, from the start.
inline constexpr auto kHeadLimit = std::chrono::seconds(10);

/// A request body that is larger than any of ours is refused before it is read.
inline constexpr std::size_t kMaxBodyBytes = 16UL * 1024;

/// For a whole body, which the slowest of links carries in this time.
inline constexpr auto kBodyLimit = std::chrono::seconds(20);

/// A chunk's size with its extensions, of which nobody has a use for any.
inline constexpr std::size_t kMaxChunkLine = 256;

/// Trailers are read past; nobody sends us any.
inline constexpr std::size_t kMaxTrailerBytes = 4096;

/// For an answer: a password hash may wait for others, and slow links take large files slowly.
inline constexpr auto kResponseLimit = std::chrono::seconds(60);

/// Reads of bytes that are thrown away after a refusal, so that the client gets to read it.
inline constexpr int kMaxDiscardedReads = 64;

/// What is read at once: most requests.
inline constexpr std::size_t kReadBytes = 2048;

/// Entries of a list in one answer: two screens full cost the store about a millisecond.
inline constexpr std::size_t kMaxPage = 100;

/// Entries where the request does not say how many: one screen full.
inline constexpr std::size_t kDefaultPage = 50;

/// Requests of one account. Reading the history costs the store about a millisecond; nobody who
/// clicks comes near this.
inline constexpr unsigned kQueriesPerMinute = 600;

/// Searches of one account. One that finds nobody looks at everybody: up to ten milliseconds for a
/// hundred thousand people. Somebody who types a name makes one per key, two a second at most.
inline constexpr unsigned kSearchesPerMinute = 120;

/// Accounts whose requests are counted: more are not active within a minute.
inline constexpr std::size_t kMaxQueryKeys = 20'000;

// ---- sockets ----

/// Who opens a socket wants to say hello. The switchboard does not know of a socket before its
/// first frame, so this one limit is the front's.
inline constexpr auto kFirstFrameLimit = std::chrono::seconds(5);

/// For the answer to our close frame; a restart waits for it.
inline constexpr auto kCloseLimit = std::chrono::seconds(3);

/// Frames at once: a busy call sends 20 a second at its start; replaying a whole session is 256.
inline constexpr std::int64_t kFrameBurst = 400;

/// Frames a second for good: ten times what a busy call needs.
inline constexpr std::int64_t kFramesPerSecond = 200;

/// Bytes at once: sockets send session descriptions of up to 48 KB, a few per call; a page that
/// reloads in the middle of several calls stays far below.
inline constexpr std::int64_t kReadBurstBytes = 2 * 1024 * 1024;

/// Bytes a second for good: five descriptions.
inline constexpr std::int64_t kReadBytesPerSecond = 256 * 1024;

/// Whoever is held back for this long without letting up is not a client of ours.
inline constexpr auto kFloodLimit = std::chrono::seconds(10);

/// How soon a store that is far behind is asked again whether it has caught up.
inline constexpr auto kStoreBehindPause = std::chrono::milliseconds(100);

/// A control frame costs as much as so many bytes: it is answered by the library, unseen.
inline constexpr std::int64_t kControlFrameCost = 1024;

/// While nothing comes in, this is all the buffer there is; the first read of a frame fits most.
inline constexpr std::size_t kIdleBufferBytes = 256;

/// Read and thrown away before a socket is closed: a frame of the largest size and what a client
/// says before it hears of the close.
inline constexpr std::size_t kMaxDiscardedBytes = 256UL * 1024;

// ---- the log ----

/// How far lines are apart that are due for every connection of a flood.
inline constexpr auto kFloodLines = std::chrono::seconds(10);

/// The same for what stays wrong until an operator has mended it.
inline constexpr auto kMistakeLines = std::chrono::minutes(1);

}  // namespace parley::server::http
