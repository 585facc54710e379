// The bounds of names, passwords, sign-ins and TURN logins, with their reasons. docs/operating.md
// has a table of them, so each has a comment of its own.
#pragma once

#include <chrono>
#include <cstddef>

namespace parley::server::auth {

// ---- names and passwords ----

/// Longer than nearly all real names, and still one line in every list.
inline constexpr std::size_t kMaxDisplayNameCharacters = 64;

/// No script needs more marks on one letter; many marks cover the lines above and below.
inline constexpr std::size_t kMaxMarksInARow = 4;

/// NIST SP 800-63B, 5.1.1.2: at least 8.
inline constexpr std::size_t kMinPasswordCharacters = 8;

/// The same standard asks for at least 64, for phrases; a longer text is no password.
inline constexpr std::size_t kMaxPasswordCharacters = 256;

// ---- attempts ----

/// An address has this many times the attempts of one account before its attempts are refused
/// unread: it may be the address of a whole office, or of a client that tries one password on many.
inline constexpr unsigned kAccountsPerAddress = 5;

/// Longer waits would lock out users because of mistakes by others.
inline constexpr auto kMaxWait = std::chrono::minutes(2);

/// Accounts, addresses and pairs in the table: a few megabytes. Only an attack from a large network
/// of machines needs more, and then the oldest are dropped.
inline constexpr std::size_t kMaxGuardKeys = 20'000;

/// Addresses whose sign-ups are counted; for the same reason.
inline constexpr std::size_t kMaxSignUpKeys = 20'000;

// ---- password hashes ----

/// Hashes at the same time: more memory than twice 64 MiB would displace the data of calls from the
/// caches.
inline constexpr std::size_t kMaxHashThreads = 2;

/// Hashes that wait. A later one would wait longer than a person does: at two a core and a tenth of
/// a second each, a few seconds.
inline constexpr std::size_t kMaxWaitingHashes = 64;

/// One address must not fill the queue alone. When the queue is full, the address with the most
/// entries loses one to an address with fewer.
inline constexpr std::size_t kMaxWaitingHashesPerAddress = 16;

/// Processor time of one address at once: enough for thirty people behind it to sign in ...
inline constexpr auto kHashBurst = std::chrono::milliseconds(3000);

/// ... and then for one a second: the divisor for the share of a core that an address may use in
/// the long run.
inline constexpr unsigned kHashRefillShare = 10;

/// Addresses whose hashes are counted; as many as in the table of attempts.
inline constexpr std::size_t kMaxHashAddresses = 20'000;

/// A client that finds the queue full may retry after about the time that the queue takes.
inline constexpr auto kWaitForRoom = std::chrono::milliseconds(1000);

// ---- sign-ins ----

/// The precision of a token's last use; a write for each use would be a waste.
inline constexpr auto kTouchInterval = std::chrono::minutes(10);

// ---- TURN ----

/// The lifetime of a TURN login. A copied login can be used until then; an open relay continues,
/// because TURN servers check the time only at the start.
inline constexpr auto kTurnLoginLife = std::chrono::hours(12);

/// The interval at which connected clients get a new TURN login: a login is valid for at least half
/// of its lifetime.
inline constexpr auto kTurnLoginRenewal = std::chrono::hours(6);

/// The part of the TURN secret file that is read; a larger file is certainly no secret.
inline constexpr std::size_t kMaxTurnSecretBytes = 4096;

/// A TURN secret of fewer bytes causes a warning: every user with a login can try a billion secrets
/// a second against it.
inline constexpr std::size_t kGoodTurnSecretBytes = 16;

}  // namespace parley::server::auth
