// One value for each source. A struct that a shell sends or gets lists the three values in
// `fields()`, and each one becomes a member of that struct's JSON object.
#pragma once

#include "core/shell/capture.hpp"

#include <array>
#include <utility>

namespace parley::media {

inline constexpr std::array kSources{SourceKind::microphone, SourceKind::camera,
                                     SourceKind::screen};

template <class T>
struct BySource {
  T microphone{};
  T camera{};
  T screen{};

  [[nodiscard]] constexpr const T& operator[](SourceKind source) const {
    switch (source) {
      case SourceKind::microphone:
        return microphone;
      case SourceKind::camera:
        return camera;
      case SourceKind::screen:
        return screen;
    }
    std::unreachable();
  }
  [[nodiscard]] constexpr T& operator[](SourceKind source) {
    return const_cast<T&>(std::as_const(*this)[source]);
  }
  bool operator==(const BySource&) const = default;
};

}  // namespace parley::media
