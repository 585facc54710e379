// The log lines about signing up, signing in and changing a password, for successes and failures.
// Operators and tools that ban addresses read these lines: docs/operating.md gives their form.
#pragma once

#include "server/http/message.hpp"
#include "server/log/log.hpp"

namespace parley::server::http {

/// Writes a line if the request was such an attempt. The line never contains a password.
void note_attempt(log::Log& log, const Request& request, const Response& response);

}  // namespace parley::server::http
