// The queries of invitations.
#pragma once

#include "core/base/ids.hpp"
#include "server/store/accounts.hpp"
#include "server/store/sqlite/database.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace parley::server::store::sqlite {

/// Saves an invitation by the user, or by the operator.
void add_invitation(Database& database, const std::optional<UserId>& by,
                    const Invitation& invitation);
/// Who made an invitation.
struct Inviter {
  /// Empty for the operator.
  std::optional<UserId> user;
  bool operator==(const Inviter&) const = default;
};

/// Empty when there is no such invitation, it has expired, or the user who made it is disabled.
[[nodiscard]] std::optional<Inviter> find_invitation(Database& database, const SecretHash& hash,
                                                     std::int64_t now_ms);
void remove_invitation(Database& database, const SecretHash& hash);
/// The open invitations by the user, the newest first.
[[nodiscard]] std::vector<Invitation> invitations_by(Database& database, const UserId& user,
                                                     std::int64_t now_ms);

/// Where browsers find the app; empty when no server has noted it.
[[nodiscard]] std::string origin(Database& database);
void set_origin(Database& database, const std::string& origin);

}  // namespace parley::server::store::sqlite
