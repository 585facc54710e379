// Runs a phone on the events of a trace and compares what it does with what was recorded. Leaves
// reading the file and printing to its caller; words for a step are in core/replay/words.hpp.
#pragma once

#include "core/phone/phone.hpp"
#include "core/replay/contract.hpp"
#include "core/replay/trace.hpp"

#include <map>
#include <string>
#include <vector>

namespace parley::replay {

/// A call that came, went on to another phase, or is shown no more.
struct PhaseChange {
  CallId call;
  std::optional<phone::Phase> before;
  std::optional<phone::Phase> after;
};

/// What one event led to here.
struct Step {
  std::vector<phone::Effect> effects;
  std::optional<std::int64_t> deadline_ms;
  bool deadline_changed = false;
  std::vector<PhaseChange> phases;
  /// Sentences about what was recorded otherwise; empty when all is the same.
  std::vector<std::string> differences;
  /// Sentences about what the shell must not have reported.
  std::vector<std::string> breaches;
};

class Replay {
 public:
  explicit Replay(std::uint64_t seed) : phone_(seed) {}

  [[nodiscard]] Step run(const TraceLine& line);

 private:
  phone::Phone phone_;
  ShellContract contract_;
  std::map<CallId, phone::Phase> phases_;
  std::optional<std::int64_t> deadline_ms_;
};

}  // namespace parley::replay
