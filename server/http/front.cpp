#include "server/http/front.hpp"

#include "server/http/certificates.hpp"
#include "server/http/limits.hpp"
#include "server/http/net/http_session.hpp"

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>

#include <cerrno>
#include <fcntl.h>
#include <unistd.h>
#include <utility>

namespace parley::server::http {

namespace asio = boost::asio;
using net::Awaitable;
using net::ErrorCode;
using net::Executor;
using net::kAwait;

namespace {

/// A reserve descriptor, released when the process has no other.
class ReserveDescriptor {
 public:
  ReserveDescriptor() { take(); }
  ~ReserveDescriptor() { release(); }
  ReserveDescriptor(const ReserveDescriptor&) = delete;
  ReserveDescriptor& operator=(const ReserveDescriptor&) = delete;

  void take() {
    if (file_ < 0) file_ = ::open("/dev/null", O_RDONLY | O_CLOEXEC);
  }
  void release() {
    if (file_ >= 0) ::close(std::exchange(file_, -1));
  }

 private:
  int file_ = -1;
};

}  // namespace

class Front::Listener {
 public:
  Listener(FrontSettings settings, loop::Loop& loop, const loop::Clock& clock, log::Log& log,
           Api& api, signalling::Hub& hub, const OriginPolicy& origins, const Proxies& proxies,
           const PublicHosts& hosts)
      : settings_(std::move(settings)),
        watchdog_(std::make_shared<net::Watchdog>(loop)),
        places_(std::make_shared<Places>(place_limits(settings_.max_connections))),
        shared_{loop, clock, log, api, hub, origins, proxies, hosts, watchdog_, places_},
        acceptor_(shared_.executor()) {}

  std::expected<std::uint16_t, std::string> listen() {
    if (const auto loaded = reload_certificates(); !loaded) return std::unexpected(loaded.error());
    ErrorCode error;
    asio::ip::tcp::resolver resolver(shared_.loop.context());
    const auto found = resolver.resolve(settings_.host, std::to_string(settings_.port),
                                        asio::ip::resolver_base::passive, error);
    if (error) return std::unexpected("no such host: " + error.message());
    const asio::ip::tcp::endpoint endpoint = found.begin()->endpoint();
    acceptor_.open(endpoint.protocol(), error);
    if (!error) acceptor_.set_option(asio::socket_base::reuse_address(true), error);
    if (!error) acceptor_.bind(endpoint, error);
    if (!error) acceptor_.listen(asio::socket_base::max_listen_connections, error);
    if (error) return std::unexpected(error.message());
    asio::co_spawn(shared_.executor(), accept_all(), asio::detached);
    return acceptor_.local_endpoint().port();
  }

  std::expected<void, std::string> reload_certificates() {
    if (settings_.tls_certificate.empty()) return {};
    auto loaded = load_certificate(settings_.tls_certificate, settings_.tls_key);
    if (!loaded) return std::unexpected(std::move(loaded.error()));
    // Open connections keep the parts of the old context that they use.
    tls_ = std::move(*loaded);
    return {};
  }

  void stop() {
    shared_.stopping = true;
    ErrorCode ignored;
    acceptor_.close(ignored);
    watchdog_->stop_all();
  }

  [[nodiscard]] std::size_t open_sockets() const { return watchdog_->size(); }

 private:
  Awaitable<void> accept_all() {
    while (acceptor_.is_open()) {
      // Without descriptors, accepting fails even when no connection waits; none must be closed
      // then.
      auto [closed] = co_await acceptor_.async_wait(asio::socket_base::wait_read, kAwait);
      if (closed) co_return;
      auto [error, socket] = co_await acceptor_.async_accept(kAwait);
      if (error == asio::error::operation_aborted) co_return;
      if (!error) {
        admit(std::move(socket));
      } else if (error == asio::error::no_descriptors || error == asio::error::no_buffer_space ||
                 error.value() == ENFILE) {
        if (co_await make_do_without_descriptors()) continue;
      } else if (const auto times = failures_.due(net::SteadyClock::now())) {
        // The client hung up before the accept, or another failure, temporary or not.
        shared_.log.warning("accepting failed", {{"why", error.message()}, {"times", *times}});
      }
      if (!error) continue;
      // An immediate retry would only use the processor.
      net::Timer timer(shared_.executor(), kAcceptPause);
      co_await timer.async_wait(kAwait);
    }
  }

