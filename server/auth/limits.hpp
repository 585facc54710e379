// The bounds of names, passwords, sign-ins and TURN logins, with their reasons. docs/operating.md
// has a table of them, so each has a comment of its own.
#pragma once

#include <chrono>
#include <cstddef>

namespace parley::server::auth {

// ---- names and passwords ----

/// Longer than nearly all names of people, and still one line in every list.
inline constexpr std::size_t kMaxDisplayNameCharacters = 64;

/// No script needs more marks on one letter; piles of them cover the lines above and below.
inline constexpr std::size_t kMaxMarksInARow = 4;

/// NIST SP 800-63B, 5.1.1.2: at least 8.
inline constexpr std::size_t kMinPasswordCharacters = 8;

/// The same asks for room for phrases, at least 64; more than this is no phrase.
inline constexpr std::size_t kMaxPasswordCharacters = 256;

// ---- attempts ----

/// An address may try this many times the attempts of one account before attempts are refused
/// unread: it may be the address of a whole office, or of somebody who tries one password on many.
inline constexpr unsigned kAccountsPerAddress = 5;

/// Longer waits would keep people away whose mistakes were made by others.
inline constexpr auto kMaxWait = std::chrono::minutes(2);

/// Accounts, addresses and pairs that are remembered: a few megabytes. More are only at it in an
/// attack from a whole network of machines, and then the oldest are forgotten.
inline constexpr std::size_t kMaxGuardKeys = 20'000;

/// Addresses whose sign-ups are counted; the same.
inline constexpr std::size_t kMaxSignUpKeys = 20'000;

// ---- password hashes ----

/// Hashes at the same time: more memory than twice 64 MiB would push the calls out of the caches.
inline constexpr std::size_t kMaxHashThreads = 2;

/// Hashes that wait. Who is further back waits longer than people do: at two a core and a tenth of
/// a second each, a few seconds.
inline constexpr std::size_t kMaxWaitingHashes = 64;

/// One address may not fill the queue by itself. When it is full, whoever has the most in it makes
/// room for those who have less.
inline constexpr std::size_t kMaxWaitingHashesPerAddress = 16;

/// Processor time of one address at once: thirty people behind it sign in ...
inline constexpr auto kHashBurst = std::chrono::milliseconds(3000);

/// ... and then one a second: the share of a core, one in so many, that an address may use for
/// good.
inline constexpr unsigned kHashRefillShare = 10;

/// Addresses whose hashes are counted; as many as addresses whose attempts are.
inline constexpr std::size_t kMaxHashAddresses = 20'000;

/// Whoever finds the queue full looks again after about the time that the queue takes.
inline constexpr auto kWaitForRoom = std::chrono::milliseconds(1000);

// ---- sign-ins ----

/// When a token was last used is kept to this; a write for each use would be a waste.
inline constexpr auto kTouchInterval = std::chrono::minutes(10);

// ---- TURN ----

/// How long a TURN login is good for. Whoever has copied one can relay with it until then; a relay
/// that somebody has got with it goes on, as TURN servers look at the time only at the beginning.
inline constexpr auto kTurnLoginLife = std::chrono::hours(12);

/// How often those who stay connected are given a new TURN login: what they hold is good for half
/// of its life at least.
inline constexpr auto kTurnLoginRenewal = std::chrono::hours(6);

/// What is read of the file with the TURN secret; the rest of a larger one is certainly no secret.
inline constexpr std::size_t kMaxTurnSecretBytes = 4096;

/// A TURN secret of fewer bytes than this is warned about: everybody with a login can try secrets
/// on it, a billion a second.
inline constexpr std::size_t kGoodTurnSecretBytes = 16;

}  // namespace parley::server::auth
