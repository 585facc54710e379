// What editors put into text files besides text.
#pragma once

#include <string>
#include <string_view>

namespace parley {

/// The text without the byte-order mark that some editors put in front of UTF-8.
constexpr std::string_view without_mark(std::string_view text) {
  constexpr std::string_view kMark = "\xEF\xBB\xBF";
  return text.starts_with(kMark) ? text.substr(kMark.size()) : text;
}

/// How a text that is not UTF-8 was most likely saved: "UTF-16" or "UTF-32" by its mark or its zero
/// bytes; nothing for what may be UTF-8.
constexpr std::string_view other_encoding(std::string_view text) {
  using std::string_view_literals::operator""sv;
  if (text.starts_with("\xFF\xFE\0\0"sv) || text.starts_with("\0\0\xFE\xFF"sv)) return "UTF-32";
  if (text.starts_with("\xFF\xFE"sv) || text.starts_with("\xFE\xFF"sv)) return "UTF-16";
  if (text.contains('\0')) return "UTF-16";
  return {};
}

}  // namespace parley
