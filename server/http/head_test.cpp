#include "server/http/head.hpp"

#include "server/http/body.hpp"
#include "server/http/handshake.hpp"

#include <gtest/gtest.h>

#include <string>
#include <string_view>

namespace parley::server::http {
namespace {

constexpr std::size_t kMaxBody = 64;

/// The status of a refused head; 0 for an accepted one.
unsigned refusal(const std::string& bytes) {
  const auto size = head_size(bytes);
  if (!size) return 1;
  const auto head = parse_head(std::string_view(bytes).substr(0, *size));
  return head ? 0 : head.error().status;
}

/// The same for a valid request with these lines added.
unsigned refusal_with(const std::string& lines, const std::string& version = "HTTP/1.1") {
  return refusal("POST /api/x " + version + "\r\nHost: x\r\n" + lines + "\r\n");
}

TEST(Head, IsReadWithTargetQueryAndHost) {
  const std::string bytes = "\r\nGET /api/people?search=a HTTP/1.1\r\nHOST:\tx:80 \r\n\r\nrest";
  ASSERT_EQ(head_size(bytes), bytes.size() - 4);
  const auto head = parse_head(bytes);
  ASSERT_TRUE(head);
  EXPECT_EQ(head->path, "/api/people");
  EXPECT_EQ(head->query, "search=a");
  EXPECT_EQ(head->host, "x:80");
  EXPECT_TRUE(head->keep_alive());
}

TEST(Head, HasNoEndBeforeTheEmptyLine) {
  EXPECT_EQ(head_size("GET / HTTP/1.1\r\nHost: x\r\n"), std::nullopt);
  EXPECT_EQ(head_size("GET / HTTP/1.1\r\nHost: x\r\n\r"), std::nullopt);
  EXPECT_EQ(head_size("\r\n\r\n"), std::nullopt);
}

TEST(Head, AnAbsoluteTargetNamesTheHost) {
  for (const char* target : {"http://real:8080/a?b", "HTTPS://real:8080/a?b"}) {
    const std::string bytes = std::string("GET ") + target + " HTTP/1.1\r\nHost: other\r\n\r\n";
    const auto head = parse_head(bytes);
    ASSERT_TRUE(head) << target;
    EXPECT_EQ(head->host, "real:8080");
    EXPECT_EQ(head->path, "/a");
    EXPECT_EQ(head->query, "b");
  }
  EXPECT_EQ(parse_head("GET http://real HTTP/1.1\r\nHost: x\r\n\r\n")->path, "/");
  EXPECT_EQ(parse_head("GET http://real?q HTTP/1.1\r\nHost: x\r\n\r\n")->query, "q");
  EXPECT_EQ(refusal("GET http://us%65r@real/ HTTP/1.1\r\nHost: x\r\n\r\n"), 400U);
}

TEST(Head, HasExactlyOneHost) {
  EXPECT_EQ(refusal("GET / HTTP/1.1\r\n\r\n"), 400U);
  EXPECT_EQ(refusal("GET / HTTP/1.1\r\nHost: x\r\nHost: x\r\n\r\n"), 400U);
  EXPECT_EQ(refusal("GET / HTTP/1.1\r\nHost: x, y\r\n\r\n"), 400U);
  EXPECT_EQ(refusal("GET / HTTP/1.1\r\nHost:\r\n\r\n"), 400U);
  EXPECT_EQ(refusal("GET http://x/ HTTP/1.1\r\n\r\n"), 400U);
  EXPECT_EQ(refusal("GET / HTTP/1.0\r\n\r\n"), 0U);
  EXPECT_EQ(refusal("GET / HTTP/1.0\r\nHost: x\r\nhost: y\r\n\r\n"), 400U);
}

TEST(Head, AFieldOfOneValueComesOnce) {
  for (const char* name : {"Content-Type", "Authorization", "Origin", "Sec-WebSocket-Key"}) {
    const std::string line = std::string(name) + ": a\r\n";
    EXPECT_EQ(refusal_with(line), 0U) << name;
    EXPECT_EQ(refusal_with(line + line), 400U) << name;
  }
  EXPECT_EQ(refusal_with("Content-Length: 5\r\nContent-Length: 5\r\n"), 400U);
  EXPECT_EQ(refusal_with("Content-Length: 5, 5\r\n"), 400U);
}

TEST(Head, AListIsAllItsLines) {
  const auto head = parse_head(
      "GET / HTTP/1.1\r\nHost: x\r\nX-Forwarded-For: 7.7.7.7\r\nConnection: keep-alive\r\n"
      "x-forwarded-for: 6.6.6.6, 5.5.5.5\r\nConnection: Upgrade\r\n\r\n");
  ASSERT_TRUE(head);
  EXPECT_EQ(head->fields.list("X-Forwarded-For"), "7.7.7.7, 6.6.6.6, 5.5.5.5");
  EXPECT_EQ(head->fields.list("Accept-Encoding"), std::nullopt);
  EXPECT_TRUE(head->fields.lists("connection", "upgrade"));
  EXPECT_FALSE(head->fields.lists("connection", "up"));
}

TEST(Head, WhatCanBeReadInTwoWaysIsRefused) {
  for (const char* lines : {"X: a\r\n b\r\n", " X: a\r\n", "X : a\r\n", "X\r\n", ": a\r\n",
                            "X: a\nY: b\r\n", "X: a\rb\r\n", "X: a\x01\r\n", "X Y: a\r\n"}) {
    EXPECT_EQ(refusal_with(lines), 400U) << lines;
  }
  for (const char* line : {"GET /", "GET  / HTTP/1.1", "GET / HTTP/1.1 ", "GET / http/1.1",
                           "GET /a b HTTP/1.1", "GET /\x80 HTTP/1.1", "G{T / HTTP/1.1",
                           "GET x HTTP/1.1", "GET * HTTP/1.1", "GET /#a HTTP/1.1", "hello"}) {
    EXPECT_EQ(refusal(std::string(line) + "\r\nHost: x\r\n\r\n"), 400U) << line;
  }
  EXPECT_EQ(refusal("GET / HTTP/2.0\r\nHost: x\r\n\r\n"), 505U);
  EXPECT_EQ(refusal("GET / HTTP/1.1\nHost: x\n\n"), 400U);
}

TEST(Head, TheEndOfTheBodyIsCertain) {
  EXPECT_EQ(refusal_with("Transfer-Encoding: chunked\r\n"), 0U);
  EXPECT_EQ(refusal_with("Transfer-Encoding: Chunked\r\n"), 0U);
  EXPECT_EQ(refusal_with("Transfer-Encoding: gzip, chunked\r\n"), 501U);
  EXPECT_EQ(refusal_with("Transfer-Encoding: gzip\r\nTransfer-Encoding: chunked\r\n"), 501U);
  for (const char* codings : {"gzip", "chunked, gzip", "chunked, chunked", "xchunked", "",
                              "identity", "chunked;q=1", "chunked\x0b"}) {
    EXPECT_EQ(refusal_with(std::string("Transfer-Encoding: ") + codings + "\r\n"), 400U) << codings;
  }
  EXPECT_EQ(refusal_with("Content-Length: 5\r\nTransfer-Encoding: chunked\r\n"), 400U);
  EXPECT_EQ(refusal_with("Transfer-Encoding: chunked\r\n", "HTTP/1.0"), 400U);
  for (const char* length : {"+5", "-5", "0x5", "5 5", "", "five", "5.0"}) {
    EXPECT_EQ(refusal_with(std::string("Content-Length: ") + length + "\r\n"), 400U) << length;
  }
  EXPECT_EQ(refusal_with("Content-Length: 99999999999999999999999\r\n"), 0U) << "too large is 413";
}

TEST(Head, OnlyOneExpectationIsKnown) {
  EXPECT_EQ(refusal_with("Expect: 100-Continue\r\n"), 0U);
  EXPECT_EQ(refusal_with("Expect: 200-ok\r\n"), 417U);
  EXPECT_EQ(refusal_with("Expect: 200-ok\r\n", "HTTP/1.0"), 0U);
}

/// The body in these bytes, fed one by one; "status N" when they are refused, "more" when
/// they are incomplete.
std::string body_of(BodyLength length, std::string_view bytes) {
  BodyReader reader(length, kMaxBody);
  std::string waiting;
  for (const char c : bytes) {
    waiting += c;
    const auto taken = reader.take(waiting);
    if (!taken) return "status " + std::to_string(taken.error().status);
    waiting.erase(0, *taken);
  }
  return reader.complete() ? reader.body() + '|' + waiting : "more";
}

TEST(Body, EndsWhereItsLengthSays) {
  EXPECT_EQ(body_of({false, 3}, "abcGET"), "abc|GET");
  EXPECT_EQ(body_of({false, 3}, "ab"), "more");
  EXPECT_EQ(body_of({false, kMaxBody + 1}, "a"), "status 413");
}

TEST(Body, IsPutTogetherFromChunks) {
  EXPECT_EQ(body_of({true}, "3\r\nabc\r\n02;x=\"y\"\r\nde\r\n0\r\n\r\nGET"), "abcde|GET");
  EXPECT_EQ(body_of({true}, "A\r\n0123456789\r\n0\r\nTrailer: x\r\n\r\n"), "0123456789|");
  EXPECT_EQ(body_of({true}, "3\r\nabc\r\n"), "more");
}

TEST(Body, ChunksOfUncertainSizeAreRefused) {
  for (const char* bytes :
       {"\r\n", "x\r\n", "-1\r\n", "+1\r\n", "0x1\r\n", "1 1\r\n", "1\n", " 1\r\n", "1\r\nabc",
        "1\r\na\n", "0\r\nX y: z\r\n", "0\r\n\n", "1;a\x01\r\n", "0\r\n folded\r\n"}) {
    EXPECT_EQ(body_of({true}, bytes), "status 400") << bytes;
  }
  EXPECT_EQ(body_of({true}, "ffffffffffffffffffff\r\n"), "status 413");
  EXPECT_EQ(body_of({true}, "41\r\n"), "status 413");
}

TEST(Handshake, NeedsAKeyOfSixteenBytesAndTheVersion) {
  const auto status = [](const std::string& lines) {
    const std::string bytes =
        "GET /signal HTTP/1.1\r\nHost: x\r\nConnection: keep-alive\r\n"
        "Connection: Upgrade\r\nUpgrade: h2c, WebSocket\r\n" +
        lines + "\r\n";
    const auto head = parse_head(bytes);
    EXPECT_TRUE(head && asks_for_socket(*head));
    const auto problem = refuse_handshake(*head);
    return problem ? problem->status : 101;
  };
  const std::string version = "Sec-WebSocket-Version: 13\r\n";
  const std::string key = "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n";
  EXPECT_EQ(status(version + key), 101U);
  EXPECT_EQ(status(key), 426U);
  EXPECT_EQ(status(key + "Sec-WebSocket-Version: 8\r\n"), 426U);
  EXPECT_EQ(status(version), 400U);
  for (const char* bad : {"abc", "dGhlIHNhbXBsZSBub25jZQ", "dGhlIHNhbXBsZSBub25jZSE=",
                          "dGhlIHNhbXBsZSBub25jZSEh", "dGhlIHNhbXBsZSBub25*ZQ=="}) {
    EXPECT_EQ(status(version + "Sec-WebSocket-Key: " + bad + "\r\n"), 400U) << bad;
  }
  EXPECT_EQ(status(version + key + "Content-Length: 1\r\n"), 400U);
}

}  // namespace
}  // namespace parley::server::http
