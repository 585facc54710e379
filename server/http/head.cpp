#include "server/http/head.hpp"

#include "server/http/origin.hpp"
#include "server/http/text.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <limits>

namespace parley::server::http {

namespace {

/// Fields with a single value that this server reads. Two lines, even equal ones, are a mistake or
/// an attempt to make two programs read different values.
constexpr std::array<std::string_view, 7> kSingleFields{
    "Host",   "Content-Length",    "Content-Type",         "Authorization",
    "Origin", "Sec-WebSocket-Key", "Sec-WebSocket-Version"};

constexpr std::string_view kLineEnd = "\r\n";

std::unexpected<BadRequest> bad(std::string_view why, unsigned status = 400) {
  return std::unexpected(BadRequest{status, why});
}

Method method_of(std::string_view name) {
  if (name == "GET") return Method::get;
  if (name == "HEAD") return Method::head;
  if (name == "POST") return Method::post;
  if (name == "PUT") return Method::put;
  if (name == "DELETE") return Method::remove;
  if (name == "OPTIONS") return Method::options;
  return Method::other;  // all others get the same refusal
}

bool is_visible(char c) { return c > ' ' && c < 0x7f; }

/// Characters of a value: visible ones, white space, and bytes that once were Latin-1.
bool is_value_character(char c) {
  return c == '\t' || (static_cast<unsigned char>(c) >= ' ' && c != 0x7f);
}

/// "http://host/path" (RFC 9112, 3.2.2): removes scheme and authority from `target`.
std::optional<std::string_view> take_authority(std::string_view& target) {
  for (const std::string_view scheme : {"http://", "https://"}) {
    if (!equal_ignoring_case(target.substr(0, scheme.size()), scheme)) continue;
    target.remove_prefix(scheme.size());
    const std::size_t end = std::min(target.find_first_of("/?"), target.size());
    const std::string_view authority = target.substr(0, end);
    target.remove_prefix(end);
    return authority;
  }
  return std::nullopt;
}

std::expected<void, BadRequest> parse_target(Head& head, std::string_view target) {
  if (target.empty() || !std::ranges::all_of(target, is_visible) || target.contains('#')) {
    return bad("bad target");
  }
  if (target == "*" && head.method == Method::options) {
    head.path = target;
    return {};
  }
  if (const auto authority = take_authority(target)) {
    if (!parse_host(*authority)) return bad("bad target");
    head.host = *authority;
    if (target.empty()) target = "/";
    if (target.front() == '?') {
      head.path = "/";
      head.query = target.substr(1);
      return {};
    }
  }
  if (target.front() != '/') return bad("bad target");
  head.path = take_part(target, '?');
  head.query = target;
  return {};
}

std::expected<void, BadRequest> parse_request_line(Head& head, std::string_view line) {
  const std::size_t first = line.find(' ');
  const std::size_t last = line.rfind(' ');
  if (first == std::string_view::npos || first == last) return bad("no request line");
  const std::string_view method = line.substr(0, first);
  const std::string_view version = line.substr(last + 1);
  if (!is_token(method)) return bad("bad method");
  if (version.size() != 8 || !version.starts_with("HTTP/") || !is_digit(version[5]) ||
      version[6] != '.' || !is_digit(version[7])) {
    return bad("bad version");
  }
  if (version[5] != '1') return bad("another version of HTTP", 505);
  head.http_1_0 = version[7] == '0';
  head.method = method_of(method);
  return parse_target(head, line.substr(first + 1, last - first - 1));
}

std::expected<void, BadRequest> parse_field(Head& head, std::string_view line) {
  // A line that continues the one before (RFC 9112, 5.2): programs read it differently.
  if (line.front() == ' ' || line.front() == '\t') return bad("folded line");
  const std::size_t colon = line.find(':');
  if (colon == std::string_view::npos) return bad("a line without a colon");
  const std::string_view name = line.substr(0, colon);
  if (!is_token(name)) return bad("bad field name");  // with white space at its end, too
  const std::string_view value = trimmed(line.substr(colon + 1));
  if (!std::ranges::all_of(value, is_value_character)) return bad("bad field value");
  head.fields.add(name, value);
  return {};
}

std::expected<void, BadRequest> find_host(Head& head) {
  const auto host = head.fields.single("Host");
  if (!host) {
    if (head.http_1_0) return {};
    return bad("no Host");
  }
  if (!parse_host(*host)) return bad("bad Host");
  // The host in the target has priority (RFC 9112, 3.2.2).
  if (head.host.empty()) head.host = *host;
  return {};
}

/// RFC 9112, 6.3.
std::expected<void, BadRequest> find_body_length(Head& head) {
  const auto length = head.fields.single("Content-Length");
  if (const auto codings = head.fields.list("Transfer-Encoding")) {
    if (length) return bad("Content-Length beside Transfer-Encoding");
    if (head.http_1_0) return bad("Transfer-Encoding in HTTP/1.0");
    std::string_view rest = *codings;
    std::size_t count = 0;
    std::string_view last;
    bool chunked_before = false;
    while (!rest.empty()) {
      chunked_before |= equal_ignoring_case(last, "chunked");
      last = trimmed(take_part(rest, ','));
      if (!last.empty()) ++count;
    }
    if (!equal_ignoring_case(last, "chunked") || chunked_before) {
      return bad("no end of the body can be told");
    }
    if (count > 1) return bad("a transfer coding other than chunked", 501);
    head.body.chunked = true;
    return {};
  }
  if (!length) return {};
  if (length->empty() || !std::ranges::all_of(*length, is_digit)) return bad("bad Content-Length");
  const auto parsed =
      std::from_chars(length->data(), length->data() + length->size(), head.body.bytes);
  if (parsed.ec != std::errc{}) head.body.bytes = std::numeric_limits<std::uint64_t>::max();
  return {};
}

}  // namespace

std::size_t Fields::count(std::string_view name) const {
  return static_cast<std::size_t>(std::ranges::count_if(
      lines_, [&](const auto& line) { return equal_ignoring_case(line.first, name); }));
}

std::optional<std::string> Fields::list(std::string_view name) const {
  std::optional<std::string> joined;
  for (const auto& [key, value] : lines_) {
    if (!equal_ignoring_case(key, name)) continue;
    if (joined) {
      (*joined += ", ") += value;
    } else {
      joined.emplace(value);
    }
  }
  return joined;
}

bool Fields::lists(std::string_view name, std::string_view token) const {
  const auto joined = list(name);
  if (!joined) return false;
  std::string_view rest = *joined;
  while (!rest.empty()) {
    if (equal_ignoring_case(trimmed(take_part(rest, ',')), token)) return true;
  }
  return false;
}

std::optional<std::string_view> Fields::single(std::string_view name) const {
  for (const auto& [key, value] : lines_) {
    if (equal_ignoring_case(key, name)) return value;
  }
  return std::nullopt;
}

bool Head::keep_alive() const {
  if (fields.lists("Connection", "close")) return false;
  return !http_1_0 || fields.lists("Connection", "keep-alive");
}

bool Head::expects_continue() const {
  return !http_1_0 && fields.lists("Expect", "100-continue") && (body.chunked || body.bytes > 0);
}

std::optional<std::size_t> head_size(std::string_view bytes) {
  std::size_t start = 0;
  while (bytes.substr(start).starts_with(kLineEnd)) start += kLineEnd.size();
  // A bare line feed does not end a line here. But a client that sends bare line feeds would wait
  // for an answer, so its head is refused as soon as it is complete in that reading.
  for (std::size_t end = bytes.find('\n', start); end != std::string_view::npos;
       end = bytes.find('\n', end + 1)) {
    const std::string_view behind = bytes.substr(end + 1);
    if (behind.starts_with('\n')) return end + 2;
    if (behind.starts_with(kLineEnd)) return end + 1 + kLineEnd.size();
  }
  return std::nullopt;
}

std::expected<Head, BadRequest> parse_head(std::string_view bytes) {
  Head head;
  while (bytes.starts_with(kLineEnd)) bytes.remove_prefix(kLineEnd.size());
  bool first = true;
  while (!bytes.empty()) {
    const std::size_t end = bytes.find('\n');
    if (end == std::string_view::npos) return bad("no end of the head");
    std::string_view line = bytes.substr(0, end);
    bytes.remove_prefix(end + 1);
    if (!line.ends_with('\r')) return bad("a line feed alone");
    line.remove_suffix(1);
    if (line.empty()) break;
    const auto parsed = first ? parse_request_line(head, line) : parse_field(head, line);
    if (!parsed) return std::unexpected(parsed.error());
    first = false;
  }
  if (first) return bad("no request line");
  for (const std::string_view name : kSingleFields) {
    if (head.fields.count(name) > 1) return bad("a field twice that has one value");
  }
  if (const auto found = find_host(head); !found) return std::unexpected(found.error());
  if (const auto found = find_body_length(head); !found) return std::unexpected(found.error());
  const auto expected = head.fields.list("Expect");
  if (expected && !head.http_1_0 && !equal_ignoring_case(trimmed(*expected), "100-continue")) {
    return bad("an expectation other than 100-continue", 417);
  }
  return head;
}

}  // namespace parley::server::http
