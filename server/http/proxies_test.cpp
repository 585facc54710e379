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
  EXPECT_EQ(nobody.client("192.0.2.1", "198.51.100.9").address, "192.0.2.1");
}

TEST(Proxies, TheNearestUntrustedAddressIsTheClient) {
  const Proxies proxies({"10.0.0.0/8", "::1"});
  EXPECT_EQ(proxies.client("10.1.2.3", "198.51.100.9").address, "198.51.100.9");
  EXPECT_EQ(proxies.client("10.1.2.3", "6.6.6.6, 198.51.100.9 , 10.9.9.9").address, "198.51.100.9")
      << "what lies to the left was written by the client";
  EXPECT_EQ(proxies.client("::1", "2001:db8::5").address, "2001:db8::5");
  EXPECT_EQ(proxies.client("::ffff:10.1.2.3", "198.51.100.9").address, "198.51.100.9");
}

TEST(Proxies, AStrangersHeaderIsIgnored) {
  const Proxies proxies({"10.0.0.0/8"});
  EXPECT_EQ(proxies.client("192.0.2.1", "198.51.100.9").address, "192.0.2.1");
}

TEST(Proxies, GarbageEndsTheWalk) {
  const Proxies proxies({"10.0.0.0/8"});
  const Client client = proxies.client("10.1.2.3", "198.51.100.9, unknown");
  EXPECT_EQ(client.address, "unknown behind 10.1.2.3")
      << "neither the proxy's own, nor what the client chose";
  EXPECT_EQ(client.no_address, "unknown");
  EXPECT_EQ(proxies.client("10.1.2.3", ",,,").address, "10.1.2.3");
  EXPECT_EQ(proxies.client("10.1.2.3", "").address, "10.1.2.3");
}

TEST(Proxies, APortIsDropped) {
  const Proxies proxies({"10.0.0.0/8"});
  const auto client = [&](std::string_view entry) { return proxies.client("10.0.0.1", entry); };
  for (const char* entry : {"198.51.100.7:50001", "198.51.100.7", "\"198.51.100.7:1\"",
                            "::ffff:198.51.100.7", "[::ffff:198.51.100.7]:80"}) {
    EXPECT_EQ(client(entry).address, "198.51.100.7") << entry;
  }
  for (const char* entry : {"[2001:db8::1]:443", "[2001:db8::1]", "2001:DB8:0::1",
                            "\"[2001:db8::1]:443\"", "2001:db8::1%eth0"}) {
    EXPECT_EQ(client(entry).address, "2001:db8::1") << entry;
  }
  for (const char* entry :
       {"198.51.100.7:", "198.51.100.7:x", "198.51.100.7:123456", "[2001:db8::1", "[2001:db8::1]x",
        "[198.51.100.7]", "_hidden", "unix:", "1.2.3", "\""}) {
    EXPECT_EQ(client(entry).address, "unknown behind 10.0.0.1") << entry;
    EXPECT_EQ(client(entry).no_address, entry);
  }
}

TEST(Proxies, EmptyEntriesAreNone) {
  const Proxies proxies({"10.0.0.0/8"});
  EXPECT_EQ(proxies.client("10.0.0.1", "198.51.100.9, ,").address, "198.51.100.9");
  EXPECT_FALSE(proxies.client("10.0.0.1", "").forwarded);
  EXPECT_TRUE(proxies.client("10.0.0.1", "").through_proxy);
}

}  // namespace
}  // namespace parley::server::http
