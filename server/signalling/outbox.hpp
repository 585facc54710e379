// What one connection is to be sent but may not be yet: a message stays until the records that
// explain it are on the disk. Whatever a client is told survives a crash.
#pragma once

#include "core/base/ids.hpp"

#include <cstddef>
#include <string>
#include <utility>
#include <vector>

namespace parley::server::signalling {

class Outbox {
 public:
  void hold(std::string text, StoreTicket until) {
    bytes_ += text.size();
    held_.push_back({std::move(text), until});
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
      // Most connections are idle most of the time: an empty outbox keeps no memory.
      held_ = {};
    } else {
      held_.erase(held_.begin(), held_.begin() + static_cast<std::ptrdiff_t>(released));
    }
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
};

}  // namespace parley::server::signalling
