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
  for (int i = 0; i < 64; ++i) wider += "李";  // 192 bytes: more than the protocol allows
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
           "\u200b\u200d",   // invisible
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

NameProblem problem_of(std::string_view name) {
  const auto parsed = parse_display_name(name);
  EXPECT_FALSE(parsed) << name;
  return parsed ? NameProblem::empty : parsed.error();
}

TEST(DisplayName, SaysWhatIsWrongWithIt) {
  EXPECT_EQ(problem_of(""), NameProblem::empty);
  EXPECT_EQ(problem_of(" \t"), NameProblem::empty);
  EXPECT_EQ(problem_of("\u0301"), NameProblem::empty);
  EXPECT_EQ(problem_of(std::string(65, 'a')), NameProblem::too_long);
  EXPECT_EQ(problem_of("Ada\xff"), NameProblem::unreadable);
  EXPECT_EQ(problem_of("Ada\ufffd"), NameProblem::unreadable) << "what a lone surrogate becomes";
  EXPECT_EQ(problem_of("a\u0300\u0301\u0302\u0303\u0304\u0305\u0306"), NameProblem::unreadable);
  EXPECT_EQ(problem_of("Ada\u2800Bob"), NameProblem::invisible);
}

TEST(DisplayName, HoldsNothingThatCannotBeSeen) {
  for (const char* name :
       {"Ada\u200b Lovelace", "Ada\u200dLovelace", "Ada\u200cLovelace", "Ada\u2060", "A\u00adda",
        "\u200eAda", "Ada\u200f", "Ada\u061c", "A\u034fda", "Ada\ufe0f", "Ada\u180e", "Ada\u115f",
        "Ada\u3164", "Ada\uffa0", "Ada\u2064", "Ada\U000e0100", "\u202dAda", "Ada\u17b4"}) {
    EXPECT_EQ(problem_of(name), NameProblem::invisible) << name;
  }
}

TEST(DisplayName, KeepsWhatScriptsAndEmojiNeed) {
  for (const char* name : {"می\u200cخواهم", "क्\u200dष", "👩‍❤️‍👨", "🧑🏽‍🚀",
                           "❤️ Jo", "ශ්‍රී"}) {
    EXPECT_EQ(parse_display_name(name), name);
  }
}

TEST(DisplayName, DoesNotMixLettersThatLookTheSameInOneWord) {
  for (const char* name : {"\u0410da Lovelace", "Ada L\u043evelace", "\u0391da", "B\u043eb",
                           "Ad\u0430", "Ada-L\u043evelace"}) {
    EXPECT_EQ(problem_of(name), NameProblem::mixed_scripts) << name;
  }
  for (const char* name : {"Иван Ivan", "Ада Lovelace", "李 Wang", "Taro 太郎", "ヴィクトルV",
                           "Ωmega", "О'Нил", "Łukasz Żółć", "Đặng Thị"}) {
    EXPECT_TRUE(parse_display_name(name)) << name;
  }
}

TEST(DisplayName, HasNoForeignWordThatCouldBeLatin) {
  for (const char* name : {"\u0410 da", "Ada.\u0410", "Ada-\u0410", "Lovelace \u0410\u0430",
                           "\u0391\u039d\u039d\u0391 Smith", "\u13aa da", "\u0410 太郎 Ada"}) {
    EXPECT_EQ(problem_of(name), NameProblem::mixed_scripts) << name;
  }
  for (const char* name :
       {"Иван Ivan", "Ада Lovelace", "САТ", "Kim 김철수", "王小明 Wang Xiaoming",
        "Taro たろう 太郎", "ヴィクトル Viktor", "عمر Omar", "דוד David", "राम Ram", "Гор Ω 3"}) {
    EXPECT_TRUE(parse_display_name(name)) << name;
  }
}

TEST(DisplayName, HasNoLettersThatAreOthersInDisguise) {
  for (const char* name :
       {"\uff21da", "\U0001d400da", "Ad\u0251", "Ad\u1d00", "Ad\u1d43", "\u24b6da", "\u2160van",
        "Jo\ufb01", "\uff8a\uff85", "Ad\U0001d7cf", "\u0261race", "\ufb21da"}) {
    EXPECT_EQ(problem_of(name), NameProblem::look_alike) << name;
  }
  // Real names with letters that also appear in imitations.
  for (const char* name : {"Işıl Yıldız", "Mª José", "Nº 5", "Սևակ", "คำ", "ຄໍາ", "Ɔkɔɛ", "Aɣa",
                           "ǁGaroëb", "ʻAukai", "Ƙaura", "ẞ", "Jo ½ ™", "L·l"}) {
    EXPECT_TRUE(parse_display_name(name)) << name;
  }
}

TEST(DisplayName, IsKeptInOneForm) {
  EXPECT_EQ(parse_display_name("Jose\u0301"), "José");
  EXPECT_EQ(parse_display_name("Ada  \u00a0 Lovelace"), "Ada Lovelace");
}

}  // namespace
}  // namespace parley::server::auth
