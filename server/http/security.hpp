// The headers every response carries, so that a page of ours can load nothing from elsewhere, be
// framed by nobody, and hand its microphone to nobody.
#pragma once

#include "server/http/message.hpp"

namespace parley::server::http {

/// `host` is the request's Host header; the signalling socket of that host is allowed by name,
/// because Safari does not take it as 'self'.
void add_security_headers(Response& response, std::string_view host, bool tls);

}  // namespace parley::server::http
