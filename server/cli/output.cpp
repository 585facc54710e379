#include "server/cli/output.hpp"

#include "server/cli/cli.hpp"

#include <cstdio>

namespace parley::server::cli {

bool is_output_lost() { return std::fflush(stdout) != 0 || std::ferror(stdout) != 0; }

int misused(std::string_view what) {
  std::fprintf(stderr, "parley: %.*s\nTry `parley help`.\n", static_cast<int>(what.size()),
               what.data());
  return kMisused;
}

int failed(std::string_view what) {
  std::fprintf(stderr, "parley: %.*s\n", static_cast<int>(what.size()), what.data());
  return kFailed;
}

}  // namespace parley::server::cli
