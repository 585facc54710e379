#include "core/media/opening_ladder.hpp"

#include "core/media/listing.hpp"

#include <algorithm>

namespace parley::media {

std::optional<Capture> OpeningLadder::next(Trouble trouble, std::span<const ListedDevice> listed) {
  attempts_.push_back({current_, trouble});
  if (is_about_access(trouble) || attempts_.size() == kMaxAttempts) return std::nullopt;
  const auto lower = trouble == Trouble::unsuitable ? lower_quality() : std::nullopt;
  if (lower) {
    current_.quality = *lower;
    return current_;
  }
  if (const auto other = other_device(listed)) {
    current_ = *other;
    return current_;
  }
  // A driver that fails with what we ask of it may do with what it likes best.
  const bool asked_for_any = std::ranges::any_of(
      attempts_, [](const Attempt& a) { return a.capture.quality == CaptureQuality::any; });
  if (asked_for_any || trouble == Trouble::missing) return std::nullopt;
  current_ = {.device = {}, .quality = CaptureQuality::any};
  return current_;
}

std::optional<Trouble> OpeningLadder::trouble() const {
  if (attempts_.empty()) return std::nullopt;
  const Trouble last = attempts_.back().trouble;
  return is_about_access(last) ? last : attempts_.front().trouble;
}

std::optional<CaptureQuality> OpeningLadder::lower_quality() const {
  switch (current_.quality) {
    case CaptureQuality::full:
      return source_ == SourceKind::camera ? CaptureQuality::modest : CaptureQuality::any;
    case CaptureQuality::modest:
      return CaptureQuality::any;
    case CaptureQuality::any:
      return std::nullopt;
  }
  return std::nullopt;
}

/// The system's choice first, as it is what the person would get anywhere else.
std::optional<Capture> OpeningLadder::other_device(std::span<const ListedDevice> listed) const {
  if (!tried(std::nullopt)) return Capture{};
  for (const ListedDevice& device : listed) {
    const bool has_name = !device.id.value.empty() && !is_alias(device.id);
    if (device.source != source_ || !has_name || tried(device.id)) continue;
    return Capture{.device = device.id};
  }
  return std::nullopt;
}

bool OpeningLadder::tried(const std::optional<HardwareId>& device) const {
  return std::ranges::any_of(attempts_,
                             [&](const Attempt& a) { return a.capture.device == device; });
}

}  // namespace parley::media
