// Measures the call logic alone. Real calls are run once, and the inputs of the switchboard and the
// phones are recorded. Both are deterministic, so replaying the inputs to fresh ones costs the same
// as the logic, without sockets or disk.
#include "bench/load/calls.hpp"
#include "bench/load/exchange.hpp"
#include "bench/load/modes.hpp"
#include "core/testing/world.hpp"

#include <algorithm>
#include <ctime>
#include <limits>
#include <span>
#include <stdexcept>
#include <utility>

namespace parley::load {

namespace {

constexpr std::size_t kPeople = 8;
constexpr unsigned kCalls = 1000;
constexpr unsigned kWorldCalls = 300;
/// The minimum of several tries has the least noise from other processes.
constexpr int kTries = 7;
/// Eight people call in turn: often, but within the limits of the switchboard.
constexpr Duration kBetweenCalls{300};

/// Processor time of this thread; time of other threads does not count.
double cpu_now_s() {
  timespec time{};
  ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) / 1e9;
}

template <class Work>
double least_cpu_s(Work work) {
  double least = std::numeric_limits<double>::max();
  for (int i = 0; i < kTries; ++i) least = std::min(least, work());
  return least;
}

/// The recorded inputs.
struct Recording {
  struct ToSwitchboard {
    switchboard::Event event;
    Instant at;
    std::string frame;  // the text behind a FrameReceived
  };
  struct ToPhone {
    std::size_t phone = 0;
    phone::Event event;
    Instant at;
  };
  std::vector<ToSwitchboard> switchboard;
  std::vector<ToPhone> phones;
};

void make_calls(Exchange& exchange, Calls& calls) {
  for (unsigned i = 1; i <= kCalls; ++i) {
    exchange.advance(kBetweenCalls);
    exchange.run();
    if (!calls.start(Clock::now())) throw std::runtime_error("no pair is free");
    exchange.run();
    if (calls.completed() != i) throw std::runtime_error("a call did not complete");
  }
}

Recording record(Pace pace) {
  Recording recording;
  Loop loop;
  Counters counters;
  counters.observer = [&](const DeviceId& device, const phone::Event& event, Instant at) {
    recording.phones.push_back({static_cast<std::size_t>(device.low - 1), event, at});
  };
  Exchange exchange(instant_of(Clock::now()));
  exchange.observer = [&](const switchboard::Event& event, Instant at) {
    const auto* frame = std::get_if<switchboard::FrameReceived>(&event);
    recording.switchboard.push_back({event, at, frame ? std::string(frame->text) : std::string()});
  };
  std::vector<std::unique_ptr<Client>> clients;
  for (std::size_t i = 1; i <= kPeople; ++i) {
    const UserId user{"load" + std::to_string(i)};
    exchange.add_user(user);
    clients.push_back(std::make_unique<Client>(loop, counters, pace, user, DeviceId{1, i},
                                               std::make_unique<Exchange::DirectLine>(exchange)));
    clients.back()->sign_in(user.text);
  }
  exchange.run();
  Calls calls(clients, Calls::Limit::none);
  make_calls(exchange, calls);
  for (Recording::ToSwitchboard& told : recording.switchboard) {
    if (auto* frame = std::get_if<switchboard::FrameReceived>(&told.event)) {
      frame->text = told.frame;
    }
  }
  return recording;
}

double replay_switchboard(const Recording& recording) {
  switchboard::Switchboard fresh{switchboard::Settings{}};
  std::vector<switchboard::Effect> effects;
  const double start = cpu_now_s();
  for (const auto& told : recording.switchboard) {
    effects.clear();
    fresh.handle(told.event, told.at, effects);
  }
  return cpu_now_s() - start;
}

double replay_phones(const Recording& recording) {
  std::vector<phone::Phone> fresh;
  for (std::size_t i = 1; i <= kPeople; ++i) fresh.emplace_back(i);
  std::vector<phone::Effect> effects;
  const double start = cpu_now_s();
  for (const auto& told : recording.phones) {
    effects.clear();
    fresh[told.phone].handle(told.event, told.at, effects);
  }
  return cpu_now_s() - start;
}

/// Whole calls in the simulated world, with its delays, its store and its scripted browsers.
double simulate() {
  const double start = cpu_now_s();
  testing::World world;
  testing::Device& alice = world.add_device("alice");
  testing::Device& bob = world.add_device("bob");
  const auto reach = [&](const auto& condition) {
    if (!world.run_until(condition)) throw std::runtime_error("a simulated call got stuck");
  };
  reach([&] { return alice.online() && bob.online(); });
  for (unsigned i = 0; i < kWorldCalls; ++i) {
    alice.dial("bob");
    reach([&] { return bob.shows(phone::Phase::incoming); });
    bob.answer();
    reach([&] { return alice.shows(phone::Phase::active) && bob.shows(phone::Phase::active); });
    alice.hang_up();
    reach([&] { return bob.shows(phone::Phase::ended); });
    world.run_for(std::chrono::seconds(3));
  }
  return cpu_now_s() - start;
}

}  // namespace

Section measure_core(const Options& options) {
  const Recording recording = record({.gathering = options.gathering, .hurried = true});
  const double switchboard_s = least_cpu_s([&] { return replay_switchboard(recording); });
  const double phones_s = least_cpu_s([&] { return replay_phones(recording); });
  const double world_s = least_cpu_s(simulate);
  const auto switchboard_steps = static_cast<double>(recording.switchboard.size());
  const auto phone_steps = static_cast<double>(recording.phones.size());
  Section section{"core", "call logic in one process, no sockets; " + std::to_string(kCalls) +
                              " calls, told again " + std::to_string(kTries) + " times"};
  section.figures = {
      {"switchboard_steps_per_call", switchboard_steps / kCalls, "", 1, ""},
      {"switchboard_per_step", switchboard_s * 1e9 / switchboard_steps, "ns", 0, ""},
      {"switchboard_per_call", switchboard_s * 1e6 / kCalls, "us", 1, ""},
      {"phone_steps_per_call", phone_steps / kCalls, "", 1, ""},
      {"phone_per_step", phones_s * 1e9 / phone_steps, "ns", 0, "<= 50000 (in a browser)"},
      {"phones_per_call", phones_s * 1e6 / kCalls, "us", 1, ""},
      {"calls_per_cpu_s", kCalls / (switchboard_s + phones_s), "", 0, ""},
      {"simulated_calls_per_cpu_s", kWorldCalls / world_s, "", 0, ">= 2000"},
  };
  return section;
}

}  // namespace parley::load
