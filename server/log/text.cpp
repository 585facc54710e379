#include "server/log/text.hpp"

#include <array>
#include <cstddef>
#include <cstdint>

namespace parley::server::log {

namespace {

// A line of several such texts still fits into what a pipe takes at once (4,096 bytes).
constexpr std::size_t kLongestText = 1024;
constexpr std::string_view kReplacement = "\xEF\xBF\xBD";

struct Decoded {
  std::size_t bytes = 1;
  char32_t code = 0;
  bool valid = false;
};

/// The shortest form only, no surrogates, nothing above U+10FFFF (RFC 3629, section 3).
Decoded decode(std::string_view text) {
  const auto byte = [text](std::size_t at) { return static_cast<unsigned char>(text[at]); };
  const unsigned char first = byte(0);
  if (first < 0x80U) return {1, first, true};
  const std::size_t length = first >= 0xF0U ? 4 : first >= 0xE0U ? 3 : 2;
  if (first < 0xC2U || first > 0xF4U || text.size() < length) return {};
  char32_t code = first & (0xFFU >> (length + 1));
  for (std::size_t at = 1; at < length; ++at) {
    if ((byte(at) & 0xC0U) != 0x80U) return {};
    code = (code << 6U) | (byte(at) & 0x3FU);
  }
  constexpr std::array<char32_t, 5> kSmallest{0, 0, 0x80, 0x800, 0x10000};
  if (code < kSmallest[length] || code > 0x10FFFF || (code >= 0xD800 && code <= 0xDFFF)) return {};
  return {length, code, true};
}

/// Controls, line and paragraph separators, marks and overrides of direction.
bool is_hidden(char32_t code) {
  return code < 0x20 || (code >= 0x7F && code < 0xA0) || (code >= 0x200B && code <= 0x200F) ||
         (code >= 0x2028 && code <= 0x202E) || (code >= 0x2060 && code <= 0x206F) || code == 0xFEFF;
}

void append_escaped(std::string& out, char32_t code) {
  constexpr std::string_view kHex = "0123456789abcdef";
  switch (code) {
    case '\n':
      out += "\\n";
      return;
    case '\r':
      out += "\\r";
      return;
    case '\t':
      out += "\\t";
      return;
    default:
      out += "\\u";
      for (unsigned shift = 16; shift > 0; shift -= 4) out += kHex[(code >> (shift - 4)) & 0xFU];
  }
}

}  // namespace

std::string quoted(std::string_view text) {
  std::string out = "\"";
  std::size_t at = 0;
  while (at < text.size() && at < kLongestText) {
    const Decoded next = decode(text.substr(at));
    if (!next.valid) {
      out += kReplacement;
    } else if (next.code == '"' || next.code == '\\') {
      out += '\\';
      out += static_cast<char>(next.code);
    } else if (is_hidden(next.code)) {
      append_escaped(out, next.code);
    } else {
      out += text.substr(at, next.bytes);
    }
    at += next.bytes;
  }
  if (at < text.size()) out += "…";
  out += '"';
  return out;
}

}  // namespace parley::server::log
