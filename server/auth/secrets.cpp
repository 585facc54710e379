#include "server/auth/secrets.hpp"

#include <sodium.h>

#include <cstddef>

namespace parley::server::auth {

namespace {

struct Cost {
  unsigned long long operations;
  std::size_t memory;
};

Cost cost_of(PasswordCost cost) {
  switch (cost) {
    case PasswordCost::minimal:
      return {crypto_pwhash_OPSLIMIT_MIN, crypto_pwhash_MEMLIMIT_MIN};
    case PasswordCost::interactive:
      return {crypto_pwhash_OPSLIMIT_INTERACTIVE, crypto_pwhash_MEMLIMIT_INTERACTIVE};
    case PasswordCost::moderate:
      return {crypto_pwhash_OPSLIMIT_MODERATE, crypto_pwhash_MEMLIMIT_MODERATE};
  }
  return {crypto_pwhash_OPSLIMIT_INTERACTIVE, crypto_pwhash_MEMLIMIT_INTERACTIVE};
}

}  // namespace

bool prepare_secrets() { return sodium_init() >= 0; }

std::string hash_password(std::string_view password, PasswordCost cost) {
  const Cost limits = cost_of(cost);
  std::array<char, crypto_pwhash_STRBYTES> hash{};
  if (crypto_pwhash_str(hash.data(), password.data(), password.size(), limits.operations,
                        limits.memory) != 0) {
    return {};
  }
  return hash.data();
}

bool password_matches(const std::string& hash, std::string_view password) {
  return crypto_pwhash_str_verify(hash.c_str(), password.data(), password.size()) == 0;
}

std::string make_token() {
  std::array<unsigned char, 32> bytes{};
  randombytes_buf(bytes.data(), bytes.size());
  constexpr int kVariant = sodium_base64_VARIANT_URLSAFE_NO_PADDING;
  std::string text(sodium_base64_ENCODED_LEN(bytes.size(), kVariant), '\0');
  sodium_bin2base64(text.data(), text.size(), bytes.data(), bytes.size(), kVariant);
  text.resize(text.size() - 1);  // libsodium appends a zero
  return text;
}

std::string make_invitation_code() {
  // 32 letters and digits without i, l, o and 1: five bits each, a hundred in all.
  constexpr std::string_view kAlphabet = "abcdefghjkmnpqrstuvwxyz023456789";
  static_assert(kAlphabet.size() == 32);
  std::string code;
  for (std::uint32_t i = 0; i < 20; ++i) {
    if (i != 0 && i % 5 == 0) code += '-';
    code += kAlphabet[randombytes_uniform(32)];
  }
  return code;
}

std::string normalise_invitation_code(std::string_view code) {
  if (const std::size_t slash = code.rfind('/'); slash != std::string_view::npos) {
    code.remove_prefix(slash + 1);
  }
  std::string plain;
  for (const char c : code) {
    if (c == '-' || c == ' ' || c == '\t') continue;
    plain += (c >= 'A' && c <= 'Z') ? static_cast<char>(c - 'A' + 'a') : c;
  }
  return plain;
}

store::SecretHash hash_secret(std::string_view secret) {
  store::SecretHash hash{};
  crypto_generichash(reinterpret_cast<unsigned char*>(hash.data()), hash.size(),
                     reinterpret_cast<const unsigned char*>(secret.data()), secret.size(), nullptr,
                     0);
  return hash;
}

std::array<std::uint64_t, 4> random_bits() {
  std::array<std::uint64_t, 4> bits{};
  randombytes_buf(bits.data(), sizeof(bits));
  return bits;
}

}  // namespace parley::server::auth
