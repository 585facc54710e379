# Flags that every target shares: language, warnings, linker, sanitizers, compiler cache.

set(CMAKE_CXX_STANDARD 23)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)

find_program(PARLEY_CCACHE ccache)
if(PARLEY_CCACHE AND NOT CMAKE_CXX_CLANG_TIDY)
  # Paths count from the root of the project, so that every checkout finds what another has compiled.
  set(CMAKE_CXX_COMPILER_LAUNCHER
    "${CMAKE_COMMAND};-E;env;CCACHE_BASEDIR=${CMAKE_SOURCE_DIR};${PARLEY_CCACHE}")
endif()

add_compile_options(
  -Wall -Wextra -Wpedantic -Wconversion -Wsign-conversion -Wshadow -Wswitch-enum -Werror
  # Members without an initialiser have a default constructor that says what they start as.
  -Wno-missing-designated-field-initializers
  -fcolor-diagnostics
  # Paths in assertions and debug information start at the root of the project, wherever it is
  # checked out.
  "-ffile-prefix-map=${CMAKE_SOURCE_DIR}/=")

if(NOT CMAKE_CROSSCOMPILING)
  add_link_options(-fuse-ld=lld-19)
  # Bounds checks of the standard library stay on in release: they cost little, and the input is
  # hostile.
  add_compile_definitions(_GLIBCXX_ASSERTIONS)
  add_compile_options("$<$<CONFIG:Release>:-fstack-protector-strong;-D_FORTIFY_SOURCE=2>")
  add_link_options(LINKER:-z,relro,-z,now)
endif()

if(PARLEY_SANITIZERS)
  # To check a virtual call, UBSan opens a pipe: a server that is out of file descriptors would die of
  # the check.
  add_compile_options(
    "-fsanitize=${PARLEY_SANITIZERS}" -fno-sanitize=vptr -fno-sanitize-recover=all -fno-omit-frame-pointer)
  add_link_options("-fsanitize=${PARLEY_SANITIZERS}")
endif()
