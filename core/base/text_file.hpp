// Handles the byte-order marks and encodings of text files.
#pragma once

#include <string>
#include <string_view>

namespace parley {

/// The text without the byte-order mark that some editors put in front of UTF-8.
constexpr std::string_view without_mark(std::string_view text) {
  constexpr std::string_view kMark = "\xEF\xBB\xBF";
  return text.starts_with(kMark) ? text.substr(kMark.size()) : text;
}

/// The likely encoding of a text that is not UTF-8: "UTF-16" or "UTF-32" by its mark or its zero
/// bytes; empty for a text that may be UTF-8.
constexpr std::string_view other_encoding(std::string_view text) {
  using std::string_view_literals::operator""sv;
  if (text.starts_with("\xFF\xFE\0\0"sv) || text.starts_with("\0\0\xFE\xFF"sv)) return "UTF-32";
  if (text.starts_with("\xFF\xFE"sv) || text.starts_with("\xFE\xFF"sv)) return "UTF-16";
  if (text.contains('\0')) return "UTF-16";
  return {};
}

}  // namespace parley
