#include "server/store/sqlite/store.hpp"

#include "core/switchboard/timers.hpp"
#include "server/store/sqlite/accounts.hpp"
#include "server/store/sqlite/calls.hpp"
#include "server/store/sqlite/commands.hpp"
#include "server/store/sqlite/schema.hpp"

#include <algorithm>
#include <string_view>

namespace parley::server::store::sqlite {

namespace {

using SteadyClock = std::chrono::steady_clock;

constexpr auto kPruningInterval = std::chrono::hours(6);
// Deletions in one commit: this many take a few milliseconds, between the commits of calls.
constexpr std::int64_t kPruneAtOnce = 500;
constexpr std::int64_t kDayMs = 24LL * 60 * 60 * 1000;
// Longer than a device can be away and still ask about its call. It includes a margin, because an
// abandoned call counts as ended at its last media.
constexpr std::int64_t kJustEndedMs = Duration(switchboard::kRestoredFor).count();
// There is no index of ends. The start must not wait for a scan; the id of a call that lasted
// longer is too old to be used again.
constexpr std::int64_t kSearchedMs = 2LL * 60 * 60 * 1000;

std::int64_t data_version(Database& database) {
  Query query = database.query("PRAGMA data_version");
  query.step();
  return query.integer(0);
}

}  // namespace

Store::Store(store::Settings settings, Timings timings, Hooks hooks, const loop::Clock& clock,
             log::Log& log)
    : settings_(std::move(settings)),
      timings_(timings),
      hooks_(std::move(hooks)),
      clock_(clock),
      log_(log),
      writing_(settings_.file, Database::Access::read_write,
               static_cast<int>(timings_.busy_timeout.count())),
      next_watch_(SteadyClock::now() + timings_.watch_interval),
      next_pruning_(SteadyClock::now()) {
  migrate(writing_);
  open_calls_ = open_calls(writing_);
  const std::int64_t now_ms = clock.now_ms();
  for (auto& record : recent_calls(writing_, {.last_closed = switchboard::kRestoredCalls,
                                              .ended_after_ms = now_ms - kJustEndedMs,
                                              .began_after_ms = now_ms - kSearchedMs})) {
    open_calls_.push_back(std::move(record));
  }
  plausible_time_ = PlausibleTime(plausible_time(writing_));
  anybody_signed_in_ = sqlite::anybody_signed_in(writing_, plausible_now_ms());
  seen_change_ = last_account_change(writing_);
  for (AccountDetails& user : list_users(writing_)) {
    // A user with an invalid name can't be called, and the name can't be sent to a client.
    const bool is_a_name = parse_user_id(user.account.user.text) == user.account.user;
    if (is_a_name) initial_accounts_.push_back(std::move(user.account));
  }
  index_.fill(initial_accounts_);
  const auto open_reader = [this](std::optional<Reader>& reader) {
    reader.emplace(Database(settings_.file, Database::Access::read_only,
                            static_cast<int>(timings_.busy_timeout.count())),
                   hooks_.post, log_);
  };
  open_reader(questions_);
  open_reader(look_ups_);
  writer_ = std::thread([this] { run_writer(); });
}

Store::~Store() { stop(); }

void Store::stop() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  writer_wakes_.notify_all();
  if (writer_.joinable()) writer_.join();
  if (questions_) questions_->stop();
  if (look_ups_) look_ups_->stop();
}

void Store::write(const switchboard::CallRecord& record, StoreTicket ticket) {
  const std::lock_guard lock(mutex_);
  if (record.merged) {
    backlog_ -= pending_.records.erase(record.merged->call);
    pending_.removed.push_back(record.merged->call);
  }
  if (pending_.records.insert_or_assign(record.call, record).second) ++backlog_;
  pending_.last = ticket;
}

void Store::want(StoreTicket ticket) {
  {
    const std::lock_guard lock(mutex_);
    if (ticket <= taken_ || pending_.wanted) return;
    pending_.wanted = true;
  }
  writer_wakes_.notify_one();
}

void Store::submit(Job job) {
  {
    const std::lock_guard lock(mutex_);
    pending_.jobs.push_back(std::move(job));
  }
  writer_wakes_.notify_one();
}

std::int64_t Store::plausible_now_ms() {
  const std::lock_guard lock(time_mutex_);
  const bool was_in_doubt = plausible_time_.in_doubt();
  const std::int64_t time_ms = plausible_time_.look(clock_.now_ms(), loop::Clock::uptime());
  if (plausible_time_.in_doubt() && !was_in_doubt) {
    log_.warning("the clock is ahead of what is plausible; nothing expires by it yet",
                 {{"ahead_ms", plausible_time_.ahead_ms()}});
  }
  return time_ms;
}

// ---- the writing thread ----

void Store::run_writer() {
  std::chrono::milliseconds retry = timings_.first_retry;
  while (take_batch(timings_.watch_interval)) {
    try {
      commit_batch();
      keep_house();
      retry = timings_.first_retry;
      if (!healthy_.exchange(true)) log_.repeatedly(log::Level::info, "store works again");
    } catch (const Failure& failure) {
      fail_jobs();
      if (healthy_.exchange(false)) {
        log_.repeatedly(log::Level::error, "store failed",
                        {{"why", failure.what()}, {"records_waiting", backlog_.load()}});
      }
      std::unique_lock lock(mutex_);
      if (stopping_) break;
      writer_wakes_.wait_for(lock, retry, [this] { return stopping_; });
      retry = std::min(retry * 2, timings_.retry_limit);
    }
  }
  if (backlog_ > 0) log_.error("records were not written", {{"records", backlog_.load()}});
}

