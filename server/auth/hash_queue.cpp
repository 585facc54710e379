#include "server/auth/hash_queue.hpp"

#include "server/auth/limits.hpp"

#include <algorithm>
#include <ctime>
#include <thread>
#include <utility>

namespace parley::server::auth {

namespace {

/// Processor time of this thread: on a busy machine, waiting for the processor does not count.
std::chrono::microseconds processor_time() {
  timespec time{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  return std::chrono::seconds(time.tv_sec) + std::chrono::duration_cast<std::chrono::microseconds>(
                                                 std::chrono::nanoseconds(time.tv_nsec));
}

}  // namespace

std::size_t hash_threads() {
  return std::clamp<std::size_t>(std::thread::hardware_concurrency() / 2, 1, kMaxHashThreads);
}

HashQueue::HashQueue(HashLimits limits, loop::Loop& loop, const loop::Clock& clock)
    : limits_(limits),
      loop_(loop),
      clock_(clock),
      use_(limits.max_addresses),
      workers_(limits.threads, limits.threads, loop::Priority::low) {}

HashQueue::Use& HashQueue::use_of(const std::string& address, Instant now) {
  Use& use = use_.touch(address);
  use.used = std::max(Duration{0}, use.used - (now - use.at) / limits_.refill_share);
  use.at = now;
  return use;
}

void HashQueue::submit(const std::string& address, Work work, Refused refused) {
  const auto known = by_address_.find(address);
  const std::size_t own = known == by_address_.end() ? 0 : known->second->waiting.size();
  if (own >= limits_.max_waiting_per_address) return refused(kWaitForRoom);
  Use& use = use_of(address, clock_.now());
  if (use.used > limits_.burst) return refused((use.used - limits_.burst) * limits_.refill_share);
  if (waiting_ >= limits_.max_waiting && !displace(own)) return refused(kWaitForRoom);
  use.used += usual_;
  if (known == by_address_.end()) {
    lines_.push_back({address, {}});
    by_address_.emplace(address, std::prev(lines_.end()));
  }
  by_address_.at(address)->waiting.push_back({std::move(work), std::move(refused), usual_});
  ++waiting_;
  start_next();
}

bool HashQueue::displace(std::size_t waiting) {
  const auto longest =
      std::ranges::max_element(lines_, {}, [](const Line& line) { return line.waiting.size(); });
  // The new address has one more entry then, and must not have as many as the other had.
  if (longest == lines_.end() || longest->waiting.size() < waiting + 2) return false;
  Job job = std::move(longest->waiting.back());
  longest->waiting.pop_back();
  --waiting_;
  Use& use = use_of(longest->address, clock_.now());
  use.used = std::max(Duration{0}, use.used - job.reserved);
  job.refused(kWaitForRoom);
  return true;
}

void HashQueue::start_next() {
  while (running_ < limits_.threads && !lines_.empty()) {
    Line& line = lines_.front();
    Job job = std::move(line.waiting.front());
    line.waiting.pop_front();
    --waiting_;
    const std::string address = line.address;
    if (line.waiting.empty()) {
      by_address_.erase(address);
      lines_.pop_front();
    } else {
      lines_.splice(lines_.end(), lines_, lines_.begin());
    }
    run(address, std::move(job));
  }
}

void HashQueue::run(const std::string& address, Job job) {
  ++running_;
  const bool accepted =
      workers_.submit([this, address, reserved = job.reserved, work = std::move(job.work)] {
        const auto begin = processor_time();
        loop::Task then = work();
        const auto took = std::chrono::round<Duration>(processor_time() - begin);
        loop_.post([this, address, reserved, took, then = std::move(then)] {
          finished(address, reserved, took);
          then();
        });
      });
  if (!accepted) --running_;  // stopped
}

void HashQueue::finished(const std::string& address, Duration reserved, Duration took) {
  --running_;
  usual_ = took;
  Use& use = use_of(address, clock_.now());
  use.used = std::max(Duration{0}, use.used - reserved + took);
  start_next();
}

}  // namespace parley::server::auth
