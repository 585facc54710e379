#include "server/relay/stun.hpp"

#include <algorithm>
#include <cstddef>

namespace parley::server::relay {

namespace {

constexpr std::uint16_t kBindingRequest = 0x0001;
constexpr std::uint16_t kBindingSuccess = 0x0101;
constexpr std::uint16_t kXorMappedAddress = 0x0020;
constexpr std::array<std::uint8_t, 4> kCookie{0x21, 0x12, 0xa4, 0x42};
constexpr std::size_t kHeaderSize = 20;
// A reserved byte, the family, the port, and an address of IPv4 or IPv6.
constexpr std::size_t kAddressSizeV4 = 8;
constexpr std::size_t kAddressSizeV6 = 20;

std::size_t number_at(std::span<const std::uint8_t> bytes, std::size_t at) {
  return (std::size_t{bytes[at]} << 8U) | bytes[at + 1];
}

bool is_address(std::span<const std::uint8_t> value) {
  if (value.size() < 2) return false;
  return (value[1] == 1 && value.size() == kAddressSizeV4) ||
         (value[1] == 2 && value.size() == kAddressSizeV6);
}

}  // namespace

StunRequest stun_request(const StunTransaction& transaction) {
  StunRequest request{};
  request[1] = kBindingRequest;
  std::ranges::copy(kCookie, request.begin() + 4);
  std::ranges::copy(transaction, request.begin() + 8);
  return request;
}

bool answers_stun_request(std::span<const std::uint8_t> datagram,
                          const StunTransaction& transaction) {
  if (datagram.size() < kHeaderSize || number_at(datagram, 0) != kBindingSuccess) return false;
  if (number_at(datagram, 2) != datagram.size() - kHeaderSize) return false;
  if (!std::ranges::equal(datagram.subspan(4, kCookie.size()), kCookie)) return false;
  if (!std::ranges::equal(datagram.subspan(8, transaction.size()), transaction)) return false;
  bool has_address = false;
  std::span<const std::uint8_t> rest = datagram.subspan(kHeaderSize);
  while (!rest.empty()) {
    if (rest.size() < 4) return false;
    const std::size_t type = number_at(rest, 0);
    const std::size_t size = number_at(rest, 2);
    const std::size_t padded = (size + 3) / 4 * 4;
    rest = rest.subspan(4);
    if (padded > rest.size()) return false;
    if (type == kXorMappedAddress) {
      if (!is_address(rest.first(size))) return false;
      has_address = true;
    }
    rest = rest.subspan(padded);
  }
  return has_address;
}

}  // namespace parley::server::relay
