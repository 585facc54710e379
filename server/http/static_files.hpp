// Serves the web app that is built into the executable.
#pragma once

#include "server/http/assets.hpp"
#include "server/http/message.hpp"

#include <span>
#include <string_view>
#include <unordered_map>

namespace parley::server::http {

class StaticFiles {
 public:
  /// The assets must outlive this object.
  explicit StaticFiles(std::span<const Asset> assets);

  /// A path without a dot that names no file is a place inside the app: it gets index.html.
  [[nodiscard]] Response respond(const Request& request) const;

 private:
  [[nodiscard]] const Asset* find(std::string_view path) const;
  std::unordered_map<std::string_view, const Asset*> by_path_;
};

}  // namespace parley::server::http
