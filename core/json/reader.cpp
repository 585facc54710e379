#include "core/json/reader.hpp"

#include <cstddef>
#include <cstdint>
#include <limits>
#include <string>

namespace parley::json {

namespace {

constexpr bool is_digit(char c) { return c >= '0' && c <= '9'; }

void append_utf8(std::string& out, unsigned code) {
  const auto byte = [&out](unsigned value) { out.push_back(static_cast<char>(value)); };
  if (code < 0x80U) {
    byte(code);
  } else if (code < 0x800U) {
    byte(0xc0U | (code >> 6U));
    byte(0x80U | (code & 0x3fU));
  } else if (code < 0x10000U) {
    byte(0xe0U | (code >> 12U));
    byte(0x80U | ((code >> 6U) & 0x3fU));
    byte(0x80U | (code & 0x3fU));
  } else {
    byte(0xf0U | (code >> 18U));
    byte(0x80U | ((code >> 12U) & 0x3fU));
    byte(0x80U | ((code >> 6U) & 0x3fU));
    byte(0x80U | (code & 0x3fU));
  }
}

}  // namespace

void Reader::skip_space() {
  while (position_ < text_.size()) {
    const char c = text_[position_];
    if (c != ' ' && c != '\n' && c != '\r' && c != '\t') return;
    ++position_;
  }
}

Reader::Kind Reader::peek() {
  skip_space();
  if (position_ == text_.size()) return Kind::invalid;
  switch (text_[position_]) {
    case '{':
      return Kind::object;
    case '[':
      return Kind::array;
    case '"':
      return Kind::string;
    case 't':
    case 'f':
      return Kind::boolean;
    case 'n':
      return Kind::null;
    case '-':
      return Kind::number;
    default:
      return is_digit(text_[position_]) ? Kind::number : Kind::invalid;
  }
}

bool Reader::enter(char open) {
  skip_space();
  if (position_ == text_.size() || text_[position_] != open || depth_ == kMaxDepth) return false;
  ++position_;
  ++depth_;
  return true;
}

bool Reader::leave(char close) {
  skip_space();
  if (position_ == text_.size() || text_[position_] != close) return false;
  ++position_;
  --depth_;
  return true;
}

bool Reader::leave_if(char close) { return leave(close); }

bool Reader::comma() {
  skip_space();
  if (position_ == text_.size() || text_[position_] != ',') return false;
  ++position_;
  return true;
}

bool Reader::read_key(std::string_view& key) {
  skip_space();
  const std::size_t begin = position_ + 1;
  key_.clear();
  if (!scan_string(nullptr, 0)) return false;
  key = text_.substr(begin, position_ - begin - 1);
  if (key.find('\\') != std::string_view::npos) {
    position_ = begin - 1;
    if (!scan_string(&key_, text_.size())) return false;
    key = key_;
  }
  skip_space();
  if (position_ == text_.size() || text_[position_] != ':') return false;
  ++position_;
  return true;
}

bool Reader::string(std::string& out, std::size_t max_bytes) {
  skip_space();
  out.clear();
  return scan_string(&out, max_bytes);
}

bool Reader::scan_string(std::string* out, std::size_t max_bytes) {
  if (position_ == text_.size() || text_[position_] != '"') return false;
  ++position_;
  while (position_ < text_.size()) {
    const std::size_t run = position_;
    while (position_ < text_.size()) {
      const auto c = static_cast<unsigned char>(text_[position_]);
      if (c == '"' || c == '\\' || c < 0x20U || c >= 0x80U) break;
      ++position_;
    }
    if (out != nullptr) {
      out->append(text_.substr(run, position_ - run));
      if (out->size() > max_bytes) return false;
    }
    if (position_ == text_.size()) return false;
    const auto c = static_cast<unsigned char>(text_[position_]);
    if (c == '"') {
      ++position_;
      return true;
    }
    if (c < 0x20U) return false;
    if (c == '\\') {
      if (!scan_escape(out)) return false;
    } else {
      const std::size_t begin = position_;
      if (!scan_utf8()) return false;
      if (out != nullptr) out->append(text_.substr(begin, position_ - begin));
    }
    if (out != nullptr && out->size() > max_bytes) return false;
  }
  return false;
}

bool Reader::scan_escape(std::string* out) {
  ++position_;
  if (position_ == text_.size()) return false;
  const char c = text_[position_++];
  char plain = 0;
  switch (c) {
    case '"':
    case '\\':
    case '/':
      plain = c;
      break;
    case 'b':
      plain = '\b';
      break;
    case 'f':
      plain = '\f';
      break;
    case 'n':
      plain = '\n';
      break;
    case 'r':
      plain = '\r';
      break;
    case 't':
      plain = '\t';
      break;
    case 'u': {
      unsigned code = 0;
      if (!hex4(code)) return false;
      if (code >= 0xdc00U && code < 0xe000U) return false;  // a low surrogate alone
      if (code >= 0xd800U && code < 0xdc00U) {
        unsigned low = 0;
        if (text_.substr(position_, 2) != "\\u") return false;
        position_ += 2;
        if (!hex4(low) || low < 0xdc00U || low >= 0xe000U) return false;
        code = 0x10000U + ((code - 0xd800U) << 10U) + (low - 0xdc00U);
      }
      if (out != nullptr) append_utf8(*out, code);
      return true;
    }
    default:
      return false;
  }
  if (out != nullptr) out->push_back(plain);
  return true;
}

bool Reader::hex4(unsigned& out) {
  if (text_.size() - position_ < 4) return false;
  out = 0;
  for (int i = 0; i < 4; ++i) {
    const char c = text_[position_++];
    unsigned value = 0;
    if (is_digit(c)) {
      value = static_cast<unsigned>(c - '0');
    } else if (c >= 'a' && c <= 'f') {
      value = static_cast<unsigned>(c - 'a' + 10);
    } else if (c >= 'A' && c <= 'F') {
      value = static_cast<unsigned>(c - 'A' + 10);
    } else {
      return false;
    }
    out = (out << 4U) | value;
  }
  return true;
}

// Well-formed sequences only (Unicode 15, table 3-7): no overlong forms, no surrogates, no more
// than U+10FFFF.
bool Reader::scan_utf8() {
  const auto at = [this](std::size_t i) -> unsigned {
    return position_ + i < text_.size() ? static_cast<unsigned char>(text_[position_ + i]) : 0U;
  };
  const auto continues = [&at](std::size_t i) { return (at(i) & 0xc0U) == 0x80U; };
  const unsigned lead = at(0);
  std::size_t length = 0;
  if (lead >= 0xc2U && lead <= 0xdfU) {
    length = 2;
  } else if (lead >= 0xe0U && lead <= 0xefU) {
    length = 3;
    if (lead == 0xe0U && at(1) < 0xa0U) return false;
    if (lead == 0xedU && at(1) >= 0xa0U) return false;
  } else if (lead >= 0xf0U && lead <= 0xf4U) {
    length = 4;
    if (lead == 0xf0U && at(1) < 0x90U) return false;
    if (lead == 0xf4U && at(1) >= 0x90U) return false;
  } else {
    return false;
  }
  for (std::size_t i = 1; i < length; ++i) {
    if (!continues(i)) return false;
  }
  position_ += length;
  return true;
}

bool Reader::literal(std::string_view word) {
  skip_space();
  if (text_.substr(position_, word.size()) != word) return false;
  position_ += word.size();
  return true;
}

bool Reader::boolean(bool& out) {
  if (literal("true")) return out = true;
  if (!literal("false")) return false;
  out = false;
  return true;
}

bool Reader::null() { return literal("null"); }

bool Reader::integer(std::int64_t& out) {
  skip_space();
  const std::size_t begin = position_;
  if (!number()) return false;
  std::string_view digits = text_.substr(begin, position_ - begin);
  const bool negative = digits.front() == '-';
  if (negative) digits.remove_prefix(1);
  constexpr auto kMax = static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max());
  const std::uint64_t limit = negative ? kMax + 1 : kMax;
  std::uint64_t value = 0;
  for (const char c : digits) {
    if (!is_digit(c)) return false;
    const auto digit = static_cast<std::uint64_t>(c - '0');
    if (value > (limit - digit) / 10) return false;
    value = value * 10 + digit;
  }
  out = static_cast<std::int64_t>(negative ? 0 - value : value);
  return true;
}

