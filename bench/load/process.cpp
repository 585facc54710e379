#include "bench/load/process.hpp"

#include <algorithm>
#include <fstream>
#include <sstream>
#include <string>
#include <unistd.h>

namespace parley::load {

namespace {

double ticks_to_s(double ticks) {
  static const auto per_second = static_cast<double>(::sysconf(_SC_CLK_TCK));
  return ticks / per_second;
}

std::string proc_file(pid_t pid, const char* name) {
  return "/proc/" + std::to_string(pid) + "/" + name;
}

}  // namespace

CpuTime cpu_of(pid_t pid) {
  std::ifstream file(proc_file(pid, "stat"));
  std::string line;
  std::getline(file, line);
  // The name in brackets may hold spaces; utime and stime are fields 14 and 15 (proc(5)).
  const std::size_t bracket = line.rfind(')');
  if (bracket == std::string::npos) return {};
  std::istringstream fields(line.substr(bracket + 1));
  std::string skipped;
  for (int field = 3; field < 14; ++field) fields >> skipped;
  double user = 0;
  double system = 0;
  fields >> user >> system;
  return {ticks_to_s(user), ticks_to_s(system)};
}

CpuTime cpu_of_this_process() { return cpu_of(::getpid()); }

CpuTime cpu_of_machine() {
  std::ifstream file("/proc/stat");
  std::string name;
  double user = 0;
  double nice = 0;
  double system = 0;
  double idle = 0;
  double waiting = 0;
  double interrupts = 0;
  double soft_interrupts = 0;
  file >> name >> user >> nice >> system >> idle >> waiting >> interrupts >> soft_interrupts;
  return {ticks_to_s(user + nice), ticks_to_s(system + interrupts + soft_interrupts)};
}

double resident_kb(pid_t pid) {
  std::ifstream file(proc_file(pid, "status"));
  std::string line;
  while (std::getline(file, line)) {
    if (line.starts_with("VmRSS:")) return std::stod(line.substr(6));
  }
  return 0;
}

CpuWatch::CpuWatch(pid_t server)
    : pid_(server),
      server_(cpu_of(server)),
      tool_(cpu_of_this_process()),
      machine_(cpu_of_machine()) {}

CpuWatch::Reading CpuWatch::read() const {
  const CpuTime server = cpu_of(pid_);
  Reading reading{.wall_s = seconds_of(Clock::now() - start_),
                  .server = {server.user_s - server_.user_s, server.system_s - server_.system_s},
                  .tool_s = cpu_of_this_process().total_s() - tool_.total_s()};
  const double machine = cpu_of_machine().total_s() - machine_.total_s();
  reading.others_s = std::max(0.0, machine - reading.server.total_s() - reading.tool_s);
  return reading;
}

}  // namespace parley::load
