// Turns the bytes of a fuzzer into messages: every field of a described struct takes its value from
// the input, and ids, users and descriptions come from small pools, so that related messages use
// the same values. After the end of the input all bytes are zero.
#pragma once

#include "core/json/codec.hpp"
#include "core/wire/types.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <string>
#include <string_view>
#include <type_traits>
#include <variant>

namespace parley::fuzz {

class Bytes {
 public:
  Bytes(const std::uint8_t* data, std::size_t size) : next_(data), end_(data + size) {}

  [[nodiscard]] bool empty() const { return next_ == end_; }

  std::uint8_t byte() { return empty() ? std::uint8_t{0} : *next_++; }

  /// In [0, bound).
  std::size_t below(std::size_t bound) { return byte() % bound; }

  /// True for one byte in `of`.
  bool one_in(std::size_t of) { return below(of) == of - 1; }

  /// The next bytes, unchanged.
  std::string text(std::size_t most) {
    std::string text;
    while (text.size() < most && !empty()) text += static_cast<char>(byte());
    return text;
  }

 private:
  const std::uint8_t* next_;
  const std::uint8_t* end_;
};

inline constexpr std::array<std::string_view, 4> kUsers{"ada", "bea", "cem", "dot"};
inline constexpr std::uint64_t kCalls = 6;
inline constexpr std::uint64_t kDevices = 4;

/// A UUIDv7 of the start time of the fuzzers' clocks.
inline CallId call_id(std::uint64_t n) {
  constexpr std::uint64_t kStartMs = 1'700'000'000'000U;
  return {kStartMs << 16U | 0x7000U, 0x8000'0000'0000'0000U | n};
}
inline DeviceId device_id(std::uint64_t n) { return {0xd, n}; }

/// A description of one of a few generations.
inline std::string description(std::size_t generation) {
  return "v=0\r\na=ice-ufrag:" + std::string(1, static_cast<char>('a' + generation)) +
         "\r\na=ice-pwd:p\r\n";
}

inline void fill(Bytes& bytes, bool& out) { out = bytes.one_in(2); }
inline void fill(Bytes& bytes, std::string& out) { out = description(bytes.below(3)); }
inline void fill(Bytes& bytes, UserId& out) { out.text = kUsers[bytes.below(kUsers.size())]; }
inline void fill(Bytes& bytes, CallId& out) { out = call_id(bytes.below(kCalls)); }
inline void fill(Bytes& bytes, DeviceId& out) { out = device_id(bytes.below(kDevices)); }

template <class Tag>
void fill(Bytes& bytes, Uuid<Tag>& out) {
  out = {1, bytes.below(4)};
}

template <class Tag>
void fill(Bytes& bytes, Serial<Tag>& out) {
  out.value = bytes.below(8);
}

/// Mostly small numbers, and sometimes the largest and smallest.
template <std::integral T>
  requires(!std::same_as<T, bool>)
void fill(Bytes& bytes, T& out) {
  using Limits = std::numeric_limits<T>;
  // The protocol carries no more than an int64.
  constexpr T kMost = std::same_as<T, std::uint64_t>
                          ? static_cast<T>(std::numeric_limits<std::int64_t>::max())
                          : Limits::max();
  const std::uint8_t chosen = bytes.byte();
  if (chosen == 255) {
    out = kMost;
  } else if (chosen == 254) {
    out = Limits::min();
  } else if (chosen >= 192) {
    out = static_cast<T>(std::min<std::uint64_t>(std::uint64_t{1} << (chosen - 192U), kMost));
  } else {
    out = static_cast<T>(chosen % 8);
  }
}

template <std::size_t N>
void fill(Bytes& bytes, json::Text<N>& out) {
  if constexpr (N > 1024) {
    out.value = description(bytes.below(3));
  } else {
    constexpr std::array<std::string_view, 4> kTexts{"a", "b", "c", ""};
    out.value = kTexts[bytes.below(kTexts.size())];
  }
}

template <json::Named T>
void fill(Bytes& bytes, T& out) {
  out = static_cast<T>(bytes.below(names(T{}).size()));
}

template <json::Described T>
void fill(Bytes& bytes, T& out);
template <class... Ts>
void fill(Bytes& bytes, std::variant<Ts...>& out);

/// Signals between devices; sometimes garbage.
inline void fill(Bytes& bytes, json::Raw& out) {
  if (bytes.one_in(8)) {
    out.text = "[{}, 1]";
    return;
  }
  wire::PeerMessage message;
  fill(bytes, message);
  out.text = json::to_json(message);
}

template <class T, std::size_t N>
void fill(Bytes& bytes, json::List<T, N>& out) {
  out.items.clear();
  for (std::size_t left = std::min<std::size_t>(bytes.below(4), N); left > 0; --left) {
    fill(bytes, out.items.emplace_back());
  }
}

template <class T>
void fill(Bytes& bytes, std::optional<T>& out) {
  out.reset();
  if (bytes.one_in(2)) fill(bytes, out.emplace());
}

template <json::Described T>
void fill(Bytes& bytes, T& out) {
  std::apply([&](const auto&... field) { (fill(bytes, field.of(out)), ...); }, T::fields());
}

template <class... Ts>
void fill(Bytes& bytes, std::variant<Ts...>& out) {
  const std::size_t chosen = bytes.below(sizeof...(Ts));
  std::size_t index = 0;
  const auto attempt = [&]<class T>(std::type_identity<T>) {
    if (index++ == chosen) fill(bytes, out.template emplace<T>());
  };
  (attempt(std::type_identity<Ts>{}), ...);
}

/// A time step: from zero to more than any session is kept.
inline Duration some_time(Bytes& bytes) {
  constexpr std::array<std::int64_t, 12> kMilliseconds{0,    1,    20,     100,    500,    1000,
                                                       2500, 5000, 10'000, 20'000, 45'000, 100'000};
  return Duration{kMilliseconds[bytes.below(kMilliseconds.size())]};
}

}  // namespace parley::fuzz
