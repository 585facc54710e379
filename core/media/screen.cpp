#include "core/media/screen.hpp"

#include "core/base/mutants.hpp"
#include "core/base/overloaded.hpp"

namespace parley::media {

bool Screen::want(bool wanted, Effects& effects) {
  const auto settle = Overloaded{
      [&](const OneOf<Closed, Failed> auto&) { return wanted; },
      [&](const Opening& opening) {
        if (!wanted) state_ = Abandoned{opening.request};
        return false;
      },
      // A second question while the first is still there: the first one will do.
      [&](const Abandoned& abandoned) {
        if (wanted) state_ = Opening{abandoned.request};
        return false;
      },
      [&](const Open& open) {
        if (wanted) return false;
        if (!mutant(Mutant::screen_left_open))
          effects.emplace_back(phone::CloseMedia{open.request, SourceKind::screen});
        state_ = Closed{};
        return false;
      },
  };
  return std::visit(settle, State(state_));
}

void Screen::granted(Effects& effects) {
  const auto* opening = std::get_if<Opening>(&state_);
  const auto* abandoned = std::get_if<Abandoned>(&state_);
  if (opening != nullptr) {
    state_ = Open{opening->request};
  } else if (abandoned != nullptr) {
    effects.emplace_back(phone::CloseMedia{abandoned->request, SourceKind::screen});
    state_ = Closed{};
  }
}

void Screen::refused(const phone::MediaFailed& failure) {
  const Trouble trouble = classify(failure);
  const bool changed_their_mind =
      trouble == Trouble::denied || trouble == Trouble::dismissed || trouble == Trouble::busy;
  if (std::holds_alternative<Abandoned>(state_) ||
      (changed_their_mind && failure.name.value != "NotReadableError")) {
    state_ = Closed{};
  } else if (failure.name.value == "NotSupportedError") {
    state_ = Failed{Trouble::blocked};
  } else {
    state_ = Failed{trouble};
  }
}

bool Screen::owns(MediaRequestId request) const {
  return std::visit(
      Overloaded{
          [&](const OneOf<Opening, Abandoned, Open> auto& s) { return s.request == request; },
          [](const OneOf<Closed, Failed> auto&) { return false; },
      },
      state_);
}

}  // namespace parley::media
