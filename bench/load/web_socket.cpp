#include "bench/load/web_socket.hpp"

#include "core/base/random.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <stdexcept>
#include <unistd.h>

namespace parley::load {

namespace {

constexpr unsigned kClose = 0x8;
constexpr unsigned kPing = 0x9;
constexpr std::uint16_t kAbnormal = 1006;

/// Masks `payload` while appending it (RFC 6455, 5.3). The key only has to look random here.
void append_masked(std::string& out, std::string_view payload, std::uint32_t key) {
  std::array<char, 4> mask{};
  std::memcpy(mask.data(), &key, mask.size());
  out.append(mask.data(), mask.size());
  const std::size_t start = out.size();
  out.append(payload);
  for (std::size_t i = 0; i < payload.size(); ++i) {
    out[start + i] = static_cast<char>(out[start + i] ^ mask[i % 4]);
  }
}

std::uint64_t big_endian(std::string_view bytes) {
  std::uint64_t value = 0;
  for (const char byte : bytes) value = value << 8U | static_cast<unsigned char>(byte);
  return value;
}

}  // namespace

void WebSocket::open(Owner& owner) {
  drop();
  owner_ = &owner;
  fd_ = ::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (fd_ < 0) throw std::runtime_error("no more sockets: raise `ulimit -n`");
  const int on = 1;
  ::setsockopt(fd_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(server_.port);
  ::inet_pton(AF_INET, server_.host.c_str(), &address.sin_addr);
  state_ = State::connecting;
  // epoll reports the result, also an immediate failure.
  (void)::connect(fd_, reinterpret_cast<const sockaddr*>(&address), sizeof address);
  loop_.watch(fd_, *this, true);
}

void WebSocket::ready(bool readable, bool writable) {
  if (state_ == State::connecting && writable) {
    int error = 0;
    socklen_t size = sizeof error;
    ::getsockopt(fd_, SOL_SOCKET, SO_ERROR, &error, &size);
    if (error != 0) return lose(kAbnormal);
    state_ = State::upgrading;
    loop_.change(fd_, *this, false);
    write("GET /signal HTTP/1.1\r\nHost: " + server_.host + ":" + std::to_string(server_.port) +
          "\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
          "Sec-WebSocket-Key: cGFybGV5IGxvYWQgdG9vbA==\r\n\r\n");
    return;
  }
  if (readable) read();
  if (writable && !pending_.empty()) write_pending();
}

void WebSocket::read() {
  static thread_local std::array<char, 64UL * 1024> buffer;
  const ssize_t size = ::recv(fd_, buffer.data(), buffer.size(), 0);
  if (size < 0 && (errno == EAGAIN || errno == EINTR)) return;
  if (size <= 0) return lose(kAbnormal);
  const Moment at = Clock::now();
  const std::string_view fresh(buffer.data(), static_cast<std::size_t>(size));
  // Most frames arrive whole, and are then read in place.
  std::string joined;
  std::string_view input = fresh;
  if (!input_.empty() || state_ == State::upgrading) {
    input_.append(fresh);
    if (state_ == State::upgrading && !take_upgrade()) return;
    joined.swap(input_);
    input = joined;
  }
  std::size_t offset = 0;
  while (state_ == State::open && take_frame(input, offset, at)) {
  }
  if (state_ == State::open) input_ = input.substr(offset);
}

bool WebSocket::take_upgrade() {
  const std::size_t end = input_.find("\r\n\r\n");
  if (end == std::string::npos) return false;
  if (!input_.starts_with("HTTP/1.1 101")) {
    lose(kAbnormal);
    return false;
  }
  input_.erase(0, end + 4);
  state_ = State::open;
  owner_->line_opened();
  return state_ == State::open;
}

bool WebSocket::take_frame(std::string_view input, std::size_t& offset, Moment at) {
  std::string_view rest = input.substr(offset);
  if (rest.size() < 2) return false;
  const auto first = static_cast<unsigned char>(rest[0]);
  const auto second = static_cast<unsigned char>(rest[1]);
  std::size_t head = 2;
  std::uint64_t size = second & 0x7fU;
  if (size >= 126) {
    const std::size_t width = size == 126 ? 2 : 8;
    head += width;
    if (rest.size() < head) return false;
    size = big_endian(rest.substr(2, width));
  }
  if (rest.size() < head + size) return false;
  const std::string_view payload = rest.substr(head, size);
  offset += head + payload.size();
  const unsigned opcode = first & 0x0fU;
  const bool last = (first & 0x80U) != 0;
  if (opcode >= kClose) {
    take_control(opcode, payload);
  } else if (last && message_.empty()) {
    owner_->frame_arrived(payload, at);
  } else {
    message_.append(payload);
    if (!last) return true;
    std::string whole;
    whole.swap(message_);
    owner_->frame_arrived(whole, at);
  }
  return true;
}

void WebSocket::take_control(unsigned opcode, std::string_view payload) {
  if (opcode == kPing) send_frame(0xa, payload);
  if (opcode == kClose) {
    lose(payload.size() < 2 ? kAbnormal
                            : static_cast<std::uint16_t>(big_endian(payload.substr(0, 2))));
  }
}

void WebSocket::send_frame(unsigned opcode, std::string_view payload) {
  if (state_ != State::open) return;
  static thread_local Random keys(0x10ad);
  static thread_local std::string frame;
  frame.clear();
  frame += static_cast<char>(0x80U | opcode);
  if (payload.size() < 126) {
    frame += static_cast<char>(0x80U | payload.size());
  } else if (payload.size() <= 0xffff) {
    frame += static_cast<char>(0x80U | 126U);
    frame += static_cast<char>(payload.size() >> 8U);
    frame += static_cast<char>(payload.size() & 0xffU);
  } else {
    throw std::runtime_error("a frame larger than the protocol allows");
  }
  append_masked(frame, payload, static_cast<std::uint32_t>(keys.next()));
  write(frame);
}

void WebSocket::write(std::string_view bytes) {
  if (pending_.empty()) {
    const ssize_t sent = ::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent == static_cast<ssize_t>(bytes.size())) return;
    if (sent > 0) bytes.remove_prefix(static_cast<std::size_t>(sent));
    // A read detects a broken socket.
    if (sent < 0 && errno != EAGAIN) return;
    loop_.change(fd_, *this, true);
  }
  pending_.append(bytes);
}

void WebSocket::write_pending() {
  std::string bytes;
  bytes.swap(pending_);
  loop_.change(fd_, *this, false);
  write(bytes);
}

void WebSocket::drop() {
  if (fd_ >= 0) {
    loop_.forget(fd_, *this);
    ::close(fd_);
  }
  fd_ = -1;
  state_ = State::closed;
  input_.clear();
  message_.clear();
  pending_.clear();
}

void WebSocket::lose(std::uint16_t code) {
  drop();
  owner_->line_closed(code);
}

}  // namespace parley::load
