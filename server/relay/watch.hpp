// Waits on the loop until a file can be read.
#pragma once

#include "server/loop/loop.hpp"
#include "server/relay/file.hpp"

#include <memory>

namespace parley::server::relay {

class Watch {
 public:
  /// Throws when the system can watch no more files, which closes this one.
  Watch(loop::Loop& loop, File file);
  ~Watch();
  Watch(Watch&& other) noexcept = default;
  Watch& operator=(Watch&&) = delete;

  [[nodiscard]] int file() const;

  /// Calls `task` once. The task may destroy the watch, and one that is gone calls nothing.
  void wait(loop::Task task);

 private:
  struct State;
  std::shared_ptr<State> state_;
};

}  // namespace parley::server::relay
