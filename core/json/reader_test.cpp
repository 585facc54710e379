#include "core/json/reader.hpp"

#include "core/base/random.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#ifndef __wasm__
#include <nlohmann/json.hpp>
#include <nlohmann/json_fwd.hpp>
#endif

namespace parley::json {

namespace {

/// Whether the whole text is one JSON value.
bool accepts(std::string_view text) {
  Reader in(text);
  return in.skip() && in.at_end();
}

std::optional<std::string> read_string(std::string_view text, std::size_t max_bytes = 1024) {
  Reader in(text);
  std::string out;
  if (!in.string(out, max_bytes) || !in.at_end()) return std::nullopt;
  return out;
}

std::optional<std::int64_t> read_integer(std::string_view text) {
  Reader in(text);
  std::int64_t out = 0;
  if (!in.integer(out) || !in.at_end()) return std::nullopt;
  return out;
}

std::string nested(unsigned depth) { return std::string(depth, '[') + std::string(depth, ']'); }

TEST(JsonReader, ReadsEveryKindOfValue) {
  for (const std::string_view text :
       {"null", "true", "false", "0", "-1", "1.5", "1e5", "1E-5", "-0.0e+0", "\"\"", "[]", "{}",
        "[1,2]", "{\"a\":1,\"b\":[{}]}", " \t\r\n[ 1 , 2 ] "}) {
    EXPECT_TRUE(accepts(text)) << text;
  }
}

TEST(JsonReader, RefusesWhatIsNoJson) {
  for (const std::string_view text : {"",
                                      " ",
                                      "nul",
                                      "nulll",
                                      "True",
                                      "tru",
                                      "'a'",
                                      "a",
                                      "[",
                                      "]",
                                      "[1",
                                      "[1,",
                                      "[1,]",
                                      "[,1]",
                                      "[1 2]",
                                      "{",
                                      "}",
                                      "{a:1}",
                                      "{\"a\"}",
                                      "{\"a\":}",
                                      "{\"a\":1,}",
                                      "{,}",
                                      "{\"a\":1 \"b\":2}",
                                      "{1:1}",
                                      "{\"a\":1]",
                                      "[1}",
                                      "\"",
                                      "\"a",
                                      "NaN",
                                      "Infinity",
                                      "/**/1",
                                      "\xef\xbb\xbf{}"}) {
    EXPECT_FALSE(accepts(text)) << text;
  }
}

TEST(JsonReader, RefusesTrailingGarbage) {
  for (const std::string_view text : {"1 1", "{}{}", "[] ,", "null x", "\"a\"\"b\"", "{}}"}) {
    EXPECT_FALSE(accepts(text)) << text;
  }
}

TEST(JsonReader, RefusesEveryProperPrefix) {
  const std::string_view whole =
      R"({"a":[true,null,-1.5e+2,"\u00e9\ud83d\ude00ü"],"b":{"c":false}})";
  ASSERT_TRUE(accepts(whole));
  for (std::size_t size = 0; size < whole.size(); ++size) {
    EXPECT_FALSE(accepts(whole.substr(0, size))) << size;
  }
}

TEST(JsonReader, RefusesMalformedNumbers) {
  for (const std::string_view text :
       {"-", "+1", "01", "-01", "1.", ".5", "-.5", "1e", "1e+", "1.e1", "0x10", "1_000", "--1"}) {
    EXPECT_FALSE(accepts(text)) << text;
  }
}

TEST(JsonReader, ReadsIntegersInTheWholeRange) {
  EXPECT_EQ(read_integer("0"), 0);
  EXPECT_EQ(read_integer("-0"), 0);
  EXPECT_EQ(read_integer("9223372036854775807"), std::numeric_limits<std::int64_t>::max());
  EXPECT_EQ(read_integer("-9223372036854775808"), std::numeric_limits<std::int64_t>::min());
}

TEST(JsonReader, RefusesIntegersOutOfRange) {
  EXPECT_FALSE(read_integer("9223372036854775808"));
  EXPECT_FALSE(read_integer("-9223372036854775809"));
  EXPECT_FALSE(read_integer("99999999999999999999999999"));
}

TEST(JsonReader, RefusesFractionsAndExponentsAsIntegers) {
  for (const std::string_view text :
       {"1.0", "1e3", "1E0", "-0.0", "\"1\"", "true", "null", "[1]"}) {
    EXPECT_FALSE(read_integer(text)) << text;
  }
}

TEST(JsonReader, UnescapesStrings) {
  EXPECT_EQ(read_string(R"("\"\\\/\b\f\n\r\t")"), "\"\\/\b\f\n\r\t");
  EXPECT_EQ(read_string(R"("\u0041\u00e9\u20AC\uFFFF")"), "A\u00e9\u20ac\xef\xbf\xbf");
  EXPECT_EQ(read_string(R"("a\u0000b")"), std::string("a\0b", 3));
}

TEST(JsonReader, JoinsSurrogatePairs) {
  EXPECT_EQ(read_string(R"("\ud83d\ude00")"), "\U0001f600");
  EXPECT_EQ(read_string(R"("\uD800\uDC00")"), "\U00010000");
  EXPECT_EQ(read_string(R"("\udbff\udfff")"), "\U0010ffff");
}

TEST(JsonReader, RefusesALoneSurrogate) {
  for (const std::string_view text :
       {R"("\ud83d")", R"("\ude00")", R"("\ud83dx")", R"("\ud83d\n")", R"("\ud83d\ud83d")",
        R"("\ude00\ud83d")", R"("\ud83d\u0041")", R"("\ud83d\ude0")", R"("\ud83d\)"}) {
    EXPECT_FALSE(read_string(text)) << text;
  }
}

TEST(JsonReader, RefusesALoneSurrogateInSkippedAndRawValuesAndKeys) {
  for (const std::string_view text :
       {R"([{"a":"\ud83d"}])", R"([{"\ude00":1}])", R"(["\ud83d\ud83d"])"}) {
    EXPECT_FALSE(accepts(text)) << text;
    Reader in(text);
    std::string_view raw;
    EXPECT_FALSE(in.raw(raw)) << text;
  }
}

TEST(JsonReader, RefusesUnknownEscapes) {
  for (const std::string_view text :
       {R"("\x41")", R"("\a")", R"("\'")", R"("\u12")", R"("\u12g4")", R"("\U00000041")", "\"\\"}) {
    EXPECT_FALSE(read_string(text)) << text;
  }
}

TEST(JsonReader, RefusesBareControlCharacters) {
  for (char c = 0; c < 0x20; ++c) {
    const std::string text = std::string("\"a") + c + "b\"";
    EXPECT_FALSE(read_string(text)) << static_cast<int>(c);
    EXPECT_FALSE(accepts(text)) << static_cast<int>(c);
  }
  EXPECT_TRUE(read_string("\"a\x7f\""));
}

TEST(JsonReader, AcceptsTheBoundariesOfUtf8) {
  for (const std::string_view text :
       {"\x7f", "\xc2\x80", "\xdf\xbf", "\xe0\xa0\x80", "\xed\x9f\xbf", "\xee\x80\x80",
        "\xef\xbf\xbf", "\xf0\x90\x80\x80", "\xf4\x8f\xbf\xbf"}) {
    EXPECT_EQ(read_string('"' + std::string(text) + '"'), text);
  }
}

TEST(JsonReader, RefusesBadUtf8) {
  for (const std::string_view text : {"\x80",  // a continuation alone
                                      "\xbf",
                                      "\xc0\x80",  // overlong
                                      "\xc1\xbf",
                                      "\xe0\x80\x80",
                                      "\xe0\x9f\xbf",
                                      "\xf0\x80\x80\x80",
                                      "\xf0\x8f\xbf\xbf",
                                      "\xed\xa0\x80",  // surrogates
                                      "\xed\xbf\xbf",
                                      "\xf4\x90\x80\x80",  // beyond U+10FFFF
                                      "\xf5\x80\x80\x80",
                                      "\xff",
                                      "\xfe",
                                      "\xc3",  // cut short
                                      "\xe2\x82",
                                      "\xf0\x9f\x98",
                                      "\xc3(",
                                      "\xe2\x82(",
                                      "\xf0\x9f\x98("}) {
    const std::string quoted = '"' + std::string(text) + '"';
    EXPECT_FALSE(read_string(quoted)) << ::testing::PrintToString(text);
    EXPECT_FALSE(accepts("[" + quoted + "]")) << ::testing::PrintToString(text);
    EXPECT_FALSE(accepts("{" + quoted + ":1}")) << ::testing::PrintToString(text);
  }
}

TEST(JsonReader, BoundsStringsInBytesAfterUnescaping) {
  EXPECT_TRUE(read_string(R"("abcd")", 4));
  EXPECT_FALSE(read_string(R"("abcde")", 4));
  EXPECT_TRUE(read_string(R"("\u0041\u0041\u0041\u0041")", 4));
  EXPECT_TRUE(read_string(R"("\ud83d\ude00")", 4));
  EXPECT_FALSE(read_string(R"("\ud83d\ude00")", 3));
  EXPECT_FALSE(read_string("\"\u20ac\u20ac\"", 5));
  EXPECT_TRUE(read_string(R"("")", 0));
}

TEST(JsonReader, BoundsNesting) {
  EXPECT_TRUE(accepts(nested(Reader::kMaxDepth)));
  EXPECT_FALSE(accepts(nested(Reader::kMaxDepth + 1)));
  EXPECT_FALSE(accepts(std::string(100'000, '[')));
  std::string objects = "1";
  for (unsigned depth = 0; depth < Reader::kMaxDepth; ++depth) {
    objects.insert(0, "{\"a\":").push_back('}');
  }
  EXPECT_TRUE(accepts(objects));
  EXPECT_FALSE(accepts("[" + objects + "]"));
}

TEST(JsonReader, LeavingALevelGivesItBack) {
  std::string siblings = "[";
  for (int i = 0; i < 100; ++i) siblings += nested(Reader::kMaxDepth - 1) + ",";
  EXPECT_TRUE(accepts(siblings + "{}]"));
}

TEST(JsonReader, HandsOutTheVeryBytesOfARawValue) {
  Reader in(R"([ {"b" : [1,  2.50],"a":"\u0041"} ,3])");
  std::string_view raw;
  ASSERT_TRUE(in.array([&] { return raw.empty() ? in.raw(raw) : in.skip(); }));
  EXPECT_EQ(raw, R"({"b" : [1,  2.50],"a":"\u0041"})");
}

TEST(JsonReader, UnescapesKeys) {
  Reader in(R"({"\u0061b":{"\u0063":1},"d":2})");
  std::vector<std::string> keys;
  ASSERT_TRUE(in.object([&](std::string_view key) {
    keys.emplace_back(key);
    return in.skip();
  }));
  EXPECT_EQ(keys, (std::vector<std::string>{"ab", "d"}));
}

TEST(JsonReader, TellsKindsApart) {
  const auto kind = [](std::string_view text) { return Reader(text).peek(); };
  EXPECT_EQ(kind(" {"), Reader::Kind::object);
  EXPECT_EQ(kind("["), Reader::Kind::array);
  EXPECT_EQ(kind("\""), Reader::Kind::string);
  EXPECT_EQ(kind("-"), Reader::Kind::number);
  EXPECT_EQ(kind("7"), Reader::Kind::number);
  EXPECT_EQ(kind("true"), Reader::Kind::boolean);
  EXPECT_EQ(kind("false"), Reader::Kind::boolean);
  EXPECT_EQ(kind("null"), Reader::Kind::null);
  EXPECT_EQ(kind(""), Reader::Kind::invalid);
  EXPECT_EQ(kind("+1"), Reader::Kind::invalid);
}

TEST(JsonReader, StopsWhenAMemberIsRefused) {
  Reader in(R"({"a":1,"b":2})");
  int seen = 0;
  EXPECT_FALSE(in.object([&](std::string_view) { return ++seen, false; }));
  EXPECT_EQ(seen, 1);
}

#ifndef __wasm__

// ---- against another parser ----

/// The content of a document, in order: keys, strings, and integers that fit.
using Findings = std::vector<std::string>;

bool collect(Reader& in, Findings& found) {
  switch (in.peek()) {
    case Reader::Kind::object:
      return in.object([&](std::string_view key) {
        found.push_back("key " + std::string(key));
        return collect(in, found);
      });
    case Reader::Kind::array:
      return in.array([&] { return collect(in, found); });
    case Reader::Kind::string: {
      std::string text;
      if (!in.string(text, std::numeric_limits<std::size_t>::max())) return false;
      found.push_back("string " + text);
      return true;
    }
    case Reader::Kind::number: {
      Reader probe = in;
      std::int64_t value = 0;
      if (probe.integer(value)) found.push_back("integer " + std::to_string(value));
      return in.skip();
    }
    case Reader::Kind::boolean:
    case Reader::Kind::null:
    case Reader::Kind::invalid:
      return in.skip();
  }
  return false;
}

class NlohmannCollector {
 public:
  explicit NlohmannCollector(Findings& found) : found_(found) {}

  bool null() { return true; }
  bool boolean(bool) { return true; }
  bool number_integer(std::int64_t value) { return integer(value); }
  bool number_unsigned(std::uint64_t value) {
    constexpr auto kMax = static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max());
    return value > kMax || integer(static_cast<std::int64_t>(value));
  }
  bool number_float(double, const std::string&) { return true; }
  bool string(const std::string& text) { return found_.push_back("string " + text), true; }
  bool binary(const std::vector<std::uint8_t>&) { return false; }
  bool start_object(std::size_t) { return true; }
  bool key(const std::string& key) { return found_.push_back("key " + key), true; }
  bool end_object() { return true; }
  bool start_array(std::size_t) { return true; }
  bool end_array() { return true; }
  bool parse_error(std::size_t, const std::string&, const nlohmann::json::exception&) {
    return false;
  }

 private:
  bool integer(std::int64_t value) {
    return found_.push_back("integer " + std::to_string(value)), true;
  }
  Findings& found_;
};

std::string mutated(std::string text, Random& random) {
  constexpr std::array<std::string_view, 24> kTokens{
      "\"",   "\\",   "\\u", "\\ud83d", "\\ude00", "\\u0041",  "{",    "}",
      "[",    "]",    ":",   ",",       "-",       "0",        "1.5",  "e+",
      "true", "null", " \n", "\x01",    "ü",       "\xe2\x82", "\xff", "\xed\xa0\x80"};
  for (std::uint64_t edits = random.below(4); edits > 0; --edits) {
    const std::size_t at = random.below(text.size() + 1);
    const std::string_view token = kTokens[random.below(kTokens.size())];
    switch (random.below(4)) {
      case 0:
        text.insert(at, token);
        break;
      case 1:
        text.erase(at, 1 + random.below(3));
        break;
      case 2:
        text.replace(at, std::min<std::size_t>(1, text.size() - at), token);
        break;
      default:
        text.insert(at, text.substr(random.below(text.size() + 1), random.below(8)));
        break;
    }
  }
  return text;
}

/// Where the two parsers may differ on purpose: our limit on nesting, and numbers that no double
/// can hold, which the other one refuses. (Its other differences, a byte order mark and NUL as the
/// end, do not appear in the mutations.)
bool comparable(std::string_view text) {
  if (std::ranges::count(text, '[') + std::ranges::count(text, '{') > Reader::kMaxDepth)
    return false;
  const auto digits = [](char c) { return c >= '0' && c <= '9'; };
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != 'e' && text[i] != 'E') continue;
    const std::size_t first = std::min(text.find_first_of("0123456789", i), text.size());
    if (std::ranges::count_if(text.substr(first, 3), digits) == 3) return false;
  }
  return true;
}

TEST(JsonReader, AgreesWithAnotherParser) {
  constexpr std::array<std::string_view, 6> kDocuments{
      R"({"type":"invite","call":"01940f3e-8c52-7a10-b5d4-6e1f0a9c3b27","callee":"bob","seq":7})",
      R"(["\ud83d\ude00\u00e9","\"\\\/\b\f\n\r\t","ü€😀",""])",
      R"([0,-0,-1,1.5,-2.25e+3,1E-2,9223372036854775807,-9223372036854775808,18446744073709551616])",
      R"({"\u0061":{"b":[[[]],{}],"c":null},"":true,"d\n":false})",
      " [ 1 , { \"a\" : [ ] } ,\t\"x\"\r\n] ",
      R"({"data":{"sdp":"v=0\r\no=- 46117 2 IN IP4 127.0.0.1\r\n"},"list":[1,2,3]})"};
  Random random(20'240'601);
  int accepted = 0;
  int refused = 0;
  for (int round = 0; round < 6'000; ++round) {
    const std::string text =
        mutated(std::string(kDocuments[random.below(kDocuments.size())]), random);
    if (!comparable(text)) continue;
    Findings ours;
    Reader in(text);
    const bool we_accept = collect(in, ours) && in.at_end();
    Findings theirs;
    NlohmannCollector collector(theirs);
    const bool they_accept = nlohmann::json::sax_parse(text, &collector);
    ASSERT_EQ(we_accept, they_accept) << text;
    ASSERT_EQ(we_accept, accepts(text)) << text;
    if (we_accept) ASSERT_EQ(ours, theirs) << text;
    ++(we_accept ? accepted : refused);
  }
  // The comparison is meaningful only if both happen often.
  EXPECT_GT(accepted, 1'000);
  EXPECT_GT(refused, 1'000);
}

#endif

}  // namespace

}  // namespace parley::json
