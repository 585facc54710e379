// Group H: the quality of calls, as both sides see it.
#include "core/scenarios/scenario.hpp"

#include <gtest/gtest.h>

#include <string>

namespace parley::scenarios {
namespace {

using phone::QualityCause;
using phone::QualityLevel;
using phone::QualitySide;

struct Measured : Scenario {
  Measured() : ann(device("ann")), ben(device("ben")), call(connect(ann, ben)) {}

  [[nodiscard]] std::optional<phone::QualityView> of(const Device& device) const {
    return view_of(device, call)->quality;
  }
  /// A report of the other side, as ann's device gets it.
  void report(const std::string& received) {
    ann.feed(phone::DirectReceived{*view_of(ann, call)->connection,
                                   R"({"type":"quality","call":")" + to_string(call) +
                                       R"(","received":)" + received +
                                       R"(,"cpu_limited":false,"rate_limited":false})"});
  }

  Device& ann;
  Device& ben;
  CallId call;
};

TEST(H03Quality, OfAFineCallIsFineOnBothSidesAndInBothDirections) {
  Measured t;
  EXPECT_FALSE(t.of(t.ann)) << "nothing is measured yet";
  t.world.run_for(8s);
  for (const Device* device : {&t.ann, &t.ben}) {
    const auto quality = t.of(*device);
    ASSERT_TRUE(quality);
    EXPECT_EQ(quality->level, QualityLevel::excellent);
    EXPECT_EQ(quality->cause, QualityCause::none);
    EXPECT_EQ(quality->receiving.level, QualityLevel::excellent);
    EXPECT_EQ(quality->sending.level, QualityLevel::excellent);
    EXPECT_EQ(quality->sending.concealed_permille, 0U) << "the other device tells";
  }
}

TEST(H03Quality, IsNotWorseForMutingHoldingOrACameraThatStarts) {
  Measured t;
  t.world.run_for(8s);
  t.world.after_every_step = [&] {
    for (const Device* device : {&t.ann, &t.ben}) {
      const auto quality = t.of(*device);
      if (quality) EXPECT_LE(quality->level, QualityLevel::good);
    }
  };
  t.ann.set_microphone(false);
  t.world.run_for(5s);
  t.ann.set_camera(true);
  t.world.run_for(8s);
  t.ann.hold(t.call, true);
  t.world.run_for(5s);
  t.ann.hold(t.call, false);
  t.ann.set_microphone(true);
  t.world.run_for(5s);
  t.world.after_every_step = nullptr;
}

TEST(H08Quality, IsLostWhileMediaIsAndNamesTheSide) {
  Measured t;
  t.world.run_for(8s);
  t.ann.media_blocked = true;
  t.ann.set_offline(true);
  ASSERT_TRUE(
      t.until([&] { return Scenario::phase_of(t.ben, t.call) == phone::Phase::reconnecting; }));
  EXPECT_EQ(t.of(t.ben)->level, QualityLevel::lost);
  EXPECT_EQ(t.of(t.ben)->cause, QualityCause::gone);
  ASSERT_TRUE(t.until([&] { return t.of(t.ben)->side == QualitySide::theirs; }, 20s));
  ASSERT_TRUE(t.until([&] { return t.of(t.ann)->side == QualitySide::mine; }, 20s));
  t.ann.media_blocked = false;
  t.ann.set_offline(false);
  ASSERT_TRUE(t.until([&] { return Scenario::active(t.ann, t.ben, t.call); }));
  t.world.run_for(5s);
  EXPECT_EQ(t.of(t.ann)->level, QualityLevel::excellent) << "the hole is over";
}

TEST(H08Quality, ReportsThatMakeNoSenseChangeNothing) {
  Measured t;
  t.world.run_for(8s);
  for (const char* received :
       {R"({"lost_permille":1001})", R"({"rate_kbps":4294967295})", R"({"fps":-1})",
        R"({"concealed_permille":1000000})", R"({"height":99999})"}) {
    const auto before = t.of(t.ann);
    t.report(received);
    EXPECT_EQ(t.of(t.ann), before) << received;
  }
  EXPECT_TRUE(Scenario::active(t.ann, t.ben, t.call));
}

}  // namespace
}  // namespace parley::scenarios
