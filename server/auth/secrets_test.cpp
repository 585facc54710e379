#include "server/auth/secrets.hpp"

#include <gtest/gtest.h>

#include <set>
#include <string>

namespace parley::server::auth {
namespace {

class Secrets : public testing::Test {
 protected:
  void SetUp() override { ASSERT_TRUE(prepare_secrets()); }
};

TEST_F(Secrets, OnlyTheRightPasswordMatchesAHash) {
  const std::string hash = hash_password("correct horse", PasswordCost::minimal);
  EXPECT_TRUE(hash.starts_with("$argon2id$"));
  EXPECT_EQ(hash.find("horse"), std::string::npos);
  EXPECT_TRUE(password_matches(hash, "correct horse"));
  EXPECT_FALSE(password_matches(hash, "correct horsf"));
  EXPECT_FALSE(password_matches(hash, ""));
  EXPECT_FALSE(password_matches("", "correct horse"));
  EXPECT_NE(hash, hash_password("correct horse", PasswordCost::minimal)) << "salted";
}

TEST_F(Secrets, TokensAreLongAndDiffer) {
  std::set<std::string> tokens;
  for (int i = 0; i < 100; ++i) tokens.insert(make_token());
  EXPECT_EQ(tokens.size(), 100U);
  for (const std::string& token : tokens) {
    EXPECT_EQ(token.size(), 43U) << "32 bytes in base64 without padding";
    EXPECT_EQ(
        token.find_first_not_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_"),
        std::string::npos);
  }
}

TEST_F(Secrets, AnInvitationCodeMayBeTypedCarelessly) {
  const std::string code = make_invitation_code();
  EXPECT_EQ(code.size(), 23U);
  std::string typed = " ";
  for (const char c : code) {
    typed += (c >= 'a' && c <= 'z') ? static_cast<char>(c - 'a' + 'A') : c == '-' ? ' ' : c;
  }
  EXPECT_EQ(normalise_invitation_code(typed), normalise_invitation_code(code));
  EXPECT_EQ(normalise_invitation_code("https://calls.example/#/sign-up/" + code),
            normalise_invitation_code(code));
}

TEST_F(Secrets, HashesTellSecretsApart) {
  EXPECT_EQ(hash_secret("a"), hash_secret("a"));
  EXPECT_NE(hash_secret("a"), hash_secret("b"));
  EXPECT_NE(hash_secret("a"), hash_secret(""));
}

}  // namespace
}  // namespace parley::server::auth
