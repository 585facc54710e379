// The measurements. Each runs against a server that has just started, and leaves it without calls.
#pragma once

#include "bench/load/accounts.hpp"
#include "bench/load/options.hpp"
#include "bench/load/report.hpp"
#include "bench/load/web_socket.hpp"

#include <sys/types.h>

#include <span>

namespace parley::load {

/// What a mode runs against. Without a pid what the server itself uses stays unknown: 0.
struct Target {
  Endpoint endpoint;
  pid_t pid = 0;
  std::span<const Account> accounts;
};

/// Accounts that a mode needs.
[[nodiscard]] std::size_t people_for(const std::string& mode, const Options& options);

/// Phones that are signed in and do nothing.
[[nodiscard]] Section measure_idle(const Target& target, const Options& options);

/// As many calls as the server can take: each end of a call starts the next one.
[[nodiscard]] Section measure_saturated(const Target& target, const Options& options);

/// Calls at a fixed rate, whatever becomes of them.
[[nodiscard]] Section measure_open(const Target& target, const Options& options);

/// Calls in every state at once, for as long as standard input is open, whatever becomes of the
/// server meanwhile. Then prints, a line of JSON for each call, what the phones were told of it.
/// False when something at a phone did not come to its end.
[[nodiscard]] bool churn(const Target& target, const Options& options);

/// The least that the messages of a call cost: through a relay that does nothing else.
[[nodiscard]] Section measure_relay(const Options& options);

/// The call logic alone, without sockets: two phones and a switchboard per call, in this process.
[[nodiscard]] Section measure_core(const Options& options);

}  // namespace parley::load
