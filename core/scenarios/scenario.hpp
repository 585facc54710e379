// A world with named people, and what must be true when a scenario is over, besides its own point.
#pragma once

#include "core/testing/world.hpp"

#include <gtest/gtest.h>

#include <functional>
#include <map>
#include <optional>
#include <string>

namespace parley::scenarios {

using namespace std::chrono_literals;
using testing::Device;
using testing::World;
using testing::WorldOptions;

class Scenario {
 public:
  explicit Scenario(WorldOptions options = {}) : world(options) {}

  /// A device of this user, online.
  Device& device(const std::string& user) {
    Device& added = world.add_device(user);
    EXPECT_TRUE(until([&] { return added.online(); }));
    return added;
  }

  bool until(const std::function<bool()>& condition, Duration limit = 30s) {
    return world.run_until(condition, limit);
  }
  void later(Duration wait, std::function<void()> action) {
    world.scheduler().after(wait, std::move(action));
  }

  static std::optional<phone::CallView> view_of(const Device& device, CallId call) {
    for (const auto& view : device.view().calls.items) {
      if (view.call == call) return view;
    }
    return std::nullopt;
  }
  static std::optional<phone::Phase> phase_of(const Device& device, CallId call) {
    const auto view = view_of(device, call);
    return view ? std::optional(view->phase) : std::nullopt;
  }
  static std::optional<wire::EndReason> reason_of(const Device& device, CallId call) {
    const auto view = view_of(device, call);
    return view ? view->reason : std::nullopt;
  }
  static bool active(const Device& a, const Device& b, CallId call) {
    return phase_of(a, call) == phone::Phase::active && phase_of(b, call) == phone::Phase::active;
  }

  CallId dial(Device& from, Device& to) {
    const CallId call = from.dial(to.user().text);
    EXPECT_TRUE(until([&] { return phase_of(to, call) == phone::Phase::incoming; }));
    return call;
  }
  static void answer(Device& device, CallId call,
                     phone::OtherCalls others = phone::OtherCalls::hold) {
    device.feed(phone::AnswerPressed{call, wire::MediaKind::audio, others});
  }
  CallId connect(Device& from, Device& to) {
    const CallId call = dial(from, to);
    answer(to, call);
    EXPECT_TRUE(until([&] { return active(from, to, call); }));
    return call;
  }

  /// Sends no sound through any connection of a call that is not on, nor through two at once.
  static std::size_t connections_with_sound(const Device& device) {
    std::size_t sending = 0;
    for (const auto& [id, connection] : device.connections()) {
      sending += connection.feed.sent.microphone == phone::Feed::live ? 1 : 0;
    }
    return sending;
  }

  /// Both devices and the record tell the same end.
  void expect_ended(CallId call, wire::EndReason reason, const Device& a, const Device& b) {
    const auto ended = [&](const Device& d) { return phase_of(d, call) == phone::Phase::ended; };
    EXPECT_TRUE(until([&] { return ended(a) && ended(b); }, 120s));
    world.run_for(3s);
    EXPECT_EQ(reason_of(a, call), reason);
    EXPECT_EQ(reason_of(b, call), reason);
    ASSERT_TRUE(world.records().contains(call));
    EXPECT_EQ(world.record(call).reason, reason);
  }

  /// Nothing of any call is left anywhere, and every record was closed in order.
  void expect_rest() {
    world.run_for(5s);
    EXPECT_EQ(world.gauges().calls, 0U);
    for (const auto& device : world.devices()) {
      EXPECT_EQ(device->open_connections(), 0U) << device->user().text;
      EXPECT_EQ(device->live_tracks(), 0U) << device->user().text;
      EXPECT_NE(device->tone(), phone::Tone::ringtone) << device->user().text;
      EXPECT_NE(device->tone(), phone::Tone::waiting) << device->user().text;
      EXPECT_NE(device->tone(), phone::Tone::ringback) << device->user().text;
      if (device->dead()) continue;
      for (const auto& view : device->view().calls.items) {
        EXPECT_EQ(view.phase, phone::Phase::ended) << device->user().text;
      }
    }
    for (const auto& [call, record] : world.records()) {
      EXPECT_EQ(record.phase, wire::CallPhase::ended);
      std::int64_t last = record.invited_at_ms;
      for (const auto& moment : {record.ringing_at_ms, record.accepted_at_ms,
                                 record.connected_at_ms, record.ended_at_ms}) {
        if (!moment) continue;
        EXPECT_LE(last, *moment);
        last = *moment;
      }
    }
  }

  World world;
};

}  // namespace parley::scenarios
