#include "bench/load/relay.hpp"

#include "bench/load/loop.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <memory>
#include <string>
#include <string_view>
#include <system_error>
#include <unistd.h>
#include <vector>

namespace parley::load {

namespace {

/// One connection. Messages of the load tool are masked, and come whole or in parts, but never as
/// fragments.
class End final : public Watcher {
 public:
  explicit End(int fd) : fd_(fd) {}

  void join(End& other) {
    other_ = &other;
    other.other_ = this;
  }

  void ready(bool, bool) override {
    static std::array<char, 64UL * 1024> buffer;
    const ssize_t size = ::recv(fd_, buffer.data(), buffer.size(), 0);
    if (size < 0 && errno == EAGAIN) return;
    if (size <= 0) ::_exit(0);  // the tool has finished
    input_.append(buffer.data(), static_cast<std::size_t>(size));
    if (!upgraded_ && !upgrade()) return;
    std::size_t offset = 0;
    while (forward_one(offset)) {
    }
    input_.erase(0, offset);
  }

 private:
  bool upgrade() {
    const std::size_t end = input_.find("\r\n\r\n");
    if (end == std::string::npos) return false;
    input_.erase(0, end + 4);
    upgraded_ = true;
    constexpr std::string_view kAnswer =
        "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n";
    return ::send(fd_, kAnswer.data(), kAnswer.size(), MSG_NOSIGNAL) > 0;
  }

  bool forward_one(std::size_t& offset) {
    const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(input_[offset + i]); };
    const std::size_t left = input_.size() - offset;
    if (left < 4) return false;
    std::size_t size = byte(1) & 0x7fU;
    std::size_t head = 2;
    if (size == 126) {
      size = static_cast<std::size_t>(byte(2)) << 8U | byte(3);
      head = 4;
    }
    if (left < head + 4 + size) return false;
    static std::string frame;
    frame.assign(input_, offset, head);
    frame[1] = static_cast<char>(frame[1] & 0x7f);
    for (std::size_t i = 0; i < size; ++i) {
      frame += static_cast<char>(byte(head + 4 + i) ^ byte(head + i % 4));
    }
    offset += head + 4 + size;
    // Phones wait for each other, so little data is in transit at any time: it fits the socket's
    // buffer.
    if (other_ != nullptr) (void)::send(other_->fd_, frame.data(), frame.size(), MSG_NOSIGNAL);
    return true;
  }

  int fd_;
  End* other_ = nullptr;
  bool upgraded_ = false;
  std::string input_;
};

class Listener final : public Watcher {
 public:
  Listener(Loop& loop, int fd) : loop_(loop), fd_(fd) { loop_.watch(fd_, *this, false); }

  void ready(bool, bool) override {
    const int fd = ::accept4(fd_, nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (fd < 0) return;
    const int on = 1;
    ::setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    ends_.push_back(std::make_unique<End>(fd));
    if (ends_.size() % 2 == 0) ends_.back()->join(*ends_[ends_.size() - 2]);
    loop_.watch(fd, *ends_.back(), false);
  }

 private:
  Loop& loop_;
  int fd_;
  std::vector<std::unique_ptr<End>> ends_;
};

[[noreturn]] void relay(int listening) {
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  Loop loop;
  const Listener listener(loop, listening);
  loop.run(Moment::max(), [] { return false; });
  ::_exit(0);
}

}  // namespace

Relay::Relay() {
  const int listening = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  auto* const generic = reinterpret_cast<sockaddr*>(&address);
  if (::bind(listening, generic, size) != 0 || ::listen(listening, 1024) != 0 ||
      ::getsockname(listening, generic, &size) != 0) {
    throw std::system_error(errno, std::generic_category(), "listen");
  }
  endpoint_.port = ntohs(address.sin_port);
  pid_ = ::fork();
  if (pid_ == 0) relay(listening);
  ::close(listening);
}

Relay::~Relay() {
  ::kill(pid_, SIGKILL);
  ::waitpid(pid_, nullptr, 0);
}

}  // namespace parley::load
