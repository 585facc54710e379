#include "server/cli/cli.hpp"

int main(int count, char** arguments) {
  return parley::server::cli::run({arguments + 1, arguments + count});
}
