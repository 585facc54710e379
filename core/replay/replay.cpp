#include "core/replay/replay.hpp"

#include <algorithm>
#include <string_view>
#include <utility>

namespace parley::replay {

namespace {

/// The part of a text around its first difference from another one: frames are long.
std::string around(std::string_view text, std::size_t difference) {
  constexpr std::size_t kBefore = 60;
  constexpr std::size_t kAfter = 100;
  const std::size_t from = difference > kBefore ? difference - kBefore : 0;
  std::string part(text.substr(from, kBefore + kAfter));
  if (from > 0) part.insert(0, "…");
  if (from + kBefore + kAfter < text.size()) part += "…";
  return part;
}

/// Nothing when both are the same.
void compare(std::string_view what, const std::string& recorded, const std::string& here,
             std::vector<std::string>& differences) {
  if (recorded == here) return;
  const auto [first, other] = std::ranges::mismatch(recorded, here);
  const auto where = static_cast<std::size_t>(first - recorded.begin());
  differences.push_back("differs in " + std::string(what) + ": recorded " +
                        around(recorded, where) + " here " + around(here, where));
}

std::string text_of(const std::vector<phone::Effect>& effects, std::size_t index) {
  return index < effects.size() ? json::to_json(effects[index]) : "nothing";
}

std::string text_of(std::optional<std::int64_t> moment) {
  return moment ? std::to_string(*moment) : "never";
}

}  // namespace

Step Replay::run(const TraceLine& line) {
  Step step;
  phone_.handle(line.event, instant_from_ms(line.at), step.effects);
  step.breaches = contract_.check(line.event, step.effects);
  if (const auto deadline = phone_.next_deadline()) step.deadline_ms = ms_of(*deadline);
  step.deadline_changed = std::exchange(deadline_ms_, step.deadline_ms) != step.deadline_ms;

  phone::View view = phone_.view();
  std::map<CallId, phone::Phase> phases;
  for (const phone::CallView& call : view.calls.items) {
    const auto before = phases_.find(call.call);
    if (before == phases_.end()) {
      step.phases.push_back({call.call, std::nullopt, call.phase});
    } else if (before->second != call.phase) {
      step.phases.push_back({call.call, before->second, call.phase});
    }
    phases.emplace(call.call, call.phase);
  }
  for (const auto& [call, phase] : phases_) {
    if (!phases.contains(call)) step.phases.push_back({call, phase, std::nullopt});
  }
  phases_ = std::move(phases);

  if (line.effects) {
    const auto& recorded = line.effects->items;
    for (std::size_t i = 0; i < std::max(recorded.size(), step.effects.size()); ++i) {
      compare("effect " + std::to_string(i + 1), text_of(recorded, i), text_of(step.effects, i),
              step.differences);
    }
    compare("when to wake", text_of(line.deadline_ms), text_of(step.deadline_ms), step.differences);
  }
  if (line.view) {
    phone::View recorded = *line.view;
    recorded.presence.items.clear();
    view.presence.items.clear();
    compare("view", json::to_json(recorded), json::to_json(view), step.differences);
  }
  return step;
}

}  // namespace parley::replay
