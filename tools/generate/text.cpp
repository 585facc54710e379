#include "tools/generate/text.hpp"

#include <cctype>

namespace parley::generate {

namespace {

char lower(char c) { return static_cast<char>(std::tolower(static_cast<unsigned char>(c))); }
char upper(char c) { return static_cast<char>(std::toupper(static_cast<unsigned char>(c))); }
bool is_upper(char c) { return std::isupper(static_cast<unsigned char>(c)) != 0; }

std::string_view without_constant_prefix(std::string_view name) {
  return name.size() > 1 && name[0] == 'k' && is_upper(name[1]) ? name.substr(1) : name;
}

}  // namespace

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view kSpace = " \t\r\n";
  const std::size_t begin = text.find_first_not_of(kSpace);
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(kSpace) - begin + 1);
}

std::vector<std::string> wrapped(std::string_view text, std::size_t width) {
  std::vector<std::string> lines;
  text = trimmed(text);
  while (!text.empty()) {
    const std::string_view word = text.substr(0, text.find(' '));
    if (lines.empty() || lines.back().size() + 1 + word.size() > width) {
      lines.emplace_back(word);
    } else {
      (lines.back() += ' ') += word;
    }
    text = trimmed(text.substr(word.size()));
  }
  return lines;
}

std::string camel_case(std::string_view name) {
  std::string result;
  bool raise = false;
  for (const char c : without_constant_prefix(name)) {
    if (c == '_') {
      raise = true;
      continue;
    }
    result += result.empty() ? lower(c) : raise ? upper(c) : c;
    raise = false;
  }
  return result;
}

std::string spaced(std::string_view constant_name) {
  std::string result;
  for (const char c : without_constant_prefix(constant_name)) {
    if (is_upper(c) && !result.empty()) result += ' ';
    result += lower(c);
  }
  return result;
}

std::string plural_value_name(std::string_view type_name) {
  std::string name = camel_case(type_name);
  if (name.ends_with("ss")) return name + "es";
  if (name.ends_with('s')) return name;
  if (name.ends_with('y')) return name.substr(0, name.size() - 1) + "ies";
  return name + "s";
}

}  // namespace parley::generate
