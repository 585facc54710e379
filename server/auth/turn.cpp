#include "server/auth/turn.hpp"

#include "core/base/text_file.hpp"
#include "server/auth/limits.hpp"

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <algorithm>
#include <array>
#include <fstream>
#include <system_error>

namespace parley::server::auth {

namespace {

std::string in_base64(const unsigned char* bytes, std::size_t size) {
  // Four characters for three bytes, and the zero that OpenSSL ends them with.
  std::string text((size + 2) / 3 * 4 + 1, '\0');
  EVP_EncodeBlock(reinterpret_cast<unsigned char*>(text.data()), bytes, static_cast<int>(size));
  text.pop_back();
  return text;
}

}  // namespace

std::string turn_password(std::string_view secret, std::string_view name) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> mac{};
  unsigned int size = 0;
  HMAC(EVP_sha1(), secret.data(), static_cast<int>(secret.size()),
       reinterpret_cast<const unsigned char*>(name.data()), name.size(), mac.data(), &size);
  return in_base64(mac.data(), size);
}

TurnLogin make_turn_login(std::string_view secret, std::string_view user,
                          std::int64_t expires_at_s) {
  std::string name = std::to_string(expires_at_s) + ':' + std::string(user);
  std::string password = turn_password(secret, name);
  return {.name = std::move(name), .password = std::move(password)};
}

std::string opaque_name(std::string_view key, const UserId& user) {
  constexpr std::size_t kBytes = 16;  // enough that no two users share a name
  std::array<unsigned char, EVP_MAX_MD_SIZE> mac{};
  HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()),
       reinterpret_cast<const unsigned char*>(user.text.data()), user.text.size(), mac.data(),
       nullptr);
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string name;
  for (std::size_t i = 0; i < kBytes; ++i) {
    name += kDigits[mac[i] >> 4U];
    name += kDigits[mac[i] & 0xfU];
  }
  return name;
}

std::expected<TurnSecrets, std::string> read_turn_secrets(const std::filesystem::path& file) {
  const auto wrong = [&](std::string_view what) {
    return std::unexpected("turn-secret-file " + file.string() + ": " + std::string(what));
  };
  std::ifstream in(file, std::ios::binary);
  std::string text(kMaxTurnSecretBytes + 1, '\0');
  in.read(text.data(), static_cast<std::streamsize>(text.size()));
  text.resize(static_cast<std::size_t>(in.gcount()));
  if (text.empty() && !in.eof()) return wrong("can't be read");
  if (text.size() > kMaxTurnSecretBytes) return wrong("is too long for a secret");
  TurnSecrets secrets;
  std::string_view rest = without_mark(text);
  while (!rest.empty() && secrets.size() < kMaxTurnSecrets) {
    const std::size_t end = std::min(rest.find('\n'), rest.size());
    std::string_view line = rest.substr(0, end);
    rest.remove_prefix(std::min(end + 1, rest.size()));
    line = line.substr(0, line.find('\r'));
    if (line.empty()) break;
    secrets.emplace_back(line);
  }
  if (secrets.empty()) return wrong("has no secret in its first line");
  return secrets;
}

std::vector<std::string> warnings_about_turn_secrets(const TurnSecrets& secrets,
                                                     const std::filesystem::path& file) {
  using std::filesystem::perms;
  std::vector<std::string> warnings;
  if (std::ranges::any_of(secrets, [](const std::string& secret) {
        return secret.size() < kGoodTurnSecretBytes;
      })) {
    warnings.push_back("turn-secret-file " + file.string() +
                       ": whoever is signed in can guess a secret this short; "
                       "`openssl rand -hex 32` makes a good one");
  }
  std::error_code error;
  const perms now = std::filesystem::status(file, error).permissions();
  if (!error && (now & perms::others_all) != perms::none) {
    warnings.push_back("turn-secret-file " + file.string() +
                       ": others on this machine can read it: chmod 600 it");
  }
  return warnings;
}

wire::IceServer TurnServers::with_login(const UserId& user, std::int64_t now_ms) const {
  using std::chrono::seconds;
  const seconds expires =
      std::chrono::duration_cast<seconds>(std::chrono::milliseconds(now_ms)) + kTurnLoginLife;
  TurnLogin login = make_turn_login(secret_, opaque_name(name_key_, user), expires.count());
  wire::IceServer server;
  for (const std::string& url : urls_) server.urls.items.push_back({url});
  server.username = {{std::move(login.name)}};
  server.credential = {{std::move(login.password)}};
  return server;
}

}  // namespace parley::server::auth
