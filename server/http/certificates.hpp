// The certificate of the server and its TLS settings: TLS 1.2 and 1.3, with forward secrecy
// and authenticated encryption only (RFC 9325, 4.2).
#pragma once

#include <expected>
#include <filesystem>
#include <memory>
#include <string>

namespace boost::asio::ssl {
class context;
}  // namespace boost::asio::ssl

namespace parley::server::http {

/// Reads a certificate chain and its key (both PEM). The error names the file and the problem.
[[nodiscard]] std::expected<std::shared_ptr<boost::asio::ssl::context>, std::string>
load_certificate(const std::filesystem::path& certificate, const std::filesystem::path& key);

}  // namespace parley::server::http
