// Checks all open sockets once a second; each checks its own deadlines. There is one timer for all:
// a timer per socket would use more memory than most sockets.
#pragma once

#include "server/loop/loop.hpp"

#include <chrono>
#include <cstddef>
#include <memory>
#include <utility>

namespace parley::server::http::net {

class Watchdog;

/// An open socket, registered with its watchdog during its lifetime.
class Watched {
 public:
  explicit Watched(std::shared_ptr<Watchdog> watchdog);
  virtual ~Watched();
  Watched(const Watched&) = delete;
  Watched& operator=(const Watched&) = delete;

  /// May close the socket, but must not destroy this or other watched objects.
  virtual void check(std::chrono::steady_clock::time_point now) = 0;
  /// The server stops: accept no further request.
  virtual void stop() = 0;

 private:
  friend class Watchdog;
  // Shared, because sockets that are still open when the server ends are destroyed with the loop,
  // at the very end.
  std::shared_ptr<Watchdog> watchdog_;
  Watched* previous_ = nullptr;
  Watched* next_ = nullptr;
};

class Watchdog {
 public:
  explicit Watchdog(loop::Loop& loop) : timer_(loop) {}

  [[nodiscard]] std::size_t size() const { return size_; }

  void stop_all() {
    for (Watched* one = first_; one != nullptr; one = one->next_) one->stop();
  }

 private:
  friend class Watched;
  static constexpr std::chrono::milliseconds kInterval{1000};

  void add(Watched& one) {
    one.next_ = first_;
    if (first_ != nullptr) first_->previous_ = &one;
    first_ = &one;
    if (size_++ == 0) tick();
  }

  void remove(Watched& one) {
    (one.previous_ == nullptr ? first_ : one.previous_->next_) = one.next_;
    if (one.next_ != nullptr) one.next_->previous_ = one.previous_;
    if (--size_ == 0) timer_.cancel();
  }

  void tick() {
    timer_.arm(kInterval, [this] {
      const auto now = std::chrono::steady_clock::now();
      for (Watched* one = first_; one != nullptr; one = one->next_) one->check(now);
      if (first_ != nullptr) tick();
    });
  }

  loop::Timer timer_;
  Watched* first_ = nullptr;
  std::size_t size_ = 0;
};

inline Watched::Watched(std::shared_ptr<Watchdog> watchdog) : watchdog_(std::move(watchdog)) {
  watchdog_->add(*this);
}
inline Watched::~Watched() { watchdog_->remove(*this); }

}  // namespace parley::server::http::net
