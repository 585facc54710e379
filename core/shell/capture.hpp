// The types that describe capture devices, shared by core/media and the shells.
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

/// The longest id of a device. The browser makes these ids; known browsers use at most 64
/// hexadecimal digits.
inline constexpr std::size_t kMaxDeviceIdBytes = 256;
using HardwareId = json::Text<kMaxDeviceIdBytes>;

/// Microphones and cameras of one machine that are listed at most; more than a machine has.
inline constexpr std::size_t kMaxListedDevices = 64;

/// The constraints for a device.
enum class CaptureQuality : std::uint8_t {
  full,    // sound with echo cancellation, a picture of 1280×720 at 30 frames a second
  modest,  // a picture of 640×480 at 15
  any,     // no constraints
};
constexpr auto names(CaptureQuality) {
  return std::array<std::string_view, 3>{"full", "modest", "any"};
}

/// The device and the constraints to open.
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

/// The device that a track comes from (Media Capture, 4.3.8: deviceId and groupId).
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

/// The browser's permission for a source (Permissions, 3; Permissions Policy, 9).
enum class Permission : std::uint8_t {
  granted,
  prompt,   // the browser asks the person each time
  denied,   // the person or the browser's settings deny access
  blocked,  // the page's policy forbids it; the browser does not ask
};
constexpr auto names(Permission) {
  return std::array<std::string_view, 4>{"granted", "prompt", "denied", "blocked"};
}

}  // namespace parley::media
