// What must hold whatever the input. Says what does not, for a trap alone tells no line.
#pragma once

#include <cstdio>

#define PARLEY_EXPECT(condition)                                           \
  do {                                                                     \
    if (!(condition)) {                                                    \
      std::fprintf(stderr, "%s:%d: %s\n", __FILE__, __LINE__, #condition); \
      __builtin_trap();                                                    \
    }                                                                      \
  } while (false)
