#include "bench/load/http.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <array>
#include <stdexcept>
#include <strings.h>
#include <unistd.h>

namespace parley::load {

namespace {

/// The value of a header in `head`, without regard to case; empty when it is absent.
std::string_view header(std::string_view head, std::string_view name) {
  while (!head.empty()) {
    const std::size_t end = head.find("\r\n");
    const std::string_view line = head.substr(0, end);
    head.remove_prefix(end == std::string_view::npos ? head.size() : end + 2);
    if (line.size() <= name.size() || line[name.size()] != ':') continue;
    if (::strncasecmp(line.data(), name.data(), name.size()) != 0) continue;
    const std::size_t start = line.find_first_not_of(' ', name.size() + 1);
    return start == std::string_view::npos ? std::string_view() : line.substr(start);
  }
  return {};
}

}  // namespace

HttpConnection::HttpConnection(const Endpoint& server)
    : host_(server.host + ":" + std::to_string(server.port)),
      fd_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(server.port);
  ::inet_pton(AF_INET, server.host.c_str(), &address.sin_addr);
  if (::connect(fd_, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
    ::close(fd_);
    throw std::runtime_error("nobody listens at " + host_);
  }
  const int on = 1;
  ::setsockopt(fd_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
}

HttpConnection::~HttpConnection() { ::close(fd_); }

HttpResponse HttpConnection::post(std::string_view path, std::string_view json_body) {
  std::string request =
      "POST " + std::string(path) + " HTTP/1.1\r\nHost: " + host_ +
      "\r\nContent-Type: application/json\r\nContent-Length: " + std::to_string(json_body.size()) +
      "\r\n\r\n";
  request += json_body;
  return exchange(request);
}

HttpResponse HttpConnection::get(std::string_view path, std::string_view token) {
  std::string request = "GET " + std::string(path) + " HTTP/1.1\r\nHost: " + host_ + "\r\n";
  if (!token.empty()) request += "Authorization: Bearer " + std::string(token) + "\r\n";
  return exchange(request + "\r\n");
}

HttpResponse HttpConnection::exchange(std::string_view request) {
  while (!request.empty()) {
    const ssize_t sent = ::send(fd_, request.data(), request.size(), MSG_NOSIGNAL);
    if (sent <= 0) throw std::runtime_error("the server closed an HTTP connection");
    request.remove_prefix(static_cast<std::size_t>(sent));
  }
  std::string input;
  std::size_t end = std::string::npos;
  while ((end = input.find("\r\n\r\n")) == std::string::npos) receive_more(input);
  const std::string head = input.substr(0, end);
  const std::string_view length = header(head, "Content-Length");
  const std::size_t size = length.empty() ? 0 : std::stoul(std::string(length));
  while (input.size() < end + 4 + size) receive_more(input);
  return {.status = head.size() < 12 ? 0 : std::stoi(head.substr(9, 3)),
          .body = input.substr(end + 4, size)};
}

void HttpConnection::receive_more(std::string& input) {
  std::array<char, 16UL * 1024> buffer;
  const ssize_t size = ::recv(fd_, buffer.data(), buffer.size(), 0);
  if (size <= 0) throw std::runtime_error("the server closed an HTTP connection");
  input.append(buffer.data(), static_cast<std::size_t>(size));
}

}  // namespace parley::load
