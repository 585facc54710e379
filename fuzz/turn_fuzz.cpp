// Reads arbitrary bytes as a TURN message. What is accepted stays within its bounds, and is proven
// by no key that did not make it.
#include "core/base/assert.hpp"
#include "server/relay/turn_message.hpp"

#include <cstddef>
#include <cstdint>
#include <span>

// NOLINTNEXTLINE(readability-identifier-naming): the name that libFuzzer calls.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace parley::server::relay;
  const std::span bytes(data, size);
  const std::size_t told = turn_message_size(bytes);
  PARLEY_ASSERT(told <= kTurnHeaderSize + kMaxTurnBody);
  const auto message = read_turn_message(bytes);
  if (!message) return 0;
  PARLEY_ASSERT(told == size);
  PARLEY_ASSERT(message->data.size() < size);
  PARLEY_ASSERT(message->error == 0 || (message->error >= 300 && message->error < 800));
  PARLEY_ASSERT(message->integrity_at < size);
  PARLEY_ASSERT(!has_integrity(bytes, *message, turn_key("name", "realm", "password")));

  // An address that was read is written in the same way.
  if (!message->peer) return 0;
  TurnWriter writer(TurnMethod::send, TurnClass::indication, message->transaction);
  writer.add_peer(*message->peer);
  const auto again = read_turn_message(writer.take());
  PARLEY_ASSERT(again && again->peer == message->peer);
  return 0;
}
