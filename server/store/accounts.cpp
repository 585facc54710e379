#include "server/store/accounts.hpp"

#include "core/wire/limits.hpp"
#include "server/text/unicode.hpp"

#include <utility>

namespace parley::server::store {

std::string token_id(const SecretHash& hash) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string id;
  for (std::size_t i = 0; i < hash.size() / 2; ++i) {
    const auto byte = std::to_integer<unsigned>(hash[i]);
    id += kDigits[byte >> 4U];
    id += kDigits[byte & 15U];
  }
  return id;
}

std::string presentable_name(std::string name, const std::string& account_name) {
  std::string shown = text::presentable(std::move(name), wire::kMaxDisplayNameBytes);
  return shown.empty() ? account_name : shown;
}

}  // namespace parley::server::store
