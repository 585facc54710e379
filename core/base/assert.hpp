// Programmer errors stop the program, in release builds too: a call core with a broken
// invariant would show two people a wrong state.
#pragma once

#define PARLEY_ASSERT(condition) \
  do {                           \
    if (!(condition)) {          \
      __builtin_trap();          \
    }                            \
  } while (false)
