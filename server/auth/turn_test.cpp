#include "server/auth/turn.hpp"

#include "server/auth/limits.hpp"
#include "server/store/test_folder.hpp"

#include <gtest/gtest.h>

#include <fstream>
#include <string>

namespace parley::server::auth {
namespace {

// printf 1767272400:alice | openssl dgst -sha1 -hmac north -binary | base64
TEST(TurnLogin, IsTheHmacOfItsName) {
  const TurnLogin login = make_turn_login("north", "alice", 1767272400);
  EXPECT_EQ(login.name, "1767272400:alice");
  EXPECT_EQ(login.password, "/A3+EanyEHESbgpjGRNmElgA04k=");
}

// RFC 2202, section 3, test cases 2 and 6: the second with a key longer than a block.
TEST(TurnLogin, PasswordsAreThoseOfRfc2202) {
  EXPECT_EQ(turn_password("Jefe", "what do ya want for nothing?"), "7/zfauXrL6LSdBbV8YTfnCWafHk=");
  EXPECT_EQ(turn_password(std::string(80, '\xaa'),
                          "Test Using Larger Than Block-Size Key - Hash Key First"),
            "qkrl4VJy0A6VcFY3zoo7Ve1AIRI=");
}

// printf alice | openssl dgst -sha256 -hmac north
TEST(TurnLogin, AnOpaqueNameIsHalfAnHmacOfTheUser) {
  EXPECT_EQ(opaque_name("north", {"alice"}), "24c20c4eaef27d003420b079bd00aab9");
  EXPECT_NE(opaque_name("north", {"alice"}), opaque_name("south", {"alice"}));
}

// printf 1767272400:24c20c4eaef27d003420b079bd00aab9 | openssl dgst -sha1 -hmac south -binary |
// base64
TEST(TurnServers, GiveALoginForHalfADayThatDoesNotNameTheUser) {
  const TurnServers servers({"turn:one.example", "turns:two.example"}, "south", "north");
  const wire::IceServer told = servers.with_login({"alice"}, 1767229200'999);
  ASSERT_EQ(told.urls.items.size(), 2U);
  EXPECT_EQ(told.urls.items[1].value, "turns:two.example");
  EXPECT_EQ(told.username->value, "1767272400:24c20c4eaef27d003420b079bd00aab9");
  EXPECT_EQ(told.credential->value, "xN9lELiGQgjqpXHIEgdVvwiRgjY=");
}

class TurnSecret : public testing::Test {
 protected:
  std::expected<TurnSecrets, std::string> read(const std::string& text) {
    std::ofstream(folder.file("secret"), std::ios::binary) << text;
    return read_turn_secrets(folder.file("secret"));
  }
  store::TestFolder folder;
};

TEST_F(TurnSecret, IsTheFirstLineOfItsFile) {
  EXPECT_EQ(read("north"), TurnSecrets{"north"});
  EXPECT_EQ(read("north and south\n"), TurnSecrets{"north and south"});
  EXPECT_EQ(read("north\n\nsouth\n"), TurnSecrets{"north"});
}

TEST_F(TurnSecret, ThatReplacesAnotherStandsBeforeIt) {
  EXPECT_EQ(read("\xef\xbb\xbfnorth\r\nsouth\r\n"), (TurnSecrets{"north", "south"}));
  EXPECT_EQ(read("north\nsouth\neast"), (TurnSecrets{"north", "south"}));
}

TEST_F(TurnSecret, WhatIsNoneIsSaid) {
  EXPECT_FALSE(read(""));
  EXPECT_FALSE(read("\nnorth"));
  EXPECT_FALSE(read(std::string(5000, 'x')));
  EXPECT_FALSE(read_turn_secrets(folder.file("no such file")));
  EXPECT_FALSE(read_turn_secrets(folder.file("")));
}

TEST_F(TurnSecret, AWeakOneAndAFileForEverybodyAreWarnedAbout) {
  const auto file = folder.file("secret");
  EXPECT_TRUE(read(std::string(kGoodTurnSecretBytes, 'x')));
  std::filesystem::permissions(file, std::filesystem::perms{0600});
  EXPECT_TRUE(warnings_about_turn_secrets({std::string(kGoodTurnSecretBytes, 'x')}, file).empty());
  EXPECT_EQ(warnings_about_turn_secrets({"north"}, file).size(), 1U);
  std::filesystem::permissions(file, std::filesystem::perms{0644});
  EXPECT_EQ(warnings_about_turn_secrets({"north"}, file).size(), 2U);
}

}  // namespace
}  // namespace parley::server::auth
