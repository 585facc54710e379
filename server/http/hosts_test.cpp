#include "server/http/hosts.hpp"

#include <gtest/gtest.h>

namespace parley::server::http {
namespace {

TEST(PublicHosts, WithoutAnyAllAreOurs) {
  const PublicHosts all({});
  EXPECT_TRUE(all.serve("evil.example"));
  EXPECT_TRUE(all.serve(""));
}

TEST(PublicHosts, OnlyTheListedOnesAndOurOwnAreServed) {
  const PublicHosts hosts({"Calls.Example", "other.example:8443", "plain.example:80"});
  for (const char* own : {"calls.example", "CALLS.example:9000", "calls.example.",
                          "other.example:8443", "plain.example", "localhost:8080", "127.0.0.1",
                          "127.9.9.9:1", "[::1]:8080", "x.localhost"}) {
    EXPECT_TRUE(hosts.serve(own)) << own;
  }
  for (const char* foreign :
       {"", "evil.example", "xcalls.example", "calls.example.evil", "other.example",
        "other.example:8080", "10.0.0.1", "localhost.evil.example", "[::2]", "calls.example:0"}) {
    EXPECT_FALSE(hosts.serve(foreign)) << foreign;
  }
}

}  // namespace
}  // namespace parley::server::http
