// The effects of the switchboard. The server's shell carries them out in order.
#pragma once

#include "core/switchboard/record.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
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

/// What happens to connections, sessions and calls.
enum class Happening : std::uint8_t {
  /// A hello is refused. Clients that are not signed in cause no other log lines.
  connection_refused,
  session_started,
  session_resumed,
  session_gap,
  session_overrun,
  request_refused,
  refused_too_often,
  call_invited,
  call_accepted,
  call_connected,
  call_ended,
  takeover_asked,
  takeover_done,
  last = takeover_done,
};

/// The name of a happening in the log, and its level.
struct HappeningInfo {
  std::string_view name;
  LogLevel level = LogLevel::info;
};

inline constexpr auto kHappenings = std::to_array<HappeningInfo>({
    {"connection refused"},
    {"session started"},
    {"session resumed"},
    {"gap in session", LogLevel::warning},
    {"session overrun", LogLevel::warning},
    {"refused"},
    {"too much too often", LogLevel::warning},
    {"invited"},
    {"accepted"},
    {"connected"},
    {"ended"},
    {"joined"},
    {"taken over"},
});
static_assert(kHappenings.size() == static_cast<std::size_t>(Happening::last) + 1);

constexpr const HappeningInfo& info_of(Happening what) {
  return kHappenings[static_cast<std::size_t>(what)];
}

/// Log what has happened. Holds no descriptions, candidates, addresses or tokens.
struct Log {
  Happening what = Happening::connection_refused;
  std::optional<SocketId> connection;
  std::optional<CallId> call;
  std::optional<UserId> user;
  std::string detail;
  /// The phases of the call before and after; absent for what changes no phase, and `from` for a
  /// new call.
  std::optional<wire::CallPhase> from;
  std::optional<wire::CallPhase> to;
};

using Effect = std::variant<Store, Send, Close, Authenticate, Log>;

}  // namespace parley::switchboard
