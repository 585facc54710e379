#include "core/media/trouble.hpp"

#include <algorithm>
#include <array>
#include <string_view>

namespace parley::media {

namespace {

bool mentions(std::string_view text, std::string_view word) {
  const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; };
  const auto same = [&](char a, char b) { return lower(a) == b; };
  return !std::ranges::search(text, word, same).empty();
}

/// Whose no it was. Chromium tells in the message, others only by the state of the permission.
Trouble whose_no(const phone::MediaFailed& failure) {
  const std::string_view message = failure.message.value;
  if (failure.permission == Permission::blocked) return Trouble::blocked;
  if (mentions(message, "system")) return Trouble::system_denied;
  if (mentions(message, "dismissed") || failure.permission == Permission::prompt)
    return Trouble::dismissed;
  return Trouble::denied;
}

/// A device that was asked for by its id and is not there breaks a constraint, too.
Trouble unmet(const phone::MediaFailed& failure) {
  if (!failure.constraint) return Trouble::unsuitable;
  const std::string& constraint = failure.constraint->value;
  return constraint == "deviceId" || constraint == "groupId" ? Trouble::missing
                                                             : Trouble::unsuitable;
}

}  // namespace

Trouble classify(const phone::MediaFailed& failure) {
  struct Row {
    std::string_view name;
    Trouble trouble;
  };
  constexpr std::array kRows{
      Row{"SecurityError", Trouble::blocked},         Row{"NotFoundError", Trouble::missing},
      Row{"DevicesNotFoundError", Trouble::missing},  Row{"NotReadableError", Trouble::busy},
      Row{"TrackStartError", Trouble::busy},          Row{"AbortError", Trouble::busy},
      Row{"InsecureContextError", Trouble::insecure},
  };
  const std::string& name = failure.name.value;
  if (name == "NotAllowedError" || name == "PermissionDeniedError") return whose_no(failure);
  if (name == "OverconstrainedError" || name == "ConstraintNotSatisfiedError")
    return unmet(failure);
  const auto row = std::ranges::find(kRows, name, &Row::name);
  return row == kRows.end() ? Trouble::failed : row->trouble;
}

Error error_of(SourceKind source, Trouble trouble) {
  struct Row {
    Error microphone;
    Error camera;
    Error screen;
  };
  // In the order of Trouble. A screen has few ways to fail that a person could tell apart.
  constexpr std::array kRows{
      Row{Error::microphone_denied, Error::camera_denied, Error::screen_failed},
      Row{Error::microphone_dismissed, Error::camera_dismissed, Error::screen_failed},
      Row{Error::microphone_blocked, Error::camera_blocked, Error::screen_unsupported},
      Row{Error::microphone_system_denied, Error::camera_system_denied, Error::screen_denied},
      Row{Error::microphone_missing, Error::camera_missing, Error::screen_failed},
      Row{Error::microphone_busy, Error::camera_busy, Error::screen_failed},
      Row{Error::microphone_unsuitable, Error::camera_unsuitable, Error::screen_failed},
      Row{Error::microphone_failed, Error::camera_failed, Error::screen_failed},
      Row{Error::insecure_page, Error::insecure_page, Error::insecure_page},
      Row{Error::microphone_lost, Error::camera_lost, Error::screen_failed},
      Row{Error::microphone_silenced, Error::camera_silenced, Error::screen_failed},
  };
  static_assert(kRows.size() == static_cast<std::size_t>(Trouble::silenced) + 1);
  const Row& row = kRows[static_cast<std::size_t>(trouble)];
  switch (source) {
    case SourceKind::microphone:
      return row.microphone;
    case SourceKind::camera:
      return row.camera;
    case SourceKind::screen:
      return row.screen;
  }
  return Error::internal;
}

bool is_about_access(Trouble trouble) {
  switch (trouble) {
    case Trouble::denied:
    case Trouble::dismissed:
    case Trouble::blocked:
    case Trouble::system_denied:
    case Trouble::insecure:
      return true;
    case Trouble::missing:
    case Trouble::busy:
    case Trouble::unsuitable:
    case Trouble::failed:
    case Trouble::lost:
    case Trouble::silenced:
      return false;
  }
  return false;
}

}  // namespace parley::media
