// Stands in for the parts of a C runtime that would otherwise become imports of core.wasm.
//
// The module promises an empty import list: whoever loads it gives it nothing, so it can reach
// nothing. Debian's compiler builtins are built with stack protection, and its C++ library reports
// failures through stdio; both would pull in WASI. Each of these functions means that an invariant
// is already broken, and the answer to that is a trap, which the loader reports. Compiled for
// core.wasm only.
#include <__verbose_abort>
#include <cstdint>

extern "C" {

std::uintptr_t __stack_chk_guard = 0x5ca1ab1e;

[[noreturn]] void __stack_chk_fail() { __builtin_trap(); }

[[noreturn]] void abort_message(const char* /*format*/, ...) { __builtin_trap(); }

}  // extern "C"

// libc++ documents this function as replaceable; the one it ships prints to stderr first.
[[noreturn]] void std::__libcpp_verbose_abort(const char* /*format*/, ...) { __builtin_trap(); }
