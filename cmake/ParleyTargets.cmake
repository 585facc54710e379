# Helpers for the CMakeLists.txt of each component.

# Finds the C++ files below the current folder: <prefix>_SOURCES, and <prefix>_TESTS for those named
# *_test.cpp.
function(parley_find_sources prefix)
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS "${CMAKE_CURRENT_SOURCE_DIR}/*.cpp")
  set(tests ${sources})
  list(FILTER tests INCLUDE REGEX "_test\\.cpp$")
  list(FILTER sources EXCLUDE REGEX "_test\\.cpp$")
  set(${prefix}_SOURCES ${sources} PARENT_SCOPE)
  set(${prefix}_TESTS ${tests} PARENT_SCOPE)
endfunction()

# Compiles the sources of each folder of a target as one, unless the preset says otherwise: most of
# the time goes into headers and templates that they share. For that, names are unique in a folder.
# Only the sources that are given, if any are.
function(parley_compile_by_folder target)
  if(NOT PARLEY_COMPILE_BY_FOLDER)
    return()
  endif()
  set(sources ${ARGN})
  if(NOT sources)
    get_target_property(sources ${target} SOURCES)
  endif()
  list(FILTER sources INCLUDE REGEX "\\.cpp$")
  foreach(source IN LISTS sources)
    cmake_path(GET source PARENT_PATH folder)
    cmake_path(RELATIVE_PATH folder BASE_DIRECTORY "${CMAKE_SOURCE_DIR}")
    string(MAKE_C_IDENTIFIER "${folder}" group)
    if(source MATCHES "_test\\.cpp$")
      string(APPEND group "_test")
    endif()
    set_source_files_properties("${source}" PROPERTIES UNITY_GROUP "${group}")
  endforeach()
  set_target_properties(${target} PROPERTIES UNITY_BUILD ON UNITY_BUILD_MODE GROUP)
endfunction()

# An executable with GoogleTest's main. Tests stay in the build tree; only programs go to the bin
# folder.
function(parley_add_tests name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "" "SOURCES;LIBRARIES")
  if(NOT arg_SOURCES)
    return()
  endif()
  find_package(GTest REQUIRED)
  add_executable(${name} ${arg_SOURCES})
  target_link_libraries(${name} PRIVATE ${arg_LIBRARIES} GTest::gmock GTest::gtest_main)
  set_target_properties(${name} PROPERTIES RUNTIME_OUTPUT_DIRECTORY "${CMAKE_BINARY_DIR}")
endfunction()

# Asio and Beast, compiled once: a file that includes them then only pays for the templates that it
# uses itself.
function(parley_need_network)
  if(TARGET parley_network)
    return()
  endif()
  find_package(Boost 1.81 REQUIRED)
  find_package(OpenSSL REQUIRED)
  find_package(Threads REQUIRED)
  add_library(parley_network STATIC "${CMAKE_SOURCE_DIR}/cmake/network.cpp")
  target_compile_definitions(parley_network PUBLIC
    BOOST_ASIO_SEPARATE_COMPILATION BOOST_BEAST_SEPARATE_COMPILATION BOOST_ASIO_NO_DEPRECATED)
  target_link_libraries(parley_network PUBLIC
    Boost::headers OpenSSL::SSL OpenSSL::Crypto Threads::Threads)
endfunction()
