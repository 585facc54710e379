#include "core/quality/cause.hpp"

#include "core/quality/score.hpp"
#include "core/quality/steady_level.hpp"

#include <gtest/gtest.h>

#include <string_view>
#include <vector>

namespace parley::quality {
namespace {

using wire::FlowReport;

constexpr FlowReport kFine{.lost_permille = 0, .concealed_permille = 0, .buffer_ms = 50};
constexpr FlowReport kLossy{.lost_permille = 120, .concealed_permille = 60, .buffer_ms = 60};
constexpr FlowReport kLate{.lost_permille = 0, .concealed_permille = 90, .buffer_ms = 120};
constexpr FlowReport kFrozen{.lost_permille = 0,
                             .concealed_permille = 0,
                             .buffer_ms = 60,
                             .frozen_permille = 400,
                             .fps = 4,
                             .height = 240};

/// Evidence with the levels that the reports have.
Evidence seen(const FlowReport& receiving, const FlowReport& sending, std::uint32_t round_trip_ms,
              Evidence more = {}) {
  const auto level = [&](const FlowReport& flow) {
    return level_of(score_of(flow, round_trip_ms).value_or(100));
  };
  more.receiving.flow = receiving;
  more.receiving.level = level(receiving);
  more.sending.flow = sending;
  more.sending.level = level(sending);
  more.round_trip_ms = round_trip_ms;
  return more;
}

TEST(Cause, NamesTheFaultAndItsSide) {
  using enum QualityCause;
  using enum QualitySide;
  struct Row {
    std::string_view fault;
    Evidence evidence;
    Finding found;
  };
  const std::vector<Row> rows{
      {"nothing", seen(kFine, kFine, 60), {none, between}},
      {"our packets are lost", seen(kFine, kLossy, 60), {loss, mine}},
      {"their packets are lost", seen(kLossy, kFine, 60), {loss, theirs}},
      {"both are", seen(kLossy, kLossy, 60), {loss, between}},
      {"both are, we are on mobile data",
       seen(kLossy, kLossy, 60, {.mobile_here = true}),
       {loss, mine}},
      {"both are, they are on mobile data",
       seen(kLossy, kLossy, 60, {.mobile_there = true}),
       {loss, theirs}},
      {"both are, on mobile data both",
       seen(kLossy, kLossy, 60, {.mobile_here = true, .mobile_there = true}),
       {loss, between}},
      {"their packets come late", seen(kLate, kFine, 60), {loss, theirs}},
      {"our upload is thin",
       seen(kFine, kLate, 60, {.sending = {.sender_limited = true}}),
       {thin, mine}},
      {"their upload is thin",
       seen(kFrozen, kFine, 60, {.receiving = {.sender_limited = true}}),
       {thin, theirs}},
      {"the path is long", seen(kFine, kFine, 700), {delay, between}},
      {"the relay is far", seen(kFine, kFine, 700, {.relayed = true}), {relay, between}},
      {"our computer is busy",
       seen(kFine, kFrozen, 60, {.sending = {.sender_busy = true}}),
       {computer, mine}},
      {"their computer is busy",
       seen(kFrozen, kFine, 60, {.receiving = {.sender_busy = true}}),
       {computer, theirs}},
      {"their computer is busy, but it is the path",
       seen(kLossy, kFine, 60, {.receiving = {.sender_busy = true}}),
       {loss, theirs}},
      {"only the picture suffers", seen(kFrozen, kFine, 60), {thin, theirs}},
  };
  for (const Row& row : rows) EXPECT_EQ(find_cause(row.evidence), row.found) << row.fault;
}

}  // namespace
}  // namespace parley::quality
