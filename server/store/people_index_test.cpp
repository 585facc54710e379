#include "server/store/people_index.hpp"

#include <gtest/gtest.h>

#include <string>

namespace parley::server::store {
namespace {

class People : public testing::Test {
 protected:
  People() { index.fill({{{"alice"}, "Alice"}, {{"bob"}, "Robert"}, {{"carol"}, "100% Carol_"}}); }
  std::string search(const char* text, std::size_t limit = 10) {
    std::string found;
    for (const Account& person : index.find({"alice"}, text, limit)) {
      found += person.user.text + ' ';
    }
    return found;
  }
  PeopleIndex index;
};

TEST_F(People, AreFoundByNameAndAccountButNeverOneself) {
  EXPECT_EQ(search(""), "carol bob ") << "ordered by the name to show";
  EXPECT_EQ(search("BO"), "bob ");
  EXPECT_EQ(search("obert"), "bob ");
  EXPECT_EQ(search("%"), "carol ");
  EXPECT_EQ(search("_"), "carol ");
  EXPECT_EQ(search("\\"), "");
  EXPECT_EQ(search("alice"), "");
  EXPECT_EQ(search("ob"), "bob ") << "any part of the name to show";
  EXPECT_EQ(search("aro"), "carol ");
  EXPECT_EQ(search("", 1), "carol ");
}

TEST_F(People, AreFoundWithoutRegardToCaseInEveryScript) {
  index.put({{"dora"}, "Ангела Äthiopien", true, 1});
  for (const char* text : {"ангела", "АНГЕЛА", "ät", "ÄTH", "a\u0308th"}) {
    EXPECT_EQ(search(text), "dora ") << text;
  }
}

TEST_F(People, AreFoundAsTheyAreNow) {
  index.put({{"bob"}, "Zoe", true, 5});
  EXPECT_EQ(search("robert"), "");
  EXPECT_EQ(search("zoe"), "bob ");
  index.put({{"bob"}, "Robert", true, 4});
  EXPECT_EQ(search("zoe"), "bob ") << "an older reading changes nothing";
  Account gone{{"bob"}, "Zoe", true, 6};
  gone.disabled = true;
  index.put(gone);
  EXPECT_EQ(search("zoe"), "");
  EXPECT_EQ(index.size(), 3U);
}

TEST_F(People, AreAllLookedAtHoweverManyThereAre) {
  std::vector<Account> many;
  for (int i = 0; i < 5000; ++i) {
    const std::string number = std::to_string(10'000 + i);
    many.push_back({{"user" + number}, "Name " + number});
  }
  PeopleIndex large;
  large.fill(many);
  EXPECT_EQ(large.find({"x"}, "14999", 10).size(), 1U);
  EXPECT_EQ(large.find({"x"}, "", 5000).size(), 5000U);
  EXPECT_TRUE(large.find({"x"}, "nobody", 10).empty());
}

}  // namespace
}  // namespace parley::server::store
