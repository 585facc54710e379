// Every duration a negotiation knows, and how often it tries, with the reasons.
#pragma once

#include "core/base/time.hpp"

namespace parley::negotiation {

using namespace std::chrono_literals;

/// An operation of a peer connection that has not reported by then hangs. Browsers take 5 to 100
/// ms, a starved machine up to about 2 s; three tries fit into the time that recovery has.
inline constexpr Duration kOperationLimit = 5s;
/// An operation that was rejected is tried again after this; it doubles with every further try, so
/// that what can't succeed does not keep the page busy.
inline constexpr Duration kRetryWait = 500ms;
/// Failures in a row after which a negotiation is given up. Four that hang take 20 s, less than a
/// connection is given (30 s).
inline constexpr unsigned kMaxTries = 4;
/// An offer without an answer by then is taken back and made afresh. The other side has the time
/// for two operations that hang, and a slow link besides.
inline constexpr Duration kUnansweredLimit = 12s;

}  // namespace parley::negotiation
