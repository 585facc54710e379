// Fills any described struct with values for tests: seeded, within every limit, and often with
// values that are difficult for codecs (extremes, escapes, text beyond ASCII, empty lists).
#pragma once

#include "core/base/random.hpp"
#include "core/json/codec.hpp"

#include <algorithm>
#include <array>
#include <limits>
#include <utility>

namespace parley::json::samples {

inline std::size_t index_below(Random& random, std::size_t bound) {
  return static_cast<std::size_t>(random.below(bound));
}

inline std::string text_of(Random& random, std::size_t max_bytes) {
  constexpr std::array<std::string_view, 12> kPieces{
      "a", "Z9", " ", "\"", "\\", "/", "\n\r\t\b\f", "\x01\x1f\x7f", "ü", "€", "😀", "v=0\r\n"};
  std::string text;
  for (std::uint64_t pieces = random.below(12); pieces > 0; --pieces) {
    const std::string_view piece = kPieces[index_below(random, kPieces.size())];
    if (text.size() + piece.size() > max_bytes) break;
    text += piece;
  }
  return text;
}

inline void fill(Random& random, bool& out) { out = random.below(2) == 1; }
inline void fill(Random& random, std::string& out) { out = text_of(random, 256); }

inline void fill(Random& random, Raw& out) {
  constexpr std::array<std::string_view, 6> kValues{
      "null", "-0.5e+3", R"("\ud83d\ude00")", "[ ]", R"({"a":[1, true]})", "[[[{}]]]"};
  out.text = kValues[index_below(random, kValues.size())];
}

inline void fill(Random& random, UserId& out) {
  constexpr std::string_view kAllowed = "abcxyz019._-@";
  out.text.clear();
  for (std::uint64_t left = 1 + random.below(UserId::kMaxBytes); left > 0; --left) {
    out.text += kAllowed[index_below(random, kAllowed.size())];
  }
}

template <std::integral T>
  requires(!std::same_as<T, bool>)
void fill(Random& random, T& out) {
  using Limits = std::numeric_limits<T>;
  // The protocol carries no more than an int64.
  constexpr T kMax = std::same_as<T, std::uint64_t>
                         ? static_cast<T>(std::numeric_limits<std::int64_t>::max())
                         : Limits::max();
  switch (random.below(4)) {
    case 0:
      out = 0;
      break;
    case 1:
      out = Limits::min();
      break;
    case 2:
      out = kMax;
      break;
    default:
      out = static_cast<T>(random.next() % kMax);
      break;
  }
}

template <std::size_t N>
void fill(Random& random, Text<N>& out) {
  out.value = random.below(8) == 0 ? std::string(N, 'x') : text_of(random, N);
}

template <class Tag>
void fill(Random& random, Uuid<Tag>& out) {
  out = {random.next(), random.next()};
}

template <class Tag>
void fill(Random& random, Serial<Tag>& out) {
  fill(random, out.value);
}

template <Named T>
void fill(Random& random, T& out) {
  out = static_cast<T>(random.below(names(T{}).size()));
}

template <Described T>
void fill(Random& random, T& out);
template <class... Ts>
void fill(Random& random, std::variant<Ts...>& out);

template <class T, std::size_t N>
void fill(Random& random, List<T, N>& out) {
  out.items.clear();
  std::size_t size = index_below(random, 4);
  if (random.below(32) == 0) size = N;
  for (std::size_t left = std::min(size, N); left > 0; --left) {
    fill(random, out.items.emplace_back());
  }
}

template <class T>
void fill(Random& random, std::optional<T>& out) {
  out.reset();
  if (random.below(2) == 1) fill(random, out.emplace());
}

template <Described T>
void fill(Random& random, T& out) {
  std::apply([&](const auto&... field) { (fill(random, field.of(out)), ...); }, T::fields());
}

template <class... Ts>
void fill(Random& random, std::variant<Ts...>& out) {
  const std::uint64_t chosen = random.below(sizeof...(Ts));
  std::uint64_t index = 0;
  const auto attempt = [&]<class T>(std::type_identity<T>) {
    if (index++ == chosen) fill(random, out.template emplace<T>());
  };
  (attempt(std::type_identity<Ts>{}), ...);
}

/// Calls `act(value, random)` with many values of every alternative.
template <class... Ts, class Act>
void for_each_alternative(std::type_identity<std::variant<Ts...>>, unsigned rounds, Act&& act) {
  Random random(1);
  const auto exercise = [&]<class T>(std::type_identity<T>) {
    for (unsigned round = 0; round < rounds; ++round) {
      T value;
      fill(random, value);
      act(std::as_const(value), random);
    }
  };
  (exercise(std::type_identity<Ts>{}), ...);
}

}  // namespace parley::json::samples
