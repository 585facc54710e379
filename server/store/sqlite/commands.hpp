// Changes made from the command line, kept until a server has written them to its log: a command
// has no log of its own, and the server may not be running.
#pragma once

#include "core/base/ids.hpp"
#include "core/wire/types.hpp"
#include "server/store/sqlite/database.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace parley::server::store::sqlite {

/// Commands that are kept at most; the oldest are removed.
inline constexpr std::int64_t kMaxCommands = 1000;

struct Command {
  /// For example "user disable".
  std::string name;
  /// The user whose account it changed; empty if it changed no account.
  std::optional<std::string> user;
  std::int64_t at_ms = 0;
};

/// Adds a command. Called in the transaction of its change.
void note_command(Database& database, std::string_view name, const std::optional<UserId>& user,
                  std::int64_t now_ms);

/// The saved commands, the oldest first.
[[nodiscard]] std::vector<Command> noted_commands(Database& database);
void forget_commands(Database& database);

}  // namespace parley::server::store::sqlite
