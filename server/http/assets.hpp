// The web app inside the server executable: the files of web/app/dist at build time.
//
// The table is written by tools/embed/embed.mjs. Tests, and builds without the web app, get an
// empty one. Choosing an encoding, caching headers and the fallback to index.html are left to the
// caller.
#pragma once

#include <cstddef>
#include <span>
#include <string_view>

namespace parley::server::http {

/// One file. All views point into the executable and live as long as the process.
struct Asset {
  std::string_view path;  ///< As requested, with the leading slash: "/assets/index-4f2a.js".
  std::string_view content_type;  ///< With the charset where it is text.
  std::string_view etag;          ///< Start of the SHA-256 of `identity`, in hex, without quotes.
  bool immutable;  ///< The name carries a hash of the content, so it may be cached forever.
  std::span<const std::byte> identity;
  std::span<const std::byte> gzip;    ///< Empty if compression saves too little.
  std::span<const std::byte> brotli;  ///< Empty if compression saves too little.
};

/// Returns every asset, ordered by path.
[[nodiscard]] std::span<const Asset> embedded_assets();

}  // namespace parley::server::http
