#include "sim/player.hpp"

#include "core/testing/world.hpp"
#include "sim/narrator.hpp"
#include "sim/strangers.hpp"

#include <algorithm>
#include <functional>
#include <string>
#include <utility>

namespace parley::sim {

using phone::CallView;
using phone::Phase;
using testing::CrashPoint;
using testing::Device;
using testing::Way;
using testing::World;
using testing::WorldOptions;
using wire::MediaKind;
using namespace std::chrono_literals;

namespace {

/// The longest timers after a fault: a session that is kept, then the lease of a call's media, then
/// a ringing call; and a margin for bad luck.
constexpr Duration kPeaceLimit = 400s;
/// After all calls are hung up, no call rings, connects or ends for longer than this.
constexpr Duration kRestLimit = 300s;
constexpr Duration kLook = 5s;
/// Frames from before the end of the faults can still arrive during the peace.
constexpr Duration kStragglers = 20s;
/// By then a dead socket is detected at both ends: earlier peace may be wrong.
constexpr Duration kDeadSocketNoticed = 12s;

Duration ms(std::uint32_t value) { return Duration{value}; }

WorldOptions options_of(const Story& story) {
  return {.seed = story.seed,
          .delay = ms(story.delay_ms),
          .jitter = ms(story.jitter_ms),
          .commit = ms(story.commit_ms),
          .operation = ms(story.operation_ms)};
}

bool is_calm(const Story& story) {
  return std::ranges::none_of(
      story.actions, [](const Action& action) { return action.what > ActionKind::dismiss; });
}

/// No frame overtakes another or is lost, and no client breaks the protocol.
bool is_in_order(const Story& story) {
  return std::ranges::none_of(story.actions, [](const Action& action) {
    return action.what == ActionKind::duplicate || action.what == ActionKind::late ||
           action.what == ActionKind::lose || action.what == ActionKind::meddle ||
           action.what == ActionKind::flood || action.what == ActionKind::insist;
  });
}

class Player {
 public:
  explicit Player(const Story& story)
      : story_(story),
        world_(options_of(story)),
        oracle_(world_, {.calm = is_calm(story), .in_order = is_in_order(story)}) {
    world_.observers.push_back(&oracle_);
    // With relays, strangers connect while it rings, too.
    if (story.seed % 2 == 0) world_.set_ice_servers({{{.urls = {{{"turn:relay.example"}}}}}});
  }

  void let_watch(testing::Observer& observer) { world_.observers.push_back(&observer); }
  void let_tell(Narrator& narrator) { narrator_ = &narrator; }
  World& world() { return world_; }

  Outcome play() {
    for (const Setup& setup : story_.devices) {
      Device& device = world_.add_device(setup.user);
      device.has_microphone = setup.microphone;
      device.has_camera = setup.camera;
      device.has_direct = setup.direct;
      device.tells_permissions = setup.permissions;
      device.tell_permissions();
      device.media_delay = ms(setup.media_ms);
      device.jump_clock(Duration{setup.clock_ms});
    }
    run_for(500ms);
    for (const Action& action : story_.actions) {
      run_for(ms(action.wait_ms));
      if (over()) break;
      act(action);
    }
    if (!over()) find_peace();
    if (!over()) hang_up_all();
    return {.calls = world_.records().size(),
            .steps = oracle_.steps(),
            .violation = oracle_.broken() ? oracle_.broken() : late_};
  }

 private:
  [[nodiscard]] bool over() const { return oracle_.broken() || late_; }

  void run_for(Duration time) {
    auto& scheduler = world_.scheduler();
    const Instant end = scheduler.now() + time;
    while (scheduler.next() && *scheduler.next() <= end) {
      scheduler.step();
      if (oracle_.broken()) return;
    }
    scheduler.skip_to(end);
  }

  template <class Check>
  std::optional<Violation> run_until_clear(Duration limit, Check check) {
    std::optional<Violation> left = check();
    const Instant end = world_.scheduler().now() + limit;
    while (left && !over() && world_.scheduler().now() < end) {
      run_for(kLook);
      left = check();
    }
    return left;
  }

  void say(const std::string& text) {
    if (narrator_ != nullptr) narrator_->remark(text);
  }

  // ---- actions ----

  /// The n-th of the device's calls that `fits`.
  template <class Fits>
  static std::optional<CallId> pick(const Device& device, std::uint32_t n, Fits fits) {
    std::vector<CallId> fitting;
    for (const CallView& call : device.view().calls.items) {
      if (fits(call.phase)) fitting.push_back(call.call);
    }
    if (fitting.empty()) return std::nullopt;
    return fitting[n % fitting.size()];
  }

