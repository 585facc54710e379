#include "server/http/security.hpp"

#include "server/http/origin.hpp"

namespace parley::server::http {

namespace {

std::string content_security_policy(std::string_view host, bool tls) {
  std::string sockets;
  // Only a well-formed host goes into the header: anything else could add to the policy.
  if (const auto parsed = parse_host(host)) {
    const std::string authority =
        parsed->host + (parsed->port ? ':' + std::to_string(*parsed->port) : std::string());
    // Behind a proxy the page may be https although this connection is not.
    sockets = " wss://" + authority + (tls ? "" : " ws://" + authority);
  }
  return "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; "
         "img-src 'self' data: blob:; media-src 'self' blob:; connect-src 'self'" +
         sockets +
         "; font-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'self'; "
         "frame-ancestors 'none'";
}

}  // namespace

void add_security_headers(Response& response, std::string_view host, bool tls) {
  response.add("Content-Security-Policy", content_security_policy(host, tls));
  response.add("X-Content-Type-Options", "nosniff");
  response.add("Referrer-Policy", "no-referrer");
  response.add("Permissions-Policy", "camera=(self), microphone=(self), display-capture=(self)");
  response.add("Cross-Origin-Opener-Policy", "same-origin");
  response.add("Cross-Origin-Resource-Policy", "same-origin");
  // A browser that has used https with this server must not use http later (RFC 6797). Behind a
  // proxy that ends TLS, the proxy sends this header.
  if (tls) response.add("Strict-Transport-Security", "max-age=31536000");
}

}  // namespace parley::server::http
