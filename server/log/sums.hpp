// Keeps clients from filling the log with events they can cause at any rate: refused sign-ins,
// invalid hellos, refused requests. The first few events of a kind from an address or account get
// lines of their own; the others within ten seconds get one line with their number. This class
// neither reads a clock nor writes lines.
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

/// Lines for each address or account in ten seconds: the default number of tools that ban addresses
/// (fail2ban: 5 lines).
inline constexpr std::uint64_t kLinesEach = 5;

/// Lines for all addresses together in ten seconds: a client with a whole network of addresses must
/// not get 5 lines for each.
inline constexpr std::uint64_t kLinesOfAll = 100;

/// Pairs of kind and address that are counted separately; all others of a kind are counted
/// together.
inline constexpr std::size_t kSumsApart = 128;

/// The address in the line for those counted together.
inline constexpr std::string_view kSeveral = "several";
/// The same for accounts; no account can have this name.
inline constexpr std::string_view kSeveralAccounts = "*";

class Sums {
 public:
  using Time = std::chrono::steady_clock::time_point;

  /// `several` is the name of those counted together.
  explicit Sums(std::string_view several = kSeveral) : several_(several) {}

  /// The key of a count.
  struct Kind {
    std::string_view event;
    /// An address or an account.
    std::string_view who;
    /// A reason with a count of its own, which keeps one reason from hiding another. There must be
    /// few reasons.
    std::string_view why = {};
  };
  struct Sum {
    std::string event;
    std::string who;
    std::string why;
    std::uint64_t more = 0;
  };

  /// Counts an event. True when it gets a line of its own.
  [[nodiscard]] bool take(const Kind& kind, Time now);

  /// The sums of the windows that are over.
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
