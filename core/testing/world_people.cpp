// The decisions about people in the store of a world, and clients with other software.
#include "core/testing/world.hpp"

#include <algorithm>
#include <utility>

namespace parley::testing {

// ---- people ----

const World::Account* World::find_account(const UserId& user) const {
  const auto found = std::ranges::find(accounts_, user, &Account::user);
  return found == accounts_.end() ? nullptr : &*found;
}

World::Account& World::account(const UserId& user) {
  return *std::ranges::find(accounts_, user, &Account::user);
}

switchboard::UserKnown World::introduction(const Account& account) {
  return {.user = account.user,
          .name = {account.user.text},
          .known_callers_only = account.known_callers_only};
}

bool World::blocks(const UserId& user, const UserId& other) const {
  const auto decided = find_account(user)->decided.find(other);
  return decided != find_account(user)->decided.end() && decided->second.blocked;
}

bool World::lets_only_known_people_call(const UserId& user) const {
  return find_account(user)->known_callers_only;
}

bool World::knows(const UserId& user, const UserId& other) const {
  const auto decided = find_account(user)->decided.find(other);
  if (decided != find_account(user)->decided.end() && decided->second.known) return true;
  return std::ranges::any_of(durable_, [&](const auto& entry) {
    const switchboard::CallRecord& record = entry.second;
    if (record.caller.user == user && record.callee.user == other) return true;
    return (record.connected_at_ms || record.merged) && record.caller.user == other &&
           record.callee.user == user;
  });
}

switchboard::Relation World::relation(const Account& account, const UserId& other) const {
  return {
      .other = other, .blocked = blocks(account.user, other), .known = knows(account.user, other)};
}

/// Called before the first device of a user is authenticated, as in the server's shell.
void World::load_relations(const UserId& user) {
  Account& own = account(user);
  if (std::exchange(own.loaded, true)) return;
  switchboard::RelationsLoaded loaded{user, {}};
  for (const Account& other : accounts_) {
    const switchboard::Relation found = relation(own, other.user);
    if (found.blocked || found.known) loaded.relations.push_back(found);
  }
  feed(loaded);
}

void World::relation_decided(Account& account, const UserId& other) {
  if (listening_ && account.loaded) {
    feed(switchboard::RelationChanged{account.user, relation(account, other)});
  }
}

void World::block(const UserId& user, const UserId& other, bool blocked) {
  Account& own = account(user);
  own.decided[other].blocked = blocked;
  relation_decided(own, other);
}

void World::add_person(const UserId& user, const UserId& other) {
  Account& own = account(user);
  own.decided[other].known = true;
  relation_decided(own, other);
}

void World::let_only_known_people_call(const UserId& user, bool only) {
  Account& own = account(user);
  own.known_callers_only = only;
  if (listening_) feed(introduction(own));
}

// ---- clients with other software ----

std::optional<SocketId> World::open_bare_client(const UserId& user, const DeviceId& device) {
  if (!listening_) return std::nullopt;
  const SocketId id{++next_socket_};
  bare_clients_.insert(id.value);
  bare_client_says(id, wire::write_frame(wire::Hello{.versions = {{wire::kProtocolVersion}},
                                                     .device = device,
                                                     .token = {user.text}},
                                         {}));
  return id;
}

void World::bare_client_says(SocketId client, const std::string& text) {
  if (bare_clients_.contains(client.value)) server_receives(client, text);
}

void World::close_bare_client(SocketId client) {
  if (bare_clients_.erase(client.value) == 0) return;
  outboxes_.erase(client.value);
  scheduler_.after(0ms, [this, client] { feed(switchboard::ConnectionLost{client}); });
}

void World::set_ice_servers(wire::IceServers servers) {
  ice_servers_ = std::move(servers);
  for (const auto& device : devices_) {
    if (!device->server_socket_) continue;
    feed(switchboard::IceServersRenewed{*device->server_socket_, ice_servers_});
  }
}

}  // namespace parley::testing
