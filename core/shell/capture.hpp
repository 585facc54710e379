// What is captured and how it is asked for: the vocabulary that sources share with shells.
#pragma once

#include "core/json/codec.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <tuple>

namespace parley::media {

using json::field;

/// Where sound or pictures come from.
enum class SourceKind : std::uint8_t { microphone, camera, screen };
constexpr auto names(SourceKind) {
  return std::array<std::string_view, 3>{"microphone", "camera", "screen"};
}

/// Ids of devices are made by the browser: 64 hexadecimal digits or less, seen everywhere.
inline constexpr std::size_t kMaxDeviceIdBytes = 256;
using HardwareId = json::Text<kMaxDeviceIdBytes>;

/// Microphones and cameras of one machine that are looked at; more than anybody has.
inline constexpr std::size_t kMaxListedDevices = 64;

/// How much is asked of a device.
enum class CaptureQuality : std::uint8_t {
  full,    // sound with echo cancellation, a picture of 1280×720 at 30 frames a second
  modest,  // a picture of 640×480 at 15
  any,     // whatever it gives
};
constexpr auto names(CaptureQuality) {
  return std::array<std::string_view, 3>{"full", "modest", "any"};
}

/// One way to open a device.
struct Capture {
  std::optional<HardwareId> device;
  CaptureQuality quality = CaptureQuality::full;
  bool operator==(const Capture&) const = default;
  static constexpr auto fields() {
    return std::tuple{
        field("device", &Capture::device, "This one and no other; the system's choice if absent."),
        field("quality", &Capture::quality, "What to ask of it.")};
  }
};

/// The device that a track really comes from (Media Capture, 4.3.8: deviceId and groupId).
struct Hardware {
  HardwareId device;
  HardwareId group;
  bool operator==(const Hardware&) const = default;
  static constexpr auto fields() {
    return std::tuple{
        field("device", &Hardware::device, "Its id, or the alias it was opened by; may be empty."),
        field("group", &Hardware::group,
              "The same for all devices of one piece of hardware, and for their aliases.")};
  }
};

/// A microphone or camera that is plugged in.
struct ListedDevice {
  SourceKind source = SourceKind::microphone;
  HardwareId id;
  HardwareId group;
  bool operator==(const ListedDevice&) const = default;
  static constexpr auto fields() {
    return std::tuple{
        field("source", &ListedDevice::source, "What it is."),
        field("id", &ListedDevice::id,
              "Its id; `default` is whatever the system prefers now. Empty before the page may use "
              "one of its kind: then there is at least one."),
        field("group", &ListedDevice::group, "The hardware it belongs to; empty if not told.")};
  }
};

/// What the browser says about access to a source (Permissions, 3; Permissions Policy, 9).
enum class Permission : std::uint8_t {
  granted,
  prompt,   // the person is asked each time
  denied,   // the person, or the browser's settings, said no
  blocked,  // the page's policy forbids it: nobody is asked
};
constexpr auto names(Permission) {
  return std::array<std::string_view, 4>{"granted", "prompt", "denied", "blocked"};
}

}  // namespace parley::media
