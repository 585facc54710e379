// Certificates for tests, made at run time, because stored certificates expire.
#pragma once

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include <cstdio>
#include <filesystem>
#include <memory>
#include <string>

namespace parley::server::http {

struct Free {
  void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
  void operator()(X509* certificate) const { X509_free(certificate); }
  void operator()(std::FILE* file) const { std::fclose(file); }
};
template <class T>
using Owned = std::unique_ptr<T, Free>;

inline Owned<std::FILE> written(const std::filesystem::path& path) {
  return Owned<std::FILE>(std::fopen(path.c_str(), "w"));
}

/// Longer than the time before expiry at which the server warns.
constexpr long kDaysS = 90L * 24 * 60 * 60;

/// A self-signed certificate, valid from this many seconds ahead.
inline void write_certificate(const std::filesystem::path& path, EVP_PKEY* key,
                              long valid_from_s = 0) {
  const Owned<X509> certificate(X509_new());
  X509_gmtime_adj(X509_getm_notBefore(certificate.get()), valid_from_s);
  X509_gmtime_adj(X509_getm_notAfter(certificate.get()), valid_from_s + kDaysS);
  X509_set_pubkey(certificate.get(), key);
  X509_sign(certificate.get(), key, EVP_sha256());
  PEM_write_X509(written(path).get(), certificate.get());
}

/// A key with that pass phrase, or without one if it is empty.
inline void write_key(const std::filesystem::path& path, EVP_PKEY* key,
                      const std::string& pass_phrase) {
  const auto* phrase = reinterpret_cast<const unsigned char*>(pass_phrase.data());
  PEM_write_PrivateKey(written(path).get(), key, pass_phrase.empty() ? nullptr : EVP_aes_256_cbc(),
                       phrase, static_cast<int>(pass_phrase.size()), nullptr, nullptr);
}

}  // namespace parley::server::http
