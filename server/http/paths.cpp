#include "server/http/paths.hpp"

#include "server/http/limits.hpp"

#include <algorithm>
#include <charconv>
#include <system_error>

namespace parley::server::http {

std::optional<std::string_view> part_of(std::string_view path, std::string_view route) {
  const std::size_t star = route.find('*');
  if (star == std::string_view::npos) {
    return path == route ? std::optional(std::string_view()) : std::nullopt;
  }
  const std::string_view before = route.substr(0, star);
  const std::string_view after = route.substr(star + 1);
  if (path.size() <= before.size() + after.size()) return std::nullopt;
  if (!path.starts_with(before) || !path.ends_with(after)) return std::nullopt;
  const auto part = path.substr(star, path.size() - before.size() - after.size());
  return part.contains('/') ? std::nullopt : std::optional(part);
}

std::optional<std::size_t> page_size(const Request& request) {
  const auto text = query_parameter(request.query, "limit");
  if (!text) return kDefaultPage;
  std::size_t limit = 0;
  const char* end = text->data() + text->size();
  const auto [stopped, error] = std::from_chars(text->data(), end, limit);
  if (error != std::errc{} || stopped != end || limit == 0) return std::nullopt;
  return std::min(limit, kMaxPage);
}

}  // namespace parley::server::http
