# core.wasm as browsers load it, and the same tests as on the native build, run by Node.

set(runtime "${CMAKE_CURRENT_SOURCE_DIR}/bindings/wasm_runtime.cpp")
set(module_flags -fno-exceptions -fno-rtti -mbulk-memory)

# Bounds checks in the standard library, as on the native build.
add_compile_definitions(_LIBCPP_HARDENING_MODE=_LIBCPP_HARDENING_MODE_FAST)

# The stack comes first in memory, so that an overflow traps instead of writing over the heap.
set(stack_flags LINKER:--stack-first LINKER:-z,stack-size=262144)

add_executable(core_wasm ${core_SOURCES} ${runtime})
set_target_properties(core_wasm PROPERTIES OUTPUT_NAME core-unchecked SUFFIX .wasm)
target_include_directories(core_wasm PRIVATE "${CMAKE_SOURCE_DIR}")
target_compile_options(core_wasm PRIVATE ${module_flags} -Oz -flto)
target_link_options(core_wasm PRIVATE
  -mexec-model=reactor -Oz -flto ${stack_flags} LINKER:--gc-sections LINKER:--strip-all)
parley_compile_by_folder(core_wasm)

# A module gets the name core.wasm only after it has been checked.
set(module "${CMAKE_BINARY_DIR}/core.wasm")
set(check "${CMAKE_SOURCE_DIR}/tools/check-wasm.mjs")
add_custom_command(OUTPUT "${module}"
  COMMAND node "${check}" $<TARGET_FILE:core_wasm>
  COMMAND ${CMAKE_COMMAND} -E copy $<TARGET_FILE:core_wasm> "${module}"
  DEPENDS core_wasm "${check}"
  COMMENT "Checking core.wasm"
  VERBATIM)
add_custom_target(core_module ALL DEPENDS "${module}")

# Debian ships the sources of GoogleTest; they build without threads, exceptions and processes.
set(googletest /usr/src/googletest)
add_library(googletest_wasm OBJECT
  ${googletest}/googletest/src/gtest-all.cc ${googletest}/googlemock/src/gmock-all.cc
  ${googletest}/googletest/src/gtest_main.cc)
target_include_directories(googletest_wasm SYSTEM
  PUBLIC ${googletest}/googletest/include ${googletest}/googlemock/include
  PRIVATE ${googletest}/googletest ${googletest}/googlemock)
target_compile_definitions(googletest_wasm PUBLIC
  GTEST_HAS_PTHREAD=0 GTEST_HAS_EXCEPTIONS=0 GTEST_HAS_RTTI=0 GTEST_HAS_STREAM_REDIRECTION=0
  GTEST_HAS_DEATH_TEST=0)
target_compile_options(googletest_wasm PUBLIC ${module_flags} -O1 PRIVATE -w)

add_executable(core_tests_wasm ${core_SOURCES} ${testing_SOURCES} ${core_TESTS})
set_target_properties(core_tests_wasm PROPERTIES
  OUTPUT_NAME core_tests SUFFIX .wasm RUNTIME_OUTPUT_DIRECTORY "${CMAKE_BINARY_DIR}")
target_include_directories(core_tests_wasm PRIVATE "${CMAKE_SOURCE_DIR}")
target_link_libraries(core_tests_wasm PRIVATE googletest_wasm)
target_link_options(core_tests_wasm PRIVATE LINKER:--stack-first LINKER:-z,stack-size=1048576)
parley_compile_by_folder(core_tests_wasm)
