#include "server/relay/process.hpp"

#include <linux/capability.h>
#include <linux/close_range.h>
#include <linux/securebits.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <fcntl.h>
#include <grp.h>
#include <poll.h>
#include <pwd.h>
#include <string_view>
#include <system_error>
#include <unistd.h>

namespace parley::server::relay {

namespace {

// Everywhere the same, where there is such a user.
constexpr Identity kNobody{.user = 65'534, .group = 65'534};

std::string reason(int error) { return std::generic_category().message(error); }

struct Pipe {
  Pipe() {
    std::array<int, 2> ends{-1, -1};
    ok = pipe2(ends.data(), O_CLOEXEC) == 0;
    if (!ok) return;
    out = File(ends[0]);
    in = File(ends[1]);
  }
  File out;
  File in;
  bool ok = false;
};

/// Gives up root, and keeps of its powers the one to listen on ports below 1024.
bool become_user(const Identity& as) {
  constexpr std::uint32_t kPorts = 1U << CAP_NET_BIND_SERVICE;
  __user_cap_header_struct head{.version = _LINUX_CAPABILITY_VERSION_3, .pid = 0};
  const std::array<__user_cap_data_struct, 2> powers{
      {{.effective = kPorts, .permitted = kPorts, .inheritable = kPorts}, {}}};
  prctl(PR_SET_KEEPCAPS, 1);
  if (setgroups(0, nullptr) != 0 || setresgid(as.group, as.group, as.group) != 0 ||
      setresuid(as.user, as.user, as.user) != 0) {
    return false;
  }
  // A root without that power, as in some containers, has none to hand on.
  if (syscall(SYS_capset, &head, powers.data()) == 0) {
    prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, CAP_NET_BIND_SERVICE, 0, 0);
  }
  return true;
}

/// In the new process, between fork and exec: only what is safe after a fork with threads. Returns
/// the error that kept the program from running.
int become(const char* program, char* const* arguments, const char* folder, int output, int go,
           const std::optional<Identity>& as) {
  setpgid(0, 0);
  for (int number = 1; number < NSIG; ++number) signal(number, SIG_DFL);
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, nullptr);
  const int nothing = open("/dev/null", O_RDONLY | O_CLOEXEC);
  if (nothing < 0 || dup2(nothing, STDIN_FILENO) < 0 || dup2(output, STDOUT_FILENO) < 0 ||
      dup2(output, STDERR_FILENO) < 0 || chdir(folder) != 0) {
    return errno;
  }
  if (as && !become_user(*as)) return errno;
  // After the change of the user, which takes it back.
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  // Sockets of clients must not stay open in here.
  if (syscall(SYS_close_range, 3U, ~0U, CLOSE_RANGE_CLOEXEC) != 0) return errno;
  // Until the guard knows of this process; nothing comes when the server is gone.
  char byte = 0;
  if (read(go, &byte, 1) != 1) _exit(EXIT_FAILURE);
  execv(program, arguments);
  return errno;
}

/// The error that kept the program from running; 0 when it runs.
int exec_error(int failure) {
  pollfd wanted{.fd = failure, .events = POLLIN, .revents = 0};
  int ready = 0;
  do {
    ready = poll(&wanted, 1, static_cast<int>(kExecLimit.count()));
  } while (ready < 0 && errno == EINTR);
  if (ready <= 0) return ready == 0 ? ETIMEDOUT : errno;
  int error = 0;
  // Closed by the exec: nothing is read.
  return read(failure, &error, sizeof error) == sizeof error ? error : 0;
}

}  // namespace

std::optional<Identity> unprivileged_identity() {
  if (geteuid() != 0) return std::nullopt;
  for (const char* name : {"turnserver", "nobody"}) {
    const passwd* found = getpwnam(name);
    if (found != nullptr && found->pw_uid != 0) {
      return Identity{.user = found->pw_uid, .group = found->pw_gid};
    }
  }
  return kNobody;
}

std::filesystem::path find_program(const std::filesystem::path& name) {
  const auto runs = [](const std::filesystem::path& file) {
    std::error_code error;
    return std::filesystem::is_regular_file(file, error) && access(file.c_str(), X_OK) == 0;
  };
  if (name.has_parent_path()) {
    return runs(name) ? std::filesystem::absolute(name) : std::filesystem::path();
  }
  const char* variable = std::getenv("PATH");
  std::string_view folders = variable == nullptr ? "/usr/bin:/bin" : variable;
  while (!folders.empty()) {
    const std::size_t colon = folders.find(':');
    const std::filesystem::path file = std::filesystem::path(folders.substr(0, colon)) / name;
    if (file.is_absolute() && runs(file)) return file;
    folders.remove_prefix(colon == std::string_view::npos ? folders.size() : colon + 1);
  }
  return {};
}

std::expected<Process, std::string> start_process(const Command& command, const Guard& guard) {
  Pipe output;
  Pipe failure;
  Pipe go;
  if (!output.ok || !failure.ok || !go.ok) return std::unexpected(reason(errno));
  fcntl(output.out.get(), F_SETFL, O_NONBLOCK);
  // A program that prints faster than it is read loses lines. It must not wait: coturn holds a lock
  // while it prints, and anybody can make it print.
  fcntl(output.in.get(), F_SETFL, O_NONBLOCK);
  std::string program = command.program.native();
  std::vector<std::string> words = command.arguments;
  std::vector<char*> arguments{program.data()};
  for (std::string& word : words) arguments.push_back(word.data());
  arguments.push_back(nullptr);

  const pid_t pid = fork();
  if (pid < 0) return std::unexpected(reason(errno));
  if (pid == 0) {
    close(go.in.get());
    const int error = become(program.c_str(), arguments.data(), command.folder.c_str(),
                             output.in.get(), go.out.get(), command.as);
    [[maybe_unused]] const ssize_t told = write(failure.in.get(), &error, sizeof error);
    _exit(EXIT_FAILURE);
  }
  output.in = File();
  failure.in = File();
  Process process{.pid = pid,
                  .exit = File(static_cast<int>(syscall(SYS_pidfd_open, pid, 0))),
                  .output = std::move(output.out)};
  int error = process.exit.get() < 0 ? errno : 0;
  if (error == 0) {
    // Without a guard the kernel still ends most programs.
    [[maybe_unused]] const bool guarded = guard.watch(pid, process.exit.get());
    [[maybe_unused]] const ssize_t told = write(go.in.get(), "", 1);
    error = exec_error(failure.out.get());
  }
  if (error == 0) return process;
  kill(pid, SIGKILL);
  // One that hangs in its exec stays until the server ends.
  pollfd ended{.fd = process.exit.get(), .events = POLLIN, .revents = 0};
  poll(&ended, 1, static_cast<int>(kExecLimit.count()));
  waitpid(pid, nullptr, WNOHANG);
  return std::unexpected(reason(error));
}

}  // namespace parley::server::relay
