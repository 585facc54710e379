#include "server/relay/watch.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>

#include <utility>

namespace parley::server::relay {

namespace asio = boost::asio;

struct Watch::State {
  State(asio::io_context& context, File file) : descriptor(context) {
    descriptor.assign(file.get());
    // Not before: what throws takes no file.
    file.release();
  }
  asio::posix::stream_descriptor descriptor;
  bool gone = false;
};

Watch::Watch(loop::Loop& loop, File file)
    : state_(std::make_shared<State>(loop.context(), std::move(file))) {}

Watch::~Watch() {
  if (state_ == nullptr) return;
  state_->gone = true;
  boost::system::error_code ignored;
  state_->descriptor.close(ignored);
}

int Watch::file() const { return state_->descriptor.native_handle(); }

void Watch::wait(loop::Task task) {
  state_->descriptor.async_wait(
      asio::posix::stream_descriptor::wait_read,
      [state = state_, task = std::move(task)](const boost::system::error_code& error) {
        if (error || state->gone) return;
        task();
      });
}

}  // namespace parley::server::relay
