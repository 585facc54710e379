// The kernel's figures about a process and about the whole machine.
#pragma once

#include "bench/load/clock.hpp"

#include <sys/types.h>

namespace parley::load {

struct CpuTime {
  double user_s = 0;
  double system_s = 0;
  [[nodiscard]] double total_s() const { return user_s + system_s; }
};

/// From /proc/PID/stat, all threads; in steps of 10 ms.
[[nodiscard]] CpuTime cpu_of(pid_t pid);
[[nodiscard]] CpuTime cpu_of_this_process();
/// Busy time of all processors since the start of the machine.
[[nodiscard]] CpuTime cpu_of_machine();

/// Resident memory in KB: VmRSS of /proc/PID/status.
[[nodiscard]] double resident_kb(pid_t pid);

/// The processor time between two readings, by owner.
class CpuWatch {
 public:
  explicit CpuWatch(pid_t server);

  struct Reading {
    double wall_s = 0;
    CpuTime server;
    double tool_s = 0;
    /// Of all other processes on this machine: the noise of the measurement.
    double others_s = 0;
  };
  /// Since construction.
  [[nodiscard]] Reading read() const;

 private:
  pid_t pid_;
  Moment start_ = Clock::now();
  CpuTime server_;
  CpuTime tool_;
  CpuTime machine_;
};

}  // namespace parley::load
