// A server for one run: started on a free port with a temporary data folder.
#pragma once

#include "bench/load/web_socket.hpp"

#include <sys/types.h>

#include <filesystem>
#include <string>
#include <vector>

namespace parley::load {

/// A folder that is removed with its contents.
class TemporaryFolder {
 public:
  TemporaryFolder();
  ~TemporaryFolder();
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;

  [[nodiscard]] const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

class Server {
 public:
  /// Starts `program` and waits until it listens; its log goes to `data`/server.log. `options` are
  /// added to its command line. Throws when it doesn't start.
  Server(const std::filesystem::path& program, const std::filesystem::path& data,
         const std::vector<std::string>& options);
  /// Stops it with a signal, and kills it if it does not end.
  ~Server();
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  [[nodiscard]] const Endpoint& endpoint() const { return endpoint_; }
  [[nodiscard]] pid_t pid() const { return pid_; }
  /// From the start of the process until it listened.
  [[nodiscard]] double started_in_s() const { return started_in_s_; }

 private:
  [[nodiscard]] std::string first_line(int output) const;
  void kill();

  pid_t pid_ = -1;
  Endpoint endpoint_;
  double started_in_s_ = 0;
};

/// "http://127.0.0.1:8080" or "127.0.0.1:8080". Throws for any other form.
[[nodiscard]] Endpoint parse_endpoint(const std::string& url);

}  // namespace parley::load
