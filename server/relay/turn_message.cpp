#include "server/relay/turn_message.hpp"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <algorithm>

namespace parley::server::relay {

namespace {

// RFC 8489, section 18.3, and RFC 8656, section 18.
enum Attribute : std::uint16_t {
  kUsername = 0x0006,
  kMessageIntegrity = 0x0008,
  kErrorCode = 0x0009,
  kLifetime = 0x000d,
  kXorPeerAddress = 0x0012,
  kData = 0x0013,
  kRealm = 0x0014,
  kNonce = 0x0015,
  kXorRelayedAddress = 0x0016,
  kRequestedFamily = 0x0017,
  kRequestedTransport = 0x0019,
};

constexpr std::array<std::uint8_t, 4> kCookie{0x21, 0x12, 0xa4, 0x42};
constexpr std::uint16_t kClassBits = 0x110;
constexpr std::size_t kMacSize = 20;
// Fewer than 128 characters (RFC 8489, section 14.9 and 14.10), of up to 6 bytes.
constexpr std::size_t kMaxTextBytes = 763;
constexpr std::uint8_t kUdp = 17;
constexpr std::uint8_t kFamilyV4 = 1;
constexpr std::uint8_t kFamilyV6 = 2;

using Span = std::span<const std::uint8_t>;

std::uint16_t number_at(Span bytes, std::size_t at) {
  return static_cast<std::uint16_t>((bytes[at] << 8U) | bytes[at + 1]);
}

std::size_t padded(std::size_t size) { return (size + 3) / 4 * 4; }

/// What addresses are masked with: the cookie, and for IPv6 the transaction behind it.
std::array<std::uint8_t, 16> mask_of(Span transaction) {
  std::array<std::uint8_t, 16> mask{};
  std::ranges::copy(kCookie, mask.begin());
  std::ranges::copy(transaction, mask.begin() + kCookie.size());
  return mask;
}

std::optional<TurnAddress> read_address(Span value, Span transaction) {
  if (value.size() < 4) return std::nullopt;
  TurnAddress address;
  address.v6 = value[1] == kFamilyV6;
  if (!address.v6 && value[1] != kFamilyV4) return std::nullopt;
  const std::size_t size = address.v6 ? 16 : 4;
  if (value.size() != 4 + size) return std::nullopt;
  const auto mask = mask_of(transaction);
  address.port = static_cast<std::uint16_t>(number_at(value, 2) ^ number_at(mask, 0));
  for (std::size_t i = 0; i < size; ++i) address.bytes[i] = value[4 + i] ^ mask[i];
  return address;
}

/// False when the attribute is malformed.
bool read_attribute(TurnMessage& message, std::uint16_t type, Span value) {
  switch (type) {
    case kXorRelayedAddress:
      message.relayed = read_address(value, message.transaction);
      return message.relayed.has_value();
    case kXorPeerAddress:
      message.peer = read_address(value, message.transaction);
      return message.peer.has_value();
    case kRealm:
    case kNonce:
      if (value.size() > kMaxTextBytes) return false;
      (type == kRealm ? message.realm : message.nonce).emplace(value.begin(), value.end());
      return true;
    case kErrorCode:
      if (value.size() < 4 || (value[2] & 7U) < 3 || value[3] > 99) return false;
      message.error = (value[2] & 7U) * 100U + value[3];
      return true;
    case kData:
      message.data.assign(value.begin(), value.end());
      return true;
    default:
      return true;
  }
}

std::array<std::uint8_t, kMacSize> mac_of(Span bytes, const TurnKey& key) {
  std::array<std::uint8_t, kMacSize> mac{};
  unsigned int size = 0;
  HMAC(EVP_sha1(), key.data(), static_cast<int>(key.size()), bytes.data(), bytes.size(), mac.data(),
       &size);
  return mac;
}

}  // namespace

std::size_t turn_message_size(Span header) {
  if (header.size() < kTurnHeaderSize || (header[0] & 0xc0U) != 0) return 0;
  if (!std::ranges::equal(header.subspan(4, kCookie.size()), kCookie)) return 0;
  const std::size_t body = number_at(header, 2);
  return body % 4 == 0 && body <= kMaxTurnBody ? kTurnHeaderSize + body : 0;
}

std::optional<TurnMessage> read_turn_message(Span bytes) {
  if (turn_message_size(bytes) != bytes.size() || bytes.empty()) return std::nullopt;
  TurnMessage message;
  const std::uint16_t type = number_at(bytes, 0);
  message.kind = TurnClass{static_cast<std::uint16_t>(type & kClassBits)};
  message.method =
      static_cast<std::uint16_t>((type & 0xfU) | ((type & 0xe0U) >> 1U) | ((type & 0x3e00U) >> 2U));
  std::ranges::copy(bytes.subspan(8, message.transaction.size()), message.transaction.begin());
  for (std::size_t at = kTurnHeaderSize; at < bytes.size();) {
    if (bytes.size() - at < 4) return std::nullopt;
    const std::uint16_t attribute = number_at(bytes, at);
    const std::size_t size = number_at(bytes, at + 2);
    if (padded(size) > bytes.size() - at - 4) return std::nullopt;
    if (attribute == kMessageIntegrity) {
      if (size != kMacSize) return std::nullopt;
      // What follows is not covered by it.
      message.integrity_at = at;
      break;
    }
    if (!read_attribute(message, attribute, bytes.subspan(at + 4, size))) return std::nullopt;
    at += 4 + padded(size);
  }
  return message;
}

TurnKey turn_key(std::string_view name, std::string_view realm, std::string_view password) {
  std::string text;
  text.append(name).append(":").append(realm).append(":").append(password);
  TurnKey key{};
  EVP_Digest(text.data(), text.size(), key.data(), nullptr, EVP_md5(), nullptr);
  return key;
}

bool has_integrity(Span bytes, const TurnMessage& message, const TurnKey& key) {
  const std::size_t at = message.integrity_at;
  if (at < kTurnHeaderSize || at + 4 + kMacSize > bytes.size()) return false;
  Bytes covered(bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(at));
  // As if the message ended behind the code (RFC 8489, section 14.5).
  const std::size_t size = at + 4 + kMacSize - kTurnHeaderSize;
  covered[2] = static_cast<std::uint8_t>(size >> 8U);
  covered[3] = static_cast<std::uint8_t>(size);
  return CRYPTO_memcmp(mac_of(covered, key).data(), &bytes[at + 4], kMacSize) == 0;
}

TurnWriter::TurnWriter(TurnMethod method, TurnClass kind, const StunTransaction& transaction)
    : bytes_(kTurnHeaderSize) {
  // All methods here are below 16, and so stand beside the bits of the class.
  const auto type =
      static_cast<std::uint16_t>(static_cast<unsigned>(method) | static_cast<unsigned>(kind));
  bytes_[0] = static_cast<std::uint8_t>(type >> 8U);
  bytes_[1] = static_cast<std::uint8_t>(type);
  std::ranges::copy(kCookie, bytes_.begin() + 4);
  std::ranges::copy(transaction, bytes_.begin() + 8);
}

void TurnWriter::add_requested_transport() {
  add(kRequestedTransport, std::array<std::uint8_t, 4>{kUdp});
}

void TurnWriter::add_requested_family_v6() {
  add(kRequestedFamily, std::array<std::uint8_t, 4>{kFamilyV6});
}

void TurnWriter::add_lifetime(std::uint32_t seconds) {
  add(kLifetime, std::array<std::uint8_t, 4>{static_cast<std::uint8_t>(seconds >> 24U),
                                             static_cast<std::uint8_t>(seconds >> 16U),
                                             static_cast<std::uint8_t>(seconds >> 8U),
                                             static_cast<std::uint8_t>(seconds)});
}

void TurnWriter::add_peer(const TurnAddress& peer) {
  const std::size_t size = peer.v6 ? 16 : 4;
  const auto mask = mask_of(Span(bytes_).subspan(8, 12));
  const unsigned port = peer.port ^ number_at(mask, 0);
  Bytes value{0, peer.v6 ? kFamilyV6 : kFamilyV4, static_cast<std::uint8_t>(port >> 8U),
              static_cast<std::uint8_t>(port)};
  for (std::size_t i = 0; i < size; ++i) value.push_back(peer.bytes[i] ^ mask[i]);
  add(kXorPeerAddress, value);
}

void TurnWriter::add_data(Span data) { add(kData, data); }

void TurnWriter::add_login(std::string_view name, std::string_view realm, std::string_view nonce,
                           const TurnKey& key) {
  add(kUsername, name);
  add(kRealm, realm);
  add(kNonce, nonce);
  set_size(4 + kMacSize);
  add(kMessageIntegrity, mac_of(bytes_, key));
}

void TurnWriter::add(std::uint16_t type, Span value) {
  for (const std::size_t number : {std::size_t{type}, value.size()}) {
    bytes_.push_back(static_cast<std::uint8_t>(number >> 8U));
    bytes_.push_back(static_cast<std::uint8_t>(number));
  }
  bytes_.insert(bytes_.end(), value.begin(), value.end());
  bytes_.resize(padded(bytes_.size()));
  set_size(0);
}

void TurnWriter::add(std::uint16_t type, std::string_view value) {
  add(type, Span(reinterpret_cast<const std::uint8_t*>(value.data()), value.size()));
}

void TurnWriter::set_size(std::size_t behind) {
  const std::size_t size = bytes_.size() - kTurnHeaderSize + behind;
  bytes_[2] = static_cast<std::uint8_t>(size >> 8U);
  bytes_[3] = static_cast<std::uint8_t>(size);
}

}  // namespace parley::server::relay
