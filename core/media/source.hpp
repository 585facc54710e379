// One microphone or camera: asked for by the ladder, kept open as long as it is wanted, opened
// again when it goes away, changed for another one without a gap. It answers with the next capture
// to request; its owner makes the request and passes the number of the request back.
#pragma once

#include "core/base/time.hpp"
#include "core/media/opening_ladder.hpp"
#include "core/shell/effects.hpp"

#include <optional>
#include <span>
#include <variant>
#include <vector>

namespace parley::media {

class Source {
 public:
  /// Muted from outside the page: as the browser reports it, and as the phone shows it. The second
  /// one follows with a delay, because interruptions come in bursts (a key that is pressed twice, a
  /// system sound).
  struct Silence {
    bool reported = false;
    bool believed = false;
    Instant since;
  };

  // The states of a source.
  struct Closed {};
  struct Opening {
    MediaRequestId request;
    OpeningLadder ladder;
    Instant since;
    bool asking = false;  // opening takes so long that the browser's question is probably open
  };
  /// The request is still open, but the source is no longer wanted: close it if it is granted.
  struct Abandoned {
    MediaRequestId request;
    OpeningLadder ladder;
  };
  struct Open {
    MediaRequestId request;
    Hardware hardware;
    bool by_default = false;  // the system chose the device
    Instant since;
    Silence silence;
    std::optional<Trouble> compromise;  // why it is not the chosen device
    /// Another device that replaces this one once it is open.
    std::optional<Opening> next;
  };
  struct Failed {
    Trouble why = Trouble::failed;
    std::optional<Instant> retry_at;
  };

  using State = std::variant<Closed, Opening, Abandoned, Open, Failed>;
  using Effects = std::vector<phone::Effect>;
  using Listed = std::span<const ListedDevice>;

  explicit Source(SourceKind kind) : kind_(kind) {}

  // Each of these returns what is to be asked for now, if anything; `asked` tells the request.

  /// A source that failed stays so until it is not wanted for a moment, or `try_again`.
  std::optional<Capture> want(bool wanted, Instant now, Effects& effects);
  std::optional<Capture> refused(MediaRequestId request, Trouble trouble, Listed listed,
                                 Instant now);
  /// The person chose this device, or none in particular.
  std::optional<Capture> choose(std::optional<HardwareId> device, Listed listed);
  std::optional<Capture> listed(Listed before, Listed now);

  void asked(MediaRequestId request, const Capture& capture, Instant now);
  std::optional<Capture> granted(MediaRequestId request, Hardware hardware, Instant now,
                                 Effects& effects);
  void ended(MediaRequestId request, Instant now);
  void silenced(MediaRequestId request, bool silenced, Instant now);
  /// The next `want` opens it, whatever has failed before.
  void try_again();
  void permission_changed(Permission permission);

  [[nodiscard]] std::optional<Instant> deadline() const;
  void time_reached(Instant now);

  /// Whether it waits for this request, wanted or not.
  [[nodiscard]] bool awaits(MediaRequestId request) const;
  /// What a request for this source alone would ask, while it waits for one.
  [[nodiscard]] std::optional<Capture> awaited() const;
  [[nodiscard]] const State& state() const { return state_; }
  /// The browser opens it without asking the person, as far as it has told.
  [[nodiscard]] bool is_allowed() const { return allowed_; }
  /// It was open, went away, and is not back.
  [[nodiscard]] bool was_lost() const { return lost_; }

 private:
  [[nodiscard]] bool is_unusable(const HardwareId& device) const;
  void note_unusable(const Capture& capture, Trouble trouble);
  void fail_or_repair(Trouble why, Instant now);
  /// The person has chosen another device since this was asked for.
  [[nodiscard]] std::optional<Capture> overtaken(const OpeningLadder& ladder) const;
  /// The device that should be in use instead of the one that is.
  [[nodiscard]] std::optional<Capture> better(const Open& open, Listed listed) const;
  /// The system prefers other hardware than what is in use.
  [[nodiscard]] bool default_moved(const Open& open, Listed before, Listed now) const;

  SourceKind kind_;
  State state_;
  std::optional<HardwareId> chosen_;
  /// Devices that could not be opened since they were plugged in: not tried again by themselves.
  std::vector<HardwareId> unusable_;
  bool allowed_ = false;
  bool lost_ = false;
  std::size_t repairs_ = 0;  // tried in a row
};

}  // namespace parley::media
