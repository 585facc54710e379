#include "server/store/sqlite/store.hpp"

#include "server/store/sqlite/accounts.hpp"
#include "server/store/sqlite/calls.hpp"
#include "server/store/sqlite/commands.hpp"
#include "server/store/sqlite/invitations.hpp"
#include "server/store/sqlite/relations.hpp"
#include "server/store/sqlite/schema.hpp"
#include "server/store/test_folder.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <expected>
#include <limits>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace parley::server::store::sqlite {
namespace {

using namespace std::chrono_literals;
using switchboard::CallRecord;

/// Replaces the event loop: runs posted functions on the thread of the test.
class TestLoop {
 public:
  void post(std::function<void()> task) {
    const std::lock_guard lock(mutex_);
    tasks_.push_back(std::move(task));
    changed_.notify_one();
  }

  /// Runs tasks until `done`; false when that takes more than ten seconds.
  template <class Done>
  bool run_until(Done done) {
    const auto give_up = std::chrono::steady_clock::now() + 10s;
    while (!done()) {
      std::unique_lock lock(mutex_);
      if (!changed_.wait_until(lock, give_up, [this] { return !tasks_.empty(); })) return false;
      auto task = std::move(tasks_.front());
      tasks_.pop_front();
      lock.unlock();
      task();
    }
    return true;
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<std::function<void()>> tasks_;
};

CallRecord call_number(std::uint64_t number) {
  CallRecord record;
  record.call = {7, number};
  record.caller.user = {"alice"};
  record.callee.user = {"bob"};
  record.invited_at_ms = static_cast<std::int64_t>(number);
  return record;
}

CallRecord talked(CallRecord record) {
  record.phase = wire::CallPhase::ended;
  record.reason = wire::EndReason::completed;
  record.connected_at_ms = record.invited_at_ms + 100;
  record.ended_at_ms = record.invited_at_ms + 500;
  return record;
}

class StoreTest : public testing::Test {
 protected:
  static constexpr Timings kTimings{
      .busy_timeout = 50ms, .first_retry = 5ms, .retry_limit = 20ms, .watch_interval = 20ms};

  Store& open(const Timings& timings = kTimings) {
    const store::Settings settings{.file = folder.file("db"), .history_days = 0};
    Hooks hooks;
    hooks.post = [this](std::function<void()> task) { loop.post(std::move(task)); };
    hooks.durable = [this](StoreTicket ticket) {
      durable = ticket;
      ++commits;
    };
    hooks.accounts_changed = [this](std::vector<AccountChange> changes) {
      for (AccountChange& change : changes) seen_changes.push_back(std::move(change));
    };
    store = std::make_unique<Store>(settings, timings, hooks, clock, log);
    return *store;
  }

  std::size_t records_on_disk() {
    Database database(folder.file("db"), Database::Access::read_only, 1000);
    Query query = database.query("SELECT count(*) FROM calls");
    query.step();
    return static_cast<std::size_t>(query.integer(0));
  }

  /// The store's answer to `ask`.
  template <class Result>
  Result answer(auto ask) {
    std::optional<std::expected<Result, Unavailable>> result;
    ask([&](std::expected<Result, Unavailable> found) { result = std::move(found); });
    EXPECT_TRUE(loop.run_until([&] { return result.has_value(); }));
    return result.value().value();
  }

  /// The outcome of alice's rating; empty when the store could not be used.
  std::optional<RatingOutcome> rate(const CallId& call, Rating rating) {
    std::optional<std::expected<RatingOutcome, Unavailable>> outcome;
    store->calls().rate(call, {"alice"}, rating, [&](auto result) { outcome = result; });
    if (!loop.run_until([&] { return outcome.has_value(); }) || !*outcome) return std::nullopt;
    return **outcome;
  }

  /// The record of a call of alice on the disk, and her rating.
  std::optional<HistoryEntry> entry_of(const CallId& call) {
    Database database(folder.file("db"), Database::Access::read_only, 1000);
    for (HistoryEntry& entry : history_of(database, {"alice"}, {})) {
      if (entry.record.call == call) return std::move(entry);
    }
    return std::nullopt;
  }

