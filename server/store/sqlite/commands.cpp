#include "server/store/sqlite/commands.hpp"

namespace parley::server::store::sqlite {

void note_command(Database& database, std::string_view name, const std::optional<UserId>& user,
                  std::int64_t now_ms) {
  Query query = database.query("INSERT INTO commands (name, user, at_ms) VALUES (?, ?, ?)");
  query.bind(name);
  if (user) {
    query.bind(std::string_view(user->text));
  } else {
    query.bind_null();
  }
  query.bind(now_ms).run();
  database.query("DELETE FROM commands WHERE id <= (SELECT max(id) FROM commands) - ?")
      .bind(kMaxCommands)
      .run();
}

std::vector<Command> noted_commands(Database& database) {
  Query query = database.query("SELECT name, user, at_ms FROM commands ORDER BY id");
  std::vector<Command> commands;
  while (query.step()) {
    commands.push_back({query.text(0), query.optional_text(1), query.integer(2)});
  }
  return commands;
}

void forget_commands(Database& database) { database.query("DELETE FROM commands").run(); }

}  // namespace parley::server::store::sqlite
