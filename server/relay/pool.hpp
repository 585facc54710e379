// What probes have found out about TURN servers, and which of them clients are given for it. The
// reasons are in docs/decisions/0017-relays-are-probed.md.
#pragma once

#include "server/relay/probe.hpp"

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace parley::server::relay {

enum class RelayState : std::uint8_t {
  unknown,  // not probed yet
  good,     // works
  limited,  // works for some calls, or may work for clients: given out after the others
  failed,   // given out only when all have failed
};
constexpr auto names(RelayState) {
  return std::array<std::string_view, 4>{"unknown", "good", "limited", "failed"};
}

struct RelayStatus {
  std::string url;
  RelayState state = RelayState::unknown;
  ProbeCause cause = ProbeCause::none;
  std::string detail;
  /// The time of a probe, over several; zero before the first that worked.
  std::chrono::milliseconds took{};
  /// The one of its secrets that it takes.
  std::size_t secret = 0;
  unsigned failures_in_row = 0;
};

/// A lost packet or a restart is no reason to withdraw a server; two probes that fail are. A wrong
/// secret or certificate does not go away by itself.
inline constexpr unsigned kFailuresToWithdraw = 2;
/// Servers whose times differ by less keep the order of the configuration.
inline constexpr std::chrono::milliseconds kSameTime{20};

class Pool {
 public:
  struct Change {
    /// Something to tell the operator.
    bool told = false;
    /// Clients have to get others than before.
    bool offered = false;
  };

  /// Those that are there from now on; what is known of them stays known.
  void set(const std::vector<std::string>& urls);
  Change report(const std::string& url, const ProbeResult& result);

  [[nodiscard]] const std::vector<RelayStatus>& all() const { return all_; }
  [[nodiscard]] const RelayStatus* find(std::string_view url) const;
  /// The URLs that clients are given, the best first. All when all have failed: a probe may be
  /// wrong where a client is right.
  [[nodiscard]] std::vector<RelayStatus> offered() const;

 private:
  using Offer = std::vector<std::pair<std::string, std::size_t>>;
  /// In an order that does not depend on times.
  [[nodiscard]] Offer offer() const;

  std::vector<RelayStatus> all_;
};

/// "certificate-expired", "good".
template <class Enum>
[[nodiscard]] constexpr std::string_view name_of(Enum value) {
  return names(Enum{})[static_cast<std::size_t>(value)];
}

/// A sentence about what to do.
[[nodiscard]] std::string_view advice_about(ProbeCause cause);

}  // namespace parley::server::relay
