#include "server/http/proxies.hpp"

#include "server/http/text.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstring>

namespace parley::server::http {

namespace {

struct ParsedAddress {
  Address address{};
  bool is_four = false;
};

std::optional<ParsedAddress> parse_address(std::string_view text) {
  // The interface of a link-local address does not identify the client.
  if (text.contains(':')) text = text.substr(0, text.find('%'));
  const std::string terminated(text);
  if (terminated.contains('\0')) return std::nullopt;
  ParsedAddress parsed;
  in_addr four{};
  if (inet_pton(AF_INET, terminated.c_str(), &four) == 1) {
    parsed.is_four = true;
    parsed.address[10] = parsed.address[11] = 0xff;
    std::memcpy(parsed.address.data() + 12, &four, 4);
    return parsed;
  }
  if (inet_pton(AF_INET6, terminated.c_str(), parsed.address.data()) == 1) return parsed;
  return std::nullopt;
}

bool is_mapped(const Address& address) {
  return std::all_of(address.begin(), address.begin() + 10, [](auto byte) { return byte == 0; }) &&
         address[10] == 0xff && address[11] == 0xff;
}

bool contains(const Network& network, const Address& address) {
  for (unsigned bit = 0; bit < network.prefix; bit += 8) {
    const unsigned left = std::min(8U, network.prefix - bit);
    const auto mask = static_cast<std::uint8_t>(0xffU << (8U - left));
    const std::size_t i = bit / 8;
    if (((network.address[i] ^ address[i]) & mask) != 0) return false;
  }
  return true;
}

std::string text_of(const ParsedAddress& parsed) {
  std::array<char, INET6_ADDRSTRLEN> text{};
  const bool four = parsed.is_four || is_mapped(parsed.address);
  inet_ntop(four ? AF_INET : AF_INET6, parsed.address.data() + (four ? 12 : 0), text.data(),
            text.size());
  return text.data();
}

bool is_port(std::string_view text) {
  constexpr std::size_t kMaxDigits = 5;
  return !text.empty() && text.size() <= kMaxDigits && std::ranges::all_of(text, is_digit);
}

/// An entry as proxies write it: an address, with or without brackets, port and quotes.
std::optional<ParsedAddress> parse_entry(std::string_view entry) {
  if (entry.size() >= 2 && entry.front() == '"' && entry.back() == '"') {
    entry = trimmed(entry.substr(1, entry.size() - 2));
  }
  if (entry.starts_with('[')) {
    const std::size_t end = entry.find(']');
    if (end == std::string_view::npos) return std::nullopt;
    const std::string_view behind = entry.substr(end + 1);
    if (!behind.empty() && (behind.front() != ':' || !is_port(behind.substr(1)))) {
      return std::nullopt;
    }
    const auto parsed = parse_address(entry.substr(1, end - 1));
    return parsed && !parsed->is_four ? parsed : std::nullopt;
  }
  if (const auto parsed = parse_address(entry)) return parsed;
  const std::size_t colon = entry.rfind(':');
  if (colon == std::string_view::npos || !is_port(entry.substr(colon + 1))) return std::nullopt;
  const auto parsed = parse_address(entry.substr(0, colon));
  return parsed && parsed->is_four ? parsed : std::nullopt;
}

/// Removes the last non-empty entry of the list (RFC 9110, 5.6.1); empty without one.
std::string_view take_last(std::string_view& list) {
  std::string_view entry;
  while (entry.empty() && !list.empty()) {
    const std::size_t comma = list.rfind(',');
    const bool only = comma == std::string_view::npos;
    entry = trimmed(only ? list : list.substr(comma + 1));
    list = only ? std::string_view() : list.substr(0, comma);
  }
  return entry;
}

}  // namespace

std::optional<Network> parse_network(std::string_view text) {
  const std::size_t slash = text.find('/');
  const auto parsed = parse_address(text.substr(0, slash));
  if (!parsed) return std::nullopt;
  Network network{parsed->address, 128};
  if (slash == std::string_view::npos) return network;
  const unsigned most = parsed->is_four ? 32 : 128;
  unsigned prefix = 0;
  const char* end = text.data() + text.size();
  const auto [stopped, error] = std::from_chars(text.data() + slash + 1, end, prefix);
  if (error != std::errc{} || stopped != end || prefix > most) return std::nullopt;
  network.prefix = prefix + (128 - most);
  return network;
}

Proxies::Proxies(const std::vector<std::string>& trusted) {
  for (const std::string& text : trusted) {
    if (const auto network = parse_network(text)) trusted_.push_back(*network);
  }
}

bool Proxies::trusts(std::string_view address) const {
  const auto parsed = parse_address(address);
  return parsed && std::ranges::any_of(trusted_, [&](const Network& network) {
           return contains(network, parsed->address);
         });
}

Client Proxies::client(std::string_view peer, std::string_view forwarded_for) const {
  Client client;
  const auto own = parse_address(peer);
  client.address = own ? text_of(*own) : std::string(peer);
  client.through_proxy = trusts(client.address);
  while (trusts(client.address)) {
    const std::string_view entry = take_last(forwarded_for);
    if (entry.empty()) break;
    client.forwarded = true;
    const auto parsed = parse_entry(entry);
    if (!parsed) {
      client.no_address = std::string(entry);
      client.address = "unknown behind " + client.address;
      break;
    }
    client.address = text_of(*parsed);
  }
  return client;
}

}  // namespace parley::server::http
