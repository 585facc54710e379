#include "server/auth/passwords.hpp"

#include <gtest/gtest.h>

#include <string>

namespace parley::server::auth {
namespace {

std::optional<PasswordProblem> problem(std::string_view password) {
  return problem_with_password(password, "ada.lovelace", "Ada Byron King");
}

TEST(Password, HasBetweenEightAndTwoHundredFiftySixCharacters) {
  std::string long_one;
  for (int i = 0; i < 64; ++i) long_one += "k9z" + std::string(1, static_cast<char>('a' + i % 26));
  EXPECT_EQ(problem("zk3-7fq"), PasswordProblem::length);
  EXPECT_FALSE(problem("zk3-7fqw"));
  EXPECT_FALSE(problem(long_one));
  EXPECT_EQ(problem(long_one + "x"), PasswordProblem::length);
  EXPECT_EQ(problem("éüßø"), PasswordProblem::length) << "eight bytes are not eight characters";
  EXPECT_EQ(problem("zk3-7fqw\xff"), PasswordProblem::unreadable);
  EXPECT_EQ(problem("zk3-7fqw\ufffd"), PasswordProblem::unreadable);
}

TEST(Password, IsNoneOfThoseThatEverybodyTries) {
  for (const char* password : {"password",     "Password1",
                               "P@ssw0rd",     "p4$$w0rd!",
                               "PASSWORD123!", "passwort",
                               "12345678",     "1234567890",
                               "87654321",     "qwertyuiop",
                               "qwertz123",    "1q2w3e4r",
                               "1qaz2wsx",     "abcdefgh",
                               "abc12345",     "iloveyou",
                               "iloveyou2",    "sunshine",
                               "letmein!!",    "welcome1",
                               "admin123",     "dragon2024",
                               "11111111",     "aaaaaaaaaa",
                               "        ",     "\u00a0\u2003\u3000       ",
                               "abababab",     "123123123",
                               "passpass",     "test1234",
                               "changeme",     "trustno1",
                               "football1",    "q1w2e3r4",
                               "00000000",     "asdfghjk",
                               "zxcvbnm1"}) {
    EXPECT_EQ(problem(prepare_password(password)), PasswordProblem::common) << password;
  }
}

TEST(Password, IsNotTheNameOfTheAccount) {
  EXPECT_EQ(problem("ada.lovelace"), PasswordProblem::common);
  EXPECT_EQ(problem("ADA.lovelace99"), PasswordProblem::common);
  EXPECT_EQ(problem("ada byron king"), PasswordProblem::common);
}

TEST(Password, MayBeAnythingElse) {
  for (const char* password :
       {"correct horse battery", "pässwörter1", "kettle-otter-92", "Tr0ub4dor&3", "ihopethisworks",
        "zwölf Boxkämpfer", "мой дядя самых", "8f3kq0zv"}) {
    EXPECT_FALSE(problem(prepare_password(password))) << password;
  }
}

TEST(Password, HasOneFormHoweverItIsTyped) {
  EXPECT_EQ(prepare_password("pa\u0308sswo\u0308rter1"), "p\u00e4ssw\u00f6rter1");
  EXPECT_EQ(prepare_password("two\u00a0words\u3000here"), "two words here");
  EXPECT_EQ(prepare_password("bad\xff"), "bad\xff");
  EXPECT_NE(prepare_password("ｗｉｄｅ"), "wide") << "compatibility forms stay apart (RFC 8265)";
}

}  // namespace
}  // namespace parley::server::auth
