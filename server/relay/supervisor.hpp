// Keeps a relay program running: it is ready when it answers a STUN request, is asked again and
// again, and is started anew, ever more patiently, when it ends or falls silent.
#pragma once

#include "server/log/log.hpp"
#include "server/loop/loop.hpp"
#include "server/relay/child.hpp"
#include "server/relay/stun.hpp"
#include "server/relay/watch.hpp"

#include <chrono>
#include <cstdint>
#include <expected>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace parley::server::relay {

struct Failure {
  /// Stable: "relay/port-in-use".
  std::string_view code;
  std::string why;
};

/// What is run, and where it then answers.
struct Launch {
  Command command;
  std::string address;
  std::uint16_t port = 0;
};

struct Patience {
  /// Between two questions while it starts; until it has answered one.
  std::chrono::milliseconds ask_starting{100};
  std::chrono::milliseconds start_limit{10'000};
  /// Between two questions to one that works; so many in a row may stay unanswered.
  std::chrono::milliseconds ask_healthy{5000};
  unsigned max_unanswered = 3;
  /// The first wait before another start; each further one is twice as long.
  std::chrono::milliseconds first_wait{500};
  std::chrono::milliseconds max_wait{30'000};
  /// One that has worked for this long begins with the first wait again.
  std::chrono::milliseconds good_run{60'000};
};

class Supervisor {
 public:
  struct Hooks {
    /// Before each start: everything that the program needs.
    std::function<std::expected<Launch, Failure>()> prepare;
    /// Once: it works, or it has failed for the first time.
    loop::Task first_verdict;
    /// It works now, or no longer does.
    loop::Task changed = nullptr;
  };

  /// Forks its guard.
  Supervisor(loop::Loop& loop, log::Log& log, Hooks hooks, Patience patience = {});
  Supervisor(const Supervisor&) = delete;
  Supervisor& operator=(const Supervisor&) = delete;

  void start();
  /// Asks the program to end and starts it no more.
  void stop();
  /// Whether no program runs.
  [[nodiscard]] bool idle() const { return child_ == nullptr; }
  [[nodiscard]] bool healthy() const { return healthy_; }
  void signal(int number) const;

 private:
  void launch();
  void ask();
  void hear();
  void answered();
  void ended(const std::string& how);
  void failed(const Failure& failure);
  void tell_verdict();

  Guard guard_;
  loop::Loop& loop_;
  log::Log& log_;
  Hooks hooks_;
  Patience patience_;
  loop::Timer timer_;
  std::unique_ptr<Child> child_;
  std::optional<Watch> probe_;
  StunTransaction transaction_{};
  std::chrono::steady_clock::time_point since_;
  std::chrono::milliseconds wait_;
  unsigned unanswered_ = 0;
  bool healthy_ = false;
  bool stopping_ = false;
  // Of the failure that the log has told last.
  std::string told_;
};

}  // namespace parley::server::relay
