#include "server/http/static_files.hpp"

#include <gtest/gtest.h>

#include <array>
#include <string>
#include <string_view>

namespace parley::server::http {
namespace {

std::span<const std::byte> bytes(std::string_view text) {
  return std::as_bytes(std::span(text.data(), text.size()));
}

const std::array kAssets{
    Asset{"/assets/app-1.js", "text/javascript; charset=utf-8", "aaaa", true, bytes("script"),
          bytes("gz"), bytes("br")},
    Asset{"/core.wasm", "application/wasm", "bbbb", false, bytes("wasm"), {}, {}},
    Asset{"/index.html", "text/html; charset=utf-8", "cccc", false, bytes("page"), {}, {}},
};

Request get(std::string path, std::string accept_encoding = "") {
  Request request;
  request.method = Method::get;
  request.path = std::move(path);
  request.accept_encoding = std::move(accept_encoding);
  return request;
}

std::string header(const Response& response, std::string_view name) {
  for (const auto& [key, value] : response.headers) {
    if (key == name) return value;
  }
  return "";
}

std::string body(const Response& response) {
  return {reinterpret_cast<const char*>(response.fixed_body.data()), response.fixed_body.size()};
}

const StaticFiles kFiles(kAssets);

TEST(StaticFiles, TheAppHasItsPage) {
  for (const char* path : {"/", "/index.html"}) {
    const Response response = kFiles.respond(get(path));
    EXPECT_EQ(response.status, 200U) << path;
    EXPECT_EQ(body(response), "page") << path;
    EXPECT_EQ(header(response, "Cache-Control"), "no-cache");
  }
}

TEST(StaticFiles, AFileThatIsNotThereIsNotThere) {
  for (const char* path : {"/assets/app-2.js", "/favicon.ico", "/metrics", "/call/alice", "/index",
                           "//", "", "/../etc/passwd", "/.env"}) {
    EXPECT_EQ(kFiles.respond(get(path)).status, 404U) << path;
  }
}

TEST(StaticFiles, TheSmallestAcceptedEncodingIsSent) {
  const auto check = [](const char* accept, const char* encoding, const char* content,
                        const char* etag) {
    const Response response = kFiles.respond(get("/assets/app-1.js", accept));
    EXPECT_EQ(header(response, "Content-Encoding"), encoding);
    EXPECT_EQ(body(response), content);
    EXPECT_EQ(header(response, "ETag"), etag);
    EXPECT_EQ(header(response, "Vary"), "Accept-Encoding");
  };
  check("gzip, br", "br", "br", "\"aaaa-br\"");
  check("gzip", "gzip", "gz", "\"aaaa-gzip\"");
  check("", "", "script", "\"aaaa\"");
}

TEST(StaticFiles, NamesWithAHashAreCachedForEver) {
  EXPECT_EQ(header(kFiles.respond(get("/assets/app-1.js")), "Cache-Control"),
            "public, max-age=31536000, immutable");
}

TEST(StaticFiles, AKnownTagNeedsNoBody) {
  Request request = get("/core.wasm");
  request.if_none_match = "\"bbbb\"";
  const Response response = kFiles.respond(request);
  EXPECT_EQ(response.status, 304U);
  EXPECT_TRUE(response.fixed_body.empty());
  EXPECT_EQ(header(response, "ETag"), "\"bbbb\"");
}

TEST(StaticFiles, WebAssemblyHasItsType) {
  EXPECT_EQ(header(kFiles.respond(get("/core.wasm")), "Content-Type"), "application/wasm");
}

TEST(StaticFiles, AreOnlyRead) {
  Request request = get("/");
  request.method = Method::post;
  EXPECT_EQ(kFiles.respond(request).status, 405U);
}

}  // namespace
}  // namespace parley::server::http