  TestFolder folder;
  TestLoop loop;
  loop::Clock clock;
  std::vector<std::string> lines;
  std::mutex lines_mutex;
  log::Log log{log::Level::debug, log::Format::text, [this](std::string_view line) {
                 const std::lock_guard lock(lines_mutex);
                 lines.emplace_back(line);
                 loop.post([] {});  // the test may wait for this line
               }};
  StoreTicket durable;
  int commits = 0;
  std::vector<AccountChange> seen_changes;
  std::unique_ptr<Store> store;
};

TEST_F(StoreTest, ARecordReportedDurableIsOnTheDisk) {
  open().write(call_number(1), {1});
  ASSERT_TRUE(loop.run_until([&] { return durable == StoreTicket{1}; }));
  EXPECT_EQ(records_on_disk(), 1U);
  EXPECT_EQ(store->backlog(), 0U);
}

TEST_F(StoreTest, RecordsThatArriveTogetherShareACommit) {
  Store& one = open();
  constexpr std::uint64_t kRecords = 2000;
  for (std::uint64_t i = 1; i <= kRecords; ++i) one.write(call_number(i), {i});
  ASSERT_TRUE(loop.run_until([&] { return durable == StoreTicket{kRecords}; }));
  EXPECT_EQ(records_on_disk(), kRecords);
  EXPECT_LT(commits, 200) << "each commit waits for the disk once";
}

TEST_F(StoreTest, ARecordThatNobodyWaitsForRidesAlong) {
  Timings timings = kTimings;
  timings.watch_interval = 1h;
  Store& one = open(timings);
  one.write(call_number(1), {1});
  one.write(call_number(2), {2});
  one.want({1});
  ASSERT_TRUE(loop.run_until([&] { return durable >= StoreTicket{1}; }));
  EXPECT_EQ(durable, StoreTicket{2});
  EXPECT_EQ(commits, 1);
  one.want({2});  // written already
  one.write(call_number(3), {3});
  EXPECT_EQ(rate(call_number(3).call, Rating::good), RatingOutcome::not_over) << "a request, too";
  EXPECT_EQ(durable, StoreTicket{3});
}

TEST_F(StoreTest, ARecordThatNobodyWaitsForIsWrittenInTheEnd) {
  open().write(call_number(1), {1});
  EXPECT_TRUE(loop.run_until([&] { return durable == StoreTicket{1}; }));
}

TEST_F(StoreTest, RecordsThatAreWaitedForInTurnGather) {
  Timings timings = kTimings;
  timings.watch_interval = 1h;
  timings.gathering_each = 1h;
  timings.gathering_limit = 1h;
  Store& one = open(timings);
  one.write(call_number(1), {1});
  one.want({1});
  ASSERT_TRUE(loop.run_until([&] { return durable == StoreTicket{1}; }))
      << "the first does not wait";
  one.write(call_number(2), {2});
  one.want({2});
  one.write(call_number(3), {3});
  one.want({3});
  one.stop();
  ASSERT_TRUE(loop.run_until([&] { return durable == StoreTicket{3}; }));
  EXPECT_EQ(commits, 2);
}

TEST_F(StoreTest, OnlyTheNewestRecordOfACallIsWritten) {
  Store& one = open();
  for (std::uint64_t i = 1; i <= 100; ++i) {
    CallRecord record = call_number(1);
    record.link = static_cast<std::uint32_t>(i);
    one.write(record, {i});
  }
  ASSERT_TRUE(loop.run_until([&] { return durable == StoreTicket{100}; }));
  Database database(folder.file("db"), Database::Access::read_only, 1000);
  const auto open = open_calls(database);
  ASSERT_EQ(open.size(), 1U);
  EXPECT_EQ(open[0].link, 100U);
}

TEST_F(StoreTest, ARecordThatTakesThePlaceOfAnotherRemovesIt) {
  Store& one = open();
  one.write(call_number(1), {1});
  one.write(call_number(2), {2});
  ASSERT_TRUE(loop.run_until([&] { return durable == StoreTicket{2}; }));
  const auto with = [](CallRecord record, std::uint64_t merged) {
    record.merged = {{7, merged}, {8, 9}};
    return record;
  };
  one.write(with(call_number(1), 2), {3});
  one.write(call_number(3), {4});
  one.write(with(call_number(4), 3), {5});  // 3 may never be written
  ASSERT_TRUE(loop.run_until([&] { return durable == StoreTicket{5}; }));
  EXPECT_EQ(records_on_disk(), 2U);
  EXPECT_EQ(store->backlog(), 0U);
}

TEST_F(StoreTest, StoppingWritesWhatIsQueued) {
  Store& one = open();
  for (std::uint64_t i = 1; i <= 500; ++i) one.write(call_number(i), {i});
  one.stop();
  EXPECT_EQ(records_on_disk(), 500U);
}

TEST_F(StoreTest, CallsThatWereNotOverAreHandedOutAtTheNextStart) {
  open().write(call_number(1), {1});
  store.reset();
  const auto found = open().take_open_calls();
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0], call_number(1));
}

