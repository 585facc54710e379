#include "server/http/security.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <string_view>

namespace parley::server::http {
namespace {

std::string policy(std::string_view host, bool tls) {
  Response response;
  add_security_headers(response, host, tls);
  for (const auto& [name, value] : response.headers) {
    if (name == "Content-Security-Policy") return value;
  }
  return "";
}

TEST(ContentSecurityPolicy, NamesTheSignallingSocketOfThisHost) {
  EXPECT_NE(policy("talk.example:8080", false)
                .find("connect-src 'self' wss://talk.example:8080 ws://talk.example:8080;"),
            std::string::npos);
  EXPECT_EQ(policy("talk.example", true).find(" ws://"), std::string::npos);
}

TEST(ContentSecurityPolicy, TakesNothingElseFromTheHostHeader) {
  for (const char* host : {"evil.example; script-src *", "a b", "x'y", "", "talk.example:8080;"}) {
    EXPECT_NE(policy(host, false).find("connect-src 'self';"), std::string::npos) << host;
  }
}

TEST(StrictTransport, IsAskedForOverTlsOnly) {
  const auto asked = [](bool tls) {
    Response response;
    add_security_headers(response, "talk.example", tls);
    return std::ranges::any_of(response.headers, [](const auto& header) {
      return header.first == "Strict-Transport-Security";
    });
  };
  EXPECT_TRUE(asked(true));
  EXPECT_FALSE(asked(false));
}

}  // namespace
}  // namespace parley::server::http
