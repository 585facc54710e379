// Conditions that hold for every input. It prints a failed condition, because a trap alone shows no
// line.
#pragma once

#include <cstdio>

#define PARLEY_EXPECT(condition)                                           \
  do {                                                                     \
    if (!(condition)) {                                                    \
      std::fprintf(stderr, "%s:%d: %s\n", __FILE__, __LINE__, #condition); \
      __builtin_trap();                                                    \
    }                                                                      \
  } while (false)
