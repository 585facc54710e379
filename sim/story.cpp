#include "sim/story.hpp"

#include "core/base/random.hpp"
#include "sim/scenes.hpp"

#include <algorithm>
#include <charconv>
#include <sstream>

namespace parley::sim {

namespace {

/// The frequency of an action, and the largest value of its `a`.
struct Habit {
  ActionKind what;
  unsigned weight;
  std::uint32_t a;
  std::uint32_t b;
  bool fault;
};

constexpr std::array kHabits{
    Habit{ActionKind::dial, 60, 8, 2, false},
    Habit{ActionKind::answer, 60, 4, 2, false},
    Habit{ActionKind::decline, 8, 4, 1, false},
    Habit{ActionKind::hang_up, 25, 4, 1, false},
    Habit{ActionKind::hold, 8, 4, 1, false},
    Habit{ActionKind::resume, 8, 4, 1, false},
    Habit{ActionKind::join, 12, 4, 1, false},
    Habit{ActionKind::microphone, 6, 4, 2, false},
    Habit{ActionKind::camera, 6, 4, 2, false},
    Habit{ActionKind::screen, 5, 4, 2, false},
    Habit{ActionKind::dismiss, 4, 4, 1, false},
    Habit{ActionKind::regard, 5, 4, 3, true},
    Habit{ActionKind::only_known, 2, 1, 2, true},
    Habit{ActionKind::meddle, 10, 8, 13, true},
    Habit{ActionKind::crowd, 1, 24, 2, true},
    Habit{ActionKind::flood, 2, 300, 4, true},
    Habit{ActionKind::insist, 1, 60'000, 1, true},
    Habit{ActionKind::reload, 8, 1, 1, true},
    Habit{ActionKind::close_page, 8, 200'000, 3, true},
    Habit{ActionKind::crash_page, 6, 8'000, 2, true},
    Habit{ActionKind::sign_out, 2, 10'000, 1, true},
    Habit{ActionKind::sleep, 4, 240'000, 2, true},
    Habit{ActionKind::freeze, 3, 60'000, 1, true},
    Habit{ActionKind::jump_clock, 2, 900'000, 1, true},
    Habit{ActionKind::unplug, 4, 1, 3, true},
    Habit{ActionKind::silence, 4, 2, 2, true},
    Habit{ActionKind::slow_operations, 5, 800, 1, true},
    Habit{ActionKind::fail_operation, 3, 1, 1, true},
    Habit{ActionKind::hang_operation, 3, 1, 1, true},
    Habit{ActionKind::cut_socket, 12, 1, 1, true},
    Habit{ActionKind::offline, 8, 90'000, 1, true},
    Habit{ActionKind::block, 5, 20'000, 2, true},
    Habit{ActionKind::half_open, 6, 1, 2, true},
    Habit{ActionKind::slow_link, 5, 2'000, 3, true},
    Habit{ActionKind::duplicate, 5, 60, 1, true},
    Habit{ActionKind::late, 4, 30, 1, true},
    Habit{ActionKind::lose, 4, 20, 1, true},
    Habit{ActionKind::mend_link, 8, 1, 1, true},
    Habit{ActionKind::network_changed, 4, 1, 1, true},
    Habit{ActionKind::block_media, 8, 90'000, 1, true},
    Habit{ActionKind::crash, 5, 8'000, 1, true},
    Habit{ActionKind::crash_before_commit, 5, 4'000, 1, true},
    Habit{ActionKind::crash_after_commit, 5, 4'000, 1, true},
    Habit{ActionKind::crash_between_sends, 5, 4'000, 1, true},
    Habit{ActionKind::drain, 2, 4'000, 1, true},
    Habit{ActionKind::slow_store, 4, 600, 1, true},
    Habit{ActionKind::step_clock, 4, 172'800'000, 2, true},
};

/// One in this many stories starts with a scene.
constexpr std::uint32_t kSceneEvery = 6;

constexpr std::array kPeople{"ann", "ben", "cid", "dot"};

class Teller {
 public:
  explicit Teller(std::uint64_t seed) : chance_(seed) {}

  Story tell(std::uint64_t seed) {
    Story story{.seed = seed,
                .delay_ms = below(5) == 0 ? 1 + below(600) : 1 + below(120),
                .jitter_ms = below(2) == 0 ? 0 : below(150),
                .commit_ms = 1 + below(30),
                .operation_ms = 1 + below(80),
                .watch_ms = below(6) == 0 ? 150'000 : below(15'000)};
    const std::uint32_t people = 2 + below(below(3) == 0 ? 3 : 2);
    for (std::uint32_t i = 0; i < people; ++i) {
      const std::uint32_t devices = 1 + below(below(4) == 0 ? 3 : 2);
      for (std::uint32_t d = 0; d < devices; ++d) {
        story.devices.push_back({.user = kPeople[i],
                                 .microphone = below(8) != 0,
                                 .camera = below(4) != 0,
                                 .media_ms = below(10) == 0 ? below(30'000) : below(3'000),
                                 .clock_ms = static_cast<std::int64_t>(below(1'800'000)) - 900'000,
                                 .permissions = below(2) == 0});
      }
    }
    choose_habits();
    if (below(kSceneEvery) == 0) add_scene(story, chance_);
    const bool hasty = below(4) == 0;  // the actions of people cross in transit
    const std::uint32_t actions = 8 + below(50);
    for (std::uint32_t i = 0; i < actions; ++i) {
      std::uint32_t longest = below(6) == 0 ? 15'000 : below(3) == 0 ? 2'500 : 350;
      if (hasty && below(10) != 0) longest = 120;
      Action action{.wait_ms = below(longest),
                    .actor = below(static_cast<std::uint32_t>(story.devices.size()))};
      const Habit& habit = choose();
      action.what = habit.what;
      action.a = below(habit.a);
      action.b = below(habit.b);
      story.actions.push_back(action);
    }
    for (Setup& device : story.devices) device.direct = below(2) != 0;
    return story;
  }

 private:
  std::uint32_t below(std::uint32_t bound) {
    return static_cast<std::uint32_t>(chance_.below(bound));
  }

  /// Every story omits some actions and uses others more often: a failure that one fault hides
  /// appears in a story without that fault.
  void choose_habits() {
    const bool calm = below(5) == 0;
    for (std::size_t i = 0; i < kHabits.size(); ++i) {
      weights_[i] = kHabits[i].weight * 4;
      if (!kHabits[i].fault) continue;
      weights_[i] = calm ? 0 : kHabits[i].weight * std::array{0U, 0U, 3U, 12U}[below(4)];
    }
    for (const unsigned weight : weights_) sum_ += weight;
  }

  const Habit& choose() {
    std::uint32_t left = below(sum_);
    std::size_t i = 0;
    while (left >= weights_[i]) left -= weights_[i++];
    return kHabits[i];
  }

  Random chance_;
  std::array<unsigned, kHabits.size()> weights_{};
  std::uint32_t sum_ = 0;
};

/// The value after `name=` in a line of them; the fallback without one.
template <class Number>
Number value_of(std::string_view line, std::string_view name, Number fallback) {
  const std::string key = " " + std::string(name) + "=";
  const std::size_t at = line.find(key);
  if (at == std::string_view::npos) return fallback;
  const std::string_view text = line.substr(at + key.size());
  Number value = fallback;
  std::from_chars(text.data(), text.data() + text.size(), value);
  return value;
}

}  // namespace

std::string someone_else(const Story& story, std::string_view user, std::uint32_t a) {
  std::vector<std::string> others;
  for (const Setup& setup : story.devices) {
    const bool known = std::ranges::find(others, setup.user) != others.end();
    if (setup.user != user && !known) others.push_back(setup.user);
  }
  if (others.empty()) return std::string(user);
  return others[a % others.size()];
}

Story story_of(std::uint64_t seed) { return Teller(seed).tell(seed); }

std::string to_text(const Story& story) {
  std::ostringstream out;
  out << "story seed=" << story.seed << " delay=" << story.delay_ms << " jitter=" << story.jitter_ms
      << " commit=" << story.commit_ms << " operation=" << story.operation_ms
      << " watch=" << story.watch_ms << "\n";
  for (const Setup& device : story.devices) {
    out << "device " << device.user << " microphone=" << device.microphone
        << " camera=" << device.camera << " media=" << device.media_ms
        << " clock=" << device.clock_ms << " direct=" << device.direct
        << " permissions=" << device.permissions << "\n";
  }
  for (const Action& action : story.actions) {
    out << "after " << action.wait_ms << " " << action.actor + 1 << " "
        << kActionNames[static_cast<std::size_t>(action.what)] << " " << action.a << " " << action.b
        << "\n";
  }
  return std::move(out).str();
}

std::expected<Story, std::string> read_story(std::string_view text) {
  Story story;
  std::istringstream in{std::string(text)};
  for (std::string line; std::getline(in, line);) {
    std::istringstream words(line);
    std::string word;
    if (!(words >> word) || word.starts_with('#')) continue;
    if (word == "story") {
      story.seed = value_of(line, "seed", story.seed);
      story.delay_ms = value_of(line, "delay", story.delay_ms);
      story.jitter_ms = value_of(line, "jitter", story.jitter_ms);
      story.commit_ms = value_of(line, "commit", story.commit_ms);
      story.operation_ms = value_of(line, "operation", story.operation_ms);
      story.watch_ms = value_of(line, "watch", story.watch_ms);
    } else if (word == "device") {
      Setup device;
      words >> device.user;
      device.microphone = value_of(line, "microphone", 1) != 0;
      device.camera = value_of(line, "camera", 1) != 0;
      device.media_ms = value_of(line, "media", device.media_ms);
      device.clock_ms = value_of(line, "clock", device.clock_ms);
      device.direct = value_of(line, "direct", 1) != 0;
      device.permissions = value_of(line, "permissions", 0) != 0;
      story.devices.push_back(std::move(device));
    } else if (word == "after") {
      Action action;
      std::string what;
      if (!(words >> action.wait_ms >> action.actor >> what)) return std::unexpected(line);
      words >> action.a >> action.b;
      const auto known = std::ranges::find(kActionNames, what);
      if (known == kActionNames.end() || action.actor == 0 || action.actor > story.devices.size()) {
        return std::unexpected(line);
      }
      --action.actor;
      action.what = static_cast<ActionKind>(known - kActionNames.begin());
      story.actions.push_back(action);
    } else {
      return std::unexpected(line);
    }
  }
  if (story.devices.empty()) return std::unexpected("no device");
  return story;
}

}  // namespace parley::sim
