#include "sim/explore.hpp"

#include "core/testing/world.hpp"
#include "sim/narrator.hpp"
#include "sim/oracle/oracle.hpp"

#include <algorithm>
#include <array>
#include <cstdio>
#include <ctime>
#include <string>
#include <unordered_map>
#include <vector>

namespace parley::sim {

using phone::CallView;
using phone::Phase;
using testing::Device;
using testing::World;
using namespace std::chrono_literals;

namespace {

/// A possible next step: a number below kFirstAct runs that lane of the scheduler, 0 fires the next
/// timer, the others are actions of the two people or faults.
using Choice = std::uint8_t;
using Path = std::vector<Choice>;
constexpr Choice kTimer = 0;
constexpr Choice kFirstAct = 32;

enum class Act : std::uint8_t { dial, answer, decline, hang_up, mute, cut_socket, crash };
constexpr std::array<std::string_view, 7> kActNames{"dials",
                                                    "answers",
                                                    "declines",
                                                    "hangs up",
                                                    "mutes",
                                                    "loses its socket",
                                                    "sees the server crash"};
constexpr std::size_t kActs = kActNames.size();
constexpr Choice kEnd = kFirstAct + 2 * static_cast<Choice>(kActs);

std::uint64_t mix(std::uint64_t hash, std::uint64_t value) {
  std::uint64_t z = (hash ^ value) * 0x9e3779b97f4a7c15U;
  z = (z ^ (z >> 29U)) * 0xbf58476d1ce4e5b9U;
  return z ^ (z >> 32U);
}

std::uint64_t mix(std::uint64_t hash, std::string_view text) {
  return mix(hash, std::hash<std::string_view>{}(text));
}

/// The inputs of every machine so far. The machines are deterministic: two orders of events
/// that give each machine the same events in the same order lead to the same world, so only one of
/// them is followed.
class Histories final : public testing::Observer {
 public:
  void device_took(Device& device, const phone::Event& event,
                   const std::vector<phone::Effect>& /*effects*/) override {
    std::uint64_t& hash = devices_[device.number() % devices_.size()];
    hash = mix(hash, static_cast<std::uint64_t>(ms_of(device.local_now())));
    if (const auto* frame = std::get_if<phone::FrameReceived>(&event)) {
      hash = mix(hash, frame->text);
    } else {
      hash = mix(hash, json::to_json(event));
    }
  }
  void server_took(const switchboard::Event& event, const Device* /*from*/,
                   const std::vector<switchboard::Effect>& effects) override {
    server_ = mix(mix(server_, event.index()), effects.size());
    if (const auto* frame = std::get_if<switchboard::FrameReceived>(&event)) {
      server_ = mix(mix(server_, frame->connection.value), frame->text);
    } else if (const auto* lost = std::get_if<switchboard::ConnectionLost>(&event)) {
      server_ = mix(server_, lost->connection.value);
    } else if (const auto* known = std::get_if<switchboard::Authenticated>(&event)) {
      server_ = mix(server_, known->connection.value);
    } else if (const auto* restored = std::get_if<switchboard::CallRestored>(&event)) {
      server_ = mix(server_, restored->record.call.low);
    }
  }
  void server_crashed() override { server_ = mix(server_, 0xc4a54U); }

  [[nodiscard]] std::uint64_t hash(const World& world, Instant now) const {
    const auto [durable, life] = world.progress();
    std::uint64_t hash = mix(mix(server_, durable), life);
    for (const std::uint64_t device : devices_) hash = mix(hash, device);
    return mix(hash, static_cast<std::uint64_t>(ms_of(now)));
  }

