// The screen, or a part of it, that the person shares. The browser asks what to share every time,
// so it is opened by a press alone and never again by itself.
#pragma once

#include "core/base/time.hpp"
#include "core/media/trouble.hpp"
#include "core/shell/effects.hpp"

#include <optional>
#include <variant>
#include <vector>

namespace parley::media {

class Screen {
 public:
  struct Closed {};
  struct Opening {
    MediaRequestId request;
  };
  /// The screen is no longer wanted: close it if it is granted.
  struct Abandoned {
    MediaRequestId request;
  };
  struct Open {
    MediaRequestId request;
  };
  struct Failed {
    Trouble why = Trouble::failed;
  };
  using State = std::variant<Closed, Opening, Abandoned, Open, Failed>;
  using Effects = std::vector<phone::Effect>;

  /// Whether to ask the browser now. `asked` tells the request.
  [[nodiscard]] bool want(bool wanted, Effects& effects);
  void asked(MediaRequestId request) { state_ = Opening{request}; }
  void granted(Effects& effects);
  /// A person who closes the browser's list has changed their mind; that is no failure.
  void refused(const phone::MediaFailed& failure);
  void ended() {
    if (std::holds_alternative<Open>(state_)) state_ = Closed{};
  }
  /// The call in which it failed is over.
  void forget_failure() {
    if (std::holds_alternative<Failed>(state_)) state_ = Closed{};
  }

  /// Whether a request is this one's, waited for or granted.
  [[nodiscard]] bool owns(MediaRequestId request) const;
  [[nodiscard]] const State& state() const { return state_; }

 private:
  State state_;
};

}  // namespace parley::media
