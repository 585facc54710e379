// Serves the web app that is built into the executable.
#pragma once

#include "server/http/assets.hpp"
#include "server/http/message.hpp"

#include <array>
#include <span>
#include <string_view>
#include <unordered_map>

namespace parley::server::http {

/// The paths of the app's page. Locations inside the app follow a "#", which browsers do not send
/// to the server (web/app/src/router.ts; tests/server/app.test.ts compares the two).
inline constexpr std::array<std::string_view, 2> kAppPaths{"/", "/index.html"};

class StaticFiles {
 public:
  /// The assets must outlive this object.
  explicit StaticFiles(std::span<const Asset> assets);

  /// The file of that path, or the app's page for one of kAppPaths.
  [[nodiscard]] Response respond(const Request& request) const;

 private:
  [[nodiscard]] const Asset* find(std::string_view path) const;
  std::unordered_map<std::string_view, const Asset*> by_path_;
};

}  // namespace parley::server::http
