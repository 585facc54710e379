#include "server/http/places.hpp"

#include <gtest/gtest.h>

#include <memory>
#include <string_view>
#include <vector>

namespace parley::server::http {
namespace {

struct Someone final : Occupant {
  Someone(const std::shared_ptr<Places>& places, std::string_view address)
      : place(places, address, *this) {}
  void give_way() override { closed = true; }
  [[nodiscard]] bool is_in_call() const override { return in_call; }
  Places::Place place;
  bool closed = false;
  bool in_call = false;
};

struct Crowd {
  std::shared_ptr<Places> places = std::make_shared<Places>(
      PlaceLimits{.total = 6, .per_address = 4, .strangers_per_address = 2});
  std::vector<std::unique_ptr<Someone>> everybody;

  /// Null when there is no room.
  Someone* enter(std::string_view address) {
    if (!places->make_room(address)) return nullptr;
    return everybody.emplace_back(std::make_unique<Someone>(places, address)).get();
  }
  Someone* enter_settled(std::string_view address) {
    Someone* const one = enter(address);
    if (one != nullptr) one->place.set_settled();
    return one;
  }
};

TEST(Places, TheOldestSilentOneOfAnAddressGivesWayToItsNext) {
  Crowd crowd;
  Someone* const first = crowd.enter("a");
  Someone* const second = crowd.enter("a");
  Someone* const other = crowd.enter("b");
  ASSERT_TRUE(crowd.enter("a"));
  EXPECT_TRUE(first->closed);
  EXPECT_FALSE(second->closed);
  EXPECT_FALSE(other->closed);
  EXPECT_EQ(crowd.places->taken(), 3U);
}

TEST(Places, WhoIsAnsweredDoesNotGiveWay) {
  Crowd crowd;
  crowd.enter("a")->place.set_busy();
  crowd.enter("a")->place.set_busy();
  EXPECT_FALSE(crowd.enter("a"));
  EXPECT_TRUE(crowd.enter("b"));
}

TEST(Places, WhoseAnswerIsSentIsTheYoungestSilentOne) {
  Crowd crowd;
  Someone* const first = crowd.enter("a");
  Someone* const second = crowd.enter("a");
  first->place.set_busy();
  first->place.set_silent();
  ASSERT_TRUE(crowd.enter("a"));
  EXPECT_FALSE(first->closed);
  EXPECT_TRUE(second->closed);
}

TEST(Places, AnAddressHasABoundForAllItHolds) {
  Crowd crowd;
  for (int i = 0; i < 4; ++i) ASSERT_TRUE(crowd.enter_settled("a"));
  EXPECT_FALSE(crowd.enter("a"));
  EXPECT_TRUE(crowd.enter("b"));
  EXPECT_EQ(crowd.places->most().address, "a");
  EXPECT_EQ(crowd.places->most().places, 4U);
}

TEST(Places, InAFullTableTheOldestSilentOneOfAllGivesWay) {
  Crowd crowd;
  Someone* const settled = crowd.enter_settled("a");
  Someone* const oldest = crowd.enter("b");
  for (const char* address : {"c", "d", "e", "f"}) ASSERT_TRUE(crowd.enter(address));
  ASSERT_TRUE(crowd.enter("g"));
  EXPECT_TRUE(oldest->closed);
  EXPECT_FALSE(settled->closed);
  EXPECT_EQ(crowd.places->taken(), 6U);
}

TEST(Places, WhoHoldsMostGivesWayToWhoHoldsLess) {
  Crowd crowd;
  for (const char* address : {"a", "a", "a", "a", "b", "b"}) crowd.enter_settled(address);
  ASSERT_TRUE(crowd.enter_settled("c"));
  EXPECT_TRUE(crowd.everybody[3]->closed) << "the newest of the address that holds most";
  EXPECT_EQ(crowd.places->taken(), 6U);
  ASSERT_TRUE(crowd.enter_settled("c"));
  EXPECT_TRUE(crowd.everybody[2]->closed);
  EXPECT_FALSE(crowd.enter("c")) << "two each: nobody takes from an equal";
  EXPECT_FALSE(crowd.enter("a")) << "nor does the one that went come back at once";
  EXPECT_TRUE(crowd.enter("d"));
}

TEST(Places, WhoIsInACallGivesWayAfterAllOthersOfTheAddress) {
  Crowd crowd;
  for (const char* address : {"a", "a", "a", "a", "b", "b"}) crowd.enter_settled(address);
  for (const std::size_t in_call : {1U, 2U, 3U}) crowd.everybody[in_call]->in_call = true;
  ASSERT_TRUE(crowd.enter_settled("c"));
  EXPECT_TRUE(crowd.everybody[0]->closed);
  ASSERT_TRUE(crowd.enter_settled("c"));
  EXPECT_TRUE(crowd.everybody[3]->closed) << "there is no other";
  EXPECT_FALSE(crowd.everybody[1]->closed);
}

TEST(Places, WhoHoldsNoMoreThanOthersGivesWayToNobody) {
  Crowd crowd;
  for (const char* address : {"a", "b", "c", "d", "e", "f"}) crowd.enter_settled(address);
  EXPECT_FALSE(crowd.enter("g"));
  crowd.everybody.pop_back();
  EXPECT_TRUE(crowd.enter("g"));
}

TEST(Places, AProxyIsNotCountedButThoseItSpeaksFor) {
  Crowd crowd;
  std::vector<Someone*> through;
  for (int i = 0; i < 5; ++i) through.push_back(crowd.enter(""));
  EXPECT_TRUE(through[0]->place.move_to("a"));
  EXPECT_TRUE(through[1]->place.move_to("a"));
  EXPECT_TRUE(through[2]->place.move_to("a"));
  EXPECT_TRUE(through[0]->closed) << "the oldest silent one of that address";
  through[1]->place.set_busy();
  through[2]->place.set_busy();
  EXPECT_FALSE(through[3]->place.move_to("a"));
  EXPECT_TRUE(through[1]->place.move_to("")) << "the next request may be of somebody else";
  EXPECT_TRUE(through[3]->place.move_to("a"));
  EXPECT_EQ(crowd.places->taken(), 4U);
}

TEST(Places, TheBoundsFollowFromTheSizeOfTheTable) {
  const PlaceLimits large = place_limits(10'000);
  EXPECT_EQ(large.per_address, 7'500U);
  EXPECT_EQ(large.strangers_per_address, 2'500U);
  const PlaceLimits small = place_limits(40);
  EXPECT_EQ(small.per_address, 40U);
  EXPECT_EQ(small.strangers_per_address, 20U);
  EXPECT_EQ(place_limits(1).strangers_per_address, 1U);
}

}  // namespace
}  // namespace parley::server::http
