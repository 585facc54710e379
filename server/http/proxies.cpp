#include "server/http/proxies.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>

#include <algorithm>
#include <charconv>
#include <cstring>

namespace parley::server::http {

namespace {

struct ParsedAddress {
  Address address{};
  bool is_four = false;
};

std::optional<ParsedAddress> parse_address(std::string_view text) {
  const std::string terminated(text);
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

bool contains(const Network& network, const Address& address) {
  for (unsigned bit = 0; bit < network.prefix; bit += 8) {
    const unsigned left = std::min(8U, network.prefix - bit);
    const auto mask = static_cast<std::uint8_t>(0xffU << (8U - left));
    const std::size_t i = bit / 8;
    if (((network.address[i] ^ address[i]) & mask) != 0) return false;
  }
  return true;
}

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
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

std::string Proxies::client_address(std::string_view peer, std::string_view forwarded_for) const {
  std::string_view client = peer;
  while (trusts(client) && !forwarded_for.empty()) {
    const std::size_t comma = forwarded_for.rfind(',');
    const bool last = comma == std::string_view::npos;
    const std::string_view entry = trimmed(last ? forwarded_for : forwarded_for.substr(comma + 1));
    if (!parse_address(entry)) break;
    client = entry;
    forwarded_for = last ? std::string_view() : forwarded_for.substr(0, comma);
  }
  return std::string(client);
}

}  // namespace parley::server::http
