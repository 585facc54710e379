// The store has one writing thread and two reading threads: the loop never waits for a disk. One
// reading thread only looks up tokens: a client that connects never waits for a long query.
//
// Records are committed in groups. A group begins when somebody waits for one of its records, and
// not too soon after the last one (Timings::gathering_each); the others ride along. Of several
// records of one call, only the newest is written. After a failure, the store keeps the records and
// tries again; a record is reported as durable only once it is on the disk.
#pragma once

#include "core/switchboard/record.hpp"
#include "server/log/log.hpp"
#include "server/loop/clock.hpp"
#include "server/store/people_index.hpp"
#include "server/store/plausible_time.hpp"
#include "server/store/sqlite/account_store.hpp"
#include "server/store/sqlite/call_store.hpp"
#include "server/store/sqlite/database.hpp"
#include "server/store/sqlite/people_store.hpp"
#include "server/store/sqlite/reader.hpp"
#include "server/store/store.hpp"

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <expected>
#include <filesystem>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>
#include <unordered_map>
#include <utility>
#include <vector>

namespace parley::server::store::sqlite {

struct Timings {
  /// How long one attempt waits for another process to finish with the file.
  std::chrono::milliseconds busy_timeout{1000};
  /// The waits before the next attempt after a failure: the first one, doubled with each failure,
  /// up to the limit.
  std::chrono::milliseconds first_retry{50};
  std::chrono::milliseconds retry_limit{2000};
  /// How often the store checks for changes by other processes. A record that nobody waits for is
  /// written after this long at the latest.
  std::chrono::milliseconds watch_interval{2000};
  /// A group begins this long after the start of the last one at the earliest: this much for each
  /// record and request of the last group, up to the limit. A commit costs about 0.5 ms of
  /// processor time however many records it has, so a busy server makes fewer and larger ones; a
  /// record that comes alone does not wait.
  std::chrono::milliseconds gathering_each{2};
  std::chrono::milliseconds gathering_limit{5};
};

class Store final : public store::Store {
 public:
  /// Opens the file and migrates it. Throws Failure.
  Store(store::Settings settings, Timings timings, Hooks hooks, const loop::Clock& clock,
        log::Log& log);
  ~Store() override;

  [[nodiscard]] AccountStore& accounts() override { return accounts_; }
  [[nodiscard]] PeopleStore& people() override { return people_; }
  [[nodiscard]] CallStore& calls() override { return calls_; }
  [[nodiscard]] bool healthy() const override { return healthy_; }
  void stop() override;

  // ---- for the three stores ----

  [[nodiscard]] const loop::Clock& clock() const { return clock_; }
  [[nodiscard]] std::vector<Account> take_initial_accounts() {
    return std::move(initial_accounts_);
  }
  [[nodiscard]] bool anybody_signed_in() const { return anybody_signed_in_; }
  [[nodiscard]] std::vector<switchboard::CallRecord> take_open_calls() {
    return std::move(open_calls_);
  }
  /// The plausible time (server/store/plausible_time.hpp), in Unix milliseconds. May be called from
  /// any thread.
  [[nodiscard]] std::int64_t plausible_now_ms();
  /// All accounts, for searching.
  [[nodiscard]] PeopleIndex& index() { return index_; }

  /// Queues a record; `durable` reports its ticket once it is on the disk. The record of an invite
  /// that became part of this call goes in the same commit.
  void write(const switchboard::CallRecord& record, StoreTicket ticket);
  /// Somebody waits for the writes up to `ticket`.
  void want(StoreTicket ticket);
  /// The number of records that are queued and not yet durable.
  [[nodiscard]] std::size_t backlog() const { return backlog_; }

  /// Runs `change` in the next group, and `done` on the loop after the commit. It is not repeated
  /// after a failure: unlike a record, a request can be sent again by its client.
  template <class Result>
  void execute(std::function<Result(Database&)> change, Done<Result> done) {
    submit(job_for(std::move(change), std::move(done)));
  }

  /// Runs `query` on a reading connection, and `done` on the loop.
  template <class Result>
  void read(std::function<Result(Database&)> query, Done<Result> done) {
    questions_->submit(job_for(std::move(query), std::move(done)));
  }

  /// The same on a separate connection and thread, for queries that take microseconds and that
  /// clients wait for, such as the lookup of a token.
  template <class Result>
  void look_up(std::function<Result(Database&)> query, Done<Result> done) {
    look_ups_->submit(job_for(std::move(query), std::move(done)));
  }

 private:
  struct Finished {
    std::function<void(bool good)> finish;
    bool good = false;
  };

  struct Batch {
    std::unordered_map<CallId, switchboard::CallRecord> records;
    std::vector<CallId> removed;
    StoreTicket last;
    std::vector<Job> jobs;
    bool wanted = false;  // somebody waits for a record
    [[nodiscard]] bool empty() const { return records.empty() && jobs.empty(); }
  };

  template <class Result>
  static Job job_for(std::function<Result(Database&)> query, Done<Result> done) {
    auto result = std::make_shared<std::optional<Result>>();
    return {[result, query = std::move(query)](Database& database) { *result = query(database); },
            [result, done = std::move(done)](bool good) {
              if (good) {
                done(std::move(**result));
              } else {
                done(std::unexpected(Unavailable{}));
              }
            }};
  }

  void submit(Job job);

  void run_writer();
  /// Waits for work and moves it into `batch_`. False when the store stops.
  bool take_batch(std::chrono::milliseconds at_most);
  /// Whether somebody waits for what is pending. Under the lock.
  [[nodiscard]] bool in_demand() const { return pending_.wanted || !pending_.jobs.empty(); }
  /// Writes `batch_`. On failure, throws Failure and keeps the records.
  void commit_batch();
  [[nodiscard]] bool run_job(const Job& job);
  void fail_jobs();
  void report(std::vector<Finished> finished, std::optional<StoreTicket> ticket);
  void keep_house();
  /// Checks whether commands have changed accounts since the last check.
  void watch_accounts();
  void tell_of_changed_accounts();
  void tell_of_commands();
  /// Deletes some of the expired data. False when nothing is left to delete.
  bool forget_a_share();

  AccountStore accounts_{*this};
  PeopleStore people_{*this};
  CallStore calls_{*this};
  store::Settings settings_;
  Timings timings_;
  Hooks hooks_;
  const loop::Clock& clock_;
  log::Log& log_;
  std::vector<Account> initial_accounts_;
  bool anybody_signed_in_ = false;
  std::vector<switchboard::CallRecord> open_calls_;

  std::mutex time_mutex_;
  PlausibleTime plausible_time_{0};

  std::mutex mutex_;
  std::condition_variable writer_wakes_;
  Batch pending_;
  StoreTicket taken_;  // the writes up to it have left `pending_`
  bool stopping_ = false;
  std::atomic<std::size_t> backlog_ = 0;
  std::atomic<bool> healthy_ = true;

  // Used only by the writing thread once it runs.
  Database writing_;
  Batch batch_;
  std::chrono::steady_clock::time_point next_group_;
  std::int64_t seen_change_ = 0;
  std::int64_t seen_data_version_ = 0;
  std::chrono::steady_clock::time_point next_watch_;
  std::chrono::steady_clock::time_point next_pruning_;

  PeopleIndex index_;
  std::optional<Reader> questions_;
  std::optional<Reader> look_ups_;
  std::thread writer_;
};

}  // namespace parley::server::store::sqlite
