// The measurements. Each runs against a fresh server, and leaves it without calls.
#pragma once

#include "bench/load/accounts.hpp"
#include "bench/load/options.hpp"
#include "bench/load/report.hpp"
#include "bench/load/web_socket.hpp"

#include <sys/types.h>

#include <span>

namespace parley::load {

/// The target of a mode. Without a pid the server's own resource use is unknown: 0.
struct Target {
  Endpoint endpoint;
  pid_t pid = 0;
  std::span<const Account> accounts;
};

/// The number of accounts that a mode needs.
[[nodiscard]] std::size_t people_for(const std::string& mode, const Options& options);

/// Phones that are signed in and idle.
[[nodiscard]] Section measure_idle(const Target& target, const Options& options);

/// As many calls as the server can handle: each end of a call starts the next one.
[[nodiscard]] Section measure_saturated(const Target& target, const Options& options);

/// Calls at a fixed rate, independent of their progress.
[[nodiscard]] Section measure_open(const Target& target, const Options& options);

/// Calls in every state at once, while standard input is open, also across crashes of the
/// server. Then prints, as one line of JSON for each call, what the phones were told about it.
/// False when a phone did not come to rest.
[[nodiscard]] bool churn(const Target& target, const Options& options);

/// The minimal cost of a call's messages: through a relay that only forwards them.
[[nodiscard]] Section measure_relay(const Options& options);

/// The call logic alone, without sockets: two phones and a switchboard per call, in this process.
[[nodiscard]] Section measure_core(const Options& options);

}  // namespace parley::load
