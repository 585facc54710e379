// The event loop. One thread runs it, and all work outside of the store and the worker threads
// happens there. Only this folder and the network front use Asio directly.
#pragma once

#include <chrono>
#include <functional>
#include <memory>

namespace boost::asio {
class io_context;
}  // namespace boost::asio

namespace parley::server::loop {

using Task = std::function<void()>;

class Loop {
 public:
  Loop();
  ~Loop();
  Loop(const Loop&) = delete;
  Loop& operator=(const Loop&) = delete;

  /// Runs until `stop`; may be called again afterwards.
  void run();
  /// Waits for one thing to do, and does it.
  void run_one();
  void stop();

  /// Runs `task` on the loop's thread, after the waiting tasks. From any thread.
  void post(Task task);

  /// Calls `handler` on the loop's thread for each SIGINT and SIGTERM.
  void on_stop_signal(Task handler);

  /// Calls `handler` on the loop's thread for each SIGHUP.
  void on_reload_signal(Task handler);

  boost::asio::io_context& context();

 private:
  class Signals;
  std::unique_ptr<boost::asio::io_context> context_;
  std::unique_ptr<Signals> stop_signals_;
  std::unique_ptr<Signals> reload_signals_;
};

/// Runs one task once, later. Arming it again replaces the task; destroying it cancels.
class Timer {
 public:
  explicit Timer(Loop& loop);
  ~Timer();
  Timer(const Timer&) = delete;
  Timer& operator=(const Timer&) = delete;

  void arm(std::chrono::milliseconds after, Task task);
  void cancel();

 private:
  struct State;
  std::shared_ptr<State> state_;
};

}  // namespace parley::server::loop
