#include "bench/load/loop.hpp"

#include <sys/epoll.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <system_error>
#include <unistd.h>
#include <utility>

namespace parley::load {

namespace {

[[noreturn]] void fail(const char* what) {
  throw std::system_error(errno, std::generic_category(), what);
}

epoll_event interest(Watcher& watcher, bool want_write) {
  epoll_event event{};
  event.events = EPOLLIN | (want_write ? static_cast<std::uint32_t>(EPOLLOUT) : 0U);
  event.data.ptr = &watcher;
  return event;
}

}  // namespace

Loop::Loop() : epoll_(::epoll_create1(EPOLL_CLOEXEC)) {
  if (epoll_ < 0) fail("epoll_create1");
}

Loop::~Loop() { ::close(epoll_); }

void Loop::watch(int fd, Watcher& watcher, bool want_write) {
  epoll_event event = interest(watcher, want_write);
  if (::epoll_ctl(epoll_, EPOLL_CTL_ADD, fd, &event) != 0) fail("epoll_ctl");
}

void Loop::change(int fd, Watcher& watcher, bool want_write) {
  epoll_event event = interest(watcher, want_write);
  if (::epoll_ctl(epoll_, EPOLL_CTL_MOD, fd, &event) != 0) fail("epoll_ctl");
}

void Loop::forget(int fd, Watcher& watcher) {
  ::epoll_ctl(epoll_, EPOLL_CTL_DEL, fd, nullptr);
  forgotten_.push_back(&watcher);
}

void Loop::at(Moment when, std::function<void()> action) {
  timers_.push({when, ++timers_asked_, std::move(action)});
}

bool Loop::run(Moment until, const std::function<bool()>& done) {
  while (!done()) {
    if (Clock::now() >= until) return false;
    turn(until);
  }
  return true;
}

void Loop::turn(Moment until) {
  const Moment wake = timers_.empty() ? until : std::min(until, timers_.top().when);
  const auto wait = std::chrono::ceil<std::chrono::milliseconds>(wake - Clock::now()).count();
  std::array<epoll_event, 256> events;
  const int count = ::epoll_wait(epoll_, events.data(), static_cast<int>(events.size()),
                                 static_cast<int>(std::clamp<std::int64_t>(wait, 0, 100)));
  if (count < 0 && errno != EINTR) fail("epoll_wait");
  now_ = Clock::now();
  forgotten_.clear();
  for (int i = 0; i < count; ++i) {
    const epoll_event& event = events[static_cast<std::size_t>(i)];
    auto* watcher = static_cast<Watcher*>(event.data.ptr);
    if (std::ranges::find(forgotten_, watcher) != forgotten_.end()) continue;
    watcher->ready((event.events & (EPOLLIN | EPOLLHUP | EPOLLERR)) != 0,
                   (event.events & EPOLLOUT) != 0);
  }
  while (!timers_.empty() && timers_.top().when <= now_) {
    const std::function<void()> action = timers_.top().action;
    timers_.pop();
    action();
  }
}

}  // namespace parley::load
