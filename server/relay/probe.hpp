// Finds out whether a TURN server does what clients need: gets two relays with a login as clients
// have it and sends a message from one to the other and back. Blocks, so it needs a thread.
#pragma once

#include "server/auth/turn.hpp"

#include <array>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace parley::server::relay {

enum class ProbeCause : std::uint8_t {
  none,                   // it works
  unreachable,            // no address, no connection, or no answer
  wrong_secret,           // it knows none of our secrets, or not the lasting login
  clock,                  // it takes logins only that end later: its clock is ahead of ours
  certificate_expired,    //
  certificate_name,       // for another name
  certificate_untrusted,  // this machine does not know who signed it
  quota,                  // it has no relay left
  forbidden_peer,         // it relays nothing to itself
  silent,                 // it gives relays, but nothing comes through
  refused,                // anything else that it says
  not_probed,             // a URL that we can't probe
};
constexpr auto names(ProbeCause) {
  return std::array<std::string_view, 12>{"none",
                                          "unreachable",
                                          "wrong-secret",
                                          "clock",
                                          "certificate-expired",
                                          "certificate-name",
                                          "certificate-untrusted",
                                          "quota",
                                          "forbidden-peer",
                                          "silent",
                                          "refused",
                                          "not-probed"};
}

struct ProbeTarget {
  std::string url;
  /// Connected to instead of the host of the URL, unless it is empty.
  std::string address;
  /// Logins are made from the first that the server takes; empty when it has a lasting login.
  auth::TurnSecrets secrets;
  auth::TurnLogin login;
};

struct ProbeResult {
  ProbeCause cause = ProbeCause::none;
  /// For people: "401", "Connection refused".
  std::string detail;
  /// From the first packet until the message was back.
  std::chrono::milliseconds took{};
  /// Which of the secrets it takes.
  std::size_t secret = 0;
};

/// A server that takes longer is of no use for a call that begins.
inline constexpr std::chrono::milliseconds kProbeLimit{4000};

[[nodiscard]] ProbeResult probe(const ProbeTarget& target, std::int64_t now_ms,
                                const std::atomic<bool>* cancelled = nullptr,
                                std::chrono::milliseconds limit = kProbeLimit);

}  // namespace parley::server::relay
