#include "server/app/limits.hpp"

#include <sys/file.h>
#include <sys/prctl.h>
#include <sys/resource.h>

#include <cerrno>
#include <fcntl.h>
#include <system_error>
#include <unistd.h>
#include <utility>

namespace parley::server::app {

namespace {

constexpr auto kOthers = std::filesystem::perms::group_all | std::filesystem::perms::others_all;

}  // namespace

bool fill_standard_streams() {
  for (const int stream : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) {
    if (fcntl(stream, F_GETFD) >= 0) continue;
    // The lowest number that is free is that of the stream. Not to be written to: what is written
    // there must not count as written.
    if (open("/dev/null", O_RDONLY) != stream) return false;
  }
  return true;
}

std::size_t raise_open_files() {
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return 0;
  if (limit.rlim_cur < limit.rlim_max) {
    limit.rlim_cur = limit.rlim_max;
    setrlimit(RLIMIT_NOFILE, &limit);
    getrlimit(RLIMIT_NOFILE, &limit);
  }
  return limit.rlim_cur;
}

void keep_memory_private() {
  const rlimit none{.rlim_cur = 0, .rlim_max = 0};
  setrlimit(RLIMIT_CORE, &none);
  prctl(PR_SET_DUMPABLE, 0);
}

std::string make_private(const std::filesystem::path& folder) {
  using std::filesystem::perms;
  std::error_code error;
  for (const char* name : {"parley.sqlite3", "parley.sqlite3-wal", "parley.sqlite3-shm", "lock"}) {
    const std::filesystem::path file = folder / name;
    const perms now = std::filesystem::status(file, error).permissions();
    if (error || (now & kOthers) == perms::none) continue;
    std::filesystem::permissions(file, kOthers, std::filesystem::perm_options::remove, error);
    if (error) return file.string();
  }
  // The folder may hold other things, and somebody may have reasons: it is left as it is.
  return can_others_enter(folder) ? folder.string() : std::string();
}

bool can_others_enter(const std::filesystem::path& folder) {
  std::error_code error;
  const auto now = std::filesystem::status(folder, error).permissions();
  return !error && (now & kOthers) != std::filesystem::perms::none;
}

std::optional<DataLock> DataLock::take(const std::filesystem::path& folder) {
  const int file = open((folder / "lock").c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (file < 0) {
    throw std::filesystem::filesystem_error("the data folder can't be written", folder,
                                            std::error_code(errno, std::generic_category()));
  }
  if (flock(file, LOCK_EX | LOCK_NB) != 0) {
    ::close(file);
    return std::nullopt;
  }
  return DataLock(file);
}

bool DataLock::is_held(const std::filesystem::path& folder) {
  const int file = open((folder / "lock").c_str(), O_RDWR | O_CLOEXEC);
  if (file < 0) return false;
  const bool held = flock(file, LOCK_EX | LOCK_NB) != 0;
  ::close(file);
  return held;
}

DataLock::DataLock(DataLock&& other) noexcept : file_(std::exchange(other.file_, -1)) {}

DataLock::~DataLock() {
  if (file_ >= 0) ::close(file_);
}

}  // namespace parley::server::app
