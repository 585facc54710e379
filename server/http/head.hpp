// The head of a request: request line and fields (RFC 9112, 2 to 6). A request that the standard
// does not allow is refused, and the connection is closed: a proxy in front could read the same
// bytes as another request.
//
// A field is read through Fields alone: as a list, which is all its lines joined, or as a single
// value, of which there may be one line.
#pragma once

#include "server/http/message.hpp"

#include <cstddef>
#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace parley::server::http {

/// Why a request is refused for its form.
struct BadRequest {
  unsigned status = 400;
  /// For the log and for developers.
  std::string_view why;
};

class Fields {
 public:
  void add(std::string_view name, std::string_view value) { lines_.emplace_back(name, value); }

  [[nodiscard]] std::size_t count(std::string_view name) const;

  /// All lines of the field, in their order, joined by commas (RFC 9110, 5.3); nothing when there
  /// is none.
  [[nodiscard]] std::optional<std::string> list(std::string_view name) const;

  /// Whether a list names this token, in whatever case.
  [[nodiscard]] bool lists(std::string_view name, std::string_view token) const;

  /// The value of a field that may be there once; nothing when it is absent. parse_head() has
  /// refused heads in which one of kSingleFields is there twice.
  [[nodiscard]] std::optional<std::string_view> single(std::string_view name) const;

 private:
  std::vector<std::pair<std::string_view, std::string_view>> lines_;
};

/// How the body is delimited.
struct BodyLength {
  bool chunked = false;
  /// Of a body that is not chunked; the largest number for one that does not fit.
  std::uint64_t bytes = 0;
};

/// Points into the bytes it was parsed from.
struct Head {
  Method method = Method::other;
  std::string_view path;
  std::string_view query;
  /// Of the target when that names one, else of the Host field; empty in HTTP/1.0 without one.
  std::string_view host;
  bool http_1_0 = false;
  Fields fields;
  BodyLength body;

  /// Whether the client wants the connection to go on.
  [[nodiscard]] bool keep_alive() const;
  /// Whether the client waits for a word before it sends the body.
  [[nodiscard]] bool expects_continue() const;
};

/// How many of these bytes are the head of a request, with the empty line at its end; nothing when
/// there is no end yet. Empty lines in front, which some clients send behind a body, belong to it.
[[nodiscard]] std::optional<std::size_t> head_size(std::string_view bytes);

[[nodiscard]] std::expected<Head, BadRequest> parse_head(std::string_view bytes);

}  // namespace parley::server::http
