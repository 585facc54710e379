// A strict pull parser for JSON (RFC 8259) that copies only on request: a value that is
// only forwarded is returned as its original bytes. Every string is checked to be valid
// UTF-8 without lone surrogates, also inside skipped values.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

namespace parley::json {

class Reader {
 public:
  /// Deeper nesting is refused; no message of the protocol nests deeper than 6.
  static constexpr unsigned kMaxDepth = 32;

  enum class Kind : std::uint8_t { object, array, string, number, boolean, null, invalid };

  explicit Reader(std::string_view text) : text_(text) {}

  /// The kind of the next value; `invalid` at the end or on garbage.
  Kind peek();

  /// Reads an object: `on_member(key)` is called for each member and must consume its value.
  /// False when the text is no object, is malformed, or `on_member` returns false.
  template <class OnMember>
  [[nodiscard]] bool object(OnMember&& on_member) {
    if (!enter('{')) return false;
    if (leave_if('}')) return true;
    do {
      std::string_view key;
      if (!read_key(key) || !on_member(key)) return false;
    } while (comma());
    return leave('}');
  }

  /// Reads an array: `on_element()` is called at each element and must consume it.
  template <class OnElement>
  [[nodiscard]] bool array(OnElement&& on_element) {
    if (!enter('[')) return false;
    if (leave_if(']')) return true;
    do {
      if (!on_element()) return false;
    } while (comma());
    return leave(']');
  }

  /// Unescapes a string; false for another kind or for more than `max_bytes` of UTF-8.
  [[nodiscard]] bool string(std::string& out, std::size_t max_bytes);
  /// An integer in the range of int64; fractions and exponents are refused.
  [[nodiscard]] bool integer(std::int64_t& out);
  [[nodiscard]] bool boolean(bool& out);
  [[nodiscard]] bool null();
  /// Checks a value of any kind and returns its bytes.
  [[nodiscard]] bool raw(std::string_view& out);
  [[nodiscard]] bool skip();

  /// True when only white space is left.
  [[nodiscard]] bool at_end();
  /// The position where reading stopped, for error messages.
  [[nodiscard]] std::size_t offset() const { return position_; }

 private:
  void skip_space();
  bool enter(char open);
  bool leave(char close);
  bool leave_if(char close);
  bool comma();
  bool literal(std::string_view word);
  bool number();
  bool read_key(std::string_view& key);
  /// Scans a string; appends its text to `out` if given.
  bool scan_string(std::string* out, std::size_t max_bytes);
  bool scan_escape(std::string* out);
  bool scan_utf8();
  bool hex4(unsigned& out);

  std::string_view text_;
  std::size_t position_ = 0;
  unsigned depth_ = 0;
  std::string key_;  // only used for keys that contain escapes
};

}  // namespace parley::json
