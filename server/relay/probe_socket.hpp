// A connection to a TURN server over UDP, TCP or TLS, for a thread of its own: every wait has a
// deadline and ends at once when it is cancelled.
#pragma once

#include "server/relay/file.hpp"
#include "server/relay/turn_message.hpp"
#include "server/relay/turn_url.hpp"

#include <atomic>
#include <chrono>
#include <expected>
#include <memory>
#include <optional>
#include <string>

struct ssl_st;
struct ssl_ctx_st;

namespace parley::server::relay {

enum class CertificateFault : std::uint8_t { none, expired, other_name, untrusted };

struct Deadline {
  std::chrono::steady_clock::time_point at;
  const std::atomic<bool>* cancelled = nullptr;

  [[nodiscard]] bool over() const {
    return std::chrono::steady_clock::now() >= at || (cancelled != nullptr && *cancelled);
  }
  /// The same, but not later than that from now.
  [[nodiscard]] Deadline within(std::chrono::milliseconds limit) const;
};

class ProbeSocket {
 public:
  /// Where a name leads is found out by the system. `address`, unless empty, is connected to
  /// instead; a certificate must be for the host of the URL all the same. The error is for people.
  static std::expected<ProbeSocket, std::string> open(const TurnUrl& url,
                                                      const std::string& address,
                                                      const Deadline& deadline);
  ~ProbeSocket();
  ProbeSocket(ProbeSocket&&) noexcept;
  ProbeSocket& operator=(ProbeSocket&&) = delete;

  /// UDP loses messages, so that they have to be sent again.
  [[nodiscard]] bool loses_messages() const { return transport_ == TurnTransport::udp; }
  [[nodiscard]] CertificateFault certificate_fault() const { return fault_; }

  /// False when the connection is over.
  [[nodiscard]] bool send(const Bytes& message, const Deadline& deadline);
  /// One whole message; nothing after the deadline or when the connection is over.
  [[nodiscard]] std::optional<Bytes> receive(const Deadline& deadline);
  /// Nothing more will come.
  [[nodiscard]] bool over() const { return over_; }

 private:
  struct Tls;
  ProbeSocket(File file, TurnTransport transport);
  std::string start_tls(const std::string& host, const Deadline& deadline);
  void check_certificate(const std::string& host);
  std::optional<std::size_t> read_some(std::uint8_t* to, std::size_t size);
  bool wait(short events, const Deadline& deadline) const;

  File file_;
  TurnTransport transport_;
  std::unique_ptr<Tls> tls_;
  Bytes buffer_;
  CertificateFault fault_ = CertificateFault::none;
  bool over_ = false;
};

}  // namespace parley::server::relay
