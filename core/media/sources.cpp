#include "core/media/sources.hpp"

#include "core/media/listing.hpp"
#include "core/media/timers.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace parley::media {

void Sources::want(const Wishes& wishes, Instant now, Effects& effects) {
  const auto microphone = microphone_.want(wishes.microphone, now, effects);
  const auto camera = camera_.want(wishes.camera, now, effects);
  // One question at most: a camera that takes its time does not keep the voice waiting. The voice
  // goes first, because Chromium takes a page's requests one after the other.
  if (microphone_.is_allowed() || camera_.is_allowed()) {
    ask(microphone, std::nullopt, now, effects);
    ask(std::nullopt, camera, now, effects);
  } else {
    ask(microphone, camera, now, effects);
  }
  if (!wishes.microphone) screen_.forget_failure();
  if (screen_.want(wishes.screen, effects)) {
    const MediaRequestId id{++requests_};
    screen_.asked(id);
    effects.emplace_back(phone::OpenScreen{id});
  }
}

void Sources::ask(std::optional<Capture> microphone, std::optional<Capture> camera, Instant now,
                  Effects& effects) {
  if (!microphone && !camera) return;
  const MediaRequestId id{++requests_};
  if (microphone) microphone_.asked(id, *microphone, now);
  if (camera) camera_.asked(id, *camera, now);
  effects.emplace_back(phone::OpenMedia{id, std::move(microphone), std::move(camera)});
}

void Sources::ask(Source& source, const std::optional<Capture>& capture, Instant now,
                  Effects& effects) {
  if (&source == &microphone_) {
    ask(capture, std::nullopt, now, effects);
  } else {
    ask(std::nullopt, capture, now, effects);
  }
}

void Sources::opened(const phone::MediaOpened& event, Instant now, Effects& effects) {
  if (screen_.owns(event.request)) return screen_.granted(effects);
  if (microphone_.awaits(event.request)) {
    const Hardware hardware = event.microphone.value_or(Hardware{});
    ask(microphone_, microphone_.granted(event.request, hardware, now, effects), now, effects);
  }
  if (camera_.awaits(event.request)) {
    const Hardware hardware = event.camera.value_or(Hardware{});
    ask(camera_, camera_.granted(event.request, hardware, now, effects), now, effects);
  }
}

void Sources::failed(const phone::MediaFailed& event, Instant now, Effects& effects) {
  if (screen_.owns(event.request)) return screen_.refused(event);
  const Trouble trouble = classify(event);
  const bool both = microphone_.awaits(event.request) && camera_.awaits(event.request);
  // Which of the two it was about, nobody says. A person who has closed the question is asked once
  // more, for the microphone: it may be allowed already, and a call needs no camera.
  const auto again = [&](const Source* source) {
    if (!both || trouble == Trouble::insecure) return false;
    return trouble != Trouble::dismissed || source == &microphone_;
  };
  for (Source* source : {&microphone_, &camera_}) {
    if (!source->awaits(event.request)) continue;
    if (const auto same = source->awaited(); again(source) && same) {
      ask(*source, same, now, effects);
    } else {
      ask(*source, source->refused(event.request, trouble, listed_, now), now, effects);
    }
  }
}

void Sources::ended(const phone::MediaEnded& event, Instant now) {
  if (screen_.owns(event.request)) {
    if (event.source == SourceKind::screen) screen_.ended();
    return;
  }
  if (Source* source = find(event.source)) source->ended(event.request, now);
}

void Sources::silenced(const phone::MediaSilenced& event, Instant now) {
  // A shared window that is covered or minimised stops moving; that is no trouble.
  if (Source* source = find(event.source)) source->silenced(event.request, event.silenced, now);
}

void Sources::chosen(const phone::DeviceChosen& event, Instant now, Effects& effects) {
  Source* source = find(event.source);
  if (source == nullptr) return;
  ask(*source, source->choose(event.device, listed_), now, effects);
}

void Sources::listed(const phone::DevicesListed& event, Instant now) {
  if (event.devices.items == newest_) return;
  // A device that was away for a moment, while the list was on its way, is there anew.
  passed_ = std::exchange(newest_, event.devices.items);
  list_settles_at_ = now + kListSettles;
}

void Sources::permission_changed(const phone::PermissionChanged& event) {
  if (Source* source = find(event.source)) source->permission_changed(event.permission);
}

void Sources::try_again(SourceKind kind) {
  if (Source* source = find(kind)) source->try_again();
}

std::optional<Instant> Sources::deadline() const {
  std::optional<Instant> earliest = list_settles_at_;
  for (const auto& due : {microphone_.deadline(), camera_.deadline()}) {
    if (due && (!earliest || *due < *earliest)) earliest = due;
  }
  return earliest;
}

void Sources::time_reached(Instant now, Effects& effects) {
  microphone_.time_reached(now);
  camera_.time_reached(now);
  if (!list_settles_at_ || *list_settles_at_ > now) return;
  list_settles_at_.reset();
  const bool blinked = newest_ == listed_;
  const std::vector<ListedDevice> before = blinked ? passed_ : listed_;
  listed_ = newest_;
  for (Source* source : {&microphone_, &camera_}) {
    ask(*source, source->listed(before, listed_), now, effects);
  }
}

std::optional<HardwareId> Sources::device_of(SourceKind kind) const {
  const Source& source = kind == SourceKind::camera ? camera_ : microphone_;
  const auto* open = std::get_if<Source::Open>(&source.state());
  if (open == nullptr || open->hardware.device.value.empty()) return std::nullopt;
  return resolve(listed_, kind, open->hardware);
}

Source* Sources::find(SourceKind source) {
  switch (source) {
    case SourceKind::microphone:
      return &microphone_;
    case SourceKind::camera:
      return &camera_;
    case SourceKind::screen:
      return nullptr;
  }
  return nullptr;
}

}  // namespace parley::media
