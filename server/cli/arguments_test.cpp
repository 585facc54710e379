#include "server/cli/arguments.hpp"

#include <gtest/gtest.h>

namespace parley::server::cli {
namespace {

TEST(Arguments, FlagsAndNamesMayComeInAnyOrder) {
  const auto parsed = parse({"add", "--display-name", "Ada L.", "ada", "--json", "--data=d"},
                            {"display-name"}, {"json"});
  ASSERT_TRUE(parsed);
  EXPECT_EQ(parsed->positional, (Arguments{"add", "ada"}));
  EXPECT_EQ(parsed->value("display-name"), "Ada L.");
  EXPECT_EQ(parsed->value("data"), "d");
  EXPECT_TRUE(parsed->has("json"));
}

TEST(Arguments, WhatIsNotKnownIsRefused) {
  EXPECT_FALSE(parse({"--password", "secret"}, {}, {}));
  EXPECT_FALSE(parse({"--data"}, {}, {}));
  EXPECT_FALSE(parse({"--json=1"}, {}, {"json"}));
}

}  // namespace
}  // namespace parley::server::cli
