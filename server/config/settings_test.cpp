#include "server/config/settings.hpp"

#include "server/config/options.hpp"
#include "server/store/test_folder.hpp"

#include <gtest/gtest.h>

#include <fstream>
#include <map>
#include <string>
#include <vector>

namespace parley::server::config {
namespace {

struct Sources {
  std::vector<std::string> flags;
  std::map<std::string, std::string> environment;

  [[nodiscard]] std::expected<Values, Problems> values() const {
    return read_values(flags, [this](const char* name) -> const char* {
      const auto found = environment.find(name);
      return found == environment.end() ? nullptr : found->second.c_str();
    });
  }
  [[nodiscard]] std::expected<Settings, Problems> settings() const {
    const auto found = values();
    if (!found) return std::unexpected(found.error());
    return parse_settings(*found);
  }
};

/// The one complaint about a single flag.
std::string problem_with(const std::string& flag, const std::string& value) {
  const auto settings = Sources{.flags = {"--" + flag, value}, .environment = {}}.settings();
  if (settings || settings.error().size() != 1) return "";
  return settings.error().front();
}

TEST(Settings, SayWhereBrowsersFindTheApp) {
  Settings settings{.listen = {"127.0.0.1", 0}};
  EXPECT_EQ(settings.origin(8080), "http://127.0.0.1:8080");
  settings.listen.host = "::1";
  settings.tls_certificate = "certificate.pem";
  EXPECT_EQ(settings.origin(443), "https://[::1]:443");
  settings.listen.host = "::";
  EXPECT_EQ(settings.origin(443), "https://localhost:443");
  settings.public_hosts = {"calls.example.org"};
  EXPECT_EQ(settings.origin(443), "https://calls.example.org");
}

TEST(Configuration, AFolderIsNoFileToReadItFrom) {
  const store::TestFolder folder;
  const std::string name = folder.file("").string();
  const auto values = Sources{.flags = {"--config", name}, .environment = {}}.values();
  ASSERT_FALSE(values);
  EXPECT_EQ(values.error(), Problems{"config: " + name + " is a folder"});
}

TEST(Configuration, DefaultsAreGoodAndPrivate) {
  const auto settings = Sources{}.settings();
  ASSERT_TRUE(settings);
  EXPECT_EQ(settings->listen.host, "127.0.0.1");
  EXPECT_EQ(settings->listen.port, 8080);
  EXPECT_EQ(settings->ring_limit, std::chrono::seconds(45));
  EXPECT_EQ(settings->accounts.sign_up, auth::SignUpPolicy::open);
  EXPECT_TRUE(warnings_about(*settings).empty());
}

TEST(Configuration, FlagsWinOverEnvironmentOverFile) {
  const store::TestFolder folder;
  std::ofstream(folder.file("conf")) << "# limits\nring-limit = 10\nconnect-limit = 10\n"
                                        "token-lifetime = 10\n";
  Sources sources;
  sources.environment["PARLEY_CONFIG"] = folder.file("conf").string();
  sources.environment["PARLEY_RING_LIMIT"] = "20";
  sources.environment["PARLEY_CONNECT_LIMIT"] = "20";
  sources.flags = {"--ring-limit=30"};
  const auto values = sources.values();
  ASSERT_TRUE(values);
  EXPECT_EQ(values->at("ring-limit").text, "30");
  EXPECT_EQ(values->at("ring-limit").source, "command line");
  EXPECT_EQ(values->at("connect-limit").text, "20");
  EXPECT_EQ(values->at("connect-limit").source, "environment");
  EXPECT_EQ(values->at("token-lifetime").text, "10");
  EXPECT_EQ(values->at("token-lifetime").source, "file");
  EXPECT_EQ(values->at("data").source, "default");
}

TEST(Configuration, WhatIsNotKnownIsRefused) {
  EXPECT_FALSE((Sources{.flags = {"--no-such-option", "1"}, .environment = {}}.values()));
  EXPECT_FALSE((Sources{.flags = {"--ring", "1"}, .environment = {}}.values())) << "no guessing";
  EXPECT_FALSE((Sources{.flags = {"stray"}, .environment = {}}.values()));
  EXPECT_FALSE((Sources{.flags = {"--config", "/no/such/file"}, .environment = {}}.values()));
  const store::TestFolder folder;
  std::ofstream(folder.file("conf")) << "no-such-option = 1\n";
  EXPECT_FALSE(
      (Sources{.flags = {"--config", folder.file("conf").string()}, .environment = {}}.values()));
}

TEST(Configuration, EveryProblemIsNamed) {
  const auto settings = Sources{
      .flags = {"--listen", "x", "--ring-limit", "0", "--sign-up", "maybe"},
      .environment = {}}.settings();
  ASSERT_FALSE(settings);
  ASSERT_EQ(settings.error().size(), 3U);
  EXPECT_TRUE(settings.error()[0].starts_with("listen: "));
}

TEST(Configuration, ListenTakesAHostAndAPort) {
  const auto listen = [](std::string text) {
    return Sources{.flags = {"--listen", std::move(text)}, .environment = {}}.settings();
  };
  EXPECT_EQ(listen("[::1]:80")->listen.host, "::1");
  EXPECT_EQ(listen("0.0.0.0:0")->listen.port, 0);
  for (const char* bad : {"", "8080", ":8080", "::1:8080", "host:", "host:65536", "host:-1"}) {
    EXPECT_FALSE(listen(bad)) << bad;
  }
}

TEST(Configuration, TlsNeedsBothFiles) {
  EXPECT_TRUE(problem_with("tls-certificate", "cert.pem").starts_with("tls-certificate: "));
  EXPECT_TRUE(problem_with("tls-key", "key.pem").starts_with("tls-certificate: "));
}

TEST(Configuration, IceServersComeWithTheirLogin) {
  const auto settings = Sources{
      .flags = {"--ice-servers",
                "stun:stun.example:3478, turns:turn.example:443?transport=tcp me:se:cret"},
      .environment = {}}.settings();
  ASSERT_TRUE(settings);
  const auto& servers = settings->ice_servers.items;
  ASSERT_EQ(servers.size(), 2U);
  EXPECT_EQ(servers[0].urls.items[0].value, "stun:stun.example:3478");
  EXPECT_FALSE(servers[0].username);
  EXPECT_EQ(servers[1].urls.items[0].value, "turns:turn.example:443?transport=tcp");
  EXPECT_EQ(servers[1].username->value, "me");
  EXPECT_EQ(servers[1].credential->value, "se:cret");
}

TEST(Configuration, AComplaintAboutAnIceServerKeepsItsSecret) {
  for (const char* bad :
       {"http://x", "turn:turn.example", "turn:turn.example secret", "turn:turn.example :secret",
        "turn:turn.example secret:", "stun:stun.example user:secret", "stun:"}) {
    const std::string problem = problem_with("ice-servers", bad);
    EXPECT_TRUE(problem.starts_with("ice-servers: ")) << bad;
    EXPECT_EQ(problem.find("secret"), std::string::npos);
  }
}

TEST(Configuration, TurnServersNeedTheirSecret) {
  const auto settings = Sources{
      .flags = {"--turn-servers", "turn:one.example:3478, turns:one.example?transport=tcp",
                "--turn-secret-file", "/etc/parley/turn"},
      .environment = {}}.settings();
  ASSERT_TRUE(settings);
  EXPECT_EQ(settings->turn_servers.size(), 2U);
  EXPECT_EQ(settings->turn_secret_file, "/etc/parley/turn");
  EXPECT_TRUE(problem_with("turn-servers", "turn:one.example").starts_with("turn-servers: needs"));
  EXPECT_TRUE(problem_with("turn-secret-file", "/etc/x").starts_with("turn-servers: needs"));
}

TEST(Configuration, ATurnServerWithSomethingElseIsRefusedWithoutRepeatingIt) {
  for (const char* bad : {"stun:one.example", "turn:", "turn:one.example me:secret"}) {
    const auto settings = Sources{
        .flags = {"--turn-servers", bad, "--turn-secret-file", "f"},
        .environment = {}}.settings();
    ASSERT_FALSE(settings) << bad;
    EXPECT_EQ(settings.error().front().find("secret,"), std::string::npos);
    EXPECT_EQ(settings.error().front().find("me:"), std::string::npos);
  }
}

TEST(Configuration, ARelayOfOurOwnHasPortsAndAProgram) {
  const auto settings = Sources{
      .flags = {"--relay", "embedded", "--relay-address", "203.0.113.7", "--relay-ports",
                "50000-50009"},
      .environment = {}}.settings();
  ASSERT_TRUE(settings);
  EXPECT_EQ(settings->relay.mode, RelayMode::embedded);
  EXPECT_EQ(settings->relay.address, "203.0.113.7");
  EXPECT_EQ(settings->relay.port, 3478);
  EXPECT_EQ(settings->relay.min_port, 50000);
  EXPECT_EQ(settings->relay.max_port, 50009);
  EXPECT_EQ(settings->relay.program, "turnserver");
  for (const char* bad : {"", "50000", "50009-50000", "80-90", "50000-", "-50000", "50000-99999",
                          "50000-50009-50010"}) {
    EXPECT_TRUE(problem_with("relay-ports", bad).starts_with("relay-ports: ")) << bad;
  }
  for (const char* bad : {"calls.example.org", "203.0.113.7:3478", "203.0.113.7\nno-auth"}) {
    EXPECT_TRUE(problem_with("relay-address", bad).starts_with("relay-address: ")) << bad;
  }
  EXPECT_NE(problem_with("relay", "on"), "");
  EXPECT_NE(problem_with("relay-program", ""), "");
  EXPECT_NE(problem_with("relay-tls-port", "3478"), "");
}

TEST(Configuration, AnEmbeddedRelayTakesThePlaceOfAnIceServer) {
  const auto works = [](int count, const char* relay) {
    std::string list;
    for (int i = 0; i < count; ++i) list += "stun:stun.example,";
    return Sources{.flags = {"--ice-servers", list, "--relay", relay}, .environment = {}}
        .settings()
        .has_value();
  };
  EXPECT_TRUE(works(7, "off"));
  EXPECT_TRUE(works(6, "embedded"));
  EXPECT_FALSE(works(7, "embedded"));
}

TEST(Configuration, ARelayIsRunForThoseWhoNeedOne) {
  const auto mode_with = [](std::vector<std::string> flags) {
    return Sources{.flags = std::move(flags), .environment = {}}.settings()->relay.mode;
  };
  EXPECT_EQ(mode_with({}), RelayMode::off);
  EXPECT_EQ(mode_with({"--listen", "0.0.0.0:80"}), RelayMode::embedded);
  EXPECT_EQ(mode_with({"--public-host", "calls.example"}), RelayMode::embedded);
  EXPECT_EQ(mode_with({"--trusted-proxies", "10.0.0.0/8"}), RelayMode::embedded);
  EXPECT_EQ(mode_with({"--listen", "0.0.0.0:80", "--relay", "off"}), RelayMode::off);
  EXPECT_EQ(mode_with({"--listen", "0.0.0.0:80", "--ice-servers", "turn:one.example a:b"}),
            RelayMode::external);
  EXPECT_EQ(mode_with({"--listen", "0.0.0.0:80", "--ice-servers", "stun:one.example"}),
            RelayMode::embedded);
}

TEST(Configuration, AnExternalRelayIsNamed) {
  EXPECT_TRUE(problem_with("relay", "external").starts_with("relay: external needs"));
  EXPECT_TRUE((Sources{.flags = {"--relay", "external", "--ice-servers", "turn:one.example a:b"},
                       .environment = {}}
                   .settings()));
}

TEST(Configuration, ALastingTurnPasswordIsWarnedAbout) {
  const auto warned = [](const char* servers) {
    return warnings_about(
               *Sources{.flags = {"--ice-servers", servers}, .environment = {}}.settings())
        .size();
  };
  EXPECT_EQ(warned("stun:one.example"), 0U);
  EXPECT_EQ(warned("turn:one.example a:b, turn:two.example a:b"), 1U);
}

TEST(Configuration, OriginsAndProxiesAreChecked) {
  EXPECT_NE(problem_with("allowed-origins", "shop.example.org"), "");
  EXPECT_NE(problem_with("allowed-origins", "https://shop.example.org/path"), "");
  EXPECT_NE(problem_with("trusted-proxies", "localhost"), "");
}

TEST(Configuration, APublicServerIsWarnedAbout) {
  const auto warnings = [](std::vector<std::string> flags) {
    return warnings_about(*Sources{.flags = std::move(flags), .environment = {}}.settings()).size();
  };
  EXPECT_EQ(warnings({"--listen", "0.0.0.0:80"}), 3U) << "open sign-up, no TLS, any host name";
  EXPECT_EQ(warnings({"--listen", "0.0.0.0:80", "--sign-up", "invite", "--trusted-proxies", "::1",
                      "--public-host", "calls.example.org"}),
            0U);
  EXPECT_EQ(warnings({"--listen", "localhost:80"}), 0U);
  EXPECT_EQ(warnings({"--password-cost", "minimal"}), 1U);
}

TEST(Configuration, NumbersAreForThisMachineUnlessAProxyMayStandOnIt) {
  const auto local = [](std::initializer_list<std::string> flags) {
    return Sources{.flags = flags, .environment = {}}.settings()->local_health_numbers;
  };
  EXPECT_TRUE(local({}));
  EXPECT_FALSE(local({"--public-host", "calls.example"}));
  EXPECT_FALSE(local({"--trusted-proxies", "127.0.0.1"}));
  EXPECT_TRUE(local({"--public-host", "calls.example", "--health-numbers", "local"}));
  EXPECT_FALSE(local({"--health-numbers", "nobody"}));
  EXPECT_NE(problem_with("health-numbers", "everybody"), "");
}

TEST(Configuration, StoppingWaitsForNothingUnlessThatIsWanted) {
  EXPECT_EQ((Sources{.flags = {}, .environment = {}}.settings()->stop_delay),
            std::chrono::seconds(0));
  EXPECT_EQ((Sources{.flags = {"--stop-delay", "20"}, .environment = {}}.settings()->stop_delay),
            std::chrono::seconds(20));
  EXPECT_NE(problem_with("stop-delay", "301"), "");
}

TEST(Configuration, EveryOptionIsInTheHelpAndInTheDocumentation) {
  for (const Option& option : kOptions) {
    EXPECT_NE(help_text().find("--" + std::string(option.name)), std::string::npos);
    EXPECT_NE(documentation().find(environment_name(option.name)), std::string::npos);
  }
  EXPECT_EQ(environment_name("log-level"), "PARLEY_LOG_LEVEL");
}

TEST(Configuration, PublicHostsAreNamesAndMissedBeyondLoopback) {
  const auto settings = Sources{
      .flags = {"--public-host", "calls.example, calls.example:8443"},
      .environment = {}}.settings();
  ASSERT_TRUE(settings);
  EXPECT_EQ(settings->public_hosts,
            (std::vector<std::string>{"calls.example", "calls.example:8443"}));
  EXPECT_NE(problem_with("public-host", "https://calls.example"), "");
  const auto warned = [](const std::vector<std::string>& flags) {
    const auto open = Sources{.flags = flags, .environment = {}}.settings();
    for (const std::string& warning : warnings_about(*open)) {
      if (warning.starts_with("public-host is empty")) return true;
    }
    return false;
  };
  EXPECT_FALSE(warned({}));
  EXPECT_TRUE(warned({"--listen", "0.0.0.0:80"}));
  EXPECT_FALSE(warned({"--listen", "0.0.0.0:80", "--public-host", "calls.example"}));
}

}  // namespace
}  // namespace parley::server::config
