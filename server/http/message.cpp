#include "server/http/message.hpp"

#include "server/http/text.hpp"

#include <array>
#include <ctime>

namespace parley::server::http {

namespace {

int hex_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

std::optional<std::string> decoded(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '+') {
      out += ' ';
    } else if (text[i] == '%') {
      if (i + 2 >= text.size()) return std::nullopt;
      const int high = hex_value(text[i + 1]);
      const int low = hex_value(text[i + 2]);
      if (high < 0 || low < 0) return std::nullopt;
      out += static_cast<char>(high * 16 + low);
      i += 2;
    } else {
      out += text[i];
    }
  }
  return out;
}

std::string_view reason_phrase(unsigned status) {
  switch (status) {
    case 200:
      return "OK";
    case 204:
      return "No Content";
    case 304:
      return "Not Modified";
    case 400:
      return "Bad Request";
    case 401:
      return "Unauthorized";
    case 403:
      return "Forbidden";
    case 404:
      return "Not Found";
    case 405:
      return "Method Not Allowed";
    case 408:
      return "Request Timeout";
    case 409:
      return "Conflict";
    case 413:
      return "Content Too Large";
    case 415:
      return "Unsupported Media Type";
    case 417:
      return "Expectation Failed";
    case 421:
      return "Misdirected Request";
    case 426:
      return "Upgrade Required";
    case 429:
      return "Too Many Requests";
    case 431:
      return "Request Header Fields Too Large";
    case 500:
      return "Internal Server Error";
    case 501:
      return "Not Implemented";
    case 503:
      return "Service Unavailable";
    case 505:
      return "HTTP Version Not Supported";
    default:
      return "";
  }
}

}  // namespace

std::string write_head(const Response& response, bool keep_alive, std::string_view date) {
  std::string head = "HTTP/1.1 " + std::to_string(response.status) + ' ';
  head += reason_phrase(response.status);
  head += "\r\nDate: ";
  head += date;
  for (const auto& [name, value] : response.headers) {
    head += "\r\n";
    head += name;
    head += ": ";
    head += value;
  }
  if (response.status != 204 && response.status != 304) {
    const std::size_t length =
        response.fixed_body.empty() ? response.body.size() : response.fixed_body.size();
    head += "\r\nContent-Length: " + std::to_string(length);
  }
  head += keep_alive ? "\r\n\r\n" : "\r\nConnection: close\r\n\r\n";
  return head;
}

std::string http_date(std::int64_t unix_seconds) {
  constexpr std::array<std::string_view, 7> kDays{"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
  constexpr std::array<std::string_view, 12> kMonths{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                     "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  const std::time_t seconds = static_cast<std::time_t>(unix_seconds);
  std::tm parts{};
  gmtime_r(&seconds, &parts);
  const auto two = [](int number) { return std::to_string(100 + number).substr(1); };
  std::string text(kDays[static_cast<std::size_t>(parts.tm_wday)]);
  text += ", " + two(parts.tm_mday) + ' ';
  text += kMonths[static_cast<std::size_t>(parts.tm_mon)];
  text += ' ' + std::to_string(1900 + parts.tm_year) + ' ' + two(parts.tm_hour) + ':' +
          two(parts.tm_min) + ':' + two(parts.tm_sec) + " GMT";
  return text;
}

std::optional<std::string> query_parameter(std::string_view query, std::string_view name) {
  while (!query.empty()) {
    std::string_view pair = take_part(query, '&');
    if (take_part(pair, '=') == name) return decoded(pair);
  }
  return std::nullopt;
}

std::optional<std::string> path_part(std::string_view part) { return decoded(part); }

bool accepts_encoding(std::string_view header, std::string_view coding) {
  while (!header.empty()) {
    std::string_view entry = take_part(header, ',');
    if (!equal_ignoring_case(trimmed(take_part(entry, ';')), coding)) continue;
    // Only a weight of zero refuses: q=0, q=0., q=0.000
    const std::string_view weight = trimmed(entry);
    if (!weight.starts_with("q=") && !weight.starts_with("Q=")) return true;
    return weight.substr(2).find_first_not_of("0.") != std::string_view::npos;
  }
  return false;
}

bool matches_etag(std::string_view header, std::string_view etag) {
  while (!header.empty()) {
    std::string_view entry = trimmed(take_part(header, ','));
    if (entry == "*") return true;
    if (entry.starts_with("W/")) entry.remove_prefix(2);
    if (entry.size() == etag.size() + 2 && entry.front() == '"' && entry.back() == '"' &&
        entry.substr(1, etag.size()) == etag) {
      return true;
    }
  }
  return false;
}

bool is_json(std::string_view content_type) {
  if (!equal_ignoring_case(trimmed(take_part(content_type, ';')), "application/json")) return false;
  while (!content_type.empty()) {
    std::string_view parameter = take_part(content_type, ';');
    if (!equal_ignoring_case(trimmed(take_part(parameter, '=')), "charset")) continue;
    std::string_view charset = trimmed(parameter);
    if (charset.size() >= 2 && charset.front() == '"' && charset.back() == '"') {
      charset = charset.substr(1, charset.size() - 2);
    }
    if (!equal_ignoring_case(charset, "utf-8") && !equal_ignoring_case(charset, "utf8"))
      return false;
  }
  return true;
}

std::string_view bearer_token(std::string_view authorization) {
  constexpr std::size_t kSchemeLength = 7;
  if (authorization.size() <= kSchemeLength ||
      !equal_ignoring_case(authorization.substr(0, kSchemeLength), "Bearer ")) {
    return {};
  }
  return trimmed(authorization.substr(kSchemeLength));
}

}  // namespace parley::server::http