 private:
  std::array<std::uint64_t, 4> devices_{};
  std::uint64_t server_ = 0;
};

/// The state of the call at the start of the exploration.
enum class Stage : std::uint8_t { idle, ringing, answered, active };
constexpr std::array<std::string_view, 4> kStageNames{"before a call", "while it rings",
                                                      "when it is answered", "while it is on"};

/// A UUIDv7 of the start time of every world.
CallId call_id(std::uint64_t number) {
  constexpr std::uint64_t kStartMs = 1'700'000'000'000U;
  return {kStartMs << 16U | 0x7000U, 0x8000'0000'0000'0000U | number};
}

/// A world after a path of steps.
class Run {
 public:
  explicit Run(Stage stage) : oracle_(world_, {}) {
    world_.observers.push_back(&oracle_);
    world_.observers.push_back(&histories_);
    for (const char* name : {"ann", "ben"}) {
      Device& device = world_.add_device(name);
      device.candidates = 1;
    }
    world_.run_for(1s);
    Device& ann = *world_.devices()[0];
    Device& ben = *world_.devices()[1];
    if (stage >= Stage::ringing) {
      ann.feed(phone::Dialed{call_id(9), {{"ben"}, {}}, wire::MediaKind::audio});
      world_.run_for(500ms);
    }
    if (stage >= Stage::answered) ben.answer();
    if (stage == Stage::active) world_.run_for(1s);
    world_.take_control();
  }
  Run(const Run&) = delete;

  void narrate() {
    narrator_.emplace(world_);
    world_.observers.push_back(&*narrator_);
  }

  [[nodiscard]] const std::optional<Violation>& broken() const { return oracle_.broken(); }
  [[nodiscard]] std::uint64_t hash() { return histories_.hash(world_, world_.scheduler().now()); }
  /// Each action can be done once, so the actions are a part of the state.
  [[nodiscard]] std::uint64_t full_hash() { return mix(hash(), done_); }

  void follow(const Path& path) {
    for (const Choice choice : path) take(choice);
  }

  void take(Choice choice) {
    if (choice == kTimer) {
      world_.fire_next_timer();
    } else if (choice < kFirstAct) {
      world_.scheduler().run(choice);
    } else {
      act(choice);
    }
  }

  [[nodiscard]] std::vector<Choice> choices() {
    std::vector<Choice> choices;
    for (const auto lane : world_.scheduler().lanes()) choices.push_back(static_cast<Choice>(lane));
    for (Choice choice = kFirstAct; choice < kEnd; ++choice) {
      if (possible(choice)) choices.push_back(choice);
    }
    if (world_.next_timer()) choices.push_back(kTimer);
    return choices;
  }

  /// From here on nothing is chosen: the world must come to rest.
  std::optional<Violation> come_to_rest() {
    world_.release_control();
    std::optional<Violation> left = oracle_.unsettled();
    for (int look = 0; look < 40 && left && !broken(); ++look) {
      world_.run_for(5s);
      left = oracle_.unsettled();
    }
    if (broken() || left) return broken() ? broken() : left;
    for (const auto& device : world_.devices()) {
      const std::vector<CallView> calls = device->view().calls.items;
      for (const CallView& call : calls) device->feed(phone::HangUpPressed{call.call});
    }
    left = oracle_.left_over();
    for (int look = 0; look < 20 && left && !broken(); ++look) {
      world_.run_for(3s);
      left = oracle_.left_over();
    }
    return broken() ? broken() : left;
  }

 private:
  Device& who(Choice choice) { return *world_.devices()[(choice - kFirstAct) / kActs]; }
  static Act what(Choice choice) { return static_cast<Act>((choice - kFirstAct) % kActs); }

  static std::optional<CallId> some_call(const Device& device, auto fits) {
    for (const CallView& call : device.view().calls.items) {
      if (fits(call.phase)) return call.call;
    }
    return std::nullopt;
  }
  static bool rings(Phase phase) { return phase == Phase::incoming; }
  static bool is_open(Phase phase) {
    return phase != Phase::ended && phase != Phase::incoming && phase != Phase::elsewhere;
  }

  bool possible(Choice choice) {
    if ((done_ >> choice & 1U) != 0) return false;
    Device& device = who(choice);
    switch (what(choice)) {
      case Act::dial:
        return true;
      case Act::answer:
      case Act::decline:
        return some_call(device, rings).has_value();
      case Act::hang_up:
      case Act::mute:
        return some_call(device, is_open).has_value();
      case Act::cut_socket:
        return device.reaches_server();
      case Act::crash:
        return choice < kFirstAct + kActs;  // one crash is enough
    }
    return false;
  }

  void act(Choice choice) {
    done_ |= std::uint64_t{1} << choice;
    Device& device = who(choice);
    if (narrator_) {
      narrator_->remark(device.user().text + " " +
                        std::string(kActNames[static_cast<std::size_t>(what(choice))]));
    }
    switch (what(choice)) {
      case Act::dial:
        // The lower id may be the later one.
        device.feed(phone::Dialed{call_id(3 - device.number()),
                                  {{device.number() == 1 ? "ben" : "ann"}, {}},
                                  wire::MediaKind::audio});
        break;
      case Act::answer:
        device.feed(phone::AnswerPressed{*some_call(device, rings)});
        break;
      case Act::decline:
        device.feed(phone::DeclinePressed{*some_call(device, rings)});
        break;
      case Act::hang_up:
        device.feed(phone::HangUpPressed{*some_call(device, is_open)});
        break;
      case Act::mute:
        device.feed(phone::MicrophoneSwitched{*some_call(device, is_open), false});
        break;
      case Act::cut_socket:
        device.cut_socket();
        break;
      case Act::crash:
        world_.restart_server();
        break;
    }
  }

  World world_{testing::WorldOptions{.seed = 1, .jitter = 0ms}};
  Oracle oracle_;
  Histories histories_;
  std::optional<Narrator> narrator_;
  std::uint64_t done_ = 0;
};

double cpu_seconds() { return static_cast<double>(std::clock()) / CLOCKS_PER_SEC; }

int show(Stage stage, const Path& path, const Violation& violation) {
  Run run(stage);
  run.narrate();
  run.follow(path);
  if (!run.broken()) (void)run.come_to_rest();
  std::printf("violation after %zu choices: %s: %s\n", path.size(), violation.rule.c_str(),
              violation.what.c_str());
  return 1;
}

/// A state that was reached for the first time, and the number of paths to it.
struct Reached {
  Path path;
  double ways = 0;
};

/// Explores from one stage; false when an invariant breaks.
bool explore_from(Stage stage, unsigned depth, double seconds) {
  const double start = cpu_seconds();
  const auto failed = [&](const Path& path, const Violation& violation) {
    return show(stage, path, violation) == 0;
  };
  std::unordered_map<std::uint64_t, Reached> level;
  level.emplace(0, Reached{.ways = 1});
  std::uint64_t states = 1;
  std::uint64_t transitions = 0;
  double ways = 1;
  unsigned done = 0;
  for (unsigned at = 1; at <= depth; ++at) {
    std::unordered_map<std::uint64_t, Reached> next;
    for (const auto& [hash, reached] : level) {
      Run here(stage);
      here.follow(reached.path);
      for (const Choice choice : here.choices()) {
        Run run(stage);
        run.follow(reached.path);
        run.take(choice);
        ++transitions;
        Path path = reached.path;
        path.push_back(choice);
        if (run.broken()) return failed(path, *run.broken());
        Reached& found = next[run.full_hash()];
        if (found.ways == 0) {
          found.path = path;
          if (const auto left = run.come_to_rest()) return failed(path, *left);
        }
        found.ways += reached.ways;
      }
      if (cpu_seconds() - start > seconds) break;
    }
    states += next.size();
    if (cpu_seconds() - start > seconds) break;
    ways = 0;
    for (const auto& [hash, reached] : next) ways += reached.ways;
    done = at;
    level = std::move(next);
  }
  std::printf("%-20s depth %2u: %9llu states, %9llu transitions, %.2g interleavings; %.0f s\n",
              std::string(kStageNames[static_cast<std::size_t>(stage)]).c_str(), done,
              static_cast<unsigned long long>(states), static_cast<unsigned long long>(transitions),
              ways, cpu_seconds() - start);
  std::fflush(stdout);
  return true;
}

}  // namespace

int explore(unsigned depth, double seconds) {
  for (const Stage stage : {Stage::idle, Stage::ringing, Stage::answered, Stage::active}) {
    if (!explore_from(stage, depth, seconds / 4)) return 1;
  }
  std::printf("no violation, and every state comes to rest\n");
  return 0;
}

}  // namespace parley::sim
