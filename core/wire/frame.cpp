#include "core/wire/frame.hpp"

#include "core/errors/catalogue.hpp"
#include "core/json/codec.hpp"
#include "core/json/reader.hpp"
#include "core/wire/client_messages.hpp"
#include "core/wire/server_messages.hpp"
#include "core/wire/types.hpp"

#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <string_view>

namespace parley::wire {

namespace {

/// The known parts of a refused text.
struct Remains {
  bool is_object = false;
  /// The number of the message: it has arrived, so the session must count it.
  std::optional<std::uint32_t> seq;
};

Remains examine(std::string_view text) {
  json::Reader in(text);
  Envelope envelope;
  const bool is_object = in.object([&](std::string_view key) {
    if (key != "seq") return in.skip();
    std::string_view value;
    if (!in.raw(value)) return false;
    json::Reader number(value);
    json::ReadError ignored;
    std::uint64_t seen = 0;
    if (json::read_member(number, "seq", envelope, ignored, seen) == json::Outcome::failed) {
      envelope.seq.reset();
    }
    return true;
  });
  return is_object && in.at_end() ? Remains{true, envelope.seq} : Remains{};
}

/// Distinguishes an object with one bad part from a text that is no JSON object: only the former
/// has a number, which the session must count.
FrameError frame_error(const json::ReadError& error, std::string_view text) {
  const Remains remains = examine(text);
  if (!remains.is_object) return {};
  switch (error.kind) {
    case json::ReadError::Kind::malformed:
      return {Error::invalid_field, "type", remains.seq};
    case json::ReadError::Kind::unknown_type:
      return {Error::unknown_message, "type", remains.seq};
    case json::ReadError::Kind::invalid_field:
      return {Error::invalid_field, std::string(error.where), remains.seq};
  }
  return {};
}

template <class Message>
std::expected<Frame<Message>, FrameError> read_frame(std::string_view text) {
  json::Reader in(text);
  json::ReadError error;
  Frame<Message> frame;
  std::uint64_t seen = 0;
  const auto read_envelope = [&](std::string_view key) {
    const json::Outcome outcome = json::read_member(in, key, frame.envelope, error, seen);
    return outcome == json::Outcome::not_ours ? in.skip() : outcome == json::Outcome::read;
  };
  if (!json::read_tagged(in, frame.message, error, read_envelope)) {
    return std::unexpected(frame_error(error, text));
  }
  if (!in.at_end()) return std::unexpected(FrameError{});
  return frame;
}

template <class Message>
std::expected<Message, FrameError> read_message(std::string_view text) {
  json::Reader in(text);
  json::ReadError error;
  Message message;
  if (!json::read(in, message, error)) return std::unexpected(frame_error(error, text));
  if (!in.at_end()) return std::unexpected(FrameError{});
  return message;
}

}  // namespace

std::expected<Frame<ClientMessage>, FrameError> read_client_frame(std::string_view text) {
  return read_frame<ClientMessage>(text);
}

std::expected<Frame<ServerMessage>, FrameError> read_server_frame(std::string_view text) {
  return read_frame<ServerMessage>(text);
}

std::expected<PeerMessage, FrameError> read_peer_message(std::string_view text) {
  return read_message<PeerMessage>(text);
}

std::expected<DirectMessage, FrameError> read_direct_message(std::string_view text) {
  if (text.size() > kMaxDirectBytes)
    return std::unexpected(FrameError{.error = Error::message_too_large});
  return read_message<DirectMessage>(text);
}

}  // namespace parley::wire
