// The two message streams of a session at one end. A channel numbers the messages that must arrive,
// keeps them until the other side has acknowledged them, and drops repeated ones. It uses neither
// sockets nor time, and survives the loss of a socket. Specified in docs/protocol.md#sessions.
#pragma once

#include "core/wire/frame.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace parley::session {

class Channel {
 public:
  // ---- sending ----

  /// Gives the message the next number, keeps it, and returns its frame.
  template <class Message>
  const std::string& number(const Message& message) {
    const std::uint32_t seq = ++sent_;
    return keep(wire::write_frame(message, {.seq = seq, .ack = take_acknowledgement()}));
  }

  /// The frame of a message that may be lost (ping, pong, ack); it also carries an acknowledgement.
  template <class Message>
  std::string unnumbered(const Message& message) {
    return wire::write_frame(message, {.seq = std::nullopt, .ack = take_acknowledgement()});
  }

  /// True when more messages or bytes are unacknowledged than a session may keep
  /// (core/wire/limits.hpp). Such a session must be ended.
  [[nodiscard]] bool overrun() const;

  // ---- receiving ----

  enum class Receipt : std::uint8_t {
    fresh,      // process it
    duplicate,  // received before: drop it
    gap,        // an earlier message is missing: the session can't go on
  };

  /// Takes the number and the acknowledgement of an envelope. A message without a number is always
  /// fresh.
  Receipt receive(const wire::Envelope& envelope);

  /// True when `kAcknowledgeEvery` messages are unacknowledged: time to send an ack of its own.
  [[nodiscard]] bool acknowledgement_due() const {
    return received_ - acknowledged_ >= wire::kAcknowledgeEvery;
  }

  /// The numbers of the last message that was sent and of the last that the other side has
  /// acknowledged.
  [[nodiscard]] std::uint32_t sent() const { return sent_; }
  [[nodiscard]] std::uint32_t acknowledged() const {
    return sent_ - static_cast<std::uint32_t>(kept_.size());
  }

  // ---- resuming ----

  /// The number of the last message that arrived.
  [[nodiscard]] std::uint32_t received() const { return received_; }

  /// True when all messages after `number` are still kept.
  [[nodiscard]] bool can_replay_after(std::uint32_t number) const {
    return number <= sent_ && sent_ - number <= kept_.size();
  }

  /// Forgets the messages up to `number`, which the other side has, and returns the frames to send
  /// again.
  [[nodiscard]] std::vector<std::string> replay_after(std::uint32_t number);

 private:
  std::uint32_t take_acknowledgement() {
    acknowledged_ = received_;
    return received_;
  }
  const std::string& keep(std::string frame);
  void forget_up_to(std::uint32_t number);

  std::uint32_t sent_ = 0;
  // The last frame has the number sent_. A vector, because an idle deque costs 600 bytes a session.
  std::vector<std::string> kept_;
  std::size_t kept_bytes_ = 0;
  std::uint32_t received_ = 0;
  std::uint32_t acknowledged_ = 0;  // the last ack that was written into a frame
};

}  // namespace parley::session