  static bool is_live(Phase phase) {
    return phase == Phase::connecting || phase == Phase::active || phase == Phase::reconnecting;
  }

  void act(const Action& action) {
    Device& device = *world_.devices()[action.actor];
    if (narrator_ != nullptr) narrator_->action(device, action);
    const auto with = [&](auto fits, auto act) {
      if (const auto call = pick(device, action.a, fits)) act(*call);
    };
    const auto press = [&]<class Event>(auto fits, Event event) {
      with(fits, [&](CallId call) {
        event.call = call;
        device.feed(event);
      });
    };
    const auto incoming = [](Phase phase) { return phase == Phase::incoming; };
    const auto elsewhere = [](Phase phase) { return phase == Phase::elsewhere; };
    const auto ended = [](Phase phase) { return phase == Phase::ended; };
    const auto open = [&](Phase phase) {
      return !ended(phase) && !elsewhere(phase) && !incoming(phase);
    };
    const bool on = action.b != 0;
    const Way way = on ? Way::to_phone : Way::to_server;
    const MediaKind kind = on ? MediaKind::video : MediaKind::audio;
    switch (action.what) {
      case ActionKind::dial:
        device.dial(someone_else(story_, device.user().text, action.a), kind);
        break;
      case ActionKind::answer:
        press(incoming,
              phone::AnswerPressed{{}, MediaKind::video, static_cast<phone::OtherCalls>(on)});
        break;
      case ActionKind::decline:
        press(incoming, phone::DeclinePressed{});
        break;
      case ActionKind::hang_up:
        press(open, phone::HangUpPressed{});
        break;
      case ActionKind::hold:
        press(is_live, phone::HoldSwitched{{}, true});
        break;
      case ActionKind::resume:
        press(is_live, phone::HoldSwitched{{}, false});
        break;
      case ActionKind::join:
        press(elsewhere, phone::JoinPressed{});
        break;
      case ActionKind::microphone:
        press(open, phone::MicrophoneSwitched{{}, on});
        break;
      case ActionKind::camera:
        press(open, phone::CameraSwitched{{}, on});
        break;
      case ActionKind::screen:
        press(is_live, phone::ScreenSwitched{{}, on});
        break;
      case ActionKind::dismiss:
        press(ended, phone::Dismissed{});
        break;
      case ActionKind::linger:
        run_for(ms(action.a));
        break;
      case ActionKind::regard:
        decide(device, {someone_else(story_, device.user().text, action.a)}, action.b);
        break;
      case ActionKind::only_known:
        world_.let_only_known_people_call(device.user(), on);
        break;
      case ActionKind::meddle:
        strangers_.meddle(device, action.a, action.b);
        break;
      case ActionKind::crowd:
        strangers_.crowd(device, action.a, action.b != 0);
        break;
      case ActionKind::flood:
        strangers_.flood(device, action.a, action.b);
        break;
      case ActionKind::insist:
        strangers_.insist(device, ms(action.a));
        break;
      case ActionKind::call_together:
        strangers_.call_together(device, action.a);
        break;
      case ActionKind::reload:
        device.reload();
        break;
      case ActionKind::close_page:
        if (action.b == 1) device.feed(phone::PageHidden{});
        if (action.b == 2) close_peer(device, action);
        device.crash_page(true, ms(action.a));
        break;
      case ActionKind::crash_page:
        device.crash_page(on, ms(action.a));
        break;
      case ActionKind::sign_out:
        device.sign_out();
        later(action.a, [&device] { device.sign_in(); });
        break;
      case ActionKind::sleep:
        device.sleep(on);
        later(action.a, [&device] { device.wake(); });
        break;
      case ActionKind::freeze:
        device.freeze();
        later(action.a, [&device] { device.wake(); });
        break;
      case ActionKind::jump_clock:
        device.jump_clock(ms(action.a));
        break;
      case ActionKind::unplug:
        device.unplug(static_cast<media::SourceKind>(action.b));
        break;
      case ActionKind::silence:
        device.silence(static_cast<media::SourceKind>(action.b), action.a != 0);
        break;
      case ActionKind::slow_operations:
        device.slow_operations = ms(action.a);
        break;
      case ActionKind::fail_operation:
        device.fail_next_operation();
        break;
      case ActionKind::hang_operation:
        device.hang_next_operation();
        break;
      case ActionKind::cut_socket:
        device.cut_socket();
        break;
      case ActionKind::offline:
        device.set_offline(true);
        later(action.a, [&device] { device.set_offline(false); });
        break;
      case ActionKind::block:
        device.block(way, true);
        later(action.a, [&device, way] { device.block(way, false); });
        break;
      case ActionKind::half_open:
        device.half_open(way);
        break;
      case ActionKind::slow_link:
        if (action.b != 1) device.link.slow_to_server = ms(action.a);
        if (action.b != 0) device.link.slow_to_phone = ms(action.a);
        break;
      case ActionKind::duplicate:
        device.link.duplicated = action.a;
        break;
      case ActionKind::late:
        device.link.late = action.a;
        break;
      case ActionKind::lose:
        device.link.lost = action.a;
        break;
      case ActionKind::mend_link:
        device.link = {};
        break;
      case ActionKind::network_changed:
        device.feed(phone::NetworkChanged{});
        break;
      case ActionKind::block_media:
        device.media_blocked = true;
        later(action.a, [&device] { device.media_blocked = false; });
        break;
      case ActionKind::crash:
        world_.crash_server(CrashPoint::now, ms(action.a));
        break;
      case ActionKind::crash_before_commit:
        world_.crash_server(CrashPoint::before_commit, ms(action.a));
        break;
      case ActionKind::crash_after_commit:
        world_.crash_server(CrashPoint::after_commit, ms(action.a));
        break;
      case ActionKind::crash_between_sends:
        world_.crash_server(CrashPoint::between_sends, ms(action.a));
        break;
      case ActionKind::drain:
        world_.drain_server(ms(action.a));
        break;
      case ActionKind::step_clock:
        world_.step_server_clock(on ? -ms(action.a) : ms(action.a));
        break;
      case ActionKind::slow_store:
        world_.set_commit(ms(action.a));
        break;
    }
  }

