#include "core/quality/score.hpp"

#include <gtest/gtest.h>

#include <string_view>
#include <vector>

namespace parley::quality {
namespace {

using wire::FlowReport;

TEST(Score, OpinionsAreThePublishedOnes) {
  // ITU-T G.107, Annex B, Table B.1, and the default rating.
  struct Row {
    double rating;
    std::uint32_t mos;
  };
  for (const Row& row : std::vector<Row>{{93.2, 441},
                                         {90, 434},
                                         {80, 403},
                                         {70, 360},
                                         {60, 310},
                                         {50, 258},
                                         {0, 100},
                                         {-20, 100},
                                         {100, 450},
                                         {130, 450}}) {
    EXPECT_NEAR(mos_hundredths(row.rating), row.mos, 1) << row.rating;
  }
}

TEST(Score, OpinionsRiseWithTheRating) {
  for (double rating = 0; rating < 100; rating += 0.5) {
    EXPECT_LE(mos_hundredths(rating), mos_hundredths(rating + 0.5)) << rating;
  }
}

TEST(Score, SoundIsRatedByDelayAndByWhatIsMadeUp) {
  struct Row {
    std::string_view what;
    FlowReport flow;
    std::uint32_t round_trip_ms;
    double rating;
  };
  // The measured ones: Chromium on emulated links.
  const std::vector<Row> rows{
      {"a perfect path", {.concealed_permille = 0}, 0, 85.7},
      {"a usual path", {.concealed_permille = 0, .buffer_ms = 50}, 60, 83.8},
      {"100 kbit/s, measured", {.concealed_permille = 77, .buffer_ms = 1000}, 560, 0},
      {"15 % loss, measured", {.concealed_permille = 60, .buffer_ms = 60}, 60, 50.6},
      {"15 % loss with RED, measured", {.concealed_permille = 12, .buffer_ms = 60}, 60, 74.2},
      {"a satellite", {.concealed_permille = 0, .buffer_ms = 60}, 600, 55.0},
      {"only loss is known", {.lost_permille = 60, .buffer_ms = 60}, 60, 50.6},
  };
  for (const Row& row : rows) {
    EXPECT_NEAR(sound_rating(row.flow, row.round_trip_ms).value_or(-1), row.rating, 1.5)
        << row.what;
  }
}

TEST(Score, NothingIsSaidOfWhatIsNotKnown) {
  EXPECT_FALSE(sound_rating({.rate_kbps = 30}, 100));
  EXPECT_FALSE(picture_score({.height = 480}, 100));
  EXPECT_FALSE(score_of({.fps = 30}, 100));
}

TEST(Score, PicturesLoseByFreezesFramesAndLines) {
  const auto score = [](const FlowReport& flow) { return picture_score(flow, 40).value_or(-1); };
  const double full = score({.frozen_permille = 0, .fps = 30, .height = 720});
  EXPECT_GT(full, 98);
  EXPECT_GT(score({.frozen_permille = 0, .fps = 15, .height = 480}), 98);  // a dim room
  EXPECT_NEAR(score({.frozen_permille = 100, .fps = 30, .height = 720}), full - 30, 0.1);
  EXPECT_NEAR(score({.frozen_permille = 1000, .fps = 30, .height = 720}), full - 60, 0.1);
  EXPECT_NEAR(score({.frozen_permille = 0, .fps = 30, .height = 240}), full - 8, 0.1);
  EXPECT_NEAR(score({.frozen_permille = 0, .fps = 6, .height = 720}), full - 21, 0.1);
}

TEST(Score, AGoodPictureDoesNotHideBadSound) {
  const FlowReport bad_sound{.concealed_permille = 100, .frozen_permille = 0, .fps = 30};
  EXPECT_EQ(score_of(bad_sound, 40), score_of({.concealed_permille = 100}, 40));
  const FlowReport bad_picture{.concealed_permille = 0, .frozen_permille = 500, .fps = 5};
  EXPECT_LT(score_of(bad_picture, 40), score_of({.concealed_permille = 0}, 40));
}

}  // namespace
}  // namespace parley::quality
