#include "server/store/sqlite/calls.hpp"

#include "server/store/sqlite/accounts.hpp"
#include "server/store/sqlite/relations.hpp"
#include "server/store/sqlite/schema.hpp"
#include "server/store/test_folder.hpp"

#include <gtest/gtest.h>

#include <set>
#include <string>

namespace parley::server::store::sqlite {
namespace {

using switchboard::CallRecord;

CallRecord call_number(std::uint64_t number, std::string caller = "alice",
                       std::string callee = "bob") {
  CallRecord record;
  record.call = {7, number};
  record.caller.user = {std::move(caller)};
  record.callee.user = {std::move(callee)};
  record.invited_at_ms = 1000 + static_cast<std::int64_t>(number);
  return record;
}

CallRecord ended(CallRecord record) {
  record.phase = wire::CallPhase::ended;
  record.reason = wire::EndReason::completed;
  record.ended_at_ms = record.invited_at_ms + 500;
  return record;
}

CallRecord talked(CallRecord record) {
  record.connected_at_ms = record.invited_at_ms + 100;
  return ended(std::move(record));
}

class Calls : public testing::Test {
 protected:
  Calls() { migrate(database); }
  TestFolder folder;
  Database database{folder.file("db"), Database::Access::read_write, 100};
};

TEST_F(Calls, EveryFieldOfARecordComesBack) {
  CallRecord record = ended(call_number(1));
  record.caller.device = {1, 2};
  record.caller.takeover = {{.device = {3, 4}}};
  record.caller.status = {{5, wire::SourceState::unavailable, wire::SourceState::on, true}};
  record.callee.device = {6, 7};
  record.callee.status = {{8, wire::SourceState::off, wire::SourceState::off, false}};
  record.kind = wire::MediaKind::video;
  record.link = 3;
  record.ringing_at_ms = 1010;
  record.accepted_at_ms = 1020;
  record.connected_at_ms = 1030;
  record.media_at_ms = 1040;
  record.deadline_ms = 1050;
  record.reason = wire::EndReason::failed;
  record.failure = Error::no_media_path;
  record.ended_by = UserId{"bob"};
  record.screened = true;
  record.merged = {{7, 2}, {8, 9}};
  save_call(database, record);

  const auto found = history_of(database, {"alice"}, {});
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].record, record);
}

TEST_F(Calls, ALaterRecordOfACallReplacesTheEarlier) {
  CallRecord record = call_number(1);
  save_call(database, record);
  record.accepted_at_ms = 1200;
  record.callee.device = {1, 1};
  record = ended(record);
  save_call(database, record);
  const auto found = history_of_all(database, {});
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].record, record);
}

TEST_F(Calls, HistoryIsTheSameForBothPeopleAndForNobodyElse) {
  save_call(database, ended(call_number(1)));
  save_call(database, ended(call_number(2, "bob", "alice")));
  save_call(database, ended(call_number(3, "carol", "dave")));
  for (const char* user : {"alice", "bob"}) {
    const auto found = history_of(database, {user}, {});
    ASSERT_EQ(found.size(), 2U) << user;
    EXPECT_EQ(found[0].record.call.low, 2U) << "newest first";
    EXPECT_EQ(found[1].record.call.low, 1U);
  }
  EXPECT_TRUE(history_of(database, {"eve"}, {}).empty());
}

TEST_F(Calls, PagesOfTheHistoryNeitherOverlapNorLeaveOut) {
  for (std::uint64_t i = 0; i < 25; ++i) {
    CallRecord record = ended(i % 2 == 0 ? call_number(i) : call_number(i, "bob", "alice"));
    record.invited_at_ms = 1000 + static_cast<std::int64_t>(i / 5);  // several at the same moment
    save_call(database, record);
  }
  std::set<std::uint64_t> seen;
  HistoryQuery page{.before = {}, .with_open_calls = false, .limit = 4};
  for (;;) {
    const auto found = history_of(database, {"alice"}, page);
    for (const HistoryEntry& entry : found) EXPECT_TRUE(seen.insert(entry.record.call.low).second);
    if (found.size() < page.limit) break;
    const CallRecord& last = found.back().record;
    page.before = from_cursor(to_cursor({last.invited_at_ms, last.call}));
    ASSERT_TRUE(page.before);
  }
  EXPECT_EQ(seen.size(), 25U);
}

