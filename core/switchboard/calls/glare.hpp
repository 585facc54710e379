// Decides which of two crossing invites stands, and with that the caller, the side that offers
// first and the kind of the call. The decision is a hash over both ids with a random key of this
// process: it does not depend on the order of the invites, and no client can choose an id that
// wins.
#pragma once

#include "core/base/ids.hpp"

#include <array>
#include <bit>
#include <cstdint>

namespace parley::switchboard {

/// SipHash-2-4 (Aumasson and Bernstein, 2012) of four words: a short hash that keeps its key secret
/// when others choose the input.
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

/// True when the invite `id` stands against the invite `other`. For two different ids, exactly one
/// of stands(a, b) and stands(b, a) is true.
constexpr bool stands(CallId id, CallId other, const std::array<std::uint64_t, 2>& key) {
  const CallId& lower = id < other ? id : other;
  const CallId& higher = id < other ? other : id;
  const bool lower_stands =
      (keyed_hash({lower.high, lower.low, higher.high, higher.low}, key) & 1U) == 0;
  return (id < other) == lower_stands;
}

}  // namespace parley::switchboard
