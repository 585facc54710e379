#include "server/auth/hash_queue.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <ctime>
#include <string>
#include <thread>
#include <vector>

namespace parley::server::auth {
namespace {

/// Uses the processor for this long.
void work_for(Duration time) {
  const auto used = [] {
    timespec now{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return now.tv_sec * 1000 + now.tv_nsec / 1'000'000;
  };
  const auto begin = used();
  while (used() - begin < time.count()) {
  }
}

class HashQueueTest : public testing::Test {
 protected:
  /// Work that waits until `open`, and then records its address.
  void submit(HashQueue& queue, const std::string& address, Duration cost = Duration{0}) {
    ++expected;
    queue.submit(
        address,
        [this, address, cost]() -> loop::Task {
          while (!open) std::this_thread::yield();
          work_for(cost);
          return [this, address] { note(done, address); };
        },
        [this, address](Duration wait) {
          EXPECT_GT(wait, Duration{0});
          note(refused, address);
        });
  }
  void note(std::string& list, const std::string& address) {
    list += address + ' ';
    if (--expected == 0) loop.stop();
  }
  void run() {
    open = true;
    if (expected > 0) loop.run();
  }

  loop::Loop loop;
  loop::Clock clock;
  std::atomic<bool> open = false;
  int expected = 0;
  std::string done;
  std::string refused;
};

TEST_F(HashQueueTest, AddressesTakeTurns) {
  HashQueue queue({.threads = 1}, loop, clock);
  for (int i = 0; i < 4; ++i) submit(queue, "a");
  submit(queue, "b");
  submit(queue, "c");
  submit(queue, "b");
  run();
  EXPECT_EQ(done, "a a b c a b a ");
}

TEST_F(HashQueueTest, WhoHasTheMostWaitingMakesRoom) {
  HashQueue queue({.threads = 1, .max_waiting = 4}, loop, clock);
  for (int i = 0; i < 5; ++i) submit(queue, "a");  // one runs, four wait
  submit(queue, "a");
  EXPECT_EQ(refused, "a ");
  submit(queue, "b");
  submit(queue, "c");
  EXPECT_EQ(refused, "a a a ");
  submit(queue, "d");
  EXPECT_EQ(refused, "a a a a ");
  submit(queue, "e");
  EXPECT_EQ(refused, "a a a a e ") << "nobody has more than one";
  run();
  EXPECT_EQ(done, "a a b c d ");
}

TEST_F(HashQueueTest, AnAddressHasABoundOfItsOwn) {
  HashQueue queue({.threads = 1, .max_waiting_per_address = 2}, loop, clock);
  for (int i = 0; i < 4; ++i) submit(queue, "a");
  EXPECT_EQ(refused, "a ");
  submit(queue, "b");
  run();
  EXPECT_EQ(done, "a a b a ");
}

TEST_F(HashQueueTest, TheBudgetIsProcessorTimeAndDoesNotComeBackWithSuccess) {
  HashQueue queue({.threads = 1, .burst = Duration{40}, .refill_share = 1000}, loop, clock);
  for (int i = 0; i < 3; ++i) {
    submit(queue, "a", Duration{30});
    run();
  }
  EXPECT_EQ(done, "a a ");
  EXPECT_EQ(refused, "a ");
  submit(queue, "b", Duration{1});
  run();
  EXPECT_EQ(done, "a a b ") << "others have theirs";
}

}  // namespace
}  // namespace parley::server::auth