  /// The kernel has no descriptor for the next connection. The connection that was silent for
  /// longest is closed for it. When none is silent, the new connection gets the reserve descriptor
  /// and is closed, because otherwise its client would wait for an answer. True when the connection
  /// was handled.
  Awaitable<bool> make_do_without_descriptors() {
    if (places_->evict_oldest_silent()) {
      note_gave_way("out of file descriptors");
      co_return true;
    }
    reserve_.release();
    auto [error, socket] = co_await acceptor_.async_accept(kAwait);
    if (!error) {
      note_refused("out of file descriptors");
      ErrorCode ignored;
      socket.close(ignored);
    }
    reserve_.take();
    co_return !error;
  }

  void admit(net::Tcp socket) {
    ErrorCode error;
    const auto peer = socket.remote_endpoint(error);
    if (error) return;  // the client is gone
    // In its canonical form: on a dual-stack socket, IPv4 has the form of IPv6.
    const std::string address = shared_.proxies.client(peer.address().to_string(), "").address;
    const std::string counted =
        shared_.proxies.trusts(address) ? std::string() : auth::address_key(address);
    const std::size_t before = places_->taken();
    const bool room = places_->make_room(counted);
    if (places_->taken() < before) note_gave_way("too many connections");
    if (!room) note_refused("too many connections");
    if (!room) return;  // the socket is closed here
    socket.set_option(asio::ip::tcp::no_delay(true), error);
    net::Transport transport =
        tls_ ? net::Transport(std::move(socket), *tls_) : net::Transport(std::move(socket));
    const auto session =
        std::make_shared<net::HttpSession>(shared_, std::move(transport), address, counted);
    asio::co_spawn(shared_.executor(), [session] { return session->run(); }, asio::detached);
  }

  /// Logs at intervals how many connections were refused or closed, and who holds most of the
  /// places.
  void note_refused(std::string_view why) {
    if (const auto times = refused_.due(net::SteadyClock::now())) {
      note_crowd("connections are refused", why, *times);
    }
  }
  void note_gave_way(std::string_view why) {
    if (const auto times = gave_way_.due(net::SteadyClock::now())) {
      note_crowd("connections give way", why, *times);
    }
  }
  void note_crowd(std::string_view event, std::string_view why, std::int64_t times) {
    const Places::Most most = places_->most();
    shared_.log.warning(event, {{"why", why},
                                {"times", times},
                                {"open", places_->taken()},
                                {"max_connections", settings_.max_connections},
                                {"most_from", most.address},
                                {"of_these", most.places}});
  }

  FrontSettings settings_;
  std::shared_ptr<net::Watchdog> watchdog_;
  std::shared_ptr<Places> places_;
  net::Shared shared_;
  asio::basic_socket_acceptor<asio::ip::tcp, Executor> acceptor_;
  std::shared_ptr<asio::ssl::context> tls_;
  net::Seldom refused_{kFloodLines};
  net::Seldom gave_way_{kFloodLines};
  net::Seldom failures_{kFloodLines};
  ReserveDescriptor reserve_;
};

Front::Front(FrontSettings settings, loop::Loop& loop, const loop::Clock& clock, log::Log& log,
             Api& api, signalling::Hub& hub, const OriginPolicy& origins, const Proxies& proxies,
             const PublicHosts& hosts)
    : listener_(std::make_unique<Listener>(std::move(settings), loop, clock, log, api, hub, origins,
                                           proxies, hosts)) {}

Front::~Front() = default;

std::expected<std::uint16_t, std::string> Front::listen() { return listener_->listen(); }
std::expected<void, std::string> Front::reload_certificates() {
  return listener_->reload_certificates();
}
void Front::stop() { listener_->stop(); }
std::size_t Front::open_sockets() const { return listener_->open_sockets(); }

}  // namespace parley::server::http
