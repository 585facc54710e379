// A small process beside the server that ends the relay when the server is killed. The kernel's own
// means for that (PR_SET_PDEATHSIG) does not hold for a program with file capabilities.
#pragma once

#include <sys/types.h>

namespace parley::server::relay {

class Guard {
 public:
  /// Forks: best done while this process is small and has no threads.
  Guard();
  /// Lets it go, and with it what it watches.
  ~Guard();
  Guard(const Guard&) = delete;
  Guard& operator=(const Guard&) = delete;

  /// From now on it watches that process and its process group instead of any other. `exit_file` is
  /// a pidfd, so that no other process of the same number is ever ended. False when the guard is
  /// gone.
  [[nodiscard]] bool watch(pid_t pid, int exit_file) const;

 private:
  int socket_ = -1;
};

}  // namespace parley::server::relay
