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

}  // namespace
}  // namespace parley::server::log
