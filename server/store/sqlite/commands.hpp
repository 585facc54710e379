// What was changed from the command line, until a server has said so in its log: a command runs
// beside the server, or while there is none, and has no log of its own.
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

/// Commands that are kept at most; the oldest go.
inline constexpr std::int64_t kMaxCommands = 1000;

struct Command {
  /// For example "user disable".
  std::string name;
  /// Whose account it changed, if it changed one.
  std::optional<std::string> user;
  std::int64_t at_ms = 0;
};

/// In the transaction of the change.
void note_command(Database& database, std::string_view name, const std::optional<UserId>& user,
                  std::int64_t now_ms);

/// Those that have not been taken, from the oldest on.
[[nodiscard]] std::vector<Command> noted_commands(Database& database);
void forget_commands(Database& database);

}  // namespace parley::server::store::sqlite
