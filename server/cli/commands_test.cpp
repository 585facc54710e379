#include "server/cli/commands.hpp"

#include <gtest/gtest.h>

namespace parley::server::cli {
namespace {

std::string problem(const Arguments& arguments) {
  const auto parsed = parse(arguments);
  return parsed ? "" : parsed.error();
}

TEST(Commands, OptionsAndOperandsMayComeInAnyOrder) {
  const auto parsed = parse({"user", "--data=d", "add", "--display-name", "Ada L.", "ada"});
  ASSERT_TRUE(parsed);
  EXPECT_EQ(parsed->command, "user add");
  EXPECT_EQ(parsed->operands, Arguments{"ada"});
  EXPECT_EQ(parsed->value("display-name"), "Ada L.");
  EXPECT_EQ(parsed->value("data"), "d");
  EXPECT_TRUE(parse({"user", "list", "--json"})->has("json"));
}

TEST(Commands, ACommandRefusesTheOptionsOfOthers) {
  EXPECT_EQ(problem({"user", "list", "--days", "3"}), "user list has no option --days");
  EXPECT_EQ(problem({"replay", "x", "--data", "d"}), "replay has no option --data");
  EXPECT_EQ(problem({"user", "add", "ada", "--password", "x"}), "unknown option --password");
}

TEST(Commands, OptionsTakeAValueOrNone) {
  EXPECT_EQ(problem({"calls", "--limit"}), "--limit needs a value");
  EXPECT_EQ(problem({"calls", "--json=1"}), "unknown option --json=1");
}

TEST(Commands, ACommandGetsAsManyOperandsAsItsUsageNames) {
  EXPECT_EQ(problem({"user", "enable"}), "it is used as `parley user enable NAME`");
  EXPECT_EQ(problem({"user", "list", "ada"}), "it is used as `parley user list [--json]`");
}

TEST(Commands, AWordThatNoCommandBeginsWithIsUnknown) {
  EXPECT_EQ(problem({"call"}), "unknown command call");
  EXPECT_EQ(problem({"config", "show"}), "config is followed by one of `check`, `docs`");
}

TEST(Commands, TheHelpListsEveryCommand) {
  for (const Command& command : commands()) {
    EXPECT_NE(help_text().find("parley " + std::string(command.usage)), std::string::npos);
  }
}

}  // namespace
}  // namespace parley::server::cli
