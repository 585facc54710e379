// The queries of contacts, blocked people, and people who have met in a call.
#pragma once

#include "core/switchboard/record.hpp"
#include "server/store/people.hpp"
#include "server/store/sqlite/database.hpp"

#include <cstdint>
#include <vector>

namespace parley::server::store::sqlite {

[[nodiscard]] ChangedRelation add_contact(Database& database, const UserId& user,
                                          const UserId& other, std::int64_t now_ms);
[[nodiscard]] ChangedRelation remove_contact(Database& database, const UserId& user,
                                             const UserId& other);
[[nodiscard]] ChangedRelation block(Database& database, const UserId& user, const UserId& other,
                                    std::int64_t now_ms);
[[nodiscard]] ChangedRelation unblock(Database& database, const UserId& user, const UserId& other);

/// Ordered by name.
[[nodiscard]] std::vector<ListedPerson> contacts_of(Database& database, const UserId& user);
[[nodiscard]] std::vector<ListedPerson> blocked_by(Database& database, const UserId& user);

/// All relations of one user that the switchboard needs.
[[nodiscard]] std::vector<switchboard::Relation> relations_of(Database& database,
                                                              const UserId& user);

/// Saves that the users of a call have met: the caller has called the callee; when two invites
/// crossed, each has called the other; once media has flowed, both have talked.
void remember_meeting(Database& database, const switchboard::CallRecord& record);

/// True when the callee of a call that reached no device does not accept calls of the caller. The
/// switchboard does not have the relations of users without a device.
[[nodiscard]] bool was_turned_away(Database& database, const switchboard::CallRecord& record);

}  // namespace parley::server::store::sqlite
