// The device's microphone and camera. Told what is wanted, it asks for exactly that, and gives back
// whatever is wanted no more, also when a request is granted late. A request for both that fails is
// tried again for each alone, so that a missing camera never costs the microphone.
#pragma once

#include "core/phone/effects.hpp"
#include "core/phone/events.hpp"

#include <optional>
#include <variant>
#include <vector>

namespace parley::media {

using wire::MediaKind;

// The states of one source.
struct Closed {};
struct Opening {
  MediaRequestId request;
};
/// The request is still out, but the source is wanted no more: close it if it is granted.
struct Abandoned {
  MediaRequestId request;
};
struct Open {
  MediaRequestId request;
};
struct Failed {
  Error why;
};
using Source = std::variant<Closed, Opening, Abandoned, Open, Failed>;

/// Names the error of a failed request (Media Capture and Streams, 10.2; names differ by browser).
Error classify(MediaKind kind, std::string_view exception_name);

class Sources {
 public:
  /// What the calls need now. A source that failed stays so until it is not wanted for a moment.
  void want(bool microphone, bool camera, std::vector<phone::Effect>& effects);

  void opened(const phone::MediaOpened& event, std::vector<phone::Effect>& effects);
  void failed(const phone::MediaFailed& event, std::vector<phone::Effect>& effects);
  void ended(const phone::MediaEnded& event);
  /// The person asks for a source that failed: the next `want` tries again.
  void try_again(MediaKind kind);

  [[nodiscard]] const Source& microphone() const { return microphone_; }
  [[nodiscard]] const Source& camera() const { return camera_; }

 private:
  Source& of(MediaKind kind) { return kind == MediaKind::audio ? microphone_ : camera_; }
  void request(bool microphone, bool camera, std::vector<phone::Effect>& effects);

  Source microphone_;
  Source camera_;
  std::uint64_t requests_ = 0;
};

}  // namespace parley::media
