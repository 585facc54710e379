#include "sim/scenes.hpp"

#include <algorithm>
#include <array>
#include <string>

namespace parley::sim {

namespace {

/// Two people, and a second device of the first one.
class Scene {
 public:
  Scene(Story& story, Random& chance) : story_(story), chance_(chance) {
    one_ = below(static_cast<std::uint32_t>(story.devices.size()));
    const auto other = std::ranges::find_if(
        story.devices, [&](const Setup& setup) { return setup.user != user(one_); });
    two_ = static_cast<std::uint32_t>(other - story.devices.begin());
    // Slow requests for media are not the subject of these scenes.
    story.devices[one_].media_ms = std::min(story.devices[one_].media_ms, 1'000U);
    story.devices[two_].media_ms = std::min(story.devices[two_].media_ms, 1'000U);
  }

  void play() {
    constexpr std::array kScenes{&Scene::crowded,   &Scene::crowded_out,   &Scene::old_id,
                                 &Scene::flooded,   &Scene::left_behind,   &Scene::insisted,
                                 &Scene::overslept, &Scene::blocked,       &Scene::known_only,
                                 &Scene::in_vain,   &Scene::clock_was_set, &Scene::lost_end};
    const std::uint32_t scene = below(kScenes.size());
    // The scene depends only on the seed, so the stories of all other seeds stay the same.
    if (story_.seed % 13 == 0) return called_together();
    if (story_.seed % 13 == 1) return decided_meanwhile();
    (this->*kScenes[scene])();
  }

 private:
  std::uint32_t below(std::uint32_t bound) {
    return static_cast<std::uint32_t>(chance_.below(bound));
  }
  [[nodiscard]] const std::string& user(std::uint32_t device) const {
    return story_.devices[device].user;
  }

  /// Another device of the same person; a new one if there is none.
  std::uint32_t second_of(std::uint32_t device) {
    for (std::uint32_t i = 0; i < story_.devices.size(); ++i) {
      if (i != device && user(i) == user(device)) return i;
    }
    story_.devices.push_back(story_.devices[device]);
    return static_cast<std::uint32_t>(story_.devices.size() - 1);
  }

  std::uint32_t third_person() {
    const auto other = std::ranges::find_if(story_.devices, [&](const Setup& setup) {
      return setup.user != user(one_) && setup.user != user(two_);
    });
    if (other != story_.devices.end()) {
      return static_cast<std::uint32_t>(other - story_.devices.begin());
    }
    story_.devices.push_back({.user = "eve", .media_ms = 500});
    return static_cast<std::uint32_t>(story_.devices.size() - 1);
  }

  [[nodiscard]] std::uint32_t whom(std::uint32_t device, std::uint32_t other) const {
    std::uint32_t a = 0;
    while (someone_else(story_, user(device), a) != user(other)) ++a;
    return a;
  }

  void add(std::uint32_t wait_ms, std::uint32_t actor, ActionKind what, std::uint32_t a = 0,
           std::uint32_t b = 0) {
    story_.actions.push_back({.wait_ms = wait_ms, .actor = actor, .what = what, .a = a, .b = b});
  }

  void call(std::uint32_t from, std::uint32_t to) {
    add(1'000, from, ActionKind::dial, whom(from, to), below(2));
  }

  /// An active call between the two.
  void talk() {
    call(one_, two_);
    add(2'500, two_, ActionKind::answer);
    add(5'000, one_, ActionKind::linger);
  }

  /// More devices than the account has room for connect while one is away from its call.
  void crowded() {
    talk();
    add(500, one_, ActionKind::offline, 16'000);
    add(11'000, one_, ActionKind::crowd, 18, below(2));
    add(500, one_, ActionKind::crowd, 6, below(2));
    add(8'000, one_, ActionKind::linger);
  }

  /// A device whose session is forgotten, but not its call, returns to a full account.
  void crowded_out() {
    talk();
    add(500, one_, ActionKind::freeze, 80'000);
    add(73'000, one_, ActionKind::crowd, 20);
    add(10'000, one_, ActionKind::linger);
  }

  /// The id of a call that is forgotten except for its id.
  void old_id() {
    call(one_, two_);
    add(2'500, two_, ActionKind::decline);
    if (below(2) == 0) add(2'000, one_, ActionKind::crash, 500);
    add(96'000, below(2) == 0 ? one_ : two_, ActionKind::meddle, 0, 11);
    add(1'000, two_, ActionKind::meddle, 0, 11);
    add(1'000, below(static_cast<std::uint32_t>(story_.devices.size())), ActionKind::meddle, 0, 12);
  }

  /// Many people, one of them a contact, call a person whose device gets no messages for some time.
  void called_together() {
    (void)third_person();
    add(1'000, two_, ActionKind::block, 4'000, 1);
    add(300, two_, ActionKind::call_together, 7);
    call(one_, two_);
    add(2'000, one_, ActionKind::linger, 4'000);
    add(1'500, two_, below(2) == 0 ? ActionKind::answer : ActionKind::decline);
    add(3'000, one_, ActionKind::linger);
  }

  void flooded() {
    talk();
    if (below(2) == 0) add(100, two_, ActionKind::block, 5'000, below(2));
    add(100, one_, ActionKind::flood, 300, below(4));
    if (below(2) == 0) add(1'500, one_, ActionKind::microphone);
    add(7'000, one_, ActionKind::linger);
  }

  /// The server gets no messages from one side's device, although sound and picture continue.
  void left_behind() {
    const std::uint32_t second = second_of(one_);
    const std::uint32_t third = third_person();
    talk();
    add(500, one_, ActionKind::freeze, 150'000);
    switch (below(3)) {
      case 0:
        add(83'000, second, ActionKind::meddle, 0, 10);  // hangs up
        break;
      case 1:
        add(83'000, second, ActionKind::join);
        break;
      default:
        add(83'000, second, ActionKind::dial, whom(second, below(3) == 0 ? two_ : third));
        break;
    }
    add(3'000, second, ActionKind::linger);
  }

  /// One side is gone, and the other one always reports that it receives media.
  void insisted() {
    talk();
    add(100, two_, ActionKind::close_page, 260'000);
    add(100, one_, ActionKind::insist, 230'000);
    add(215'000, one_, ActionKind::linger);
  }

  /// When a page runs again, the problems behind its overdue deadlines are already solved.
  void overslept() {
    talk();
    const std::uint32_t sleeper = below(2) == 0 ? one_ : two_;
    add(100, one_, ActionKind::block_media, 25'000);
    add(14'000 + below(8'000), sleeper, ActionKind::freeze, 20'000 + below(20'000));
    add(45'000, one_, ActionKind::linger);
  }

  void blocked() {
    const bool before = below(2) == 0;
    if (before) add(100, two_, ActionKind::regard, whom(two_, one_), 0);
    call(one_, two_);
    if (!before) add(1'500, two_, ActionKind::regard, whom(two_, one_), 0);
    if (below(4) == 0) add(below(1'000), two_, ActionKind::crash, 500);
    if (below(3) == 0) add(1'000, two_, ActionKind::reload);
    if (below(3) == 0) add(1'000, two_, ActionKind::cut_socket);
    add(below(4) == 0 ? 50'000 : 3'000, one_,
        below(2) == 0 ? ActionKind::hang_up : ActionKind::linger);
    if (below(2) == 0) add(500, two_, ActionKind::regard, whom(two_, one_), 1);
  }

  void known_only() {
    if (below(3) == 0) add(100, two_, ActionKind::regard, whom(two_, one_), 2);
    add(100, two_, ActionKind::only_known, 0, 1);
    if (below(3) == 0) add(1'000, one_, ActionKind::crash, 500);
    call(one_, two_);
    add(3'000, one_, ActionKind::linger);
  }

  /// A person decides about somebody whom they have just dialled; the store has not written the
  /// call.
  void decided_meanwhile() {
    add(100, one_, ActionKind::only_known, 0, 1);
    add(100, one_, ActionKind::slow_store, 600);
    call(one_, two_);
    add(below(600), one_, ActionKind::regard, whom(one_, two_), below(2));
    add(2'500, one_, ActionKind::hang_up);
    call(two_, one_);
  }

  void in_vain() {
    for (int i = 0; i < 9; ++i) {
      call(one_, two_);
      add(1'500, two_, ActionKind::decline);
    }
  }

  void clock_was_set() {
    add(100, one_, ActionKind::step_clock, 1'000 + below(100'000'000), below(2));
    call(one_, two_);
    add(2'500, two_, ActionKind::answer);
  }

  /// The server stops when it knows of an end that no client has been told.
  void lost_end() {
    call(one_, two_);
    if (below(2) == 0) add(2'500, two_, ActionKind::answer);
    add(3'000, one_, ActionKind::crash_after_commit, 500);
    add(50, below(2) == 0 ? one_ : two_, below(2) == 0 ? ActionKind::decline : ActionKind::hang_up);
    add(3'000, one_, ActionKind::linger);
  }

  Story& story_;
  Random& chance_;
  std::uint32_t one_ = 0;
  std::uint32_t two_ = 0;
};

}  // namespace

void add_scene(Story& story, Random& chance) { Scene(story, chance).play(); }

}  // namespace parley::sim
