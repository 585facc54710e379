// What the operating system grants the process.
#pragma once

#include <cstddef>
#include <filesystem>
#include <optional>
#include <string>

namespace parley::server::app {

/// Puts /dev/null where stdin, stdout or stderr is closed: the next file to be opened, as one of
/// the database, would take its number and get what is written there. Such output fails, as it did.
/// False when that can't be done.
[[nodiscard]] bool fill_standard_streams();

/// Raises the number of open files to the hard limit; returns it.
std::size_t raise_open_files();

/// No memory of this process, with the passwords and tokens in it, is written to a disk when it
/// crashes, or read by other processes of the same user.
void keep_memory_private();

/// Makes the files of a data folder readable by their owner alone; tells what others can still see,
/// empty when nothing.
std::string make_private(const std::filesystem::path& folder);

/// Whether the group or anybody has rights to the folder.
[[nodiscard]] bool can_others_enter(const std::filesystem::path& folder);

/// Held by the one server that works on a data folder; let go when the process ends, however it
/// does.
class DataLock {
 public:
  /// Nothing when another process holds the lock. Throws std::filesystem::filesystem_error when the
  /// folder can't be written.
  static std::optional<DataLock> take(const std::filesystem::path& folder);
  /// Whether some process does.
  static bool is_held(const std::filesystem::path& folder);
  ~DataLock();
  DataLock(DataLock&& other) noexcept;
  DataLock& operator=(DataLock&&) = delete;

 private:
  explicit DataLock(int file) : file_(file) {}
  int file_;
};

}  // namespace parley::server::app
