#include "core/json/writer.hpp"

#include "core/base/random.hpp"
#include "core/json/reader.hpp"

#include <gtest/gtest.h>

#include <cstdint>
#include <limits>
#include <string>
#include <string_view>
#include <utility>

namespace parley::json {

namespace {

std::string written(std::string_view value) {
  Writer out;
  out.string(value);
  return std::move(out).take();
}

TEST(JsonWriter, PutsCommasBetweenValuesOnly) {
  Writer out;
  out.begin_object();
  out.key("a");
  out.integer(1);
  out.key("b");
  out.begin_array();
  out.end_array();
  out.key("c");
  out.begin_array();
  out.boolean(true);
  out.begin_object();
  out.end_object();
  out.null();
  out.string("x");
  out.end_array();
  out.key("d");
  out.raw("[ 1 ]");
  out.end_object();
  EXPECT_EQ(out.text(), R"({"a":1,"b":[],"c":[true,{},null,"x"],"d":[ 1 ]})");
}

TEST(JsonWriter, EscapesWhatMustBeEscaped) {
  EXPECT_EQ(written("a\"b\\c"), R"("a\"b\\c")");
  EXPECT_EQ(written("\n\r\t"), R"("\n\r\t")");
  EXPECT_EQ(written(std::string_view("\0\x01\x1f", 3)), R"("\u0000\u0001\u001f")");
}

TEST(JsonWriter, LeavesAllOtherTextAsItIs) {
  EXPECT_EQ(written("/ \x7f ü€😀"), "\"/ \x7f ü€😀\"");
  EXPECT_EQ(written(""), "\"\"");
}

TEST(JsonWriter, WritesIntegersInTheWholeRange) {
  Writer out;
  out.begin_array();
  out.integer(0);
  out.integer(std::numeric_limits<std::int64_t>::max());
  out.integer(std::numeric_limits<std::int64_t>::min());
  out.end_array();
  EXPECT_EQ(out.text(), "[0,9223372036854775807,-9223372036854775808]");
}

TEST(JsonWriter, EveryStringIsReadBackAsItWas) {
  Random random(7);
  for (int round = 0; round < 500; ++round) {
    std::string text;
    for (std::uint64_t left = random.below(40); left > 0; --left) {
      text += static_cast<char>(random.below(0x80));
    }
    const std::string json = written(text);
    Reader in(json);
    std::string back;
    ASSERT_TRUE(in.string(back, text.size())) << json;
    ASSERT_TRUE(in.at_end()) << json;
    ASSERT_EQ(back, text);
  }
}

}  // namespace

}  // namespace parley::json
