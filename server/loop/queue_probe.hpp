// Measures how long an event waits until the loop handles it: it makes an event of its own, behind
// all those that are ready. Timers do not show that, because the loop looks at them between any two
// rounds of events.
#pragma once

#include <chrono>
#include <functional>
#include <memory>

namespace parley::server::loop {

class Loop;

class QueueProbe {
 public:
  using Done = std::function<void(std::chrono::nanoseconds waited)>;

  /// `done` is called on the loop's thread for each measurement. Without file descriptors to spare,
  /// nothing is measured.
  QueueProbe(Loop& loop, Done done);
  ~QueueProbe();
  QueueProbe(const QueueProbe&) = delete;
  QueueProbe& operator=(const QueueProbe&) = delete;

  /// Starts a measurement; false when one is under way.
  bool start();

 private:
  struct State;
  std::shared_ptr<State> state_;
};

}  // namespace parley::server::loop
