// What people think of each other: whom they have added, whom they have blocked, and whom they have
// met in a call.
#pragma once

#include "core/errors/catalogue.hpp"
#include "core/switchboard/events.hpp"
#include "core/switchboard/record.hpp"
#include "server/store/sqlite/database.hpp"

#include <cstddef>
#include <cstdint>
#include <expected>
#include <string>
#include <vector>

namespace parley::server::store {

/// People on each of the two lists that a user makes by hand.
inline constexpr std::size_t kMaxListed = 1000;
/// People whom a user has met, the latest, that are told to the switchboard.
inline constexpr std::int64_t kMaxMet = 2000;

struct ListedPerson {
  UserId user;
  /// To show.
  std::string name;
  std::int64_t since_ms = 0;
};

/// What holds between the two after a change; or Error::unknown_user, Error::list_full.
using ChangedRelation = std::expected<switchboard::Relation, Error>;

[[nodiscard]] ChangedRelation add_contact(Database& database, const UserId& user,
                                          const UserId& other, std::int64_t now_ms);
[[nodiscard]] ChangedRelation remove_contact(Database& database, const UserId& user,
                                             const UserId& other, std::int64_t now_ms);
[[nodiscard]] ChangedRelation block(Database& database, const UserId& user, const UserId& other,
                                    std::int64_t now_ms);
[[nodiscard]] ChangedRelation unblock(Database& database, const UserId& user, const UserId& other,
                                      std::int64_t now_ms);

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

}  // namespace parley::server::store
