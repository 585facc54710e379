// The device's microphone, camera and screen. Told what is wanted, it asks for exactly that, and
// gives back whatever is wanted no more, also when a request is granted late. Microphone and camera
// are asked for together where a person may have to be asked for both, so that it happens once; a
// request for both that fails is tried again for each alone, so that a missing camera never costs
// the microphone.
#pragma once

#include "core/media/screen.hpp"
#include "core/media/source.hpp"
#include "core/shell/by_source.hpp"
#include "core/shell/events.hpp"

#include <optional>
#include <vector>

namespace parley::media {

class Sources {
 public:
  using Effects = std::vector<phone::Effect>;

  using Wishes = BySource<bool>;
  /// What the calls need now.
  void want(const Wishes& wishes, Instant now, Effects& effects);

  void opened(const phone::MediaOpened& event, Instant now, Effects& effects);
  void failed(const phone::MediaFailed& event, Instant now, Effects& effects);
  void ended(const phone::MediaEnded& event, Instant now);
  void silenced(const phone::MediaSilenced& event, Instant now);
  void chosen(const phone::DeviceChosen& event, Instant now, Effects& effects);
  void listed(const phone::DevicesListed& event, Instant now);
  void permission_changed(const phone::PermissionChanged& event);
  /// The person asks for a source that failed: the next `want` tries again.
  void try_again(SourceKind source);

  [[nodiscard]] std::optional<Instant> deadline() const;
  void time_reached(Instant now, Effects& effects);

  [[nodiscard]] const Source& microphone() const { return microphone_; }
  [[nodiscard]] const Source& camera() const { return camera_; }
  [[nodiscard]] const Screen& screen() const { return screen_; }
  /// The device behind a track, by its own name where the list tells it.
  [[nodiscard]] std::optional<HardwareId> device_of(SourceKind source) const;

 private:
  /// Nothing for the screen, which works differently.
  Source* find(SourceKind source);
  void ask(std::optional<Capture> microphone, std::optional<Capture> camera, Instant now,
           Effects& effects);
  void ask(Source& source, const std::optional<Capture>& capture, Instant now, Effects& effects);

  Source microphone_{SourceKind::microphone};
  Source camera_{SourceKind::camera};
  Screen screen_;
  std::uint64_t requests_ = 0;
  std::vector<ListedDevice> listed_;
  /// What came in since, until it holds still, and what came in before that.
  std::vector<ListedDevice> newest_;
  std::vector<ListedDevice> passed_;
  std::optional<Instant> list_settles_at_;
};

}  // namespace parley::media
