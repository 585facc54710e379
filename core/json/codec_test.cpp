#include "core/json/codec.hpp"

#include "core/base/ids.hpp"
#include "core/base/random.hpp"
#include "core/json/reader.hpp"
#include "core/json/samples.hpp"

#include <gtest/gtest.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <variant>

namespace parley::json {

namespace {

enum class Colour : std::uint8_t { red, dark_green };
constexpr auto names(Colour) { return std::array<std::string_view, 2>{"red", "dark_green"}; }

struct Point {
  std::int64_t x = 0;
  std::optional<std::int64_t> y;
  bool operator==(const Point&) const = default;
  static constexpr auto fields() {
    return std::tuple{field("x", &Point::x, ""), field("y", &Point::y, "")};
  }
};

struct Everything {
  static constexpr std::string_view kType = "everything";
  bool flag = false;
  std::uint8_t small = 0;
  std::uint64_t large = 0;
  Colour colour = Colour::red;
  Text<4> text;
  List<Point, 2> points;
  CallId call;
  SocketId connection;
  UserId user;
  Raw raw;
  std::optional<Point> maybe;
  bool operator==(const Everything&) const = default;
  static constexpr auto fields() {
    return std::tuple{
        field("flag", &Everything::flag, ""),   field("small", &Everything::small, ""),
        field("large", &Everything::large, ""), field("colour", &Everything::colour, ""),
        field("text", &Everything::text, ""),   field("points", &Everything::points, ""),
        field("call", &Everything::call, ""),   field("connection", &Everything::connection, ""),
        field("user", &Everything::user, ""),   field("raw", &Everything::raw, ""),
        field("maybe", &Everything::maybe, "")};
  }
};

/// Its fields are members of a member.
struct Segment {
  struct Ends {
    std::int64_t from = 0;
    std::optional<std::int64_t> to;
    bool operator==(const Ends&) const = default;
  };
  Ends ends;
  static constexpr auto fields() {
    return std::tuple{field("from", &Segment::ends, &Ends::from, ""),
                      field("to", &Segment::ends, &Ends::to, "")};
  }
};

struct Nothing {
  static constexpr std::string_view kType = "nothing";
  bool operator==(const Nothing&) const = default;
  static constexpr auto fields() { return std::tuple{}; }
};

using Either = std::variant<Nothing, Everything>;

constexpr std::string_view kComplete =
    R"({"type":"everything","flag":true,"small":255,"large":1,"colour":"dark_green","text":"abcd",)"
    R"("points":[{"x":1},{"x":2,"y":-3}],"call":"01940f3e-8c52-7a10-b5d4-6e1f0a9c3b27",)"
    R"("connection":9,"user":"bob","raw":{ "a":1 },"maybe":{"x":5}})";

/// The text with the first occurrence of a part replaced.
std::string with(std::string_view part, std::string_view replacement) {
  std::string text(kComplete);
  const std::size_t at = text.find(part);
  EXPECT_NE(at, std::string::npos) << part;
  return text.replace(at, part.size(), replacement);
}

struct Outcome {
  bool good = false;
  Either value;
  ReadError error;
};

Outcome read_either(std::string_view text) {
  Outcome outcome;
  Reader in(text);
  outcome.good = read(in, outcome.value, outcome.error) && in.at_end();
  return outcome;
}

void expect_invalid(const std::string& text, std::string_view field) {
  const Outcome outcome = read_either(text);
  EXPECT_FALSE(outcome.good) << text;
  EXPECT_EQ(outcome.error.kind, ReadError::Kind::invalid_field) << text;
  EXPECT_EQ(outcome.error.where, field) << text;
}

TEST(Codec, WritesWhatItRead) {
  const Outcome outcome = read_either(kComplete);
  ASSERT_TRUE(outcome.good);
  EXPECT_EQ(to_json(outcome.value), kComplete);
}

TEST(Codec, ReadsMembersInAnyOrder) {
  const Outcome outcome = read_either(R"( { "y" : 1 , "type" : "nothing" } )");
  EXPECT_TRUE(outcome.good);
  EXPECT_TRUE(std::holds_alternative<Nothing>(outcome.value));
}

TEST(Codec, EverySampleSurvivesARoundTrip) {
  samples::for_each_alternative(std::type_identity<Either>{}, 500, [](const auto& value, Random&) {
    const std::string text = to_json(value);
    const Outcome outcome = read_either(text);
    ASSERT_TRUE(outcome.good) << text;
    EXPECT_EQ(outcome.value, Either(value)) << text;
    EXPECT_EQ(to_json(outcome.value), text);
  });
}

TEST(Codec, IgnoresUnknownMembers) {
  EXPECT_TRUE(read_either(with("\"flag\"", R"("new":[{"a":"\u0041"}],"flag")")).good);
}

TEST(Codec, RefusesBadTextInUnknownMembers) {
  EXPECT_FALSE(read_either(with("\"flag\"", R"("new":["\ud83d"],"flag")")).good);
  EXPECT_FALSE(read_either(with("\"flag\"", "\"new\":[\"\xff\"],\"flag\"")).good);
}

TEST(Codec, LeavesAbsentOptionalsOut) {
  const Outcome outcome = read_either(with(R"(,"maybe":{"x":5})", ""));
  ASSERT_TRUE(outcome.good);
  EXPECT_FALSE(std::get<Everything>(outcome.value).maybe);
  EXPECT_EQ(to_json(outcome.value).find("maybe"), std::string::npos);
}

TEST(Codec, ReadsNullAsAnAbsentOptional) {
  const Outcome outcome = read_either(with(R"("maybe":{"x":5})", R"("maybe": null)"));
  ASSERT_TRUE(outcome.good);
  EXPECT_FALSE(std::get<Everything>(outcome.value).maybe);
}

TEST(Codec, WritesAndReadsPartsOfAMemberAsMembers) {
  Segment segment;
  ReadError error;
  Reader complete(R"({"to":2,"from":1})");
  ASSERT_TRUE(read(complete, segment, error));
  EXPECT_EQ(segment.ends, (Segment::Ends{1, 2}));
  EXPECT_EQ(to_json(segment), R"({"from":1,"to":2})");
  Reader incomplete(R"({"to":2})");
  EXPECT_FALSE(read(incomplete, segment, error));
  EXPECT_EQ(error.where, "from");
}

TEST(Codec, RefusesNullForARequiredField) {
  expect_invalid(with("\"flag\":true", "\"flag\":null"), "flag");
}

TEST(Codec, NamesTheMissingField) {
  expect_invalid(with("\"flag\":true,", ""), "flag");
  expect_invalid(with(R"("user":"bob",)", ""), "user");
  expect_invalid(with(R"({"x":1})", "{}"), "x");
}

TEST(Codec, NamesTheInvalidField) {
  expect_invalid(with("\"flag\":true", "\"flag\":1"), "flag");
  expect_invalid(with("255", "256"), "small");
  expect_invalid(with("255", "-1"), "small");
  expect_invalid(with("\"large\":1", "\"large\":-1"), "large");
  expect_invalid(with("\"large\":1", "\"large\":9223372036854775808"), "large");
  expect_invalid(with("dark_green", "Red"), "colour");
  expect_invalid(with("\"dark_green\"", "1"), "colour");
  expect_invalid(with("01940f3e", "01940f3"), "call");
  expect_invalid(with("\"connection\":9", "\"connection\":-9"), "connection");
  expect_invalid(with("\"bob\"", "\"b b\""), "user");
  expect_invalid(with("\"bob\"", "\"\""), "user");
  expect_invalid(with(R"("maybe":{"x":5})", R"("maybe":{"x":"5"})"), "x");
  expect_invalid(with(R"("maybe":{"x":5})", R"("maybe":7)"), "maybe");
}

TEST(Codec, BoundsText) {
  EXPECT_TRUE(read_either(with("abcd", "")).good);
  expect_invalid(with("abcd", "abcde"), "text");
  expect_invalid(with("abcd", "\u20ac\u20ac"), "text");
}

TEST(Codec, BoundsLists) {
  EXPECT_TRUE(read_either(with(R"([{"x":1},{"x":2,"y":-3}])", "[]")).good);
  expect_invalid(with(R"([{"x":1},)", R"([{"x":0},{"x":1},)"), "points");
}

TEST(Codec, CarriesRawValuesUntouched) {
  const Outcome outcome = read_either(with(R"({ "a":1 })", R"([ 1.50,"\u0041" ])"));
  ASSERT_TRUE(outcome.good);
  EXPECT_EQ(std::get<Everything>(outcome.value).raw.text, R"([ 1.50,"\u0041" ])");
}

TEST(Codec, TakesTheLastOfARepeatedMember) {
  const Outcome outcome = read_either(with("\"small\":255", "\"small\":1,\"small\":2"));
  ASSERT_TRUE(outcome.good);
  EXPECT_EQ(std::get<Everything>(outcome.value).small, 2);
}

TEST(Codec, ForgetsTheItemsOfARepeatedList) {
  const Outcome outcome = read_either(with("\"points\"", R"("points":[{"x":8},{"x":9}],"points")"));
  ASSERT_TRUE(outcome.good);
  EXPECT_EQ(std::get<Everything>(outcome.value).points.items.size(), 2U);
}

TEST(Codec, TellsAnUnknownTypeFromAMissingOne) {
  EXPECT_EQ(read_either(R"({"type":"other"})").error.kind, ReadError::Kind::unknown_type);
  EXPECT_EQ(read_either(R"({"type":""})").error.kind, ReadError::Kind::unknown_type);
  EXPECT_EQ(read_either(R"({"kind":"nothing"})").error.kind, ReadError::Kind::malformed);
  EXPECT_EQ(read_either(R"({"type":1})").error.kind, ReadError::Kind::malformed);
}

TEST(Codec, LowersUserNames) {
  const Outcome outcome = read_either(with("\"bob\"", "\"Bob\""));
  ASSERT_TRUE(outcome.good);
  EXPECT_EQ(std::get<Everything>(outcome.value).user.text, "bob");
}

}  // namespace

}  // namespace parley::json
