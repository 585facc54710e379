// A switchboard in this process, with queues as its lines: a server without sockets,
// threads and disk.
#pragma once

#include "bench/load/line.hpp"
#include "core/switchboard/driver.hpp"

#include <deque>
#include <functional>
#include <optional>
#include <string>
#include <unordered_map>

namespace parley::load {

class Exchange final : private switchboard::Driver::Shell {
 public:
  explicit Exchange(Instant start) : now_(start) {}

  void add_user(const UserId& user);

  /// Delivers waiting frames until none is left.
  void run();
  /// Advances the time of the switchboard.
  void advance(Duration time);

  /// Receives every event before the switchboard does.
  std::function<void(const switchboard::Event&, Instant)> observer;

  class DirectLine final : public Line {
   public:
    explicit DirectLine(Exchange& exchange) : exchange_(exchange) {}
    void open(Owner& owner) override { id_ = exchange_.connect(owner); }
    void send(std::string_view text) override {
      exchange_.to_server_.push_back({id_, std::string(text)});
    }
    void close() override {}

   private:
    Exchange& exchange_;
    SocketId id_;
  };

 private:
  struct Frame {
    SocketId connection;
    std::string text;
  };

  SocketId connect(Line::Owner& owner);
  void feed(const switchboard::Event& event) { driver_.feed(event); }
  [[nodiscard]] Instant now() const override { return now_; }
  void taking(const switchboard::Event& event) override {
    if (observer) observer(event, now_);
  }
  void perform(switchboard::Effect& effect) override;
  void arm(Instant due) override { due_ = due; }

  switchboard::Driver driver_{*this, switchboard::Switchboard(switchboard::Settings{})};
  Instant now_;
  std::optional<Instant> due_;
  std::unordered_map<SocketId, Line::Owner*> owners_;
  std::deque<SocketId> opening_;
  std::deque<Frame> to_server_;
  std::deque<Frame> to_phones_;
  std::deque<switchboard::Authenticate> authenticating_;
};

}  // namespace parley::load
