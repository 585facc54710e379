// The ways to open a microphone or camera, from the best to the least: the device that the person
// chose, then any other of that kind, each with less asked of it when it can't do all. Below the
// last rung a call goes on without that source.
#pragma once

#include "core/media/trouble.hpp"
#include "core/shell/capture.hpp"

#include <cstddef>
#include <optional>
#include <span>
#include <vector>

namespace parley::media {

class OpeningLadder {
 public:
  /// Attempts until it is enough: a person waits for the outcome, and each can take seconds where
  /// a driver hangs.
  static constexpr std::size_t kMaxAttempts = 5;

  OpeningLadder(SourceKind source, std::optional<HardwareId> chosen)
      : source_(source), wanted_(std::move(chosen)), current_{.device = wanted_} {}

  [[nodiscard]] const Capture& current() const { return current_; }
  /// The device of the first rung; nothing for the system's choice.
  [[nodiscard]] const std::optional<HardwareId>& wanted() const { return wanted_; }

  /// The way after the current one, which failed so; nothing when there is none left.
  std::optional<Capture> next(Trouble trouble, std::span<const ListedDevice> listed);

  /// What to tell the person, once something went wrong: what is wrong with the device they chose,
  /// unless it has come to a question of access.
  [[nodiscard]] std::optional<Trouble> trouble() const;

 private:
  struct Attempt {
    Capture capture;
    Trouble trouble = Trouble::failed;
  };

  [[nodiscard]] std::optional<CaptureQuality> lower_quality() const;
  [[nodiscard]] std::optional<Capture> other_device(std::span<const ListedDevice> listed) const;
  [[nodiscard]] bool tried(const std::optional<HardwareId>& device) const;

  SourceKind source_;
  std::optional<HardwareId> wanted_;
  Capture current_;
  std::vector<Attempt> attempts_;
};

}  // namespace parley::media
