// Keeps what anybody on the network can cause from filling the log: sign-ins that are refused,
// hellos that are not understood, what an account asks for in vain. The first few of a kind from an
// address or an account are lines of their own, the rest of ten seconds is one line with their
// number. Knows no clock and writes nothing itself.
#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace parley::server::log {

inline constexpr std::chrono::seconds kSumOver{10};

/// What tools that ban addresses count by default (fail2ban: 5 lines).
inline constexpr std::uint64_t kLinesEach = 5;

/// Of all addresses together, in ten seconds: somebody with a whole network of them must not get
/// 5 lines for each.
inline constexpr std::uint64_t kLinesOfAll = 100;

/// Kinds and addresses that are counted apart; the rest of a kind counts as one.
inline constexpr std::size_t kSumsApart = 128;

/// The address in the line for those that are not counted apart.
inline constexpr std::string_view kSeveral = "several";
/// The same for accounts, of which none can have this name.
inline constexpr std::string_view kSeveralAccounts = "*";

class Sums {
 public:
  using Time = std::chrono::steady_clock::time_point;

  /// `several` stands for all that are not counted apart.
  explicit Sums(std::string_view several = kSeveral) : several_(several) {}

  /// What is counted together.
  struct Kind {
    std::string_view event;
    /// An address or an account.
    std::string_view who;
    /// Where each reason counts for itself, so that one can't hide another; reasons are few.
    std::string_view why = {};
  };
  struct Sum {
    std::string event;
    std::string who;
    std::string why;
    std::uint64_t more = 0;
  };

  /// True when this one is to be written as a line of its own.
  [[nodiscard]] bool take(const Kind& kind, Time now);

  /// What has not been written of the windows that are over.
  [[nodiscard]] std::vector<Sum> take_due(Time now);

 private:
  struct Window {
    Time ends;
    std::uint64_t written = 0;
    std::uint64_t more = 0;
  };
  // By event, who and reason.
  std::map<std::array<std::string, 3>, Window> windows_;
  Window all_;
  std::string_view several_;
};

}  // namespace parley::server::log
