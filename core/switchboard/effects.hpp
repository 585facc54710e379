// Everything the switchboard can ask of the server's shell, in order.
#pragma once

#include "core/switchboard/record.hpp"

#include <string>
#include <string_view>

namespace parley::switchboard {

/// Write a record. Tickets count up by one; the shell reports none back, it holds sends instead.
struct Store {
  StoreTicket ticket;
  CallRecord record;
};

/// Send a text frame, but not before the write `after` and all before it are durable: whatever a
/// client is told must survive a crash. Frames of one connection keep their order.
struct Send {
  SocketId connection;
  std::string text;
  StoreTicket after;
};

/// Close a socket once everything sent before has left. The shell still reports ConnectionLost.
struct Close {
  SocketId connection;
  wire::CloseCode code = wire::CloseCode::going_away;
};

/// Find out whose token this is; answer with Authenticated or AuthenticationFailed.
struct Authenticate {
  SocketId connection;
  std::string token;
};

enum class LogLevel : std::uint8_t { debug, info, warning, error };

/// Of a connection whose hello is not welcome: the only lines that strangers can cause.
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
