// What one socket is to be sent but may not be yet: a message stays until the records that explain
// it are durable, so that whatever a client is told survives a crash. A shell has one for each
// socket and carries out Send and Close through it; the server and the simulator share this rule.
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
  /// Hands `text` to `take` if it may leave now: every write up to `after` is durable and nothing
  /// waits in front of it. Otherwise holds it. After `close`, nothing is taken any more.
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

  /// Hands all messages to `take`, in order, up to the first that must stay.
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

  /// The socket is to be closed behind what is held. The first code stands.
  void close(wire::CloseCode code) {
    if (!closing_) closing_ = code;
  }
  /// Drops what is held: the session says it again when its client is back.
  void drop() {
    held_ = {};
    bytes_ = 0;
  }

  /// What arrives on a closing socket is ignored.
  [[nodiscard]] bool closing() const { return closing_.has_value(); }
  /// The code to close the socket with now: a close is due, and nothing is held in front of it.
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
