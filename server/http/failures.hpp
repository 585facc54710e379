// Failures over HTTP: the row of the error catalogue as JSON, with the matching status.
#pragma once

#include "core/base/time.hpp"
#include "core/errors/catalogue.hpp"
#include "server/http/message.hpp"

namespace parley::server::http {

/// Details of an error in addition to its row of the catalogue.
struct FailureDetails {
  /// The problem in the request, for developers; may be empty.
  std::string_view field = {};
  /// A word for the problem of that field.
  std::string_view detail = {};
  /// When the same request may be repeated; set for temporary statuses.
  Duration retry_after{0};
};

[[nodiscard]] Response failure(unsigned status, Error error, const FailureDetails& details);
[[nodiscard]] Response failure(unsigned status, Error error, std::string_view field = {});

/// With the usual status of the error.
[[nodiscard]] Response failure(Error error, const FailureDetails& details);
[[nodiscard]] Response failure(Error error, std::string_view field = {});

/// 405, with the allowed methods (RFC 9110, 15.5.6).
[[nodiscard]] Response wrong_method(std::string allowed);

/// 403 for a page of a foreign origin.
[[nodiscard]] Response foreign_origin(std::string_view origin, std::string_view host);

[[nodiscard]] unsigned status_of(Error error);

}  // namespace parley::server::http
