// The minimal server: it forwards the messages of one phone to another, unread. It has no
// accounts, no state, no records. The cost of a real server is compared with it in the same run on
// the same machine, because absolute times depend on both.
#pragma once

#include "bench/load/web_socket.hpp"

#include <sys/types.h>

namespace parley::load {

class Relay {
 public:
  /// Starts it as a separate process. It joins the first connection with the second, the third
  /// with the fourth, and so on, and writes each message separately.
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
