// Requests and responses of the account service as JSON.
#pragma once

#include "core/base/text_file.hpp"
#include "core/json/codec.hpp"
#include "server/auth/accounts.hpp"
#include "server/http/failures.hpp"
#include "server/http/message.hpp"

#include <expected>
#include <string>
#include <string_view>
#include <utility>

namespace parley::server::http {

template <class T>
Response json_response(const T& body) {
  Response response;
  response.body = json::to_json(body);
  response.add("Content-Type", "application/json");
  response.add("Cache-Control", "no-store");
  return response;
}

[[nodiscard]] Response denial(const auth::Denial& reason);

[[nodiscard]] Response no_content();

/// Replaces an escaped half of a surrogate pair, which is no character (RFC 8259, 8.2), by U+FFFD.
/// Such a half comes from text that a person typed or pasted into a field; with U+FFFD the check of
/// that field refuses it, and the error names the field.
[[nodiscard]] std::string without_broken_text(std::string_view body);

template <json::Described T>
std::expected<T, Response> parse_body(std::string_view text) {
  T body;
  json::Reader in(without_mark(text));
  json::ReadError error;
  if (json::read(in, body, error)) {
    if (in.at_end()) return body;
    return std::unexpected(failure(Error::malformed_message));
  }
  if (error.kind == json::ReadError::Kind::invalid_field) {
    return std::unexpected(failure(Error::invalid_field, error.where));
  }
  return std::unexpected(failure(Error::malformed_message));
}

/// Reads a body. The error is the response to send.
template <json::Described T>
std::expected<T, Response> read_body(const Request& request) {
  // HTML forms can't send this type: a page of another origin needs a preflight request first.
  if (!is_json(request.content_type)) {
    return std::unexpected(failure(415, Error::malformed_message, "content-type"));
  }
  auto body = parse_body<T>(request.body);
  if (body) return body;
  const std::string repaired = without_broken_text(request.body);
  return repaired == request.body ? std::move(body) : parse_body<T>(repaired);
}

}  // namespace parley::server::http
