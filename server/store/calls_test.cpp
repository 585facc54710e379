#include "server/store/calls.hpp"

#include <gtest/gtest.h>

namespace parley::server::store {
namespace {

TEST(HistoryCursor, RefusesWhatItDidNotWrite) {
  for (const char* text : {"", ".", "1", "1.", "x.00000000-0000-0000-0000-000000000001",
                           "1x.00000000-0000-0000-0000-000000000001",
                           "99999999999999999999.00000000-0000-0000-0000-000000000001",
                           "1.00000000-0000-0000-0000-00000000000", "1.; DROP TABLE calls"}) {
    EXPECT_FALSE(from_cursor(text)) << text;
  }
}

}  // namespace
}  // namespace parley::server::store
