// The security headers of every response: a page of this server loads nothing from other origins,
// can't be framed, and passes its microphone to no other page.
#pragma once

#include "server/http/message.hpp"

namespace parley::server::http {

/// `host` is the request's Host header; the signalling socket of that host is allowed by name,
/// because Safari does not take it as 'self'.
void add_security_headers(Response& response, std::string_view host, bool tls);

}  // namespace parley::server::http
