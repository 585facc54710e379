#include "server/auth/names.hpp"

#include <gtest/gtest.h>

#include <string>

namespace parley::server::auth {
namespace {

TEST(DisplayName, IsTrimmed) {
  EXPECT_EQ(parse_display_name("  Ada Lovelace\t"), "Ada Lovelace");
  EXPECT_EQ(parse_display_name("\u00a0\u3000Ada\u2003"), "Ada");
}

TEST(DisplayName, MayBeInAnyScript) {
  for (const char* name :
       {"José", "李小龍", "Ωmega", "عمر", "🧑‍🚀 Jo", "O'Neil-Smith, 3rd", "é"}) {
    EXPECT_EQ(parse_display_name(name), name);
  }
}

TEST(DisplayName, HasBetweenOneAndSixtyFourCharacters) {
  EXPECT_FALSE(parse_display_name(""));
  EXPECT_FALSE(parse_display_name("   "));
  EXPECT_TRUE(parse_display_name(std::string(64, 'a')));
  EXPECT_FALSE(parse_display_name(std::string(65, 'a')));
  std::string wide;
  for (int i = 0; i < 64; ++i) wide += "é";  // 128 bytes
  EXPECT_TRUE(parse_display_name(wide));
  std::string wider;
  for (int i = 0; i < 64; ++i) wider += "李";  // 192 bytes: more than the wire carries
  EXPECT_FALSE(parse_display_name(wider));
}

TEST(DisplayName, HoldsNothingThatCanDeceive) {
  for (const char* name : {
           "Ada\nBob",       // line break
           "Ada\x1b[31m",    // terminal colours
           "Ada\x7f",        // delete
           "Ada\u0085Bob",   // next line
           "Ada\u2028Bob",   // line separator
           "Ada\u202eboB",   // right-to-left override
           "Ada\u2066Bob",   // isolate
           "\ufeffAda",      // byte order mark
           "Ada\U000e0041",  // tag
           "\u200b\u200d",   // nothing to see
           "\u3164",         // Hangul filler
       }) {
    EXPECT_FALSE(parse_display_name(name)) << name;
  }
}

TEST(DisplayName, MustBeValidUtf8) {
  for (const char* name :
       {"Ada\xff", "\xc0\xaf", "\xed\xa0\x80", "\xf4\x90\x80\x80", "Ada\xe2\x82"}) {
    EXPECT_FALSE(parse_display_name(name));
  }
}

TEST(Password, HasBetweenEightAndTwoHundredFiftySixCharacters) {
  EXPECT_FALSE(password_is_acceptable("1234567"));
  EXPECT_TRUE(password_is_acceptable("12345678"));
  EXPECT_TRUE(password_is_acceptable(std::string(256, 'x')));
  EXPECT_FALSE(password_is_acceptable(std::string(257, 'x')));
  EXPECT_FALSE(password_is_acceptable("éééé")) << "eight bytes are not eight characters";
  EXPECT_FALSE(password_is_acceptable("12345678\xff"));
}

}  // namespace
}  // namespace parley::server::auth
