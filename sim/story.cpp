#include "sim/story.hpp"

#include "core/base/random.hpp"
#include "sim/scenes.hpp"

#include <algorithm>
#include <charconv>
#include <sstream>

namespace parley::sim {

namespace {

/// How often a deed is done, and how large its `a` can be.
struct Habit {
  Do what;
  unsigned weight;
  std::uint32_t a;
  std::uint32_t b;
  bool fault;
};

constexpr std::array kHabits{
    Habit{Do::dial, 60, 8, 2, false},
    Habit{Do::answer, 60, 4, 2, false},
    Habit{Do::decline, 8, 4, 1, false},
    Habit{Do::hang_up, 25, 4, 1, false},
    Habit{Do::hold, 8, 4, 1, false},
    Habit{Do::resume, 8, 4, 1, false},
    Habit{Do::join, 12, 4, 1, false},
    Habit{Do::microphone, 6, 4, 2, false},
    Habit{Do::camera, 6, 4, 2, false},
    Habit{Do::screen, 5, 4, 2, false},
    Habit{Do::dismiss, 4, 4, 1, false},
    Habit{Do::regard, 5, 4, 3, true},
    Habit{Do::only_known, 2, 1, 2, true},
    Habit{Do::meddle, 10, 8, 13, true},
    Habit{Do::crowd, 1, 24, 2, true},
    Habit{Do::flood, 2, 300, 4, true},
    Habit{Do::insist, 1, 60'000, 1, true},
    Habit{Do::reload, 8, 1, 1, true},
    Habit{Do::close_page, 8, 200'000, 3, true},
    Habit{Do::crash_page, 6, 8'000, 2, true},
    Habit{Do::sign_out, 2, 10'000, 1, true},
    Habit{Do::sleep, 4, 240'000, 2, true},
    Habit{Do::freeze, 3, 60'000, 1, true},
    Habit{Do::jump_clock, 2, 900'000, 1, true},
    Habit{Do::unplug, 4, 1, 3, true},
    Habit{Do::silence, 4, 2, 2, true},
    Habit{Do::slow_operations, 5, 800, 1, true},
    Habit{Do::fail_operation, 3, 1, 1, true},
    Habit{Do::hang_operation, 3, 1, 1, true},
    Habit{Do::cut_socket, 12, 1, 1, true},
    Habit{Do::offline, 8, 90'000, 1, true},
    Habit{Do::block, 5, 20'000, 2, true},
    Habit{Do::half_open, 6, 1, 2, true},
    Habit{Do::slow_link, 5, 2'000, 3, true},
    Habit{Do::duplicate, 5, 60, 1, true},
    Habit{Do::late, 4, 30, 1, true},
    Habit{Do::lose, 4, 20, 1, true},
    Habit{Do::mend_link, 8, 1, 1, true},
    Habit{Do::network_changed, 4, 1, 1, true},
    Habit{Do::block_media, 8, 90'000, 1, true},
    Habit{Do::crash, 5, 8'000, 1, true},
    Habit{Do::crash_before_commit, 5, 4'000, 1, true},
    Habit{Do::crash_after_commit, 5, 4'000, 1, true},
    Habit{Do::crash_between_sends, 5, 4'000, 1, true},
    Habit{Do::drain, 2, 4'000, 1, true},
    Habit{Do::slow_store, 4, 600, 1, true},
    Habit{Do::step_clock, 4, 172'800'000, 2, true},
};

/// So rarely a story begins with a scene.
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
    const bool hasty = below(4) == 0;  // what people do crosses on the way
    const std::uint32_t deeds = 8 + below(50);
    for (std::uint32_t i = 0; i < deeds; ++i) {
      std::uint32_t longest = below(6) == 0 ? 15'000 : below(3) == 0 ? 2'500 : 350;
      if (hasty && below(10) != 0) longest = 120;
      Deed deed{.wait_ms = below(longest),
                .actor = below(static_cast<std::uint32_t>(story.devices.size()))};
      const Habit& habit = choose();
      deed.what = habit.what;
      deed.a = below(habit.a);
      deed.b = below(habit.b);
      story.deeds.push_back(deed);
    }
    for (Setup& device : story.devices) device.direct = below(2) != 0;
    return story;
  }

 private:
  std::uint32_t below(std::uint32_t bound) {
    return static_cast<std::uint32_t>(chance_.below(bound));
  }

  /// Every story leaves some deeds out and does others more often: what hides behind one fault
  /// shows where that fault is missing.
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

/// The value behind `name=` in a line of them; the fallback when it is not there.
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
  for (const Deed& deed : story.deeds) {
    out << "after " << deed.wait_ms << " " << deed.actor + 1 << " "
        << kDoNames[static_cast<std::size_t>(deed.what)] << " " << deed.a << " " << deed.b << "\n";
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
      Deed deed;
      std::string what;
      if (!(words >> deed.wait_ms >> deed.actor >> what)) return std::unexpected(line);
      words >> deed.a >> deed.b;
      const auto known = std::ranges::find(kDoNames, what);
      if (known == kDoNames.end() || deed.actor == 0 || deed.actor > story.devices.size()) {
        return std::unexpected(line);
      }
      --deed.actor;
      deed.what = static_cast<Do>(known - kDoNames.begin());
      story.deeds.push_back(deed);
    } else {
      return std::unexpected(line);
    }
  }
  if (story.devices.empty()) return std::unexpected("no device");
  return story;
}

}  // namespace parley::sim
