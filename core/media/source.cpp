#include "core/media/source.hpp"

#include "core/base/mutants.hpp"
#include "core/base/overloaded.hpp"
#include "core/media/listing.hpp"
#include "core/media/timers.hpp"

#include <algorithm>
#include <utility>

namespace parley::media {

namespace {

/// The device in use, by its own name or by the hardware that its alias stands for.
bool is_in_use(const Source::Open& open, const ListedDevice& device) {
  if (open.hardware.device == device.id) return true;
  return is_alias(open.hardware.device) && !device.group.value.empty() &&
         open.hardware.group == device.group;
}

}  // namespace

std::optional<Capture> Source::want(bool wanted, Instant now, Effects& effects) {
  const auto settle = Overloaded{
      [&](const Closed&) -> std::optional<Capture> {
        if (!wanted) return std::nullopt;
        return Capture{.device = chosen_};
      },
      [&](const Opening& opening) -> std::optional<Capture> {
        if (!wanted) state_ = Abandoned{opening.request, opening.ladder};
        return std::nullopt;
      },
      [&](const Abandoned& abandoned) -> std::optional<Capture> {
        if (wanted) state_ = Opening{abandoned.request, abandoned.ladder, now};
        return std::nullopt;
      },
      [&](const Open& open) -> std::optional<Capture> {
        if (wanted) return std::nullopt;
        effects.emplace_back(phone::CloseMedia{open.request, kind_});
        if (open.next) {
          state_ = Abandoned{open.next->request, open.next->ladder};
        } else {
          state_ = Closed{};
        }
        return std::nullopt;
      },
      [&](const Failed&) -> std::optional<Capture> {
        if (!wanted) state_ = Closed{};
        return std::nullopt;
      },
  };
  // A copy, because an arm may replace the state it is looking at.
  const auto ask = std::visit(settle, State(state_));
  if (!wanted) {
    lost_ = false;
    repairs_ = 0;
    unusable_.clear();
  }
  return ask;
}

void Source::asked(MediaRequestId request, const Capture& capture, Instant now) {
  if (auto* open = std::get_if<Open>(&state_)) {
    open->next = Opening{request, OpeningLadder(kind_, capture.device), now};
  } else if (auto* opening = std::get_if<Opening>(&state_)) {
    // The next rung of the same ladder. The person has waited since the first.
    opening->request = request;
  } else {
    state_ = Opening{request, OpeningLadder(kind_, capture.device), now};
  }
}

std::optional<Capture> Source::granted(MediaRequestId request, Hardware hardware, Instant now,
                                       Effects& effects) {
  const auto open_as = [&](const Opening& opening) {
    lost_ = false;
    const auto ask = overtaken(opening.ladder);
    state_ = Open{.request = request,
                  .hardware = std::move(hardware),
                  .by_default = !opening.ladder.current().device,
                  .since = now,
                  .silence = {},
                  .compromise = ask ? std::nullopt : opening.ladder.trouble(),
                  .next = {}};
    return ask;
  };
  if (std::holds_alternative<Abandoned>(state_)) {
    state_ = Closed{};
    if (!mutant(Mutant::late_grant_kept)) effects.emplace_back(phone::CloseMedia{request, kind_});
  } else if (const auto* opening = std::get_if<Opening>(&state_)) {
    return open_as(Opening(*opening));
  } else if (const auto* open = std::get_if<Open>(&state_)) {
    effects.emplace_back(phone::CloseMedia{open->request, kind_});
    return open_as(Opening(*open->next));
  }
  return std::nullopt;
}

std::optional<Capture> Source::overtaken(const OpeningLadder& ladder) const {
  if (ladder.wanted() == chosen_) return std::nullopt;
  return Capture{.device = chosen_};
}

std::optional<Capture> Source::refused(MediaRequestId request, Trouble trouble, Listed listed,
                                       Instant now) {
  if (!awaits(request)) return std::nullopt;
  if (std::holds_alternative<Abandoned>(state_)) {
    state_ = Closed{};
    return std::nullopt;
  }
  if (auto* open = std::get_if<Open>(&state_)) {
    const auto ask = overtaken(open->next->ladder);
    note_unusable(open->next->ladder.current(), trouble);
    open->next.reset();
    if (!ask) open->compromise = trouble;
    return ask;
  }
  OpeningLadder& ladder = std::get<Opening>(state_).ladder;
  note_unusable(ladder.current(), trouble);
  if (const auto ask = overtaken(ladder); ask && !is_about_access(trouble)) {
    state_ = Closed{};
    return ask;
  }
  if (auto next = ladder.next(trouble, listed)) return next;
  Trouble why = ladder.trouble().value_or(trouble);
  // What was there a moment ago is not missing but gone.
  if (lost_ && why == Trouble::missing) why = Trouble::lost;
  if (lost_ && !is_about_access(why)) {
    fail_or_repair(why, now);
  } else {
    state_ = Failed{why, {}};
  }
  return std::nullopt;
}

void Source::ended(MediaRequestId request, Instant now) {
  auto* open = std::get_if<Open>(&state_);
  if (open == nullptr || open->request != request) return;
  if (now - open->since >= kRepairHolds) repairs_ = 0;
  lost_ = true;
  if (open->next) {
    state_ = Opening(std::move(*open->next));
  } else {
    fail_or_repair(Trouble::lost, now);
  }
}

/// Opens it again: at once, then after pauses, and then no more.
void Source::fail_or_repair(Trouble why, Instant now) {
  const std::size_t repair = repairs_++;
  if (repair == 0) {
    state_ = Closed{};  // found to be wanted as soon as this event is over
  } else if (repair <= kRepairPauses.size()) {
    state_ = Failed{why, now + kRepairPauses[repair - 1]};
  } else {
    state_ = Failed{why, {}};
  }
}

void Source::silenced(MediaRequestId request, bool silenced, Instant now) {
  auto* open = std::get_if<Open>(&state_);
  if (open == nullptr || open->request != request || open->silence.reported == silenced) return;
  open->silence.reported = silenced;
  open->silence.since = now;
}

std::optional<Capture> Source::choose(std::optional<HardwareId> device, Listed listed) {
  if (chosen_ == device) return std::nullopt;
  chosen_ = std::move(device);
  std::erase_if(unusable_, [&](const HardwareId& id) { return id == chosen_; });
  if (std::holds_alternative<Failed>(state_)) try_again();
  auto* open = std::get_if<Open>(&state_);
  if (open == nullptr || open->next) return std::nullopt;
  open->compromise.reset();
  return better(*open, listed);
}

std::optional<Capture> Source::listed(Listed before, Listed now) {
  // One that was away is another chance.
  std::erase_if(unusable_, [&](const HardwareId& id) {
    return find_device(before, kind_, id) == nullptr || find_device(now, kind_, id) == nullptr;
  });
  if (const auto* failed = std::get_if<Failed>(&state_)) {
    const bool appeared = std::ranges::any_of(now, [&](const ListedDevice& device) {
      return device.source == kind_ && find_device(before, kind_, device.id) == nullptr;
    });
    // A camera that nobody has seen in this call does not start by itself.
    const bool welcome = kind_ == SourceKind::microphone || lost_;
    if (appeared && welcome && !is_about_access(failed->why)) try_again();
    return std::nullopt;
  }
  const auto* open = std::get_if<Open>(&state_);
  if (open == nullptr || open->next) return std::nullopt;
  if (!chosen_ && open->by_default && default_moved(*open, before, now)) return Capture{};
  return better(*open, now);
}

std::optional<Capture> Source::better(const Open& open, Listed listed) const {
  const ListedDevice* chosen = chosen_ ? find_device(listed, kind_, *chosen_) : nullptr;
  if (chosen != nullptr && !is_unusable(chosen->id)) {
    if (is_in_use(open, *chosen)) return std::nullopt;
    return Capture{.device = chosen->id};
  }
  if (chosen_) return std::nullopt;
  // It was chosen before, and the person would rather have what the system prefers.
  if (!open.by_default && !open.compromise) return Capture{};
  return std::nullopt;
}

bool Source::default_moved(const Open& open, Listed before, Listed now) const {
  const auto preferred = default_group(now, kind_);
  if (!preferred || *preferred == open.hardware.group) return false;
  const auto is_of_it = [&](const ListedDevice& device) {
    return device.source == kind_ && device.group == open.hardware.group;
  };
  if (!open.hardware.group.value.empty() && std::ranges::any_of(now, is_of_it)) return true;
  // The track does not tell what it comes from, or not in the words of the list.
  const auto earlier = default_group(before, kind_);
  return earlier && *earlier != *preferred;
}

void Source::try_again() {
  if (std::holds_alternative<Failed>(state_)) state_ = Closed{};
}

void Source::permission_changed(Permission permission) {
  allowed_ = permission == Permission::granted;
  if (!allowed_) return;
  if (auto* opening = std::get_if<Opening>(&state_)) opening->asking = false;
  const auto* failed = std::get_if<Failed>(&state_);
  if (failed != nullptr && is_about_access(failed->why)) try_again();
}

std::optional<Instant> Source::deadline() const {
  return std::visit(
      Overloaded{
          [&](const Opening& opening) {
            const bool known = opening.asking || allowed_;
            return known ? std::nullopt : std::optional(opening.since + kAskingAfter);
          },
          [](const Open& open) {
            const Silence& silence = open.silence;
            if (silence.reported == silence.believed) return std::optional<Instant>();
            return std::optional(silence.since + kMuteSettles);
          },
          [](const Failed& failed) { return failed.retry_at; },
          [](const OneOf<Closed, Abandoned> auto&) { return std::optional<Instant>(); },
      },
      state_);
}

void Source::time_reached(Instant now) {
  const auto due = deadline();
  if (!due || *due > now) return;
  if (auto* opening = std::get_if<Opening>(&state_)) opening->asking = true;
  if (auto* open = std::get_if<Open>(&state_)) open->silence.believed = open->silence.reported;
  try_again();
}

bool Source::awaits(MediaRequestId request) const {
  return std::visit(
      Overloaded{
          [&](const OneOf<Opening, Abandoned> auto& waiting) { return waiting.request == request; },
          [&](const Open& open) { return open.next && open.next->request == request; },
          [](const OneOf<Closed, Failed> auto&) { return false; },
      },
      state_);
}

std::optional<Capture> Source::awaited() const {
  const auto* opening = std::get_if<Opening>(&state_);
  return opening == nullptr ? std::nullopt : std::optional(opening->ladder.current());
}

bool Source::is_unusable(const HardwareId& device) const {
  return std::ranges::find(unusable_, device) != unusable_.end();
}

void Source::note_unusable(const Capture& capture, Trouble trouble) {
  const bool is_its_fault = trouble != Trouble::missing && !is_about_access(trouble);
  if (!capture.device || !is_its_fault || is_unusable(*capture.device)) return;
  if (unusable_.size() == kMaxListedDevices) unusable_.erase(unusable_.begin());
  unusable_.push_back(*capture.device);
}

}  // namespace parley::media
