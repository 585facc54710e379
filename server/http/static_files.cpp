#include "server/http/static_files.hpp"

#include "server/http/failures.hpp"

#include <algorithm>
#include <string>

namespace parley::server::http {

StaticFiles::StaticFiles(std::span<const Asset> assets) {
  for (const Asset& asset : assets) by_path_.emplace(asset.path, &asset);
}

const Asset* StaticFiles::find(std::string_view path) const {
  if (std::ranges::find(kAppPaths, path) != kAppPaths.end()) path = "/index.html";
  const auto found = by_path_.find(path);
  return found == by_path_.end() ? nullptr : found->second;
}

Response StaticFiles::respond(const Request& request) const {
  const Asset* asset = find(request.path);
  if (asset == nullptr) return failure(404, Error::unknown_message, "path");
  if (request.method != Method::get && request.method != Method::head) {
    return wrong_method("GET, HEAD");
  }

  Response response;
  std::string_view encoding;
  response.fixed_body = asset->identity;
  if (!asset->brotli.empty() && accepts_encoding(request.accept_encoding, "br")) {
    encoding = "br";
    response.fixed_body = asset->brotli;
  } else if (!asset->gzip.empty() && accepts_encoding(request.accept_encoding, "gzip")) {
    encoding = "gzip";
    response.fixed_body = asset->gzip;
  }
  // Each encoding is a representation with its own tag (RFC 9110, 8.8.3.3).
  std::string etag(asset->etag);
  if (!encoding.empty()) (etag += '-') += encoding;
  response.add("ETag", '"' + etag + '"');
  response.add("Vary", "Accept-Encoding");
  response.add("Cache-Control",
               asset->immutable ? "public, max-age=31536000, immutable" : "no-cache");
  if (matches_etag(request.if_none_match, etag)) {
    response.status = 304;
    response.fixed_body = {};
    return response;
  }
  response.add("Content-Type", std::string(asset->content_type));
  if (!encoding.empty()) response.add("Content-Encoding", std::string(encoding));
  return response;
}

}  // namespace parley::server::http
