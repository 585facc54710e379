// Lets a `std::visit` be written as one arm per alternative, with no catch-all: forgetting an
// alternative is a compile error.
#pragma once

#include <concepts>
#include <type_traits>

namespace parley {

template <class... Arms>
struct Overloaded : Arms... {
  using Arms::operator()...;
};

/// Groups alternatives that share an answer: `[](OneOf<Ended, Idle> auto&) { ... }`.
template <class T, class... Ts>
concept OneOf = (std::same_as<std::remove_cvref_t<T>, Ts> || ...);

}  // namespace parley
