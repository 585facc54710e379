// The queries of contacts, blocked people, and who has met whom.
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

/// Everything the switchboard has to know of one user.
[[nodiscard]] std::vector<switchboard::Relation> relations_of(Database& database,
                                                              const UserId& user);

/// Keeps who has met whom: the caller has called the callee, where two invites crossed each has
/// called the other, and once media has flowed both have talked.
void remember_meeting(Database& database, const switchboard::CallRecord& record);

/// Whether the callee of a call that reached nobody does not want to hear of the caller. The
/// switchboard does not know the relations of people without a device.
[[nodiscard]] bool was_turned_away(Database& database, const switchboard::CallRecord& record);

}  // namespace parley::server::store::sqlite
