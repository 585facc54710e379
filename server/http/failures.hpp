// Failures over HTTP: the row of the error catalogue as JSON, under the status that fits it.
#pragma once

#include "core/base/time.hpp"
#include "core/errors/catalogue.hpp"
#include "server/http/message.hpp"

namespace parley::server::http {

/// What an error says beyond its row of the catalogue.
struct FailureDetails {
  /// What was wrong in the request, for developers; empty for nothing in particular.
  std::string_view field = {};
  /// A word for what is wrong with that field.
  std::string_view detail = {};
  /// When the same request is in order again; told for statuses that pass with time.
  Duration retry_after{0};
};

[[nodiscard]] Response failure(unsigned status, Error error, const FailureDetails& details);
[[nodiscard]] Response failure(unsigned status, Error error, std::string_view field = {});

/// With the status that the error usually has.
[[nodiscard]] Response failure(Error error, const FailureDetails& details);
[[nodiscard]] Response failure(Error error, std::string_view field = {});

/// 405, with the methods that are possible (RFC 9110, 15.5.6).
[[nodiscard]] Response wrong_method(std::string allowed);

/// 403 for a page of another origin.
[[nodiscard]] Response foreign_origin(std::string_view origin, std::string_view host);

[[nodiscard]] unsigned status_of(Error error);

}  // namespace parley::server::http
