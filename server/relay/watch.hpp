// Waits on the loop until a file can be read.
#pragma once

#include "server/loop/loop.hpp"

#include <memory>

namespace parley::server::relay {

class Watch {
 public:
  /// Closes `file` when it goes.
  Watch(loop::Loop& loop, int file);
  ~Watch();
  Watch(const Watch&) = delete;
  Watch& operator=(const Watch&) = delete;

  [[nodiscard]] int file() const;

  /// Calls `task` once. The task may destroy the watch, and one that is gone calls nothing.
  void wait(loop::Task task);

 private:
  struct State;
  std::shared_ptr<State> state_;
};

}  // namespace parley::server::relay