TEST_F(StoreTest, CallsThatWereClosedLastAreHandedOutTooWhateverTheClockSays) {
  const auto ended_ago = [&](std::uint64_t number, std::chrono::milliseconds ago) {
    CallRecord record = call_number(number);
    record.invited_at_ms = clock.now_ms() - ago.count() - 1000;
    record.phase = wire::CallPhase::ended;
    record.reason = wire::EndReason::declined;
    record.ended_at_ms = clock.now_ms() - ago.count();
    return record;
  };
  open().write(ended_ago(1, 1min), {1});
  ASSERT_TRUE(loop.run_until([&] { return durable == StoreTicket{1}; }));
  store->write(ended_ago(2, 48h), {2});  // it was set back meanwhile
  store.reset();
  const auto found = open().take_open_calls();
  ASSERT_EQ(found.size(), 2U);
  EXPECT_EQ(found[0].call, (CallId{7, 1}));
  EXPECT_EQ(found[1].call, (CallId{7, 2}));
  EXPECT_EQ(found[1].reason, wire::EndReason::declined);
}

TEST_F(StoreTest, AStoreThatFailsKeepsItsRecordsAndTriesAgain) {
  Store& one = open();
  Database other(folder.file("db"), Database::Access::read_write, 1000);
  std::optional<Transaction> lock(std::in_place, other);  // longer than the busy timeout
  one.write(call_number(1), {1});
  const auto give_up = std::chrono::steady_clock::now() + 10s;
  while (one.healthy() && std::chrono::steady_clock::now() < give_up) std::this_thread::yield();
  EXPECT_FALSE(one.healthy());
  one.write(call_number(2), {2});
  EXPECT_EQ(durable, StoreTicket{});
  EXPECT_EQ(one.backlog(), 2U);

  lock.reset();
  ASSERT_TRUE(loop.run_until([&] { return durable == StoreTicket{2}; }));
  EXPECT_EQ(records_on_disk(), 2U);
  // The commit is reported before the state is: give the writer a moment to say so.
  while (!one.healthy() && std::chrono::steady_clock::now() < give_up) std::this_thread::yield();
  EXPECT_TRUE(one.healthy());
}

TEST_F(StoreTest, ARequestFailsAtTheFirstTrouble) {
  Store& one = open();
  Database other(folder.file("db"), Database::Access::read_write, 1000);
  const Transaction lock(other);
  std::optional<bool> good;
  one.execute<bool>([](Database& database) { return user_exists(database, {"x"}); },
                    [&](auto result) { good = result.has_value(); });
  ASSERT_TRUE(loop.run_until([&] { return good.has_value(); }));
  EXPECT_FALSE(*good);
}

