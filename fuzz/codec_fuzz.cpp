// Reads arbitrary bytes as every kind of message. A refused input must be refused for the right
// reason; an accepted message must be equal, byte for byte, after being written and read again.
#include "core/base/assert.hpp"
#include "core/errors/catalogue.hpp"
#include "core/json/codec.hpp"
#include "core/json/reader.hpp"
#include "core/shell/events.hpp"
#include "core/wire/frame.hpp"
#include "core/wire/types.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <variant>

namespace parley {

namespace {

bool is_json_object(std::string_view text) {
  json::Reader in(text);
  return in.peek() == json::Reader::Kind::object && in.skip() && in.at_end();
}

template <class Message>
std::string written(const wire::Frame<Message>& frame) {
  return std::visit([&](const auto& message) { return wire::write_frame(message, frame.envelope); },
                    frame.message);
}

std::string written(const wire::PeerMessage& message) { return json::to_json(message); }

/// `read` returns the value or the reason for a refusal.
template <class Read>
void check(std::string_view text, Read read) {
  const auto value = read(text);
  const bool object = is_json_object(text);
  if (!value) {
    PARLEY_ASSERT(object == (value.error().error != Error::malformed_message));
    return;
  }
  PARLEY_ASSERT(object);
  const std::string first = written(*value);
  const auto again = read(first);
  PARLEY_ASSERT(again.has_value());
  PARLEY_ASSERT(written(*again) == first);
}

bool read_event(std::string_view text, phone::Event& event) {
  json::Reader in(text);
  json::ReadError error;
  return json::read(in, event, error) && in.at_end();
}

void check_event(std::string_view text) {
  phone::Event event;
  if (!read_event(text, event)) return;
  PARLEY_ASSERT(is_json_object(text));
  const std::string first = json::to_json(event);
  phone::Event again;
  PARLEY_ASSERT(read_event(first, again));
  PARLEY_ASSERT(json::to_json(again) == first);
}

}  // namespace

}  // namespace parley

// NOLINTNEXTLINE(readability-identifier-naming): the name that libFuzzer calls.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace parley;
  const std::string text(data, data + size);
  check(text, wire::read_client_frame);
  check(text, wire::read_server_frame);
  check(text, wire::read_peer_message);
  check_event(text);
  return 0;
}
