// Identifiers of distinct types. They are created outside the core and come in with events.
#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace parley {

/// A 128-bit identifier written as 8-4-4-4-12 lower-case hexadecimal digits (RFC 9562).
template <class Tag>
struct Uuid {
  std::uint64_t high = 0;
  std::uint64_t low = 0;
  constexpr auto operator<=>(const Uuid&) const = default;
};

/// Belongs to the device that made it; UUIDv7, so that ids sort by the time of the invite.
using CallId = Uuid<struct CallIdTag>;
/// One running client: a browser tab, a native phone.
using DeviceId = Uuid<struct DeviceIdTag>;
/// One signalling session; survives sockets.
using SessionId = Uuid<struct SessionIdTag>;
/// The key that a client must send to resume a session. Unpredictable.
using ResumeKey = Uuid<struct ResumeKeyTag>;

/// A small number, unique for its owner.
template <class Tag>
struct Serial {
  std::uint64_t value = 0;
  constexpr auto operator<=>(const Serial&) const = default;
};

/// A socket, as numbered by its shell.
using SocketId = Serial<struct SocketIdTag>;
/// A peer connection of a phone.
using PeerConnectionId = Serial<struct PeerConnectionIdTag>;
/// One asynchronous operation on a peer connection.
using OperationId = Serial<struct OperationIdTag>;
/// One request for microphone and camera.
using MediaRequestId = Serial<struct MediaRequestIdTag>;
/// The n-th write to the store; writes become durable in this order.
using StoreTicket = Serial<struct StoreTicketTag>;

/// Writes the 36 characters of a UUID.
std::string format_uuid(std::uint64_t high, std::uint64_t low);

/// Reads 36 characters; upper-case digits are accepted, anything else is not.
std::optional<Uuid<void>> parse_uuid(std::string_view text);

template <class Tag>
std::string to_string(const Uuid<Tag>& id) {
  return format_uuid(id.high, id.low);
}

/// The name an account signs in with and is called by: 1 to 64 of `a-z 0-9 . _ - @`.
struct UserId {
  static constexpr std::size_t kMaxBytes = 64;
  std::string text;
  auto operator<=>(const UserId&) const = default;
};

/// Lower-cases and checks a user name; empty for an invalid one.
std::optional<UserId> parse_user_id(std::string_view text);

}  // namespace parley

template <class Tag>
struct std::hash<parley::Uuid<Tag>> {
  std::size_t operator()(const parley::Uuid<Tag>& id) const noexcept {
    // Ids from hostile clients must not share a bucket, so both halves are mixed.
    std::uint64_t z = id.high * 0x9e3779b97f4a7c15U + id.low;
    z = (z ^ (z >> 32U)) * 0xd6e8feb86659fd93U;
    return static_cast<std::size_t>(z ^ (z >> 32U));
  }
};

template <class Tag>
struct std::hash<parley::Serial<Tag>> {
  std::size_t operator()(const parley::Serial<Tag>& id) const noexcept {
    return static_cast<std::size_t>(id.value);
  }
};

template <>
struct std::hash<parley::UserId> {
  std::size_t operator()(const parley::UserId& user) const noexcept {
    return std::hash<std::string>{}(user.text);
  }
};
