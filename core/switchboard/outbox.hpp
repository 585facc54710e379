// The messages of one socket that must wait: a message waits until the records it depends on are
// durable, because what a client has received must survive a crash. A shell has an outbox for each
// socket and carries out Send and Close through it. The server and the simulator both use this
// class.
#pragma once

#include "core/base/ids.hpp"
#include "core/wire/limits.hpp"

#include <cstddef>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace parley::switchboard {

class Outbox {
 public:
  /// Passes `text` to `take` at once when every write up to `after` is durable and no earlier
  /// message waits. Otherwise holds it. After `close`, drops it.
  template <class Take>
  void send(std::string text, StoreTicket after, StoreTicket durable, Take&& take) {
    if (closing_) return;
    if (held_.empty() && after <= durable) {
      take(std::move(text));
      return;
    }
    bytes_ += text.size();
    held_.push_back({std::move(text), after});
  }

  /// Passes held messages to `take`, in order, up to the first that must still wait.
  template <class Take>
  void release(StoreTicket durable, Take&& take) {
    std::size_t released = 0;
    while (released < held_.size() && held_[released].until <= durable) {
      bytes_ -= held_[released].text.size();
      take(std::move(held_[released].text));
      ++released;
    }
    if (released == held_.size()) {
      // Most sockets are idle most of the time: an empty outbox keeps no memory.
      held_ = {};
    } else {
      held_.erase(held_.begin(), held_.begin() + static_cast<std::ptrdiff_t>(released));
    }
  }

  /// Closes the socket after the held messages have left. The first code stands.
  void close(wire::CloseCode code) {
    if (!closing_) closing_ = code;
  }
  /// Drops the held messages. The session sends them again when its client resumes.
  void drop() {
    held_ = {};
    bytes_ = 0;
  }

  /// True after `close`; frames that arrive then are ignored.
  [[nodiscard]] bool closing() const { return closing_.has_value(); }
  /// The code to close the socket with now; empty when no close was asked for or messages are still
  /// held.
  [[nodiscard]] std::optional<wire::CloseCode> close_due() const {
    return held_.empty() ? closing_ : std::nullopt;
  }
  [[nodiscard]] bool empty() const { return held_.empty(); }
  [[nodiscard]] std::size_t bytes() const { return bytes_; }

 private:
  struct Held {
    std::string text;
    StoreTicket until;
  };
  std::vector<Held> held_;
  std::size_t bytes_ = 0;
  std::optional<wire::CloseCode> closing_;
};

}  // namespace parley::switchboard
