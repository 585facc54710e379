// Writes JSON into one growing string. The caller is responsible for the order; the writer escapes
// all text.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

namespace parley::json {

class Writer {
 public:
  void begin_object() { open('{'); }
  void end_object() { close('}'); }
  void begin_array() { open('['); }
  void end_array() { close(']'); }

  /// Starts a member; `name` must need no escaping (ours are identifiers).
  void key(std::string_view name) {
    separate();
    text_ += '"';
    text_ += name;
    text_ += "\":";
    fresh_ = true;
  }

  void string(std::string_view value);
  void integer(std::int64_t value);
  void boolean(bool value) { token(value ? "true" : "false"); }
  void null() { token("null"); }
  /// Inserts a value that is JSON already.
  void raw(std::string_view json) { token(json); }

  [[nodiscard]] std::string take() && { return std::move(text_); }
  [[nodiscard]] const std::string& text() const { return text_; }
  void reserve(std::size_t bytes) { text_.reserve(bytes); }

 private:
  void separate() {
    if (!fresh_) text_ += ',';
    fresh_ = false;
  }
  void open(char bracket) {
    separate();
    text_ += bracket;
    fresh_ = true;
  }
  void close(char bracket) {
    text_ += bracket;
    fresh_ = false;
  }
  void token(std::string_view word) {
    separate();
    text_ += word;
  }

  std::string text_;
  bool fresh_ = true;  // the next value is the first on its level
};

}  // namespace parley::json
