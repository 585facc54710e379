#include "core/json/writer.hpp"

#include <array>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace parley::json {

void Writer::string(std::string_view value) {
  constexpr std::string_view kHex = "0123456789abcdef";
  separate();
  text_ += '"';
  std::size_t run = 0;
  for (std::size_t i = 0; i < value.size(); ++i) {
    const auto c = static_cast<unsigned char>(value[i]);
    if (c >= 0x20U && c != '"' && c != '\\') continue;
    text_.append(value.substr(run, i - run));
    run = i + 1;
    text_ += '\\';
    switch (c) {
      case '"':
        text_ += '"';
        break;
      case '\\':
        text_ += '\\';
        break;
      case '\n':
        text_ += 'n';
        break;
      case '\r':
        text_ += 'r';
        break;
      case '\t':
        text_ += 't';
        break;
      default:
        text_ += "u00";
        text_ += kHex[c >> 4U];
        text_ += kHex[c & 0xfU];
    }
  }
  text_.append(value.substr(run));
  text_ += '"';
}

void Writer::integer(std::int64_t value) {
  std::array<char, 24> digits{};
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), value).ptr;
  token(std::string_view(digits.data(), static_cast<std::size_t>(end - digits.data())));
}

}  // namespace parley::json
