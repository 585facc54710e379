# Debian's clang, libc++ and wasi-libc. "Generic" because CMake has no name for a machine without an
# operating system.
set(CMAKE_SYSTEM_NAME Generic)
set(CMAKE_SYSTEM_PROCESSOR wasm32)
set(CMAKE_CXX_COMPILER clang++-19)
set(CMAKE_CXX_COMPILER_TARGET wasm32-wasi)
# Only a library can be built before there are flags for a module.
set(CMAKE_CXX_COMPILER_WORKS TRUE)
