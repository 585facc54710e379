#include "core/base/ids.hpp"

#include "core/base/random.hpp"

#include <gtest/gtest.h>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <type_traits>
#include <unordered_set>

namespace parley {

namespace {

constexpr std::string_view kText = "01940f3e-8c52-7a10-b5d4-6e1f0a9c3b27";
constexpr CallId kId{0x01940f3e8c527a10U, 0xb5d46e1f0a9c3b27U};

static_assert(!std::is_convertible_v<CallId, DeviceId>, "ids of different kinds do not mix");
static_assert(!std::is_convertible_v<SocketId, OperationId>, "nor do serials");

TEST(Uuid, IsWrittenInLowerCase) { EXPECT_EQ(to_string(kId), kText); }

TEST(Uuid, IsReadInEitherCase) {
  for (const std::string_view text :
       {kText, std::string_view("01940F3E-8C52-7A10-B5D4-6E1F0A9C3B27")}) {
    const auto id = parse_uuid(text);
    ASSERT_TRUE(id) << text;
    EXPECT_EQ((CallId{id->high, id->low}), kId) << text;
  }
}

TEST(Uuid, RefusesAnythingElse) {
  for (const std::string_view text :
       {"", "01940f3e", "01940f3e-8c52-7a10-b5d4-6e1f0a9c3b2",
        "01940f3e-8c52-7a10-b5d4-6e1f0a9c3b277", "01940f3e08c52-7a10-b5d4-6e1f0a9c3b27",
        "01940f3e-8c52-7a10-b5d4-6e1f0a9c3b2g", "{1940f3e-8c52-7a10-b5d4-6e1f0a9c3b2}",
        "01940f3e8c527a10b5d46e1f0a9c3b270000", "-1940f3e-8c52-7a10-b5d4-6e1f0a9c3b27",
        " 1940f3e-8c52-7a10-b5d4-6e1f0a9c3b27"}) {
    EXPECT_FALSE(parse_uuid(text)) << text;
  }
}

TEST(Uuid, EveryValueSurvivesItsText) {
  Random random(3);
  for (int round = 0; round < 1'000; ++round) {
    const CallId id{random.next(), random.next()};
    const auto back = parse_uuid(to_string(id));
    ASSERT_TRUE(back);
    EXPECT_EQ((CallId{back->high, back->low}), id);
  }
}

// Lists of calls are sorted by id, in memory and in the store.
TEST(Uuid, SortsLikeItsText) {
  Random random(4);
  for (int round = 0; round < 1'000; ++round) {
    const CallId a{random.below(3), random.next()};
    const CallId b{random.below(3), random.next()};
    EXPECT_EQ(a < b, to_string(a) < to_string(b));
  }
}

TEST(Uuid, HashDependsOnBothHalves) {
  std::unordered_set<std::size_t> hashes;
  for (std::uint64_t i = 0; i < 100; ++i) {
    hashes.insert(std::hash<CallId>{}({i, 0}));
    hashes.insert(std::hash<CallId>{}({0, i + 1}));
  }
  // Where size_t has 32 bits, even one or two collisions among 200 have a probability of one in
  // 10^5.
  EXPECT_EQ(hashes.size(), 200U);
}

TEST(UserId, IsLowered) {
  const auto user = parse_user_id("Alice.B_c-9@Example.ORG");
  ASSERT_TRUE(user);
  EXPECT_EQ(user->text, "alice.b_c-9@example.org");
}

TEST(UserId, IsBounded) {
  EXPECT_FALSE(parse_user_id(""));
  EXPECT_TRUE(parse_user_id("a"));
  EXPECT_TRUE(parse_user_id(std::string(UserId::kMaxBytes, 'a')));
  EXPECT_FALSE(parse_user_id(std::string(UserId::kMaxBytes + 1, 'a')));
}

TEST(UserId, RefusesOtherCharacters) {
  constexpr std::string_view kAllowed =
      "abcdefghijklmnopqrstuvwxyz0123456789._-@ABCDEFGHIJKLMNOPQRSTUVWXYZ";
  for (int byte = 0; byte < 256; ++byte) {
    const char c = static_cast<char>(byte);
    EXPECT_EQ(parse_user_id(std::string("a") + c).has_value(),
              kAllowed.find(c) != std::string_view::npos)
        << byte;
  }
}

}  // namespace

}  // namespace parley
