// Failures over HTTP: the row of the error catalogue as JSON, under the status that fits it.
#pragma once

#include "core/errors/catalogue.hpp"
#include "server/http/message.hpp"

namespace parley::server::http {

/// `field` names what was wrong in the request, for developers; empty for nothing in particular.
[[nodiscard]] Response failure(unsigned status, Error error, std::string_view field = {});

/// With the status that the error usually has.
[[nodiscard]] Response failure(Error error, std::string_view field = {});

[[nodiscard]] unsigned status_of(Error error);

}  // namespace parley::server::http
