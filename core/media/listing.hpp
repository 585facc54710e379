// Questions about the list of what is plugged in.
#pragma once

#include "core/shell/capture.hpp"

#include <algorithm>
#include <optional>
#include <span>
#include <string_view>

namespace parley::media {

/// The id under which browsers list whatever the system prefers at the moment.
inline constexpr std::string_view kDefaultDevice = "default";

inline bool is_alias(const HardwareId& id) { return id.value == kDefaultDevice; }

inline const ListedDevice* find_device(std::span<const ListedDevice> listed, SourceKind source,
                                       const HardwareId& id) {
  const auto found = std::ranges::find_if(listed, [&](const ListedDevice& device) {
    return device.source == source && device.id == id;
  });
  return found == listed.end() ? nullptr : &*found;
}

/// The hardware that the system prefers at the moment, where the browser tells.
inline std::optional<HardwareId> default_group(std::span<const ListedDevice> listed,
                                               SourceKind source) {
  const ListedDevice* alias = find_device(listed, source, {std::string(kDefaultDevice)});
  if (alias == nullptr || alias->group.value.empty()) return std::nullopt;
  return alias->group;
}

/// The device behind an alias; anything else is itself.
inline HardwareId resolve(std::span<const ListedDevice> listed, SourceKind source,
                          const Hardware& hardware) {
  if (!is_alias(hardware.device)) return hardware.device;
  const auto found = std::ranges::find_if(listed, [&](const ListedDevice& device) {
    return device.source == source && !is_alias(device.id) && device.group == hardware.group;
  });
  return found == listed.end() ? hardware.device : found->id;
}

}  // namespace parley::media