TEST_F(StoreTest, AFullDiskHarmsNothingThatWasWritten) {
  Store& one = open();
  std::optional<bool> prepared;
  one.execute<bool>(
      [](Database& database) {
        // The limit is the present number of pages: the next page fails with "database or disk is
        // full".
        database.execute("PRAGMA max_page_count = 1");
        return true;
      },
      [&](auto result) { prepared = result.value_or(false); });
  ASSERT_TRUE(loop.run_until([&] { return prepared.has_value(); }));
  for (std::uint64_t i = 1; i <= 3000; ++i) one.write(call_number(i), {i});
  const auto give_up = std::chrono::steady_clock::now() + 10s;
  while (one.healthy() && std::chrono::steady_clock::now() < give_up) std::this_thread::yield();
  EXPECT_FALSE(one.healthy());
  EXPECT_GT(one.backlog(), 0U);
  one.stop();
  Database database(folder.file("db"), Database::Access::read_only, 1000);
  Query check = database.query("PRAGMA integrity_check");
  ASSERT_TRUE(check.step());
  EXPECT_EQ(check.text(0), "ok");
}

TEST_F(StoreTest, AChangeTheSchemaForbidsFailsAlone) {
  Store& one = open();
  std::optional<bool> bad;
  std::optional<bool> good;
  one.execute<bool>(
      [](Database& database) {
        add_token(database, {{}, {"nobody"}, 1, 2, {}});  // no such user
        return true;
      },
      [&](auto result) { bad = result.has_value(); });
  one.execute<bool>(
      [](Database& database) { return add_user(database, {{"alice"}, "Alice"}, "x", 1); },
      [&](auto result) { good = result.value_or(false); });
  one.write(call_number(1), {1});
  ASSERT_TRUE(loop.run_until([&] { return bad && good && durable == StoreTicket{1}; }));
  EXPECT_FALSE(*bad);
  EXPECT_TRUE(*good);
  EXPECT_TRUE(one.healthy());
}

TEST_F(StoreTest, ACallCanBeRatedWhileItsEndIsStillOnItsWayToTheDisk) {
  const CallRecord record = talked(call_number(1));
  open().write(call_number(1), {1});
  store->write(record, {2});
  EXPECT_EQ(rate(record.call, Rating::good), RatingOutcome::saved);
  const auto entry = entry_of(record.call);
  ASSERT_TRUE(entry);
  EXPECT_EQ(entry->record, record);
  EXPECT_EQ(entry->caller_rating, Rating::good);
}

TEST_F(StoreTest, ARatingOutlivesLaterRecordsAndRestarts) {
  const CallRecord record = talked(call_number(1));
  open().write(record, {1});
  EXPECT_EQ(rate(record.call, Rating::bad), RatingOutcome::saved);
  store->write(call_number(1), {2});
  CallRecord again = record;
  again.merged = {{7, 2}, {8, 9}};
  store->write(again, {3});
  ASSERT_TRUE(loop.run_until([&] { return durable == StoreTicket{3}; }));
  store.reset();
  open();
  EXPECT_EQ(entry_of(record.call)->caller_rating, Rating::bad);
  EXPECT_EQ(rate(record.call, Rating::good), RatingOutcome::saved);
  EXPECT_EQ(entry_of(record.call)->caller_rating, Rating::good);
}

TEST_F(StoreTest, ARatingThatCantBeWrittenIsRefusedAndTheRecordIsNot) {
  const CallRecord record = talked(call_number(1));
  open();
  Database other(folder.file("db"), Database::Access::read_write, 1000);
  std::optional<Transaction> lock(std::in_place, other);  // longer than the busy timeout
  store->write(record, {1});
  EXPECT_FALSE(rate(record.call, Rating::good));
  lock.reset();
  ASSERT_TRUE(loop.run_until([&] { return durable == StoreTicket{1}; }));
  const auto entry = entry_of(record.call);
  ASSERT_TRUE(entry);
  EXPECT_EQ(entry->record, record);
  EXPECT_FALSE(entry->caller_rating);
}

