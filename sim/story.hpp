// A story: the people and devices, the conditions of their world, and the actions of people and
// faults in order. A story is made from a seed, played by sim/player.hpp, cut down by
// sim/shrink.hpp, and kept in files of sim/regressions/.
#pragma once

#include <array>
#include <cstdint>
#include <expected>
#include <string>
#include <string_view>
#include <vector>

namespace parley::sim {

/// An action of a person, or a fault of a device, network or server. `a` and `b` are its
/// parameters.
enum class ActionKind : std::uint8_t {
  // People. `a` selects the call among those that the action applies to.
  dial,    // a: whom, b: 0 sound alone, 1 picture too
  answer,  // b: 1 ends the other calls instead of holding them
  decline,
  hang_up,
  hold,
  resume,
  join,
  microphone,  // b: on or off
  camera,      // b: on or off
  screen,      // b: shared or not
  linger,      // a pause without actions. a: ms
  dismiss,
  // Decisions about other people. a: the other person.
  regard,      // b: 0 block, 1 no longer, 2 add
  only_known,  // b: only known people can call, or everybody
  // A changed client sends messages about a call of others, or wrong messages about an own one. b:
  // the message.
  meddle,
  crowd,          // many more devices of the account. a: how many, b: 1 they are gone at once
  flood,          // signals into a call. a: how many, b: 0 at once, 1 large ones, 2 bit by bit,
                  // 3 not signals, but a further device that joins in vain
  insist,         // a client without a phone takes this device's place. a: ms
  call_together,  // clients without phones of all others call and hang up. a: how often each
  // Their page.
  reload,
  close_page,       // a: ms until another page is opened, b: 1 when it says that it goes, 2 with
                    // the page at the other end of its call
  crash_page,       // a: ms until it is back, b: 1 with a new device id
  sign_out,         // a: ms until signed in again
  sleep,            // a: ms, b: 1 when its clock stands still
  freeze,           // a: ms; sound and picture go on
  jump_clock,       // a: ms
  unplug,           // b: 0 microphone, 1 camera, 2 screen
  silence,          // by its own switch. a: 1 while it lasts, b: as above
  slow_operations,  // a: ms
  fail_operation,
  hang_operation,
  // Their network.
  cut_socket,
  offline,    // a: ms
  block,      // a: ms, b: 0 nothing gets to the server, 1 nothing to the phone
  half_open,  // b: as above
  slow_link,  // a: ms, b: as above, 2 both ways
  duplicate,  // a: percent
  late,       // a: percent
  lose,       // a: percent
  mend_link,
  network_changed,
  block_media,  // a: ms
  // The server. a: ms until it is back.
  crash,
  crash_before_commit,
  crash_after_commit,
  crash_between_sends,
  drain,
  slow_store,  // a: ms
  step_clock,  // a: ms, b: 1 when it is set back
};

inline constexpr std::array<std::string_view, 49> kActionNames{"dial",
                                                               "answer",
                                                               "decline",
                                                               "hang_up",
                                                               "hold",
                                                               "resume",
                                                               "join",
                                                               "microphone",
                                                               "camera",
                                                               "screen",
                                                               "linger",
                                                               "dismiss",
                                                               "regard",
                                                               "only_known",
                                                               "meddle",
                                                               "crowd",
                                                               "flood",
                                                               "insist",
                                                               "call_together",
                                                               "reload",
                                                               "close_page",
                                                               "crash_page",
                                                               "sign_out",
                                                               "sleep",
                                                               "freeze",
                                                               "jump_clock",
                                                               "unplug",
                                                               "silence",
                                                               "slow_operations",
                                                               "fail_operation",
                                                               "hang_operation",
                                                               "cut_socket",
                                                               "offline",
                                                               "block",
                                                               "half_open",
                                                               "slow_link",
                                                               "duplicate",
                                                               "late",
                                                               "lose",
                                                               "mend_link",
                                                               "network_changed",
                                                               "block_media",
                                                               "crash",
                                                               "crash_before_commit",
                                                               "crash_after_commit",
                                                               "crash_between_sends",
                                                               "drain",
                                                               "slow_store",
                                                               "step_clock"};

struct Action {
  std::uint32_t wait_ms = 0;  // after the action before
  std::uint32_t actor = 0;    // which device; the server's actions have none
  ActionKind what = ActionKind::dial;
  std::uint32_t a = 0;
  std::uint32_t b = 0;
  bool operator==(const Action&) const = default;
};

struct Setup {
  std::string user;
  bool microphone = true;
  bool camera = true;
  std::uint32_t media_ms = 5;
  std::int64_t clock_ms = 0;  // how far its clock is ahead
  bool direct = true;         // has a channel to the other device of a call
  bool permissions = false;   // reports at the start that microphone and camera are granted
};

struct Story {
  std::uint64_t seed = 1;  // of the jitter
  std::uint32_t delay_ms = 20;
  std::uint32_t jitter_ms = 0;
  std::uint32_t commit_ms = 2;
  std::uint32_t operation_ms = 15;
  /// How long to watch the world at peace before everybody hangs up.
  std::uint32_t watch_ms = 0;
  std::vector<Setup> devices;
  std::vector<Action> actions;
};

/// The a-th of the other people, as counted from one person; that person itself when there are no
/// others.
std::string someone_else(const Story& story, std::string_view user, std::uint32_t a);

/// The story of a seed. The same seed always makes the same story.
Story story_of(std::uint64_t seed);

/// One line for each device and action; lines that start with # are remarks.
std::string to_text(const Story& story);
/// The story, or the error in the text.
std::expected<Story, std::string> read_story(std::string_view text);

}  // namespace parley::sim
