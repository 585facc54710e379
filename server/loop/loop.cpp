#include "server/loop/loop.hpp"

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>

#include <csignal>
#include <cstdint>
#include <initializer_list>
#include <utility>

namespace parley::server::loop {

namespace asio = boost::asio;

class Loop::Signals {
 public:
  Signals(asio::io_context& context, std::initializer_list<int> numbers, Task handler)
      : set_(context), handler_(std::move(handler)) {
    for (const int number : numbers) set_.add(number);
    wait();
  }

 private:
  void wait() {
    set_.async_wait([this](const boost::system::error_code& error, int) {
      if (error) return;
      handler_();
      wait();
    });
  }

  asio::signal_set set_;
  Task handler_;
};

Loop::Loop() : context_(std::make_unique<asio::io_context>(1)) {}
Loop::~Loop() = default;

void Loop::run() {
  const auto work = asio::make_work_guard(*context_);
  context_->restart();
  context_->run();
}

void Loop::run_one() {
  const auto work = asio::make_work_guard(*context_);
  context_->restart();
  context_->run_one();
}

void Loop::stop() { context_->stop(); }

void Loop::post(Task task) { asio::post(*context_, std::move(task)); }

void Loop::on_stop_signal(Task handler) {
  stop_signals_ = std::make_unique<Signals>(*context_, std::initializer_list<int>{SIGINT, SIGTERM},
                                            std::move(handler));
}

void Loop::on_reload_signal(Task handler) {
  reload_signals_ =
      std::make_unique<Signals>(*context_, std::initializer_list<int>{SIGHUP}, std::move(handler));
}

asio::io_context& Loop::context() { return *context_; }

struct Timer::State {
  explicit State(asio::io_context& context) : timer(context) {}
  asio::steady_timer timer;
  Task task;
  // A wait that has already fired can't be cancelled; its number shows that it is out of date.
  std::uint64_t armed = 0;
};

Timer::Timer(Loop& loop) : state_(std::make_shared<State>(loop.context())) {}
Timer::~Timer() { cancel(); }

void Timer::arm(std::chrono::milliseconds after, Task task) {
  state_->task = std::move(task);
  state_->timer.expires_after(after);
  const std::uint64_t number = ++state_->armed;
  state_->timer.async_wait([state = state_, number](const boost::system::error_code& error) {
    if (error || number != state->armed) return;
    std::exchange(state->task, nullptr)();
  });
}

void Timer::cancel() {
  ++state_->armed;
  state_->task = nullptr;
  state_->timer.cancel();
}

}  // namespace parley::server::loop
