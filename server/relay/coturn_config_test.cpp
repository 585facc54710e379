#include "server/relay/coturn_config.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>

namespace parley::server::relay {
namespace {

using testing::AllOf;
using testing::Contains;
using testing::HasSubstr;
using testing::Not;

CoturnConfig config_of(const std::string& listen, const std::string& known_as) {
  CoturnConfig config;
  config.secret = "north";
  config.listen_address = listen;
  config.public_address = known_as;
  config.port = 3478;
  config.tls_port = 5349;
  config.min_port = 49160;
  config.max_port = 49259;
  return config;
}

std::vector<std::string> lines_of(const CoturnConfig& config) {
  std::vector<std::string> lines;
  std::istringstream in(coturn_config(config).value());
  for (std::string line; std::getline(in, line);) lines.push_back(line);
  return lines;
}

TEST(CoturnConfig, LoginsComeFromTheSecretAndNothingElseIsOpen) {
  const auto lines = lines_of(config_of("203.0.113.7", "203.0.113.7"));
  for (const char* line :
       {"use-auth-secret", "static-auth-secret=north", "listening-ip=203.0.113.7",
        "relay-ip=203.0.113.7", "listening-port=3478", "min-port=49160", "max-port=49259", "no-cli",
        "no-tls", "no-dtls", "no-tcp-relay", "no-multicast-peers", "total-quota=100",
        "user-quota=48", "log-file=stdout", "pidfile=turnserver.pid", "userdb=:memory:"}) {
    EXPECT_THAT(lines, Contains(line));
  }
  EXPECT_THAT(lines, Not(Contains(HasSubstr("external-ip"))));
}

TEST(CoturnConfig, PrivateNetworksAndTheHostAreDeniedButTheRelayItselfIsNot) {
  CoturnConfig config = config_of("203.0.113.7", "203.0.113.7");
  config.own_addresses = {"198.51.100.9"};
  const auto lines = lines_of(config);
  for (const char* denied :
       {"10.0.0.0-10.255.255.255", "172.16.0.0-172.31.255.255", "192.168.0.0-192.168.255.255",
        "100.64.0.0-100.127.255.255", "169.254.0.0-169.254.255.255", "127.0.0.0-127.255.255.255",
        "::-::ffff:ffff:ffff", "fc00::-fdff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "198.51.100.9"}) {
    EXPECT_THAT(lines, Contains("denied-peer-ip=" + std::string(denied)));
  }
  EXPECT_THAT(lines, Contains("allowed-peer-ip=203.0.113.7"));
  EXPECT_THAT(lines, Not(Contains("allow-loopback-peers")));
}

TEST(CoturnConfig, ARelayOnLoopbackServesPagesOfThisMachine) {
  EXPECT_THAT(lines_of(config_of("127.0.0.1", "127.0.0.1")),
              AllOf(Contains("allow-loopback-peers"), Contains("allowed-peer-ip=127.0.0.1")));
}

TEST(CoturnConfig, BehindANatBothAddressesAreTheRelay) {
  const auto lines = lines_of(config_of("10.0.0.5", "203.0.113.7"));
  for (const char* line : {"listening-ip=10.0.0.5", "external-ip=203.0.113.7/10.0.0.5",
                           "allowed-peer-ip=10.0.0.5", "allowed-peer-ip=203.0.113.7"}) {
    EXPECT_THAT(lines, Contains(line));
  }
}

TEST(CoturnConfig, ClientsThatNameNoFamilyGetThatOfTheirOwnAddress) {
  EXPECT_THAT(lines_of(config_of("2001:db8::7", "2001:db8::7")),
              AllOf(Contains("allocation-default-address-family=keep"),
                    Contains("relay-ip=2001:db8::7"), Contains("allowed-peer-ip=2001:db8::7")));
}

TEST(CoturnConfig, ACertificateOpensThePortForTls) {
  CoturnConfig config = config_of("203.0.113.7", "203.0.113.7");
  config.certificate = "/etc/ssl/chain.pem";
  config.key = "/etc/ssl/key of ours.pem";
  const auto lines = lines_of(config);
  for (const char* line : {"cert=/etc/ssl/chain.pem", "pkey=/etc/ssl/key of ours.pem",
                           "tls-listening-port=5349", "no-tlsv1", "no-tlsv1_1"}) {
    EXPECT_THAT(lines, Contains(line));
  }
  EXPECT_THAT(lines, Not(Contains("no-tls")));
}

TEST(CoturnConfig, ANameCanNotAddALine) {
  CoturnConfig config = config_of("203.0.113.7", "203.0.113.7");
  config.certificate = "chain.pem\nno-auth";
  EXPECT_FALSE(coturn_config(config));
}

TEST(CoturnConfig, FewPortsAreAllThatAnAccountCanHave) {
  CoturnConfig config = config_of("203.0.113.7", "203.0.113.7");
  config.max_port = config.min_port;
  EXPECT_THAT(lines_of(config), AllOf(Contains("user-quota=1"), Contains("total-quota=1")));
}

}  // namespace
}  // namespace parley::server::relay