TEST_F(Calls, CallsThatAreNotOverAreLeftOutUnlessAskedFor) {
  save_call(database, call_number(1));
  EXPECT_TRUE(history_of(database, {"alice"}, {}).empty());
  EXPECT_EQ(history_of(database, {"alice"}, {.before = {}, .with_open_calls = true}).size(), 1U);
}

TEST_F(Calls, OpenCallsAreFoundAfterARestart) {
  save_call(database, call_number(1));
  save_call(database, ended(call_number(2)));
  database = Database(folder.file("db"), Database::Access::read_write, 100);
  const auto open = open_calls(database);
  ASSERT_EQ(open.size(), 1U);
  EXPECT_EQ(open[0], call_number(1));
}

std::vector<std::uint64_t> numbers_of(const std::vector<CallRecord>& records) {
  std::vector<std::uint64_t> numbers;
  for (const CallRecord& record : records) numbers.push_back(record.call.low);
  return numbers;
}

using Numbers = std::vector<std::uint64_t>;

TEST_F(Calls, CallsThatHaveJustEndedAreFoundAfterARestartToo) {
  save_call(database, ended(call_number(1)));  // began at 1001, ended at 1501
  save_call(database, ended(call_number(5)));
  save_call(database, call_number(9));
  const auto found = recent_calls(database, {.ended_after_ms = 1501, .began_after_ms = 1000});
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0], ended(call_number(5)));
  EXPECT_TRUE(recent_calls(database, {.ended_after_ms = 1501, .began_after_ms = 1005}).empty());
}

TEST_F(Calls, TheLastThatWereClosedAreFoundWhateverTheClockSaid) {
  for (const std::uint64_t number : {8U, 3U, 6U, 1U}) save_call(database, call_number(number));
  for (const std::uint64_t number : {6U, 8U, 1U}) {
    CallRecord record = ended(call_number(number));
    record.ended_at_ms = number == 8 ? 1 : 9'000'000;  // the clock was set meanwhile
    save_call(database, record);
    save_call(database, record);  // written again, it keeps its place
  }
  save_call(database, ended(call_number(4)));  // over before it was ever written
  RecentCalls which{.ended_after_ms = 90'000'000, .began_after_ms = 90'000'000};
  for (const Numbers& last : {Numbers{}, Numbers{4}, Numbers{1, 4}, Numbers{8, 1, 4},
                              Numbers{6, 8, 1, 4}, Numbers{6, 8, 1, 4}}) {
    EXPECT_EQ(numbers_of(recent_calls(database, which)), last) << which.last_closed;
    ++which.last_closed;
  }
  which.last_closed = 1;
  which.ended_after_ms = 2000;
  which.began_after_ms = 1005;
  EXPECT_EQ(numbers_of(recent_calls(database, which)), (Numbers{6, 4})) << "each of them once";
}

TEST_F(Calls, AClosedRecordIsNeverChanged) {
  const CallRecord closed = ended(call_number(1));
  save_call(database, closed);
  CallRecord forged = call_number(1, "mallory", "bob");
  EXPECT_FALSE(save_call(database, forged)) << "an invite with the id of an old call";
  forged = ended(forged);
  forged.reason = wire::EndReason::declined;
  EXPECT_FALSE(save_call(database, forged));
  EXPECT_TRUE(save_call(database, closed)) << "the same once more is no news";
  remove_call(database, closed.call);  // one that becomes part of another call
  const auto found = history_of(database, {"alice"}, {});
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].record, closed);
  EXPECT_TRUE(open_calls(database).empty());
}

TEST_F(Calls, EachOfTheTwoPeopleRatesACallForThemselves) {
  const CallRecord record = talked(call_number(1));
  save_call(database, record);
  EXPECT_EQ(rate_call(database, record.call, {"bob"}, Rating::bad), RatingOutcome::saved);
  auto found = history_of_all(database, {});
  ASSERT_EQ(found.size(), 1U);
  EXPECT_FALSE(found[0].caller_rating);
  EXPECT_EQ(found[0].callee_rating, Rating::bad);

  EXPECT_EQ(rate_call(database, record.call, {"alice"}, Rating::good), RatingOutcome::saved);
  EXPECT_EQ(rate_call(database, record.call, {"alice"}, Rating::good), RatingOutcome::saved);
  EXPECT_EQ(rate_call(database, record.call, {"bob"}, Rating::good), RatingOutcome::saved);
  found = history_of_all(database, {});
  EXPECT_EQ(found[0].caller_rating, Rating::good);
  EXPECT_EQ(found[0].callee_rating, Rating::good);
  EXPECT_EQ(found[0].record, record) << "the record is as it was";
}

