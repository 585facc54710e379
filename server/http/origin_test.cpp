#include "server/http/origin.hpp"

#include <gtest/gtest.h>

#include <optional>
#include <string_view>

namespace parley::server::http {
namespace {

using Verdict = OriginPolicy::Verdict;

Verdict judge(std::optional<std::string_view> origin, std::string_view host, bool tls = false) {
  static const OriginPolicy policy({"https://shop.example.org", "http://localhost:5173"});
  return policy.judge(origin, host, tls);
}

TEST(Origin, ThePageOfTheServerItselfIsItsOwn) {
  EXPECT_EQ(judge("http://127.0.0.1:8080", "127.0.0.1:8080"), Verdict::own);
  EXPECT_EQ(judge("http://[::1]:8080", "[::1]:8080"), Verdict::own);
  EXPECT_EQ(judge("http://Talk.Example", "talk.example"), Verdict::own);
  EXPECT_EQ(judge("http://talk.example", "talk.example:80"), Verdict::own);
  EXPECT_EQ(judge("https://talk.example", "talk.example", true), Verdict::own);
  EXPECT_EQ(judge("https://talk.example:8443", "talk.example:8443", true), Verdict::own);
}

TEST(Origin, AProxyMayHaveTakenTlsOff) {
  EXPECT_EQ(judge("https://talk.example", "talk.example"), Verdict::own);
}

TEST(Origin, AnUnencryptedPageIsNotTheEncryptedServer) {
  EXPECT_EQ(judge("http://talk.example", "talk.example", true), Verdict::foreign);
}

TEST(Origin, ListedOriginsAreAllowed) {
  EXPECT_EQ(judge("https://shop.example.org", "talk.example"), Verdict::allowed);
  EXPECT_EQ(judge("https://shop.example.org:443", "talk.example"), Verdict::allowed);
  EXPECT_EQ(judge("http://localhost:5173", "127.0.0.1:8080"), Verdict::allowed);
}

TEST(Origin, LookAlikesAreForeign) {
  for (const std::string_view origin : {
           "null",
           "",
           "http://",
           "http://127.0.0.1",
           "http://127.0.0.1:8081",
           "http://127.0.0.1:80800",
           "http://127.0.0.1:8080.evil.example",
           "http://evil.example/127.0.0.1:8080",
           "http://127.0.0.1:8080@evil.example",
           "http://evil127.0.0.1:8080",
           "http://x.127.0.0.1:8080",
           "127.0.0.1:8080",
           "ws://127.0.0.1:8080",
           "file://127.0.0.1:8080",
           "http://127.0.0.1:8080/",
           "http://127.0.0.1:8080 ",
           "http://127.0.0.1:+8080",
           "http://127.0.0.1:",
           "https://shop.example.org.evil.example",
           "https://evil-shop.example.org",
           "http://shop.example.org",
           "https://shop.example.org:444",
           "https://127.0.0.1:8080, https://127.0.0.1:8080",
       }) {
    EXPECT_EQ(judge(origin, "127.0.0.1:8080"), Verdict::foreign) << origin;
  }
}

TEST(Origin, ABadHostIsNobodysOwn) {
  EXPECT_EQ(judge("http://talk.example", ""), Verdict::foreign);
  EXPECT_EQ(judge("http://talk.example", "talk.example:0"), Verdict::foreign);
}

TEST(Origin, APortThatAProxyLostIsTold) {
  EXPECT_TRUE(differ_in_port_only("http://talk.example:13001", "talk.example"));
  EXPECT_TRUE(differ_in_port_only("https://talk.example", "talk.example:8443"));
  EXPECT_FALSE(differ_in_port_only("http://evil.example:13001", "talk.example"));
  EXPECT_FALSE(differ_in_port_only("http://talk.example", "talk.example:80"));
  EXPECT_FALSE(differ_in_port_only("null", "talk.example"));
}

TEST(Origin, NativeClientsSendNone) {
  EXPECT_EQ(judge(std::nullopt, "127.0.0.1:8080"), Verdict::absent);
}

}  // namespace
}  // namespace parley::server::http
