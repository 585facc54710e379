#include "server/relay/addresses.hpp"

#include <arpa/inet.h>
#include <net/if.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <ifaddrs.h>
#include <memory>
#include <netdb.h>
#include <system_error>
#include <unistd.h>

namespace parley::server::relay {

namespace {

using Found = std::unique_ptr<addrinfo, decltype(&freeaddrinfo)>;

/// Numbers only; no name is looked up.
Found find(const std::string& address, std::uint16_t port, int type) {
  addrinfo wanted{};
  wanted.ai_socktype = type;
  wanted.ai_flags = AI_NUMERICHOST | AI_NUMERICSERV;
  addrinfo* raw = nullptr;
  if (getaddrinfo(address.c_str(), std::to_string(port).c_str(), &wanted, &raw) != 0) raw = nullptr;
  return {raw, freeaddrinfo};
}

std::string text_of(const sockaddr* address) {
  std::array<char, INET6_ADDRSTRLEN> text{};
  const void* bytes = nullptr;
  if (address->sa_family == AF_INET) {
    bytes = &reinterpret_cast<const sockaddr_in*>(address)->sin_addr;
  } else if (address->sa_family == AF_INET6) {
    bytes = &reinterpret_cast<const sockaddr_in6*>(address)->sin6_addr;
  } else {
    return {};
  }
  return inet_ntop(address->sa_family, bytes, text.data(), text.size()) == nullptr ? std::string()
                                                                                   : text.data();
}

/// The error of binding; 0 when that works.
int bind_error(const std::string& address, std::uint16_t port, int type) {
  const Found found = find(address, port, type);
  if (!found) return EADDRNOTAVAIL;
  const int file = socket(found->ai_family, type | SOCK_CLOEXEC, 0);
  if (file < 0) return errno;
  const int yes = 1;
  // Old connections of a relay that has ended keep no other from listening.
  if (type == SOCK_STREAM) setsockopt(file, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
  const int error = bind(file, found->ai_addr, found->ai_addrlen) == 0 ? 0 : errno;
  close(file);
  return error;
}

}  // namespace

std::vector<std::string> own_addresses() {
  std::vector<std::string> addresses;
  ifaddrs* raw = nullptr;
  if (getifaddrs(&raw) != 0) return addresses;
  const std::unique_ptr<ifaddrs, decltype(&freeifaddrs)> all(raw, freeifaddrs);
  for (const ifaddrs* one = raw; one != nullptr; one = one->ifa_next) {
    if (one->ifa_addr == nullptr || (one->ifa_flags & IFF_LOOPBACK) != 0) continue;
    if (std::string text = text_of(one->ifa_addr); !text.empty()) {
      addresses.push_back(std::move(text));
    }
  }
  return addresses;
}

std::string outward_address() {
  // Nothing is sent: to connect is to choose a route. The address is one of documentation.
  const int file = udp_socket_to("192.0.2.1", 9);
  if (file < 0) return {};
  sockaddr_storage own{};
  socklen_t size = sizeof own;
  std::string text;
  if (getsockname(file, reinterpret_cast<sockaddr*>(&own), &size) == 0) {
    text = text_of(reinterpret_cast<const sockaddr*>(&own));
  }
  close(file);
  return text;
}

std::string why_no_relay_port(const std::string& address, std::uint16_t port) {
  for (const int type : {SOCK_DGRAM, SOCK_STREAM}) {
    if (const int error = bind_error(address, port, type); error != 0) {
      return std::generic_category().message(error);
    }
  }
  return {};
}

bool is_own_address(const std::string& address) { return bind_error(address, 0, SOCK_DGRAM) == 0; }

bool is_private_address(const std::string& address) {
  in_addr four{};
  if (inet_pton(AF_INET, address.c_str(), &four) == 1) {
    const std::uint32_t bits = ntohl(four.s_addr);
    const auto within = [bits](std::uint32_t network, unsigned size) {
      return bits >> (32U - size) == network >> (32U - size);
    };
    return within(0x0a000000, 8) || within(0xac100000, 12) || within(0xc0a80000, 16) ||
           within(0x64400000, 10) || within(0xa9fe0000, 16) || within(0x7f000000, 8);
  }
  in6_addr six{};
  if (inet_pton(AF_INET6, address.c_str(), &six) != 1) return false;
  return IN6_IS_ADDR_LOOPBACK(&six) || IN6_IS_ADDR_LINKLOCAL(&six) ||
         (six.s6_addr[0] & 0xfeU) == 0xfcU;
}

int udp_socket_to(const std::string& address, std::uint16_t port) {
  const Found found = find(address, port, SOCK_DGRAM);
  if (!found) return -1;
  const int file = socket(found->ai_family, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  if (file >= 0 && connect(file, found->ai_addr, found->ai_addrlen) != 0) {
    close(file);
    return -1;
  }
  return file;
}

}  // namespace parley::server::relay
