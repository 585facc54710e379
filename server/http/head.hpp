// The head of a request: request line and fields (RFC 9112, 2 to 6). A request that the standard
// does not allow is refused, and the connection is closed: a proxy in front could read the same
// bytes as another request.
//
// Fields is the only access to a field: as a list, which joins all its lines, or as a single value,
// which has at most one line.
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

/// Why a malformed request is refused.
struct BadRequest {
  unsigned status = 400;
  /// For the log and for developers.
  std::string_view why;
};

class Fields {
 public:
  void add(std::string_view name, std::string_view value) { lines_.emplace_back(name, value); }

  [[nodiscard]] std::size_t count(std::string_view name) const;

  /// All lines of the field in order, joined by commas (RFC 9110, 5.3); empty without a line.
  [[nodiscard]] std::optional<std::string> list(std::string_view name) const;

  /// Whether a list contains this token, ignoring case.
  [[nodiscard]] bool lists(std::string_view name, std::string_view token) const;

  /// The value of a single-value field; empty when it is absent. parse_head() has refused heads in
  /// which one of kSingleFields appears twice.
  [[nodiscard]] std::optional<std::string_view> single(std::string_view name) const;

 private:
  std::vector<std::pair<std::string_view, std::string_view>> lines_;
};

/// How the body is delimited.
struct BodyLength {
  bool chunked = false;
  /// The length of a body that is not chunked; the largest number if the length does not fit.
  std::uint64_t bytes = 0;
};

/// Points into the bytes it was parsed from.
struct Head {
  Method method = Method::other;
  std::string_view path;
  std::string_view query;
  /// The host of the target if it has one, else the Host field; empty in HTTP/1.0 without one.
  std::string_view host;
  bool http_1_0 = false;
  Fields fields;
  BodyLength body;

  /// Whether the client wants to keep the connection.
  [[nodiscard]] bool keep_alive() const;
  /// Whether the client waits for "100 Continue" before it sends the body.
  [[nodiscard]] bool expects_continue() const;
};

/// The length of the request head in these bytes, with the empty line at its end; empty if the end
/// is missing. Leading empty lines, which some clients send after a body, are part of the head.
[[nodiscard]] std::optional<std::size_t> head_size(std::string_view bytes);

[[nodiscard]] std::expected<Head, BadRequest> parse_head(std::string_view bytes);

}  // namespace parley::server::http
