#include "server/log/log.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace parley::server::log {
namespace {

struct Lines {
  std::vector<std::string> lines;
  Log::Sink sink() {
    return [this](std::string_view line) { lines.emplace_back(line); };
  }
};

TEST(Log, JsonLinesCanBeRead) {
  Lines lines;
  Log log(Level::info, Format::json, lines.sink());
  log.warning("some\nevent", {{"text", "a \"b\"\n"}, {"number", 7}, {"truth", true}});
  ASSERT_EQ(lines.lines.size(), 1U);
  EXPECT_TRUE(lines.lines[0].ends_with(
      R"("level":"warning","event":"some\nevent","text":"a \"b\"\n","number":7,"truth":true})"));
}

TEST(Log, ATextLineStaysOneLine) {
  Lines lines;
  Log log(Level::info, Format::text, lines.sink());
  log.info("event", {{"plain", "a-b"}, {"text", "forged\ninfo line"}, {"empty", ""}});
  ASSERT_EQ(lines.lines.size(), 1U);
  EXPECT_TRUE(
      lines.lines[0].ends_with(R"( info event plain=a-b text="forged\ninfo line" empty="")"));
}

TEST(Log, LowerLevelsAreLeftOut) {
  Lines lines;
  Log log(Level::warning, Format::text, lines.sink());
  log.debug("a");
  log.info("b");
  log.warning("c");
  log.error("d");
  EXPECT_EQ(lines.lines.size(), 2U);
}

TEST(Log, JsonLinesAreValidWhateverBytesTheyHold) {
  Lines lines;
  Log log(Level::info, Format::json, lines.sink());
  log.info("event",
           {{"text", "a\xff\xc3(\xed\xa0\xbd\xe2\x82"}, {"more", "\x1b[2J\u202e\u0085\u2028é"}});
  ASSERT_EQ(lines.lines.size(), 1U);
  EXPECT_TRUE(
      lines.lines[0].ends_with("\"text\":\"a\uFFFD\uFFFD(\uFFFD\uFFFD\uFFFD\uFFFD\uFFFD\","
                               "\"more\":\"\\u001b[2J\\u202e\\u0085\\u2028é\"}"))
      << lines.lines[0];
}

TEST(Log, LongTextIsCut) {
  Lines lines;
  Log log(Level::info, Format::text, lines.sink());
  log.info("event", {{"text", std::string(100'000, ' ')}});
  EXPECT_LT(lines.lines.at(0).size(), 1200U);
}

TEST(Log, WhatHappensOftenHasItsAddressFirst) {
  Lines lines;
  Log log(Level::info, Format::text, lines.sink());
  for (int i = 0; i < 100; ++i) {
    log.often(Level::info, "sign-in refused", "192.0.2.1", {{"user", "x address=9.9.9.9"}});
  }
  ASSERT_EQ(lines.lines.size(), kLinesEach);
  EXPECT_TRUE(lines.lines[0].ends_with(
      R"( info sign-in refused address=192.0.2.1 user="x address=9.9.9.9")"));
}

TEST(Log, WhatAnAccountRepeatsIsSummedUpAlsoWithoutAnAddress) {
  Lines lines;
  Log log(Level::info, Format::text, lines.sink());
  const Field user("user", "ada");
  for (int i = 0; i < 100; ++i) log.often_by("ada", Level::info, "ended", "", {&user, 1});
  ASSERT_EQ(lines.lines.size(), kLinesEach);
  EXPECT_TRUE(lines.lines[0].ends_with(" info ended user=ada"));
}

TEST(Log, WhatTheServerRepeatsIsSummedUp) {
  Lines lines;
  Log log(Level::info, Format::text, lines.sink());
  for (int i = 0; i < 100; ++i) {
    log.repeatedly(Level::error, "reading from the store failed", {{"why", "locked"}});
    log.repeatedly(Level::error, "token could not be checked");
  }
  ASSERT_EQ(lines.lines.size(), 2 * kLinesEach);
  EXPECT_TRUE(lines.lines[0].ends_with(" error reading from the store failed why=locked"));
}

TEST(Log, TheLevelCanBeChanged) {
  Lines lines;
  Log log(Level::warning, Format::text, lines.sink());
  log.info("a");
  log.set_level(Level::debug);
  log.debug("b");
  EXPECT_EQ(lines.lines.size(), 1U);
}

}  // namespace
}  // namespace parley::server::log
