#include "server/http/message.hpp"

#include <gtest/gtest.h>

namespace parley::server::http {
namespace {

TEST(Query, FindsAndDecodesAParameter) {
  EXPECT_EQ(query_parameter("search=a%20b+c&limit=5", "search"), "a b c");
  EXPECT_EQ(query_parameter("search=&limit=5", "search"), "");
  EXPECT_EQ(query_parameter("search&limit=5", "search"), "");
  EXPECT_EQ(query_parameter("xsearch=1", "search"), std::nullopt);
  EXPECT_EQ(query_parameter("search=%C3%A9", "search"), "\u00e9");
  for (const char* bad : {"search=%", "search=%2", "search=%zz"}) {
    EXPECT_EQ(query_parameter(bad, "search"), std::nullopt) << bad;
  }
}

TEST(AcceptEncoding, IsReadAsListedAndWeighed) {
  EXPECT_TRUE(accepts_encoding("gzip, deflate, br", "br"));
  EXPECT_TRUE(accepts_encoding("GZIP;q=0.5", "gzip"));
  EXPECT_FALSE(accepts_encoding("gzip;q=0", "gzip"));
  EXPECT_FALSE(accepts_encoding("gzip; q=0.000, br", "gzip"));
  EXPECT_TRUE(accepts_encoding("gzip;q=0.001", "gzip"));
  EXPECT_FALSE(accepts_encoding("", "br"));
  EXPECT_FALSE(accepts_encoding("brotli", "br"));
}

TEST(IfNoneMatch, NamesTheTagExactly) {
  EXPECT_TRUE(matches_etag("\"abc\"", "abc"));
  EXPECT_TRUE(matches_etag("\"x\", W/\"abc\"", "abc"));
  EXPECT_TRUE(matches_etag("*", "abc"));
  EXPECT_FALSE(matches_etag("\"abcd\"", "abc"));
  EXPECT_FALSE(matches_etag("abc", "abc"));
  EXPECT_FALSE(matches_etag("", "abc"));
}

TEST(BearerToken, IsTakenFromItsSchemeOnly) {
  EXPECT_EQ(bearer_token("Bearer abc"), "abc");
  EXPECT_EQ(bearer_token("bearer  abc "), "abc");
  EXPECT_EQ(bearer_token("Basic abc"), "");
  EXPECT_EQ(bearer_token("Bearer"), "");
  EXPECT_EQ(bearer_token(""), "");
}

TEST(ContentType, IsJsonInWhateverCaseAndInUtf8Only) {
  for (const char* good :
       {"application/json", "Application/JSON; charset=utf-8", "application/json;charset=UTF-8",
        "application/json ; charset=\"utf-8\"", "application/json;", "application/json; v=1"}) {
    EXPECT_TRUE(is_json(good)) << good;
  }
  for (const char* bad : {"", "application/jsonfoo", "application/json-patch+json", "text/json",
                          "application/json charset", "application/json; charset=iso-8859-1",
                          "application/json, text/plain"}) {
    EXPECT_FALSE(is_json(bad)) << bad;
  }
}

TEST(HttpDate, IsInTheFormOfTheStandard) {
  EXPECT_EQ(http_date(784'111'777), "Sun, 06 Nov 1994 08:49:37 GMT");
}

TEST(Head, TellsLengthAndWhetherTheConnectionGoesOn) {
  Response response;
  response.body = "hello";
  response.add("Content-Type", "text/plain");
  EXPECT_EQ(write_head(response, true, "now"),
            "HTTP/1.1 200 OK\r\nDate: now\r\nContent-Type: text/plain\r\n"
            "Content-Length: 5\r\n\r\n");
  response.status = 304;
  EXPECT_EQ(write_head(response, false, "now"),
            "HTTP/1.1 304 Not Modified\r\nDate: now\r\nContent-Type: text/plain\r\n"
            "Connection: close\r\n\r\n");
}

}  // namespace
}  // namespace parley::server::http
