#include "server/loop/queue_probe.hpp"

#include "server/loop/loop.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <sys/eventfd.h>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <unistd.h>
#include <utility>

namespace parley::server::loop {

namespace asio = boost::asio;
using SteadyClock = std::chrono::steady_clock;

struct QueueProbe::State : std::enable_shared_from_this<State> {
  State(asio::io_context& context, Done callback) : event(context), done(std::move(callback)) {
    const int file = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
    if (file >= 0) event.assign(file);
  }

  /// A read that waits already: its event takes its place behind those that are ready.
  void listen() {
    if (!event.is_open()) return;
    event.async_read_some(
        asio::buffer(&count, sizeof count),
        [self = shared_from_this()](const boost::system::error_code& error, std::size_t) {
          if (error) return;
          if (const auto began = std::exchange(self->started, std::nullopt)) {
            self->done(SteadyClock::now() - *began);
          }
          self->listen();
        });
  }

  asio::posix::stream_descriptor event;
  Done done;
  std::uint64_t count = 0;
  std::optional<SteadyClock::time_point> started;
};

QueueProbe::QueueProbe(Loop& loop, Done done)
    : state_(std::make_shared<State>(loop.context(), std::move(done))) {
  state_->listen();
}

QueueProbe::~QueueProbe() {
  state_->started.reset();
  boost::system::error_code ignored;
  state_->event.close(ignored);
}

bool QueueProbe::start() {
  if (state_->started || !state_->event.is_open()) return false;
  const std::uint64_t one = 1;
  const ssize_t written = write(state_->event.native_handle(), &one, sizeof one);
  if (written != ssize_t{sizeof one}) return false;
  state_->started = SteadyClock::now();
  return true;
}

}  // namespace parley::server::loop
