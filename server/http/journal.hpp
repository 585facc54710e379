// What the log says of people who sign in and up and change their password, and of those who fail
// to. Operators and tools that ban addresses read these lines: docs/operating.md gives their form.
#pragma once

#include "server/http/message.hpp"
#include "server/log/log.hpp"

namespace parley::server::http {

/// Writes a line when the request was such an attempt. Never holds a password.
void note_attempt(log::Log& log, const Request& request, const Response& response);

}  // namespace parley::server::http
