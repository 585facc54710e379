// Allows a `std::visit` with one arm per alternative and no catch-all: a missing
// alternative is a compile error.
#pragma once

#include <concepts>
#include <type_traits>

namespace parley {

template <class... Arms>
struct Overloaded : Arms... {
  using Arms::operator()...;
};

/// Groups alternatives with the same arm: `[](OneOf<Ended, Idle> auto&) { ... }`.
template <class T, class... Ts>
concept OneOf = (std::same_as<std::remove_cvref_t<T>, Ts> || ...);

}  // namespace parley
