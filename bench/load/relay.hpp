// The least that a server can do: pass on the messages of one phone to another, unread. No
// accounts, no state, no record. What a real server costs is compared with this, in the same run on
// the same machine, because absolute times depend on both.
#pragma once

#include "bench/load/web_socket.hpp"

#include <sys/types.h>

namespace parley::load {

class Relay {
 public:
  /// Starts it as a process of its own. It joins the first connection with the second, the third
  /// with the fourth, and so on, and writes each message by itself.
  Relay();
  ~Relay();
  Relay(const Relay&) = delete;
  Relay& operator=(const Relay&) = delete;

  [[nodiscard]] const Endpoint& endpoint() const { return endpoint_; }
  [[nodiscard]] pid_t pid() const { return pid_; }

 private:
  Endpoint endpoint_;
  pid_t pid_ = -1;
};

}  // namespace parley::load
