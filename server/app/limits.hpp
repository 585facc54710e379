// What the operating system grants the process.
#pragma once

#include <cstddef>
#include <filesystem>
#include <optional>

namespace parley::server::app {

/// Raises the number of open files to the hard limit; returns it.
std::size_t raise_open_files();

/// Held by the one server that works on a data folder; let go when the process ends, however it
/// does.
class DataLock {
 public:
  /// Nothing when another process holds the lock.
  static std::optional<DataLock> take(const std::filesystem::path& folder);
  ~DataLock();
  DataLock(DataLock&& other) noexcept;
  DataLock& operator=(DataLock&&) = delete;

 private:
  explicit DataLock(int file) : file_(file) {}
  int file_;
};

}  // namespace parley::server::app