bool Store::take_batch(std::chrono::milliseconds at_most) {
  std::unique_lock lock(mutex_);
  if (batch_.empty()) {
    writer_wakes_.wait_for(lock, at_most, [this] { return stopping_ || in_demand(); });
    writer_wakes_.wait_until(lock, next_group_, [this] { return stopping_; });
  }
  if (stopping_ && pending_.empty() && batch_.empty()) return false;
  if (batch_.records.empty()) {
    batch_.records.swap(pending_.records);
  } else {
    // Adds the new records to those of a failed attempt; the newer record of a call replaces the
    // older one.
    for (auto& [call, record] : pending_.records) {
      if (!batch_.records.insert_or_assign(call, std::move(record)).second) --backlog_;
    }
    pending_.records.clear();
  }
  for (const CallId& call : std::exchange(pending_.removed, {})) {
    backlog_ -= batch_.records.erase(call);
    batch_.removed.push_back(call);
  }
  if (pending_.last > batch_.last) batch_.last = pending_.last;
  taken_ = batch_.last;
  pending_.wanted = false;
  batch_.jobs = std::exchange(pending_.jobs, {});
  return true;
}

void Store::commit_batch() {
  if (batch_.empty()) return;
  const auto size =
      static_cast<int>(std::min<std::size_t>(batch_.records.size() + batch_.jobs.size(), 1000));
  next_group_ =
      SteadyClock::now() + std::min(size * timings_.gathering_each, timings_.gathering_limit);
  std::vector<Finished> finished;
  Transaction transaction(writing_);
  // Reports the changes of commands before changes of the server itself increase the count.
  if (!batch_.jobs.empty()) tell_of_changed_accounts();
  for (const CallId& call : batch_.removed) remove_call(writing_, call);
  for (const auto& [call, record] : batch_.records) {
    if (save_call(writing_, record)) continue;
    log_.repeatedly(log::Level::error,
                    "the record of a call was not written: another one with its id is closed",
                    {{"call", to_string(call)}});
  }
  for (const Job& job : batch_.jobs) finished.push_back({job.finish, run_job(job)});
  const std::int64_t own_change = finished.empty() ? seen_change_ : last_account_change(writing_);
  transaction.commit();
  seen_change_ = own_change;
  const bool wrote_records = !batch_.records.empty();
  backlog_ -= batch_.records.size();
  batch_.records.clear();
  batch_.removed.clear();
  batch_.jobs.clear();
  report(std::move(finished), wrote_records ? std::optional(batch_.last) : std::nullopt);
}

bool Store::run_job(const Job& job) {
  writing_.query("SAVEPOINT job").run();
  try {
    job.work(writing_);
    writing_.query("RELEASE job").run();
    return true;
  } catch (const Failure& failure) {
    // A change that the schema forbids fails alone, without the rest of the group.
    if (!failure.is_constraint()) throw;
    log_.repeatedly(log::Level::error, "a change was refused by the schema",
                    {{"why", failure.what()}});
    writing_.query("ROLLBACK TO job").run();
    writing_.query("RELEASE job").run();
    return false;
  }
}

void Store::fail_jobs() {
  std::vector<Finished> finished;
  for (Job& job : batch_.jobs) finished.push_back({std::move(job.finish), false});
  batch_.jobs.clear();
  report(std::move(finished), std::nullopt);
}

void Store::report(std::vector<Finished> finished, std::optional<StoreTicket> ticket) {
  if (finished.empty() && !ticket) return;
  hooks_.post([this, finished = std::move(finished), ticket] {
    if (ticket) hooks_.durable(*ticket);
    for (const Finished& job : finished) job.finish(job.good);
  });
}

void Store::keep_house() {
  const auto now = SteadyClock::now();
  if (now >= next_watch_) {
    next_watch_ = now + timings_.watch_interval;
    watch_accounts();
  }
  // Goes on at the next opportunity while more is left to delete.
  if (now >= next_pruning_ && !forget_a_share()) next_pruning_ = now + kPruningInterval;
}

bool Store::forget_a_share() {
  const std::int64_t now_ms = plausible_now_ms();
  Transaction transaction(writing_);
  set_plausible_time(writing_, now_ms);
  const std::int64_t secrets = prune_secrets(writing_, now_ms, kPruneAtOnce);
  const std::int64_t calls =
      settings_.history_days > 0
          ? prune_calls(writing_, now_ms - settings_.history_days * kDayMs, kPruneAtOnce)
          : 0;
  transaction.commit();
  return secrets >= kPruneAtOnce || calls >= kPruneAtOnce;
}

void Store::watch_accounts() {
  const std::int64_t version = data_version(writing_);
  if (version == seen_data_version_) return;
  tell_of_changed_accounts();
  tell_of_commands();
  seen_data_version_ = version;
}

/// Reports the accounts that commands have changed; the server has its own changes already.
void Store::tell_of_changed_accounts() {
  std::vector<AccountChange> changes = account_changes_since(writing_, seen_change_);
  if (changes.empty()) return;
  seen_change_ = changes.back().account.change;
  hooks_.post([this, changes = std::move(changes)] { hooks_.accounts_changed(changes); });
}

void Store::tell_of_commands() {
  Transaction transaction(writing_);
  const std::vector<Command> commands = noted_commands(writing_);
  if (commands.empty()) return;
  for (const Command& command : commands) {
    if (command.user) {
      log_.info("command was run",
                {{"command", command.name}, {"user", *command.user}, {"at_ms", command.at_ms}});
    } else {
      log_.info("command was run", {{"command", command.name}, {"at_ms", command.at_ms}});
    }
  }
  forget_commands(writing_);
  transaction.commit();
}

}  // namespace parley::server::store::sqlite
