#include "core/shell/driver.hpp"

#include <gtest/gtest.h>

#include <cstdint>
#include <string>
#include <utility>
#include <variant>

namespace parley {
namespace {

struct Press {
  std::string name;
};
struct TimeReached {};
using Event = std::variant<Press, TimeReached>;
struct Say {
  std::string text;
};

Instant at(std::int64_t ms) { return instant_from_ms(ms); }

/// Answers a press with two effects and a deadline, and the deadline with one effect.
class Machine {
 public:
  explicit Machine(std::string name = "m") : name_(std::move(name)) {}

  void handle(const Event& event, Instant now, std::vector<Say>& effects) {
    if (const auto* press = std::get_if<Press>(&event)) {
      effects.push_back({name_ + press->name + "1"});
      effects.push_back({name_ + press->name + "2"});
      deadline_ = now + wait;
    } else {
      effects.push_back({name_ + "late"});
      deadline_.reset();
    }
  }
  [[nodiscard]] std::optional<Instant> next_deadline() const { return deadline_; }

  static inline Duration wait{100};

 private:
  std::string name_;
  std::optional<Instant> deadline_;
};

using ToyDriver = Driver<Machine, Event, Say>;

class DriverTest : public testing::Test, private ToyDriver::Shell {
 protected:
  void SetUp() override { Machine::wait = Duration{100}; }

  ToyDriver driver{*this, Machine()};
  Instant clock = at(0);
  std::vector<std::string> done;
  std::vector<Instant> armed;
  std::optional<std::string> presses_when_it_hears;

  void wake(Instant due) {
    if (driver.fired(due)) driver.feed(TimeReached{});
  }

 private:
  [[nodiscard]] Instant now() const override { return clock; }
  void perform(Say& effect) override {
    done.push_back(effect.text);
    if (presses_when_it_hears == effect.text) driver.feed(Press{"b"});
  }
  void arm(Instant due) override { armed.push_back(due); }
  void taking(const Event& event) override {
    if (const auto* press = std::get_if<Press>(&event)) done.push_back("press " + press->name);
  }
  void decided(const Event& event, const std::vector<Say>& effects) override {
    if (std::holds_alternative<Press>(event)) {
      done.push_back(std::to_string(effects.size()) + " effects");
    }
  }
};

using Words = std::vector<std::string>;
using Times = std::vector<Instant>;

TEST_F(DriverTest, ShowsTheEventAndTheEffectsBeforeItCarriesThemOutInOrder) {
  driver.feed(Press{"a"});
  EXPECT_EQ(done, (Words{"press a", "2 effects", "ma1", "ma2"}));
}

TEST_F(DriverTest, AnEventFedByAnEffectWaitsForTheOtherEffects) {
  presses_when_it_hears = "ma1";
  driver.feed(Press{"a"});
  EXPECT_EQ(done,
            (Words{"press a", "2 effects", "ma1", "ma2", "press b", "2 effects", "mb1", "mb2"}));
  EXPECT_FALSE(driver.running());
}

TEST_F(DriverTest, ArmsTheTimerOnceWhileTheDeadlineMovesAway) {
  driver.feed(Press{"a"});
  clock = at(50);
  driver.feed(Press{"a"});
  EXPECT_EQ(armed, (Times{at(100)}));
}

TEST_F(DriverTest, ATimerThatFiresTooEarlyIsArmedAgain) {
  driver.feed(Press{"a"});
  clock = at(50);
  driver.feed(Press{"a"});
  done.clear();
  clock = at(100);
  wake(at(100));
  EXPECT_EQ(done, Words{});
  EXPECT_EQ(armed, (Times{at(100), at(150)}));
}

TEST_F(DriverTest, SaysWhenTheDeadlineHasCome) {
  driver.feed(Press{"a"});
  done.clear();
  clock = at(100);
  wake(at(100));
  EXPECT_EQ(done, Words{"mlate"});
}

TEST_F(DriverTest, AnEarlierDeadlineReplacesTheTimer) {
  driver.feed(Press{"a"});
  Machine::wait = Duration{10};
  driver.feed(Press{"a"});
  EXPECT_EQ(armed, (Times{at(100), at(10)}));
  done.clear();
  clock = at(200);
  wake(at(100));
  EXPECT_EQ(done, Words{});
  wake(at(10));
  EXPECT_EQ(done, Words{"mlate"});
}

TEST_F(DriverTest, ArmsAgainWhenTheClockWasSet) {
  driver.feed(Press{"a"});
  driver.arm_again();
  EXPECT_EQ(armed, (Times{at(100), at(100)}));
}

TEST_F(DriverTest, ANewMachineHasNoTimerAndNoWaitingEvents) {
  driver.feed(Press{"a"});
  driver.replace(Machine("n"));
  done.clear();
  clock = at(100);
  wake(at(100));
  EXPECT_EQ(done, Words{});
  driver.feed(Press{"a"});
  EXPECT_EQ(done, (Words{"press a", "2 effects", "na1", "na2"}));
}

}  // namespace
}  // namespace parley
