// The command line.
#pragma once

#include "bench/load/client.hpp"

#include <sys/types.h>

#include <cstddef>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace parley::load {

struct Options {
  std::vector<std::string> modes{"core", "idle", "relay", "saturated", "open"};
  double seconds = 8;
  std::size_t connections = 4000;
  std::size_t calls_at_once = 100;
  std::size_t people = 2400;
  double rate = 200;
  Gathering gathering = Gathering::separate;
  bool json = false;

  /// A running server to measure, instead of starting one.
  std::string url;
  std::string accounts_file;
  pid_t server_pid = 0;

  std::filesystem::path program;
  std::vector<std::string> server_options;
};

/// Empty after printing the help. Throws for invalid options.
[[nodiscard]] std::optional<Options> parse_options(int count, char** arguments);

}  // namespace parley::load
