#include "bench/load/exchange.hpp"

#include "core/base/overloaded.hpp"

#include <utility>
#include <variant>

namespace parley::load {

namespace {

/// Removes and returns the first one.
template <class T>
T pop(std::deque<T>& queue) {
  T first = std::move(queue.front());
  queue.pop_front();
  return first;
}

}  // namespace

void Exchange::add_user(const UserId& user) { feed(switchboard::UserKnown{user, {user.text}}); }

SocketId Exchange::connect(Line::Owner& owner) {
  const SocketId id{owners_.size() + 1};
  owners_.emplace(id, &owner);
  opening_.push_back(id);
  return id;
}

void Exchange::run() {
  for (;;) {
    if (!opening_.empty()) {
      owners_.at(pop(opening_))->line_opened();
    } else if (!authenticating_.empty()) {
      // Here the token is the name.
      const switchboard::Authenticate request = pop(authenticating_);
      const std::uint64_t id = request.connection.value;
      feed(switchboard::Authenticated{request.connection, {request.token}, {id, id, id, id}});
    } else if (!to_server_.empty()) {
      const Frame frame = pop(to_server_);
      feed(switchboard::FrameReceived{frame.connection, frame.text});
    } else if (!to_phones_.empty()) {
      const Frame frame = pop(to_phones_);
      owners_.at(frame.connection)->frame_arrived(frame.text, {});
    } else {
      return;
    }
  }
}

void Exchange::advance(Duration time) {
  now_ += time;
  if (!due_ || *due_ > now_) return;
  const Instant due = *std::exchange(due_, std::nullopt);
  if (driver_.fired(due)) feed(switchboard::TimeReached{});
}

void Exchange::perform(switchboard::Effect& effect) {
  std::visit(Overloaded{
                 [&](switchboard::Send& send) {
                   to_phones_.push_back({send.connection, std::move(send.text)});
                 },
                 [&](switchboard::Authenticate& request) { authenticating_.push_back(request); },
                 [](const OneOf<switchboard::Store, switchboard::Close, switchboard::Log> auto&) {},
             },
             effect);
}

}  // namespace parley::load
