#include "server/http/front.hpp"

#include "server/http/certificates.hpp"
#include "server/http/net/http_session.hpp"

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>

namespace parley::server::http {

namespace asio = boost::asio;
using net::Awaitable;
using net::ErrorCode;
using net::Executor;
using net::kAwait;

class Front::Listener {
 public:
  Listener(FrontSettings settings, loop::Loop& loop, const loop::Clock& clock, log::Log& log,
           Api& api, signalling::Hub& hub, const OriginPolicy& origins, const Proxies& proxies)
      : settings_(std::move(settings)),
        watchdog_(std::make_shared<net::Watchdog>(loop)),
        shared_{loop, clock, log, api, hub, origins, proxies, watchdog_},
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
    // Connections that are open keep what they need of the one before.
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
      auto [error, socket] = co_await acceptor_.async_accept(kAwait);
      if (error == asio::error::operation_aborted) co_return;
      if (error) {
        // Out of file descriptors, most likely: trying again at once would only burn the processor.
        shared_.log.warning("accepting failed", {{"why", error.message()}});
        net::Timer timer(shared_.executor(), std::chrono::milliseconds(100));
        co_await timer.async_wait(kAwait);
        continue;
      }
      if (watchdog_->size() >= settings_.max_connections) {
        refuse_for_lack_of_room();
        continue;  // the socket is closed here
      }
      start(std::move(socket));
    }
  }

  void start(net::Tcp socket) {
    ErrorCode error;
    const auto peer = socket.remote_endpoint(error);
    if (error) return;  // gone already
    socket.set_option(asio::ip::tcp::no_delay(true), error);
    net::Transport transport =
        tls_ ? net::Transport(std::move(socket), *tls_) : net::Transport(std::move(socket));
    const auto session = std::make_shared<net::HttpSession>(shared_, std::move(transport),
                                                            peer.address().to_string());
    asio::co_spawn(shared_.executor(), [session] { return session->run(); }, asio::detached);
  }

  void refuse_for_lack_of_room() {
    const auto now = net::SteadyClock::now();
    if (now < next_complaint_) return;
    next_complaint_ = now + std::chrono::seconds(10);
    shared_.log.warning("connections are refused",
                        {{"max_connections", settings_.max_connections}});
  }

  FrontSettings settings_;
  std::shared_ptr<net::Watchdog> watchdog_;
  net::Shared shared_;
  asio::basic_socket_acceptor<asio::ip::tcp, Executor> acceptor_;
  std::shared_ptr<asio::ssl::context> tls_;
  net::SteadyClock::time_point next_complaint_{};
};

Front::Front(FrontSettings settings, loop::Loop& loop, const loop::Clock& clock, log::Log& log,
             Api& api, signalling::Hub& hub, const OriginPolicy& origins, const Proxies& proxies)
    : listener_(std::make_unique<Listener>(std::move(settings), loop, clock, log, api, hub, origins,
                                           proxies)) {}

Front::~Front() = default;

std::expected<std::uint16_t, std::string> Front::listen() { return listener_->listen(); }
std::expected<void, std::string> Front::reload_certificates() {
  return listener_->reload_certificates();
}
void Front::stop() { listener_->stop(); }
std::size_t Front::open_sockets() const { return listener_->open_sockets(); }

}  // namespace parley::server::http
