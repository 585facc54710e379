// Which of two invites that cross stands. It decides who counts as the caller, who offers first and
// what kind of call it is, so that it must not be for sale: a hash over both ids, keyed with bits
// of this process, is the same whichever came first, and nobody can choose an id that wins.
#pragma once

#include "core/base/ids.hpp"

#include <array>
#include <bit>
#include <cstdint>

namespace parley::switchboard {

/// SipHash-2-4 (Aumasson and Bernstein, 2012) of four words: short, and made for secrets that
/// others try to find out by what they choose.
constexpr std::uint64_t keyed_hash(const std::array<std::uint64_t, 4>& words,
                                   const std::array<std::uint64_t, 2>& key) {
  std::uint64_t a = key[0] ^ 0x736f6d6570736575U;
  std::uint64_t b = key[1] ^ 0x646f72616e646f6dU;
  std::uint64_t c = key[0] ^ 0x6c7967656e657261U;
  std::uint64_t d = key[1] ^ 0x7465646279746573U;
  const auto mix = [&](int rounds) {
    for (int round = 0; round < rounds; ++round) {
      a += b;
      b = std::rotl(b, 13) ^ a;
      a = std::rotl(a, 32);
      c += d;
      d = std::rotl(d, 16) ^ c;
      a += d;
      d = std::rotl(d, 21) ^ a;
      c += b;
      b = std::rotl(b, 17) ^ c;
      c = std::rotl(c, 32);
    }
  };
  const auto take = [&](std::uint64_t word) {
    d ^= word;
    mix(2);
    a ^= word;
  };
  for (const std::uint64_t word : words) take(word);
  take(std::uint64_t{words.size() * sizeof(std::uint64_t)} << 56U);
  c ^= 0xffU;
  mix(4);
  return a ^ b ^ c ^ d;
}

/// True for exactly one of two different ids, in whichever order they are asked about.
constexpr bool stands(CallId id, CallId other, const std::array<std::uint64_t, 2>& key) {
  const CallId& lower = id < other ? id : other;
  const CallId& higher = id < other ? other : id;
  const bool lower_stands =
      (keyed_hash({lower.high, lower.low, higher.high, higher.low}, key) & 1U) == 0;
  return (id < other) == lower_stands;
}

}  // namespace parley::switchboard
