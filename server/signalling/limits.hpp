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

/// New calls are refused with `call/overloaded` once a frame waits this long for its turn: the
/// frames of calls that exist must not take longer than 50 ms, and the queue grows while it is
/// measured.
inline constexpr auto kOverloadWait = std::chrono::milliseconds(20);
/// And only with at least this many frames before it, 10 ms of work: a server that gets no
/// processor time is late without a queue, and has nothing to gain from refusing.
inline constexpr std::size_t kOverloadFrames = 400;
/// New calls are let in again once a frame waits less than this.
inline constexpr auto kRelievedWait = std::chrono::milliseconds(8);
/// A long queue is forgotten after this time without a measurement: a server without frames to
/// handle measures nothing.
inline constexpr auto kQueueForgotten = std::chrono::milliseconds(250);
/// The queue is measured when one turn of the loop has at least this many frames; a server with
/// less to do has no queue.
inline constexpr std::size_t kCrowdedTurn = 64;
/// New calls are refused when a frame has waited this long for the store, a hundred times longer
/// than for a disk that keeps up.
inline constexpr auto kOverloadStoreWait = std::chrono::milliseconds(500);
/// And only with at least this many records waiting: with fewer it is the disk that is slow, and
/// refusing does not make it faster.
inline constexpr std::size_t kOverloadRecords = 1000;
/// New calls are let in again once frames wait less than this for the store.
inline constexpr auto kRelievedStoreWait = std::chrono::milliseconds(100);

/// How long a session may outlive its token. A sign-in that ends two seconds late does no harm.
inline constexpr auto kTokenCheckInterval = std::chrono::seconds(2);

/// When a client that had to make room for another one reconnects: its calls and messages are kept
/// for six times as long, and a place may be free again.
inline constexpr auto kComeBackWithin = std::chrono::seconds(10);

}  // namespace parley::server::signalling
