#include "core/media/sources.hpp"

#include "core/base/mutants.hpp"
#include "core/base/overloaded.hpp"

#include <array>
#include <utility>

namespace parley::media {

namespace {

constexpr std::array kKinds{MediaKind::audio, MediaKind::video};

/// The request a source waits for, whether or not it still wants it.
std::optional<MediaRequestId> awaited_request(const Source& source) {
  return std::visit(
      Overloaded{
          [](const OneOf<Opening, Abandoned> auto& waiting) {
            return std::optional(waiting.request);
          },
          [](const OneOf<Closed, Open, Failed> auto&) { return std::optional<MediaRequestId>(); },
      },
      source);
}

bool awaits(const Source& source, MediaRequestId request) {
  return awaited_request(source) == request;
}

}  // namespace

Error classify(MediaKind kind, std::string_view exception_name) {
  struct Row {
    std::string_view name;
    Error microphone;
    Error camera;
  };
  constexpr std::array kRows{
      Row{"NotAllowedError", Error::microphone_denied, Error::camera_denied},
      Row{"PermissionDeniedError", Error::microphone_denied, Error::camera_denied},
      Row{"SecurityError", Error::microphone_denied, Error::camera_denied},
      Row{"NotFoundError", Error::microphone_missing, Error::camera_missing},
      Row{"DevicesNotFoundError", Error::microphone_missing, Error::camera_missing},
      Row{"OverconstrainedError", Error::microphone_missing, Error::camera_missing},
      Row{"NotReadableError", Error::microphone_busy, Error::camera_busy},
      Row{"TrackStartError", Error::microphone_busy, Error::camera_busy},
      Row{"AbortError", Error::microphone_busy, Error::camera_busy},
      Row{"InsecureContextError", Error::insecure_page, Error::insecure_page},
      Row{"TypeError", Error::insecure_page, Error::insecure_page},
  };
  for (const Row& row : kRows) {
    if (row.name == exception_name) return kind == MediaKind::audio ? row.microphone : row.camera;
  }
  return kind == MediaKind::audio ? Error::microphone_failed : Error::camera_failed;
}

void Sources::request(bool microphone, bool camera, std::vector<phone::Effect>& effects) {
  const MediaRequestId id{++requests_};
  if (microphone) microphone_ = Opening{id};
  if (camera) camera_ = Opening{id};
  effects.emplace_back(phone::OpenMedia{id, microphone, camera});
}

void Sources::want(bool microphone, bool camera, std::vector<phone::Effect>& effects) {
  const auto must_open = [&](MediaKind kind, bool wanted) {
    Source& source = of(kind);
    const auto settle = Overloaded{
        [&](const Closed&) { return wanted; },
        [&](const Opening& opening) {
          if (!wanted) source = Abandoned{opening.request};
          return false;
        },
        [&](const Abandoned& abandoned) {
          if (wanted) source = Opening{abandoned.request};
          return false;
        },
        [&](const Open& open) {
          if (wanted) return false;
          effects.emplace_back(phone::CloseMedia{open.request, kind});
          source = Closed{};
          return false;
        },
        [&](const Failed&) {
          if (!wanted) source = Closed{};
          return false;
        },
    };
    // A copy, because an arm may replace the state it is looking at.
    return std::visit(settle, Source(source));
  };
  const bool open_microphone = must_open(MediaKind::audio, microphone);
  const bool open_camera = must_open(MediaKind::video, camera);
  if (open_microphone || open_camera) request(open_microphone, open_camera, effects);
}

void Sources::opened(const phone::MediaOpened& event, std::vector<phone::Effect>& effects) {
  for (const MediaKind kind : kKinds) {
    Source& source = of(kind);
    if (!awaits(source, event.request)) continue;
    if (std::holds_alternative<Opening>(source)) {
      source = Open{event.request};
    } else {
      source = Closed{};
      if (mutant(Mutant::late_grant_kept)) continue;
      effects.emplace_back(phone::CloseMedia{event.request, kind});
    }
  }
}

void Sources::failed(const phone::MediaFailed& event, std::vector<phone::Effect>& effects) {
  const bool both = awaits(microphone_, event.request) && awaits(camera_, event.request);
  for (const MediaKind kind : kKinds) {
    Source& source = of(kind);
    if (!awaits(source, event.request)) continue;
    if (std::holds_alternative<Abandoned>(source)) {
      source = Closed{};
    } else if (both) {
      request(kind == MediaKind::audio, kind == MediaKind::video, effects);
    } else {
      source = Failed{classify(kind, event.name.value)};
    }
  }
}

void Sources::ended(const phone::MediaEnded& event) {
  Source& source = of(event.kind);
  const auto* open = std::get_if<Open>(&source);
  if (open == nullptr || open->request != event.request) return;
  source =
      Failed{event.kind == MediaKind::audio ? Error::microphone_missing : Error::camera_missing};
}

void Sources::try_again(MediaKind kind) {
  if (std::holds_alternative<Failed>(of(kind))) of(kind) = Closed{};
}

}  // namespace parley::media
