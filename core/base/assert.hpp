// Programmer errors stop the program, in release builds too: a call core that goes on with a broken
// invariant would lie to two people at once.
#pragma once

#define PARLEY_ASSERT(condition) \
  do {                           \
    if (!(condition)) {          \
      __builtin_trap();          \
    }                            \
  } while (false)
