// An HTTP request and its response, independent of the network front.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace parley::server::http {

enum class Method : std::uint8_t { get, head, post, put, remove, options, other };

struct Request {
  Method method = Method::other;
  /// As sent, without the query: "/api/people".
  std::string path;
  /// The part after the question mark, still encoded.
  std::string query;
  std::string host;
  std::optional<std::string> origin;
  std::string authorization;
  std::string content_type;
  std::string accept_encoding;
  std::string if_none_match;
  std::string user_agent;
  std::string body;
  /// The client's address, also behind trusted proxies.
  std::string address;
  /// Whether the request came through a proxy, trusted or not.
  bool forwarded = false;
  bool tls = false;
};

struct Response {
  unsigned status = 200;
  std::vector<std::pair<std::string_view, std::string>> headers;
  std::string body;
  /// Bytes that live as long as the process; replaces `body` when not empty.
  std::span<const std::byte> fixed_body;

  void add(std::string_view name, std::string value) {
    headers.emplace_back(name, std::move(value));
  }
};

/// Receives the response on the loop; called once for each request, possibly before the handler
/// returns.
using Respond = std::function<void(Response)>;

/// Status line and headers. `date` is an HTTP date.
[[nodiscard]] std::string write_head(const Response& response, bool keep_alive,
                                     std::string_view date);

/// "Sun, 06 Nov 1994 08:49:37 GMT" (RFC 9110, 5.6.7).
[[nodiscard]] std::string http_date(std::int64_t unix_seconds);

/// The decoded value of a parameter in a query; empty when it is absent or badly encoded.
[[nodiscard]] std::optional<std::string> query_parameter(std::string_view query,
                                                         std::string_view name);

/// The decoded text of one part of a path; empty when it is badly encoded.
[[nodiscard]] std::optional<std::string> path_part(std::string_view part);

/// Whether an Accept-Encoding header allows `coding` (RFC 9110, 12.5.3).
[[nodiscard]] bool accepts_encoding(std::string_view header, std::string_view coding);

/// Whether an If-None-Match header names `etag` (given without quotes) or is "*".
[[nodiscard]] bool matches_etag(std::string_view header, std::string_view etag);

/// Whether a Content-Type is JSON, in UTF-8 if it names a character set (RFC 9110, 8.3.1).
[[nodiscard]] bool is_json(std::string_view content_type);

/// The token of "Bearer <token>"; empty when the header is something else.
[[nodiscard]] std::string_view bearer_token(std::string_view authorization);

}  // namespace parley::server::http
