#include "core/negotiation/sdp.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace parley::negotiation {
namespace {

using Fragments = std::vector<std::string>;

TEST(Sdp, FindsTheFragmentOfABundledDescriptionOnce) {
  EXPECT_EQ(ice_ufrags("v=0\r\n"
                       "m=audio 9 UDP/TLS/RTP/SAVPF 111\r\n"
                       "a=ice-ufrag:4ZcD\r\n"
                       "a=ice-pwd:2/1muCWoOi3uLifh0NuRHlyz\r\n"
                       "m=video 9 UDP/TLS/RTP/SAVPF 96\r\n"
                       "a=ice-ufrag:4ZcD\r\n"),
            Fragments{"4ZcD"});
}

TEST(Sdp, FindsEveryFragmentInOrder) {
  EXPECT_EQ(ice_ufrags("a=ice-ufrag:audio\r\nm=video\r\na=ice-ufrag:video\r\n"),
            (Fragments{"audio", "video"}));
}

TEST(Sdp, TakesTheSessionLevelAttribute) {
  EXPECT_EQ(ice_ufrags("v=0\r\na=ice-ufrag:F7gI\r\nm=audio\r\n"), Fragments{"F7gI"});
}

TEST(Sdp, TakesLinesThatEndInALineFeedAlone) {
  EXPECT_EQ(ice_ufrags("v=0\na=ice-ufrag:F7gI\nm=audio\n"), Fragments{"F7gI"});
}

TEST(Sdp, TakesALastLineWithoutAnEnd) {
  EXPECT_EQ(ice_ufrags("v=0\r\na=ice-ufrag:F7gI"), Fragments{"F7gI"});
}

TEST(Sdp, IgnoresTheAttributeAnywhereButAtTheStartOfALine) {
  EXPECT_EQ(ice_ufrags("s=a=ice-ufrag:no\r\n a=ice-ufrag:no\r\na=ice-ufragment:no\r\n"),
            Fragments{});
}

TEST(Sdp, FindsNothingInADescriptionWithoutMedia) {
  EXPECT_EQ(ice_ufrags("v=0\r\ns=-\r\nt=0 0\r\n"), Fragments{});
  EXPECT_EQ(ice_ufrags(""), Fragments{});
  EXPECT_EQ(ice_ufrags("\n\n\r\n"), Fragments{});
}

TEST(Sdp, BoundsTheNumberOfFragments) {
  std::string sdp;
  for (int i = 0; i < 1'000; ++i) sdp += "a=ice-ufrag:" + std::to_string(i) + "\r\n";
  EXPECT_EQ(ice_ufrags(sdp).size(), 8U);
}

}  // namespace
}  // namespace parley::negotiation
