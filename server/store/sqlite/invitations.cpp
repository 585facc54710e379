#include "server/store/sqlite/invitations.hpp"

#include "server/store/sqlite/accounts.hpp"

#include <string_view>
#include <utility>

namespace parley::server::store::sqlite {

void add_invitation(Database& database, const std::optional<UserId>& by,
                    const Invitation& invitation) {
  Query query = database.query(
      "INSERT INTO invitations (hash, created_at_ms, expires_at_ms, user)"
      " VALUES (?, ?, ?, ?)");
  query.bind_blob(invitation.hash)
      .bind(invitation.created_at_ms)
      .bind(invitation.expires_at_ms)
      .bind(by ? std::optional(std::string_view(by->text)) : std::nullopt)
      .run();
}

std::optional<Inviter> find_invitation(Database& database, const SecretHash& hash,
                                       std::int64_t now_ms) {
  Query query = database.query(
      "SELECT invitations.user FROM invitations LEFT JOIN users USING (user)"
      " WHERE hash = ? AND expires_at_ms > ? AND coalesce(disabled, 0) = 0");
  query.bind_blob(hash).bind(now_ms);
  if (!query.step()) return std::nullopt;
  Inviter inviter;
  if (auto user = query.optional_text(0)) inviter.user.emplace(std::move(*user));
  return inviter;
}

void remove_invitation(Database& database, const SecretHash& hash) {
  database.query("DELETE FROM invitations WHERE hash = ?").bind_blob(hash).run();
}

std::vector<Invitation> invitations_by(Database& database, const UserId& user,
                                       std::int64_t now_ms) {
  Query query = database.query(
      "SELECT hash, created_at_ms, expires_at_ms FROM invitations"
      " WHERE user = ? AND expires_at_ms > ? ORDER BY created_at_ms DESC, hash");
  query.bind(user.text).bind(now_ms);
  std::vector<Invitation> invitations;
  while (query.step()) {
    invitations.push_back({read_hash(query, 0), query.integer(1), query.integer(2)});
  }
  return invitations;
}

std::string origin(Database& database) {
  Query query = database.query("SELECT coalesce(origin, '') FROM house");
  return query.step() ? query.text(0) : std::string();
}

void set_origin(Database& database, const std::string& origin) {
  database.query("UPDATE house SET origin = ?1 WHERE origin IS NOT ?1").bind(origin).run();
}

}  // namespace parley::server::store::sqlite
