// A server of our own for a run: started on a free port with a data folder that goes with it.
#pragma once

#include "bench/load/web_socket.hpp"

#include <sys/types.h>

#include <filesystem>
#include <string>
#include <vector>

namespace parley::load {

/// A folder that is removed with everything in it.
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
  /// added to its command line. Throws when it doesn't come up.
  Server(const std::filesystem::path& program, const std::filesystem::path& data,
         const std::vector<std::string>& options);
  /// Asks it to stop, and kills it when it does not.
  ~Server();
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  [[nodiscard]] const Endpoint& endpoint() const { return endpoint_; }
  [[nodiscard]] pid_t pid() const { return pid_; }
  /// From the start of the process until it said that it listens.
  [[nodiscard]] double started_in_s() const { return started_in_s_; }

 private:
  [[nodiscard]] std::string first_line(int output) const;
  void kill();

  pid_t pid_ = -1;
  Endpoint endpoint_;
  double started_in_s_ = 0;
};

/// "http://127.0.0.1:8080" or "127.0.0.1:8080". Throws for anything else.
[[nodiscard]] Endpoint parse_endpoint(const std::string& url);

}  // namespace parley::load