TEST_F(Calls, TwoWhoCalledEachOtherAtOnceKnowEachOther) {
  for (const char* user : {"alice", "bob"}) {
    ASSERT_TRUE(add_user(database, {{user}, user}, "x", 1));
  }
  CallRecord record = call_number(1);
  record.phase = wire::CallPhase::connecting;
  record.accepted_at_ms = 1100;
  record.merged = {{7, 2}, {8, 9}};
  save_call(database, record);
  for (const char* user : {"alice", "bob"}) {
    const auto relations = relations_of(database, {user});
    ASSERT_EQ(relations.size(), 1U) << user;
    EXPECT_TRUE(relations[0].known) << user;
  }
}

TEST_F(Calls, ARatingStaysWithItsCallWhateverIsWrittenLater) {
  const CallRecord record = talked(call_number(1));
  save_call(database, record);
  save_call(database, talked(call_number(2)));
  EXPECT_EQ(rate_call(database, record.call, {"alice"}, Rating::bad), RatingOutcome::saved);
  save_call(database, record);
  save_call(database, call_number(1));
  remove_call(database, record.call);
  database = Database(folder.file("db"), Database::Access::read_write, 100);
  const auto found = history_of(database, {"alice"}, {});
  ASSERT_EQ(found.size(), 2U);
  EXPECT_FALSE(found[0].caller_rating) << "another call";
  EXPECT_EQ(found[1].caller_rating, Rating::bad);
  EXPECT_EQ(found[1].record, record);
}

TEST_F(Calls, OnlyWhoTalkedCanRateAndOnlyWhatIsOver) {
  CallRecord active = call_number(1);
  active.phase = wire::CallPhase::active;
  active.connected_at_ms = 1100;
  save_call(database, active);
  save_call(database, ended(call_number(2)));
  save_call(database, talked(call_number(3)));
  const auto rate = [&](std::uint64_t number, const char* user) {
    return rate_call(database, {7, number}, {user}, Rating::bad);
  };
  EXPECT_EQ(rate(1, "alice"), RatingOutcome::not_over);
  EXPECT_EQ(rate(2, "alice"), RatingOutcome::never_connected);
  EXPECT_EQ(rate(3, "eve"), RatingOutcome::unknown_call);
  EXPECT_EQ(rate(4, "alice"), RatingOutcome::unknown_call);
  for (const HistoryEntry& entry :
       history_of_all(database, {.before = {}, .with_open_calls = true})) {
    EXPECT_FALSE(entry.caller_rating || entry.callee_rating);
  }
  ASSERT_EQ(open_calls(database).size(), 1U);
  EXPECT_EQ(open_calls(database)[0], active);
}

TEST_F(Calls, NamesAreThoseToShowAndOutliveTheAccount) {
  ASSERT_TRUE(add_user(database, {{"alice"}, "Alice A."}, "x", 1));
  save_call(database, ended(call_number(1)));
  const auto found = history_of(database, {"bob"}, {});
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].caller_name, "Alice A.");
  EXPECT_EQ(found[0].callee_name, "bob");
}

TEST_F(Calls, PruningRemovesOldEndedCallsOnly) {
  save_call(database, ended(call_number(1)));
  save_call(database, call_number(2));
  save_call(database, ended(call_number(3)));
  EXPECT_EQ(prune_calls(database, 1003, 100), 1);
  EXPECT_EQ(history_of_all(database, {.before = {}, .with_open_calls = true}).size(), 2U);
}

TEST_F(Calls, PruningKeepsToItsLimit) {
  for (std::uint64_t i = 0; i < 10; ++i) save_call(database, ended(call_number(i)));
  EXPECT_EQ(prune_calls(database, 5000, 4), 4);
  EXPECT_EQ(history_of_all(database, {}).size(), 6U);
}

}  // namespace
}  // namespace parley::server::store::sqlite
