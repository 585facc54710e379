#include "server/relay/probe_socket.hpp"

#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <condition_variable>
#include <mutex>
#include <netdb.h>
#include <poll.h>
#include <system_error>
#include <thread>
#include <utility>

namespace parley::server::relay {

namespace {

using std::chrono::milliseconds;

// How soon a wait sees that it is cancelled.
constexpr milliseconds kSlice{50};
// A name may lead to addresses that can't be reached, as of IPv6 without a way out.
constexpr std::size_t kMaxAddresses = 3;
constexpr std::size_t kReadBytes = 2048;

struct Address {
  sockaddr_storage bytes{};
  socklen_t size = 0;
};

std::string reason(int error) { return std::generic_category().message(error); }

std::expected<std::vector<Address>, std::string> look_up(const std::string& host,
                                                         std::uint16_t port, int flags) {
  addrinfo wanted{};
  wanted.ai_socktype = SOCK_STREAM;
  wanted.ai_flags = flags | AI_NUMERICSERV;
  addrinfo* raw = nullptr;
  const int error = getaddrinfo(host.c_str(), std::to_string(port).c_str(), &wanted, &raw);
  if (error != 0) return std::unexpected(std::string(gai_strerror(error)));
  const std::unique_ptr<addrinfo, decltype(&freeaddrinfo)> found(raw, freeaddrinfo);
  std::vector<Address> addresses;
  for (const addrinfo* one = raw; one != nullptr && addresses.size() < kMaxAddresses;
       one = one->ai_next) {
    Address& address = addresses.emplace_back();
    address.size = one->ai_addrlen;
    std::copy_n(reinterpret_cast<const char*>(one->ai_addr), one->ai_addrlen,
                reinterpret_cast<char*>(&address.bytes));
  }
  return addresses;
}

/// The system may take as long as it likes for a name; the thread that asks it is left behind then.
std::expected<std::vector<Address>, std::string> resolve(const std::string& host,
                                                         std::uint16_t port,
                                                         const Deadline& deadline) {
  if (auto numeric = look_up(host, port, AI_NUMERICHOST)) return numeric;
  struct Asked {
    std::mutex mutex;
    std::condition_variable answered;
    std::optional<std::expected<std::vector<Address>, std::string>> answer;
  };
  const auto asked = std::make_shared<Asked>();
  std::thread([asked, host, port] {
    auto answer = look_up(host, port, 0);
    const std::lock_guard lock(asked->mutex);
    asked->answer = std::move(answer);
    asked->answered.notify_one();
  }).detach();
  std::unique_lock lock(asked->mutex);
  while (!asked->answer && !deadline.over()) asked->answered.wait_for(lock, kSlice);
  if (asked->answer) return std::move(*asked->answer);
  return std::unexpected("the name was not found in time");
}

/// Made once: to read whom this machine trusts takes longer than the rest of a probe.
SSL_CTX* tls_context() {
  static const std::unique_ptr<SSL_CTX, decltype(&SSL_CTX_free)> context = [] {
    std::unique_ptr<SSL_CTX, decltype(&SSL_CTX_free)> made(SSL_CTX_new(TLS_client_method()),
                                                           SSL_CTX_free);
    if (made != nullptr) {
      SSL_CTX_set_default_verify_paths(made.get());
      // What is wrong with a certificate is told apart after the handshake.
      SSL_CTX_set_verify(made.get(), SSL_VERIFY_NONE, nullptr);
    }
    return made;
  }();
  return context.get();
}

bool is_ready(int file, short events, const Deadline& deadline) {
  while (!deadline.over()) {
    pollfd wanted{.fd = file, .events = events, .revents = 0};
    const auto left =
        std::chrono::ceil<milliseconds>(deadline.at - std::chrono::steady_clock::now());
    if (poll(&wanted, 1, static_cast<int>(std::clamp(left, milliseconds(0), kSlice).count())) > 0) {
      return true;
    }
  }
  return false;
}

std::expected<File, std::string> connect_to(const Address& address, bool datagrams,
                                            const Deadline& deadline) {
  File file(socket(address.bytes.ss_family,
                   (datagrams ? SOCK_DGRAM : SOCK_STREAM) | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (file.get() < 0) return std::unexpected(reason(errno));
  if (connect(file.get(), reinterpret_cast<const sockaddr*>(&address.bytes), address.size) != 0) {
    if (errno != EINPROGRESS) return std::unexpected(reason(errno));
    if (!is_ready(file.get(), POLLOUT, deadline)) return std::unexpected(reason(ETIMEDOUT));
    int error = 0;
    socklen_t size = sizeof error;
    getsockopt(file.get(), SOL_SOCKET, SO_ERROR, &error, &size);
    if (error != 0) return std::unexpected(reason(error));
  }
  const int yes = 1;
  if (!datagrams) setsockopt(file.get(), IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
  return file;
}

}  // namespace

struct ProbeSocket::Tls {
  std::unique_ptr<SSL, decltype(&SSL_free)> stream{nullptr, SSL_free};
};

Deadline Deadline::within(milliseconds limit) const {
  return {std::min(at, std::chrono::steady_clock::now() + limit), cancelled};
}

ProbeSocket::ProbeSocket(File file, TurnTransport transport)
    : file_(std::move(file)), transport_(transport) {}
ProbeSocket::~ProbeSocket() = default;
ProbeSocket::ProbeSocket(ProbeSocket&&) noexcept = default;

std::expected<ProbeSocket, std::string> ProbeSocket::open(const TurnUrl& url,
                                                          const std::string& address,
                                                          const Deadline& deadline) {
  const auto addresses = resolve(address.empty() ? url.host : address, url.port, deadline);
  if (!addresses) return std::unexpected(addresses.error());
  std::string why = "the name has no address";
  for (std::size_t i = 0; i < addresses->size(); ++i) {
    // Each of them has its share of the time.
    const auto left =
        std::chrono::duration_cast<milliseconds>(deadline.at - std::chrono::steady_clock::now());
    const Deadline own = deadline.within(left / static_cast<int>(addresses->size() - i));
    auto file = connect_to((*addresses)[i], url.transport == TurnTransport::udp, own);
    if (!file) {
      why = file.error();
      continue;
    }
    ProbeSocket made(std::move(*file), url.transport);
    if (url.transport == TurnTransport::tls) {
      if (std::string failed = made.start_tls(url.host, deadline); !failed.empty()) {
        return std::unexpected(std::move(failed));
      }
    }
    return made;
  }
  return std::unexpected(why);
}

std::string ProbeSocket::start_tls(const std::string& host, const Deadline& deadline) {
  tls_ = std::make_unique<Tls>();
  SSL_CTX* context = tls_context();
  if (context == nullptr) return "there is no TLS";
  tls_->stream.reset(SSL_new(context));
  SSL* stream = tls_->stream.get();
  if (stream == nullptr || SSL_set_fd(stream, file_.get()) != 1) return "there is no TLS";
  in6_addr any{};
  const bool is_name =
      inet_pton(AF_INET, host.c_str(), &any) != 1 && inet_pton(AF_INET6, host.c_str(), &any) != 1;
  if (is_name) SSL_set_tlsext_host_name(stream, host.c_str());
  for (;;) {
    ERR_clear_error();
    const int done = SSL_connect(stream);
    if (done == 1) break;
    const int error = SSL_get_error(stream, done);
    if (error != SSL_ERROR_WANT_READ && error != SSL_ERROR_WANT_WRITE) {
      return "no TLS handshake: the other side broke it off";
    }
    if (!is_ready(file_.get(), error == SSL_ERROR_WANT_READ ? POLLIN : POLLOUT, deadline)) {
      return "no TLS handshake in time";
    }
  }
  check_certificate(host);
  return {};
}

void ProbeSocket::check_certificate(const std::string& host) {
  SSL* stream = tls_->stream.get();
  const std::unique_ptr<X509, decltype(&X509_free)> certificate(SSL_get1_peer_certificate(stream),
                                                                X509_free);
  if (certificate == nullptr || SSL_get_verify_result(stream) != X509_V_OK) {
    fault_ = CertificateFault::untrusted;
  }
  if (certificate == nullptr) return;
  if (X509_check_host(certificate.get(), host.c_str(), 0, 0, nullptr) != 1 &&
      X509_check_ip_asc(certificate.get(), host.c_str(), 0) != 1) {
    fault_ = CertificateFault::other_name;
  }
  if (X509_cmp_current_time(X509_get0_notAfter(certificate.get())) < 0) {
    fault_ = CertificateFault::expired;
  }
}

bool ProbeSocket::wait(short events, const Deadline& deadline) const {
  return is_ready(file_.get(), events, deadline);
}

bool ProbeSocket::send(const Bytes& message, const Deadline& deadline) {
  std::size_t sent = 0;
  while (sent < message.size() && !over_) {
    short events = POLLOUT;
    if (tls_) {
      ERR_clear_error();
      const int done =
          SSL_write(tls_->stream.get(), &message[sent], static_cast<int>(message.size() - sent));
      if (done > 0) {
        sent += static_cast<std::size_t>(done);
        continue;
      }
      const int error = SSL_get_error(tls_->stream.get(), done);
      over_ = error != SSL_ERROR_WANT_READ && error != SSL_ERROR_WANT_WRITE;
      if (error == SSL_ERROR_WANT_READ) events = POLLIN;
    } else {
      const ssize_t done = ::send(file_.get(), &message[sent], message.size() - sent, MSG_NOSIGNAL);
      if (done >= 0) {
        sent += static_cast<std::size_t>(done);
        continue;
      }
      over_ = errno != EAGAIN && errno != EINTR;
    }
    if (over_ || !wait(events, deadline)) return false;
  }
  return !over_;
}

std::optional<std::size_t> ProbeSocket::read_some(std::uint8_t* to, std::size_t size) {
  if (tls_) {
    ERR_clear_error();
    const int got = SSL_read(tls_->stream.get(), to, static_cast<int>(size));
    if (got > 0) return static_cast<std::size_t>(got);
    const int error = SSL_get_error(tls_->stream.get(), got);
    over_ = error != SSL_ERROR_WANT_READ && error != SSL_ERROR_WANT_WRITE;
    return std::nullopt;
  }
  const ssize_t got = recv(file_.get(), to, size, 0);
  if (got > 0 || (got == 0 && loses_messages())) return static_cast<std::size_t>(got);
  over_ = got == 0 || (errno != EAGAIN && errno != EINTR);
  return std::nullopt;
}

std::optional<Bytes> ProbeSocket::receive(const Deadline& deadline) {
  while (!over_) {
    if (!loses_messages() && buffer_.size() >= kTurnHeaderSize) {
      const std::size_t size = turn_message_size(buffer_);
      // Whoever sends anything else in the stream is no TURN server.
      if (size == 0) over_ = true;
      if (size != 0 && buffer_.size() >= size) {
        const auto end = buffer_.begin() + static_cast<std::ptrdiff_t>(size);
        Bytes message(buffer_.begin(), end);
        buffer_.erase(buffer_.begin(), end);
        return message;
      }
      if (over_) break;
    }
    std::array<std::uint8_t, kReadBytes> bytes{};
    if (const auto got = read_some(bytes.data(), bytes.size())) {
      const auto end = bytes.begin() + static_cast<std::ptrdiff_t>(*got);
      if (loses_messages()) return Bytes(bytes.begin(), end);
      buffer_.insert(buffer_.end(), bytes.begin(), end);
      continue;
    }
    if (over_ || !wait(POLLIN, deadline)) break;
  }
  return std::nullopt;
}

}  // namespace parley::server::relay
