// What it means that a source could not be opened: the names of browsers' exceptions, which differ,
// turned into what a person or the next attempt can do about it.
#pragma once

#include "core/errors/catalogue.hpp"
#include "core/shell/capture.hpp"
#include "core/shell/events.hpp"

#include <cstdint>

namespace parley::media {

enum class Trouble : std::uint8_t {
  denied,         // the person or the browser's settings said no
  dismissed,      // the question was closed without an answer
  blocked,        // the page's policy forbids it
  system_denied,  // the operating system forbids it to the browser
  missing,        // there is no such device
  busy,           // another program has it
  unsuitable,     // no device does what was asked of it
  failed,         // it could not be started, nobody knows why
  insecure,       // browsers allow it on secure pages only
  lost,           // it was open and went away
  silenced,       // it is open, and muted outside of the page
};

/// Media Capture and Streams, 10.2; Screen Capture, 5.1; Permissions, 3.
[[nodiscard]] Trouble classify(const phone::MediaFailed& failure);

/// The row of the error catalogue.
[[nodiscard]] Error error_of(SourceKind source, Trouble trouble);

/// Trying another device would be asking the same person the same question again.
[[nodiscard]] bool is_about_access(Trouble trouble);

}  // namespace parley::media
