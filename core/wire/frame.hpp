// A frame: one message and its envelope, in one JSON object. The envelope makes a session
// independent of its sockets: `seq` numbers the messages that must arrive, `ack` is how many have.
#pragma once

#include "core/wire/server_messages.hpp"

#include <expected>

namespace parley::wire {

/// The members beside the fields of every message.
struct Envelope {
  std::optional<std::uint32_t> seq;
  std::optional<std::uint32_t> ack;
  static constexpr auto fields() {
    return std::tuple{field("seq", &Envelope::seq,
                            "Counts the sender's messages of this session from 1; absent on those "
                            "that may be lost."),
                      field("ack", &Envelope::ack,
                            "The highest number that arrived without a gap from the other side.")};
  }
};

template <class Message>
struct Frame {
  Envelope envelope;
  Message message;
};

/// Why a frame was refused: an error of the catalogue and the field or type with the error.
struct FrameError {
  Error error = Error::malformed_message;
  std::string detail;
  /// The number of the refused message if it was readable.
  std::optional<std::uint32_t> seq;
};

[[nodiscard]] std::expected<Frame<ClientMessage>, FrameError> read_client_frame(
    std::string_view text);
[[nodiscard]] std::expected<Frame<ServerMessage>, FrameError> read_server_frame(
    std::string_view text);
[[nodiscard]] std::expected<PeerMessage, FrameError> read_peer_message(std::string_view text);
[[nodiscard]] std::expected<DirectMessage, FrameError> read_direct_message(std::string_view text);

template <class Message>
[[nodiscard]] std::string write_frame(const Message& message, const Envelope& envelope) {
  json::Writer out;
  out.begin_object();
  json::write_members(out, message);
  json::write_members(out, envelope);
  out.end_object();
  return std::move(out).take();
}

}  // namespace parley::wire
