#include "server/http/certificates.hpp"

#include <boost/asio/ssl/context.hpp>
#include <openssl/err.h>
#include <openssl/ssl.h>

#include <cerrno>
#include <fstream>
#include <system_error>

namespace parley::server::http {

namespace {

namespace ssl = boost::asio::ssl;
using ErrorCode = boost::system::error_code;

/// TLS 1.2: ephemeral keys, so that a stolen private key decrypts no recorded connection, and no
/// CBC, because its padding has known attacks. All suites of TLS 1.3 have both properties.
constexpr const char* kCipherSuites = "ECDHE+AESGCM:ECDHE+CHACHA20";

constexpr const char* kPassPhrase =
    "the key has a pass phrase, and nobody is there to type it: take it off with "
    "`openssl pkey -in OLD -out NEW`";

/// The reason why the file can't be read; empty if it can.
std::string unreadable(const std::filesystem::path& file) {
  std::error_code error;
  if (std::filesystem::is_directory(file, error)) return "is a folder";
  errno = 0;
  const std::ifstream in(file);
  if (in) return {};
  return "can't be read: " + std::generic_category().message(errno == 0 ? EIO : errno);
}

std::unexpected<std::string> bad(std::string_view option, const std::filesystem::path& file,
                                 const std::string& why) {
  return std::unexpected(std::string(option) + ' ' + file.string() + ": " + why);
}

}  // namespace

std::expected<std::shared_ptr<ssl::context>, std::string> load_certificate(
    const std::filesystem::path& certificate, const std::filesystem::path& key) {
  if (const std::string why = unreadable(certificate); !why.empty()) {
    return bad("tls-certificate", certificate, why);
  }
  if (const std::string why = unreadable(key); !why.empty()) return bad("tls-key", key, why);
  auto context = std::make_shared<ssl::context>(ssl::context::tls_server);
  context->set_options(ssl::context::default_workarounds | ssl::context::no_compression);
  SSL_CTX* const handle = context->native_handle();
  SSL_CTX_set_min_proto_version(handle, TLS1_2_VERSION);
  SSL_CTX_set_cipher_list(handle, kCipherSuites);
  SSL_CTX_set_options(
      handle, SSL_OP_NO_RENEGOTIATION | SSL_OP_CIPHER_SERVER_PREFERENCE | SSL_OP_PRIORITIZE_CHACHA);
  // Idle connections release their 34 KB of record buffers.
  SSL_CTX_set_mode(handle, SSL_MODE_RELEASE_BUFFERS);
  // Without this, OpenSSL asks for a pass phrase at the terminal and blocks the server.
  bool phrase_wanted = false;
  const auto no_phrase = [&phrase_wanted](std::size_t, ssl::context::password_purpose) {
    phrase_wanted = true;
    return std::string();
  };
  ErrorCode error;
  context->set_password_callback(no_phrase, error);
  context->use_certificate_chain_file(certificate.string(), error);
  if (error) {
    const bool no_good = ERR_GET_LIB(static_cast<unsigned long>(error.value())) == ERR_LIB_SSL;
    return bad("tls-certificate", certificate,
               (no_good ? "can't be used: " : "holds no certificate: ") + error.message());
  }
  context->use_private_key_file(key.string(), ssl::context::pem, error);
  if (phrase_wanted) return bad("tls-key", key, kPassPhrase);
  if (error) return bad("tls-key", key, "is not the key of the certificate: " + error.message());
  if (SSL_CTX_check_private_key(handle) != 1) {
    return bad("tls-key", key, "is not the key of the certificate");
  }
  context->set_password_callback([](auto, auto) { return std::string(); }, error);
  return context;
}

}  // namespace parley::server::http
