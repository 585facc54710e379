#include "sim/swarm.hpp"

#include "core/testing/world.hpp"
#include "sim/invariants.hpp"

#include <array>
#include <cstdio>
#include <vector>

namespace parley::sim {

using testing::Device;
using testing::World;
using wire::MediaKind;
using namespace std::chrono_literals;

namespace {

class Story {
 public:
  Story(std::uint64_t seed, bool aloud)
      : chance_(seed ^ 0x5eedU), world_(options(seed)), aloud_(aloud) {
    constexpr std::array kNames{"ann", "ben", "cid"};
    const std::size_t people = 2 + chance_.below(2);
    for (std::size_t i = 0; i < people; ++i) {
      const std::size_t devices = 1 + chance_.below(2);
      for (std::size_t d = 0; d < devices; ++d) {
        Device& device = world_.add_device(kNames[i]);
        device.has_camera = chance_.below(4) != 0;
        device.has_microphone = chance_.below(8) != 0;
        device.media_delay = Duration{static_cast<std::int64_t>(chance_.below(3000))};
      }
      names_.emplace_back(kNames[i]);
    }
    if (aloud_)
      world_.on_log = [this](const auto& who, const auto& text) { say(who, "  " + text); };
    world_.after_every_step = [this] {
      ++outcome_.steps;
      if (!outcome_.violation) outcome_.violation = broken_safety(world_);
    };
  }

  Outcome play() {
    world_.run_for(500ms);
    const std::uint64_t deeds = 6 + chance_.below(30);
    for (std::uint64_t i = 0; i < deeds && !outcome_.violation; ++i) {
      do_something();
      world_.run_for(
          Duration{static_cast<std::int64_t>(chance_.below(chance_.below(5) == 0 ? 12'000 : 400))});
    }
    make_peace();
    if (!outcome_.violation) outcome_.violation = broken_rest(world_);
    outcome_.calls = world_.records().size();
    return outcome_;
  }

 private:
  static testing::WorldOptions options(std::uint64_t seed) {
    Random chance(seed);
    return {.seed = seed,
            .delay = Duration{static_cast<std::int64_t>(1 + chance.below(200))},
            .jitter = Duration{static_cast<std::int64_t>(chance.below(150))},
            .commit = Duration{static_cast<std::int64_t>(1 + chance.below(30))},
            .operation = Duration{static_cast<std::int64_t>(1 + chance.below(80))}};
  }

  void say(const std::string& who, const std::string& what) {
    const auto ms = ms_of(world_.scheduler().now()) - 1'700'000'000'000;
    if (aloud_)
      std::printf("%8lld ms  %-8s %s\n", static_cast<long long>(ms), who.c_str(), what.c_str());
  }
  void say(const Device& device, const std::string& what) {
    say(device.user().text + "/" + std::to_string(device.id().low), what);
  }

  Device& anybody() { return *world_.devices()[chance_.below(world_.devices().size())]; }

  std::optional<CallId> some_call(const Device& device) {
    const auto& calls = device.view().calls.items;
    if (calls.empty()) return std::nullopt;
    return calls[chance_.below(calls.size())].call;
  }

  void do_something() {
    Device& device = anybody();
    const auto call = some_call(device);
    switch (chance_.below(20)) {
      case 0:
      case 1:
      case 2:
      case 3: {
        const std::string& callee = names_[chance_.below(names_.size())];
        say(device, "dials " + callee);
        device.dial(callee, chance_.below(2) == 0 ? MediaKind::audio : MediaKind::video);
        break;
      }
      case 4:
      case 5:
      case 6:
      case 7:
        if (!call) break;
        say(device, "answers");
        device.feed(phone::AnswerPressed{
            *call, MediaKind::video,
            chance_.below(2) == 0 ? phone::OtherCalls::hold : phone::OtherCalls::end});
        break;
      case 8:
        if (!call) break;
        say(device, "declines");
        device.feed(phone::DeclinePressed{*call});
        break;
      case 9:
      case 10:
        if (!call) break;
        say(device, "hangs up");
        device.feed(phone::HangUpPressed{*call});
        break;
      case 11:
        if (!call) break;
        say(device, "holds or resumes");
        device.hold(*call, chance_.below(2) == 0);
        break;
      case 12:
        if (!call) break;
        say(device, "takes over");
        device.join(*call);
        break;
      case 13:
        if (!call) break;
        device.feed(phone::MicrophoneSwitched{*call, chance_.below(2) == 0});
        device.feed(phone::CameraSwitched{*call, chance_.below(2) == 0});
        break;
      case 14:
        if (call) device.feed(phone::Dismissed{*call});
        break;
      case 15:
        say(device, "loses its socket");
        device.cut_socket();
        break;
      case 16:
        say(device, "goes offline");
        device.set_offline(true);
        world_.scheduler().after(Duration{static_cast<std::int64_t>(chance_.below(20'000))},
                                 [&device] { device.set_offline(false); });
        break;
      case 17:
        say(device, "reloads");
        device.reload();
        break;
      case 18:
        say(device, "meets a changed network");
        device.feed(phone::NetworkChanged{});
        break;
      case 19:
        if (chance_.below(2) == 0) break;
        say(device, "sees the server crash");
        world_.restart_server(Duration{static_cast<std::int64_t>(chance_.below(8'000))});
        break;
      default:
        break;
    }
  }

  /// Faults heal, everybody hangs up, timers run out.
  void make_peace() {
    for (const auto& device : world_.devices()) device->set_offline(false);
    world_.run_for(90s);
    for (int round = 0; round < 2; ++round) {
      for (const auto& device : world_.devices()) {
        const std::vector<phone::CallView> calls = device->view().calls.items;
        for (const auto& call : calls) device->feed(phone::HangUpPressed{call.call});
      }
      world_.run_for(10s);
    }
    world_.run_for(200s);
  }

  Random chance_;
  World world_;
  bool aloud_;
  std::vector<std::string> names_;
  Outcome outcome_;
};

}  // namespace

Outcome play(std::uint64_t seed, bool aloud) { return Story(seed, aloud).play(); }

}  // namespace parley::sim
