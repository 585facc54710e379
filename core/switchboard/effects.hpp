// The effects of the switchboard. The server's shell carries them out in order.
#pragma once

#include "core/switchboard/record.hpp"

#include <string>
#include <string_view>

namespace parley::switchboard {

/// Write a record. Each write has the next ticket. The shell does not report a finished write to
/// the switchboard; it holds each Send until the write it names is durable.
struct Store {
  StoreTicket ticket;
  CallRecord record;
};

/// Send a text frame once the write `after` and all earlier writes are durable: what a client has
/// received must survive a crash. Frames of one connection keep their order.
struct Send {
  SocketId connection;
  std::string text;
  StoreTicket after;
};

/// Close a socket after all earlier frames have left. The shell still reports ConnectionLost.
struct Close {
  SocketId connection;
  wire::CloseCode code = wire::CloseCode::going_away;
};

/// Look up the user of this token; report Authenticated or AuthenticationFailed.
struct Authenticate {
  SocketId connection;
  std::string token;
};

enum class LogLevel : std::uint8_t { debug, info, warning, error };

/// The event of a connection whose hello is refused. Clients that are not signed in cause no other
/// log lines.
inline constexpr std::string_view kConnectionRefused = "connection refused";

/// One structured log line. Holds no descriptions, candidates, addresses or tokens.
struct Log {
  LogLevel level = LogLevel::info;
  std::string_view event;  // a constant such as "call ended"
  std::optional<SocketId> connection;
  std::optional<CallId> call;
  std::optional<UserId> user;
  std::string detail;
};

using Effect = std::variant<Store, Send, Close, Authenticate, Log>;

}  // namespace parley::switchboard