bool Reader::number() {
  const auto digits = [this] {
    const std::size_t begin = position_;
    while (position_ < text_.size() && is_digit(text_[position_])) ++position_;
    return position_ > begin;
  };
  const auto take = [this](char c) {
    if (position_ == text_.size() || text_[position_] != c) return false;
    ++position_;
    return true;
  };
  take('-');
  if (take('0')) {
    if (position_ < text_.size() && is_digit(text_[position_])) return false;
  } else if (!digits()) {
    return false;
  }
  if (take('.') && !digits()) return false;
  if (take('e') || take('E')) {
    if (!take('+')) take('-');
    return digits();
  }
  return true;
}

bool Reader::raw(std::string_view& out) {
  skip_space();
  const std::size_t begin = position_;
  if (!skip()) return false;
  out = text_.substr(begin, position_ - begin);
  return true;
}

bool Reader::skip() {
  switch (peek()) {
    case Kind::object:
      return object([this](std::string_view) { return skip(); });
    case Kind::array:
      return array([this] { return skip(); });
    case Kind::string:
      return scan_string(nullptr, 0);
    case Kind::number:
      return number();
    case Kind::boolean:
      return literal("true") || literal("false");
    case Kind::null:
      return literal("null");
    case Kind::invalid:
      return false;
  }
  return false;
}

bool Reader::at_end() {
  skip_space();
  return position_ == text_.size();
}

}  // namespace parley::json