NewAccount new_account(std::string user, unsigned char token) {
  NewAccount account;
  account.account = {{user}, "Somebody"};
  account.password_hash = "old";
  account.invitation = SecretHash{};
  account.admission = Admission::invited;
  account.token.hash[0] = std::byte{token};
  account.token.user = {std::move(user)};
  account.token.expires_at_ms = std::numeric_limits<std::int64_t>::max();
  return account;
}

TEST_F(StoreTest, ASignUpThatFailsUsesNoInvitationUp) {
  AccountStore& accounts = open().accounts();
  {
    Database other(folder.file("db"), Database::Access::read_write, 1000);
    ASSERT_TRUE(add_user(other, {{"alice"}, "Alice"}, "x", 1));
    add_invitation(other, std::nullopt, {{}, 1, std::numeric_limits<std::int64_t>::max()});
  }
  const auto sign_up = [&](const char* user, unsigned char token) {
    return answer<SignUpResult>(
        [&](auto done) { accounts.sign_up(new_account(user, token), done); });
  };
  EXPECT_EQ(sign_up("alice", 1), std::unexpected(Error::name_taken));
  EXPECT_EQ(sign_up("bob", 2), SignUpResult());
  EXPECT_EQ(sign_up("carol", 3), std::unexpected(Error::invitation_needed)) << "it was used up";
}

TEST_F(StoreTest, AnInvitationMakesItsTwoPeopleContacts) {
  AccountStore& accounts = open().accounts();
  {
    Database other(folder.file("db"), Database::Access::read_write, 1000);
    ASSERT_TRUE(add_user(other, {{"alice"}, "Alice"}, "x", 1));
  }
  const Invitation invitation{{}, 1, std::numeric_limits<std::int64_t>::max()};
  ASSERT_TRUE(
      answer<bool>([&](auto done) { accounts.add_invitation({"alice"}, invitation, done); }));
  EXPECT_EQ(answer<SignUpResult>([&](auto done) { accounts.sign_up(new_account("bob", 2), done); }),
            SignUpResult(UserId{"alice"}));
  Database database(folder.file("db"), Database::Access::read_write, 1000);
  EXPECT_EQ(contacts_of(database, {"alice"}).front().user, UserId{"bob"});
  EXPECT_EQ(contacts_of(database, {"bob"}).front().user, UserId{"alice"});
}

TEST_F(StoreTest, AUserHasALimitedNumberOfInvitations) {
  AccountStore& accounts = open().accounts();
  {
    Database other(folder.file("db"), Database::Access::read_write, 1000);
    ASSERT_TRUE(add_user(other, {{"alice"}, "Alice"}, "x", 1));
  }
  Invitation invitation{{}, 1, std::numeric_limits<std::int64_t>::max()};
  const auto add = [&](unsigned number) {
    invitation.hash[0] = static_cast<std::byte>(number);
    return answer<bool>([&](auto done) { accounts.add_invitation({"alice"}, invitation, done); });
  };
  for (unsigned i = 0; i < kMaxInvitationsPerUser; ++i) EXPECT_TRUE(add(i));
  EXPECT_FALSE(add(99));
  invitation.hash[0] = std::byte{0};
  EXPECT_TRUE(answer<bool>([&](auto done) {
    accounts.withdraw_invitation({"alice"}, token_id(invitation.hash), done);
  }));
  EXPECT_TRUE(add(99));
}

TEST_F(StoreTest, OnlyThePasswordThatCountsGrantsATokenOrIsChanged) {
  AccountStore& accounts = open().accounts();
  Database other(folder.file("db"), Database::Access::read_write, 1000);
  ASSERT_TRUE(add_user(other, {{"alice"}, "Alice"}, "old", 1));
  const Credentials old{{{"alice"}, "Alice"}, "old"};
  using Removed = std::optional<std::vector<SecretHash>>;
  const auto grant = [&](unsigned char token) {
    return answer<Removed>(
        [&](auto done) { accounts.grant_token(old, new_account("alice", token).token, {}, done); });
  };
  const auto change = [&](const char* hash) {
    return answer<Removed>([&](auto done) { accounts.change_password(old, hash, {}, done); });
  };
  EXPECT_TRUE(grant(1));
  const Removed removed = change("new");
  ASSERT_TRUE(removed);
  EXPECT_EQ(removed->size(), 1U) << "all tokens but the one that is kept";
  EXPECT_FALSE(change("newer"));
  EXPECT_FALSE(grant(2));
  EXPECT_EQ(find_credentials(other, {"alice"})->password_hash, "new");
}

