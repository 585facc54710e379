#include "server/http/proxies.hpp"

#include <gtest/gtest.h>

namespace parley::server::http {
namespace {

TEST(Network, IsAnAddressOrARange) {
  for (const char* text : {"10.0.0.0/8", "192.0.2.7", "::1", "fd00::/8", "0.0.0.0/0"}) {
    EXPECT_TRUE(parse_network(text)) << text;
  }
  for (const char* text : {"", "10.0.0.0/33", "10.0.0/8", "::1/129", "10.0.0.0/", "10.0.0.0/x",
                           "localhost", "10.0.0.0/8/8"}) {
    EXPECT_FALSE(parse_network(text)) << text;
  }
}

TEST(Proxies, WithoutTrustTheHeaderSaysNothing) {
  const Proxies nobody({});
  EXPECT_EQ(nobody.client_address("192.0.2.1", "198.51.100.9"), "192.0.2.1");
}

TEST(Proxies, TheNearestUntrustedAddressIsTheClient) {
  const Proxies proxies({"10.0.0.0/8", "::1"});
  EXPECT_EQ(proxies.client_address("10.1.2.3", "198.51.100.9"), "198.51.100.9");
  EXPECT_EQ(proxies.client_address("10.1.2.3", "6.6.6.6, 198.51.100.9 , 10.9.9.9"), "198.51.100.9")
      << "what lies to the left was written by the client";
  EXPECT_EQ(proxies.client_address("::1", "2001:db8::5"), "2001:db8::5");
  EXPECT_EQ(proxies.client_address("::ffff:10.1.2.3", "198.51.100.9"), "198.51.100.9");
}

TEST(Proxies, AStrangersHeaderIsIgnored) {
  const Proxies proxies({"10.0.0.0/8"});
  EXPECT_EQ(proxies.client_address("192.0.2.1", "198.51.100.9"), "192.0.2.1");
}

TEST(Proxies, GarbageEndsTheWalk) {
  const Proxies proxies({"10.0.0.0/8"});
  EXPECT_EQ(proxies.client_address("10.1.2.3", "198.51.100.9, unknown"), "10.1.2.3");
  EXPECT_EQ(proxies.client_address("10.1.2.3", ",,,"), "10.1.2.3");
  EXPECT_EQ(proxies.client_address("10.1.2.3", ""), "10.1.2.3");
}

}  // namespace
}  // namespace parley::server::http
