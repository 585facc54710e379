#include "core/replay/words.hpp"

#include <cstddef>

namespace parley::replay {

namespace {

/// Longer texts (descriptions, mostly) are measured.
constexpr std::size_t kLongestText = 160;
constexpr std::size_t kIdDigits = 6;

void write_members(json::Reader& in, std::string& out);

void write_text(std::string_view key, const std::string& text, std::string& out) {
  if (parse_uuid(text)) {
    out += short_id(text);
    return;
  }
  if (key == "text" && text.starts_with('{')) {
    json::Reader frame(text);
    std::string words;
    write_members(frame, words);
    if (frame.at_end()) {
      out += "{" + words + "}";
      return;
    }
  }
  if (text.size() > kLongestText) {
    out += "<" + std::to_string(text.size()) + " bytes>";
  } else {
    out += text;
  }
}

bool write_value(json::Reader& in, std::string_view key, std::string& out) {
  using Kind = json::Reader::Kind;
  const Kind kind = in.peek();
  if (kind == Kind::string) {
    std::string text;
    if (!in.string(text, kMaxLineBytes)) return false;
    write_text(key, text, out);
    return true;
  }
  if (kind == Kind::object) {
    out += '{';
    write_members(in, out);
    out += '}';
    return true;
  }
  if (kind == Kind::array) {
    out += '[';
    std::size_t items = 0;
    const bool good = in.array([&] {
      if (items++ > 0) out += ", ";
      return write_value(in, {}, out);
    });
    out += ']';
    return good;
  }
  std::string_view raw;
  if (!in.raw(raw)) return false;
  out += raw;
  return true;
}

void write_members(json::Reader& in, std::string& out) {
  bool first = true;
  (void)in.object([&](std::string_view key_read) {
    const std::string key(key_read);  // the reader may use its place again
    if (!first) out += ' ';
    if (!(first && key == "type")) out += key + '=';
    first = false;
    return write_value(in, key, out);
  });
}

std::string_view name_of(phone::Phase phase) {
  return names(phase)[static_cast<std::size_t>(phase)];
}

}  // namespace

std::string short_id(std::string_view uuid) {
  return "…" + std::string(uuid.substr(uuid.size() - kIdDigits));
}

std::string in_words(std::string_view json) {
  json::Reader in(json);
  std::string words;
  write_members(in, words);
  return words;
}

std::string in_words(const PhaseChange& change) {
  std::string words = "call " + short_id(to_string(change.call)) + ": ";
  if (change.before) words += std::string(name_of(*change.before)) + " → ";
  words += change.after ? name_of(*change.after) : "gone";
  return words;
}

}  // namespace parley::replay