TEST_F(StoreTest, ReadsSeeWhatWasCommittedBefore) {
  Store& one = open();
  one.write(call_number(1), {1});
  ASSERT_TRUE(loop.run_until([&] { return durable == StoreTicket{1}; }));
  std::optional<std::size_t> found;
  one.read<std::size_t>([](Database& database) { return open_calls(database).size(); },
                        [&](auto result) { found = result.value_or(0); });
  ASSERT_TRUE(loop.run_until([&] { return found.has_value(); }));
  EXPECT_EQ(*found, 1U);
}

TEST_F(StoreTest, ChangesByAnotherProcessAreNoticed) {
  open();
  Database other(folder.file("db"), Database::Access::read_write, 1000);
  {
    Transaction transaction(other);
    ASSERT_TRUE(add_user(other, {{"alice"}, "Alice"}, "x", 1));
    transaction.commit();
  }
  ASSERT_TRUE(loop.run_until([&] { return seen_changes.size() == 1; }));
  EXPECT_EQ(seen_changes[0].account.user.text, "alice");
  EXPECT_FALSE(seen_changes[0].signed_out);
  {
    Transaction transaction(other);
    ASSERT_TRUE(set_password(other, {"alice"}, "y"));
    transaction.commit();
  }
  ASSERT_TRUE(loop.run_until([&] { return seen_changes.size() == 2; }));
  EXPECT_TRUE(seen_changes[1].signed_out);
}

TEST_F(StoreTest, ItsOwnChangesAreNotThoseOfCommands) {
  std::optional<std::expected<bool, Unavailable>> added;
  open().execute<bool>(
      [](Database& database) { return add_user(database, {{"alice"}, "Alice"}, "x", 1); },
      [&](auto result) { added = result; });
  ASSERT_TRUE(loop.run_until([&] { return added.has_value(); }));
  Database other(folder.file("db"), Database::Access::read_write, 1000);
  {
    Transaction transaction(other);
    ASSERT_TRUE(add_user(other, {{"bob"}, "Bob"}, "x", 1));
    transaction.commit();
  }
  ASSERT_TRUE(loop.run_until([&] { return !seen_changes.empty(); }));
  ASSERT_EQ(seen_changes.size(), 1U);
  EXPECT_EQ(seen_changes[0].account.user.text, "bob");
}

TEST_F(StoreTest, CommandsAreWrittenToTheLogOnce) {
  const auto told = [this](std::string_view end) {
    const std::lock_guard lock(lines_mutex);
    return std::ranges::count_if(lines,
                                 [&](const std::string& line) { return line.ends_with(end); });
  };
  {
    Database before(folder.file("db"), Database::Access::read_write, 1000);
    migrate(before);
    note_command(before, "user invite", {}, 7);
  }
  open();
  constexpr std::string_view kInvited = R"( info command was run command="user invite" at_ms=7)";
  ASSERT_TRUE(loop.run_until([&] { return told(kInvited) == 1; }));
  Database other(folder.file("db"), Database::Access::read_write, 1000);
  note_command(other, "user add", UserId{"alice"}, 8);
  constexpr std::string_view kAdded =
      R"( info command was run command="user add" user=alice at_ms=8)";
  ASSERT_TRUE(loop.run_until([&] { return told(kAdded) == 1; }));
  EXPECT_EQ(told(kInvited), 1);
  store.reset();
  EXPECT_TRUE(noted_commands(other).empty());
}

}  // namespace
}  // namespace parley::server::store::sqlite