  void decide(const Device& device, const UserId& other, std::uint32_t what) {
    if (other == device.user()) return;
    if (what == 2) {
      world_.add_person(device.user(), other);
    } else {
      world_.block(device.user(), other, what == 0);
    }
  }

  void close_peer(const Device& device, const Action& action) {
    for (const auto& [id, record] : world_.records()) {
      if (record.phase == wire::CallPhase::ended) continue;
      const bool calls = record.caller.device == device.id();
      if (!calls && record.callee.device != device.id()) continue;
      for (const auto& other : world_.devices()) {
        const auto& leg = calls ? record.callee : record.caller;
        if (leg.device == other->id()) other->crash_page(true, ms(action.a));
      }
    }
  }

  /// Undoes a fault after some time.
  void later(std::uint32_t wait, std::function<void()> heal) {
    world_.scheduler().after(ms(wait), std::move(heal));
  }

  // ---- the end ----

  /// The faults end, and people do nothing: every pending action must reach a result.
  void find_peace() {
    say("all faults heal");
    world_.forget_crash();
    strangers_.leave();
    world_.set_commit(ms(story_.commit_ms));
    for (const auto& device : world_.devices()) {
      device->set_offline(false);
      device->block(Way::to_server, false);
      device->block(Way::to_phone, false);
      device->wake();
      device->link = {};
      device->media_blocked = false;
      device->slow_operations = 0ms;
      device->fail_next_operation(false);
      device->hang_next_operation(false);
    }
    run_for(kDeadSocketNoticed);
    if (!over()) late_ = run_until_clear(kPeaceLimit, [this] { return oracle_.unsettled(); });
    if (over()) return;
    // Peace must last for more than a moment.
    run_for(ms(story_.watch_ms));
    if (!over()) late_ = run_until_clear(kStragglers, [this] { return oracle_.unsettled(); });
  }

  void hang_up_all() {
    say("everybody hangs up");
    for (int round = 0; round < 2; ++round) {
      for (const auto& device : world_.devices()) {
        const std::vector<CallView> calls = device->view().calls.items;
        for (const CallView& call : calls) device->feed(phone::HangUpPressed{call.call});
      }
      run_for(3s);
    }
    if (!over()) late_ = run_until_clear(kRestLimit, [this] { return oracle_.left_over(); });
  }

  const Story& story_;
  World world_;
  Oracle oracle_;
  Strangers strangers_{world_};
  Narrator* narrator_ = nullptr;
  std::optional<Violation> late_;
};

}  // namespace

Outcome play(const Story& story) { return Player(story).play(); }

Outcome play_watched(const Story& story, testing::Observer& observer) {
  Player player(story);
  player.let_watch(observer);
  return player.play();
}

Outcome play_aloud(const Story& story) {
  Player player(story);
  Narrator narrator(player.world());
  player.let_watch(narrator);
  player.let_tell(narrator);
  return player.play();
}

}  // namespace parley::sim
