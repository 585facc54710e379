// The messages of a TURN client (RFC 8489, RFC 8656): written, and read from anybody. Nothing here
// sends or waits.
#pragma once

#include "server/relay/stun.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace parley::server::relay {

using Bytes = std::vector<std::uint8_t>;

enum class TurnMethod : std::uint16_t {
  allocate = 0x003,
  refresh = 0x004,
  send = 0x006,
  data = 0x007,
  create_permission = 0x008,
};

enum class TurnClass : std::uint16_t {
  request = 0x000,
  indication = 0x010,
  success = 0x100,
  error = 0x110,
};

/// An address with its port, as an attribute has it before it is masked.
struct TurnAddress {
  bool v6 = false;
  /// IPv4 uses the first four.
  std::array<std::uint8_t, 16> bytes{};
  std::uint16_t port = 0;
  bool operator==(const TurnAddress&) const = default;
};

/// What this client reads of a message. Texts have the bounds of RFC 8489.
struct TurnMessage {
  std::uint16_t method = 0;
  TurnClass kind = TurnClass::request;
  StunTransaction transaction{};
  std::optional<TurnAddress> relayed;
  std::optional<TurnAddress> peer;
  std::optional<std::string> realm;
  std::optional<std::string> nonce;
  /// 401 and the like; 0 when there is none.
  unsigned error = 0;
  Bytes data;
  /// Where the MESSAGE-INTEGRITY begins; 0 when there is none.
  std::size_t integrity_at = 0;
};

/// The bytes behind a header that a message may have: far more than this client ever asks for.
inline constexpr std::size_t kMaxTurnBody = 4096;
inline constexpr std::size_t kTurnHeaderSize = 20;

/// The size of the whole message that a stream begins with; 0 when that is no such message. Needs
/// the header.
[[nodiscard]] std::size_t turn_message_size(std::span<const std::uint8_t> header);

/// Nothing when it is not one whole, well-formed message.
[[nodiscard]] std::optional<TurnMessage> read_turn_message(std::span<const std::uint8_t> bytes);

/// The key of a lasting login (RFC 8489, section 9.2.2).
using TurnKey = std::array<std::uint8_t, 16>;
[[nodiscard]] TurnKey turn_key(std::string_view name, std::string_view realm,
                               std::string_view password);

/// Whether the message comes from somebody who has the key. `bytes` are those that it was read
/// from.
[[nodiscard]] bool has_integrity(std::span<const std::uint8_t> bytes, const TurnMessage& message,
                                 const TurnKey& key);

class TurnWriter {
 public:
  TurnWriter(TurnMethod method, TurnClass kind, const StunTransaction& transaction);

  /// UDP relays are the only ones that this client asks for.
  void add_requested_transport();
  void add_requested_family_v6();
  void add_lifetime(std::uint32_t seconds);
  void add_peer(const TurnAddress& peer);
  void add_data(std::span<const std::uint8_t> data);
  /// Name, realm and nonce, and the proof of the key behind them; nothing may follow.
  void add_login(std::string_view name, std::string_view realm, std::string_view nonce,
                 const TurnKey& key);

  [[nodiscard]] Bytes take() { return std::move(bytes_); }

 private:
  void add(std::uint16_t type, std::span<const std::uint8_t> value);
  void add(std::uint16_t type, std::string_view value);
  void set_size(std::size_t behind);

  Bytes bytes_;
};

}  // namespace parley::server::relay
