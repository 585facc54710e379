// What the person wants of a call on this device, whatever the devices can do.
#pragma once

#include "core/wire/types.hpp"

namespace parley::phone {

struct Wants {
  bool microphone = true;
  bool camera = false;
  bool screen = false;
  bool held = false;
  /// The person has switched the microphone on this device; the state it had on another device of
  /// this person no longer applies.
  bool microphone_pressed = false;
  /// The counters show sound although the microphone is muted: the track is detached until the
  /// person wants the microphone again.
  bool microphone_cut = false;

  void switch_microphone(bool on) {
    microphone = on;
    microphone_pressed = true;
    if (on) microphone_cut = false;
  }
  /// A muted microphone is sent all the same. Returns true when its track is detached for that.
  bool cut_microphone() {
    if (microphone || microphone_cut) return false;
    return microphone_cut = true;
  }
  /// The call goes on at this device: a microphone that was muted at the other one stays muted.
  void take_over(const wire::LegStatus& status) {
    if (!microphone_pressed) microphone = status.microphone != wire::SourceState::off;
  }
  /// This device was in the call before its page was loaded anew: it goes on as it was.
  void restore(const wire::LegStatus& status) {
    microphone = status.microphone != wire::SourceState::off;
    camera = status.camera != wire::SourceState::off;
    held = status.held;
  }
};

}  // namespace parley::phone
