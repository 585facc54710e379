#include "core/testing/world.hpp"

#include "core/base/assert.hpp"
#include "core/base/overloaded.hpp"
#include "core/switchboard/timers.hpp"

#include <algorithm>
#include <cstdio>
#include <limits>
#include <utility>

namespace parley::testing {

using phone::ConnectionState;

namespace {

// Lanes that belong to no device; those of devices are in device.cpp.
constexpr Scheduler::Lane kStoreLane = 1;
constexpr Scheduler::Lane kTokenLane = 2;
constexpr Scheduler::Lane kServerLane = 3;

// The number of switchboard events between two checks of its tables.
#ifdef PARLEY_MUTANTS
// No checks: the oracle has to detect each fault by itself.
constexpr std::uint64_t kEventsPerCheck = std::numeric_limits<std::uint64_t>::max();
#else
constexpr std::uint64_t kEventsPerCheck = 16;
#endif

switchboard::Settings settings_of(const WorldOptions& options,
                                  std::array<std::uint64_t, 2> glare_key) {
  switchboard::Settings settings;
  settings.glare_key = glare_key;
  settings.ring_limit = options.ring_limit.value_or(settings.ring_limit);
  settings.connect_limit = options.connect_limit.value_or(settings.connect_limit);
  return settings;
}

}  // namespace

World::World(WorldOptions options)
    : options_(options),
      random_(options.seed),
      driver_(*this, switchboard::Switchboard(settings_of(options, {options.seed, 0}))) {}

Device& World::add_device(const std::string& user) {
  const UserId id{user};
  if (find_account(id) == nullptr) {
    accounts_.push_back({.user = id, .decided = {}});
    feed(introduction(accounts_.back()));
  }
  const DeviceId device{0xd, devices_.size() + 1};
  devices_.push_back(
      std::make_unique<Device>(*this, id, device, static_cast<std::uint32_t>(random_.next())));
  devices_.back()->number_ = devices_.size();
  for (Observer* observer : observers) observer->page_started(*devices_.back());
  devices_.back()->sign_in();
  return *devices_.back();
}

void World::run_for(Duration time) {
  const Instant end = scheduler_.now() + time;
  while (scheduler_.next() && *scheduler_.next() <= end) scheduler_.step();
  scheduler_.skip_to(end);
}

bool World::run_until(const std::function<bool()>& condition, Duration limit) {
  const Instant end = scheduler_.now() + limit;
  while (!condition()) {
    if (!scheduler_.next() || *scheduler_.next() > end) return false;
    scheduler_.step();
  }
  return true;
}

std::optional<Instant> World::next_timer() const {
  std::optional<Instant> next = listening_ ? driver_.machine().next_deadline() : std::nullopt;
  for (const auto& device : devices_) {
    const auto due = device->asleep_ || device->dead_ ? std::nullopt : device->next_deadline();
    if (due && (!next || *due < *next)) next = due;
  }
  return next;
}

void World::fire_next_timer() {
  const auto next = next_timer();
  if (!next) return;
  scheduler_.skip_to(*next);
  for (const auto& device : devices_) {
    if (device->asleep_ || device->dead_ || device->next_deadline() != *next) continue;
    device->feed(phone::TimeReached{});
    return;
  }
  feed(switchboard::TimeReached{});
}

void World::release_control() {
  scheduler_.release_control();
  for (const auto& device : devices_) device->driver_.arm_again();
  if (listening_) driver_.arm_again();
}

// ---- links ----

Duration World::transit() {
  const auto extra = random_.below(static_cast<std::uint64_t>(options_.jitter.count()) + 1);
  return options_.delay + Duration{static_cast<std::int64_t>(extra)};
}

Duration World::transit(const Device& device, Way way) {
  const LinkFaults& link = device.link;
  return transit() + (way == Way::to_server ? link.slow_to_server : link.slow_to_phone);
}

World::Socket* World::find(SocketId connection) {
  const auto found = sockets_.find(connection.value);
  return found == sockets_.end() ? nullptr : &found->second;
}

void World::carry(Way way, const Device& device, SocketId socket, const std::string& text,
                  Instant& last, std::function<void()> arrive) {
  const Scheduler::Lane lane =
      device.lane(way == Way::to_server ? Device::LaneOf::to_server : Device::LaneOf::to_phone);
  last = std::max(scheduler_.now() + transit(device, way), last);
  if (tamper) {
    for (const Duration later : tamper(way, device, text)) {
      scheduler_.at(last + later, arrive, lane);
    }
    return;
  }
  const auto happens = [this](unsigned percent) {
    return percent > 0 && random_.below(100) < percent;
  };
  const auto some = [this](std::uint64_t ms) {
    return Duration{static_cast<std::int64_t>(1 + random_.below(ms))};
  };
  if (happens(device.link.lost)) {
    break_later(device, socket);
    return;
  }
  if (happens(device.link.duplicated)) scheduler_.at(last + some(2'000), arrive, lane);
  // No frame overtakes a welcome, because the sequence numbers of later frames start at it.
  const bool is_welcome = text.starts_with(R"({"type":"welcome")");
  const Duration late = !is_welcome && happens(device.link.late) ? some(1'500) : 0ms;
  scheduler_.at(last + late, std::move(arrive), lane);
}

/// TCP gives up on a socket that can't deliver data.
void World::break_later(const Device& device, SocketId socket) {
  const Duration wait{static_cast<std::int64_t>(1'000 + random_.below(7'000))};
  Device* owner = devices_[device.number() - 1].get();
  scheduler_.after(wait, [owner, socket] {
    if (owner->server_socket_ == socket) owner->cut_socket();
  });
}

void World::open_socket(Device& device, SocketId phone_side) {
  // A blocked direction is not reported, so the phone's own time limit must detect it.
  if (device.to_server_blocked_ || device.to_phone_blocked_) return;
  if (device.offline_ || !listening_) {
    device.feed_later(transit(), phone::SocketClosed{phone_side, 1006}, Device::LaneOf::to_phone);
    return;
  }
  const SocketId id{++next_socket_};
  sockets_[id.value] = {.device = &device, .phone_side = phone_side, .page = device.page_};
  device.server_socket_ = id;
  device.feed_later(transit(device, Way::to_server) + transit(device, Way::to_phone),
                    phone::SocketOpened{phone_side}, Device::LaneOf::to_phone);
}

void World::phone_sends(Device& device, SocketId phone_side, const std::string& text) {
  if (device.offline_ || !device.server_socket_) return;
  const SocketId id = *device.server_socket_;
  Socket* socket = find(id);
  if (socket == nullptr || socket->phone_side != phone_side || socket->to_server_dead) return;
  if (!socket->open) {
    // The far end has forgotten this socket and answers with a reset.
    if (socket->to_phone_dead) return;
    device.feed_later(2 * transit(), phone::SocketClosed{phone_side, 1006},
                      Device::LaneOf::to_phone);
    return;
  }
  carry(Way::to_server, device, id, text, socket->last_to_server, [this, id, text] {
    const Socket* s = find(id);
    if (s != nullptr && s->open) server_receives(id, text);
  });
}

void World::server_receives(SocketId connection, const std::string& text) {
  const auto outbox = outboxes_.find(connection.value);
  if (outbox != outboxes_.end() && outbox->second.closing()) return;
  feed(switchboard::FrameReceived{connection, text});
}

void World::inject(Device& from, const std::string& text) {
  if (from.socket_ && from.online()) phone_sends(from, *from.socket_, text);
}

void World::phone_closes(Device& device, SocketId phone_side) {
  if (!device.server_socket_) return;
  const SocketId id = *device.server_socket_;
  Socket* socket = find(id);
  if (socket == nullptr || socket->phone_side != phone_side) return;
  // Earlier frames still arrive first.
  const Instant at =
      std::max(scheduler_.now() + transit(device, Way::to_server), socket->last_to_server);
  if (!device.offline_ && !socket->to_server_dead) {
    scheduler_.at(at, [this, id] { lose(id); }, device.lane(Device::LaneOf::to_server));
  }
  device.server_socket_.reset();
}

void World::deliver(SocketId connection, const std::string& text) {
  Socket* socket = find(connection);
  if (socket == nullptr) {
    if (text.starts_with(R"({"type":"ping")")) {
      scheduler_.after(options_.delay, [this, connection] {
        bare_client_says(connection, wire::write_frame(wire::Pong{}, {}));
      });
    }
    return;
  }
  for (Observer* observer : observers) observer->left_server(*socket->device, text);
  if (!socket->open || socket->device->offline_ || socket->to_phone_dead) return;
  Device* device = socket->device;
  const auto arrive = [device, phone_side = socket->phone_side, text, page = socket->page] {
    if (!device->offline_ && page == device->page_)
      device->feed(phone::FrameReceived{phone_side, text});
  };
  carry(Way::to_phone, *device, connection, text, socket->last_to_phone, arrive);
}

void World::server_closes(SocketId connection, std::uint16_t code) {
  Socket* socket = find(connection);
  if (socket == nullptr) return close_bare_client(connection);
  Device* device = socket->device;
  const auto lost = [this, connection] { lose(connection); };
  const Scheduler::Lane lane = device->lane(Device::LaneOf::to_server);
  if (!socket->open) {
    scheduler_.after(0ms, lost, lane);
    return;
  }
  const Instant at =
      std::max(scheduler_.now() + transit(*device, Way::to_phone), socket->last_to_phone);
  if (!socket->to_phone_dead) {
    scheduler_.at(
        at,
        [device, phone_side = socket->phone_side, code, page = socket->page] {
          if (!device->offline_ && page == device->page_)
            device->feed(phone::SocketClosed{phone_side, code});
        },
        device->lane(Device::LaneOf::to_phone));
  }
  socket->open = false;
  scheduler_.after(0ms, lost, lane);
}

void World::lose(SocketId connection) {
  if (sockets_.erase(connection.value) == 0) return;
  outboxes_.erase(connection.value);
  feed(switchboard::ConnectionLost{connection});
}

// ---- the server ----

void World::restart_server(Duration down) {
  ++server_life_;
  listening_ = false;
  crash_armed_ = false;
  crash_due_ = false;
  outboxes_.clear();
  holding_.clear();
  last_commit_ = {};
  bare_clients_.clear();
  switchboard::Settings settings = settings_of(options_, glare_key());
  settings.returning_until = scheduler_.now() + down + switchboard::kReturnGrace;
  driver_.replace(switchboard::Switchboard(std::move(settings)));
  for (auto& [id, socket] : std::exchange(sockets_, {})) {
    // A page that is gone receives no events; the next page counts its sockets from 1.
    if (!socket.open || socket.page != socket.device->page_) continue;
    socket.device->server_socket_.reset();
    if (socket.to_phone_dead) continue;
    socket.device->feed_later(transit(*socket.device, Way::to_phone),
                              phone::SocketClosed{socket.phone_side, 1006},
                              Device::LaneOf::to_phone);
  }
  for (Observer* observer : observers) observer->server_crashed();
  scheduler_.after(
      down,
      [this, life = server_life_] {
        if (life != server_life_) return;  // it crashed again before its start
        listening_ = true;
        durable_ticket_ = 0;
        if (clock_ahead_ != Duration{0}) feed(switchboard::WallClock{.ahead = clock_ahead_});
        for (Account& account : accounts_) {
          account.loaded = false;
          feed(introduction(account));
        }
        // No world has more calls than a restart restores (kRestoredCalls).
        for (const auto& [id, record] : durable_) feed(switchboard::CallRestored{record});
      },
      kServerLane);
}

void World::crash_server(CrashPoint when, Duration down) {
  if (when == CrashPoint::now) {
    restart_server(down);
    return;
  }
  crash_armed_ = true;
  crash_point_ = when;
  crash_down_ = down;
}

void World::crash_if_due() {
  if (crash_due_) restart_server(crash_down_);
}

void World::drain_server(Duration down) {
  if (!listening_) return;
  feed(switchboard::Draining{2'000});
  // Before it stops, the server waits for its store.
  scheduler_.after(options_.commit + 50ms, [this, down] { restart_server(down); }, kServerLane);
}

void World::step_server_clock(Duration by) {
  clock_ahead_ += by;
  if (listening_) feed(switchboard::WallClock{.ahead = clock_ahead_, .corrected = by});
}

void World::feed(const switchboard::Event& event) {
  driver_.feed(event);
  check_consistency();
  crash_if_due();
  if (after_every_step) after_every_step();
}

void World::decided(const switchboard::Event& event,
                    const std::vector<switchboard::Effect>& effects) {
  if (observers.empty()) return;
  const auto* frame = std::get_if<switchboard::FrameReceived>(&event);
  const Socket* from = frame == nullptr ? nullptr : find(frame->connection);
  for (Observer* observer : observers) {
    observer->server_took(event, from == nullptr ? nullptr : from->device, effects);
  }
}

void World::check_consistency() {
  if (++events_ % kEventsPerCheck != 0) return;
  const std::string wrong = driver_.machine().inconsistency();
  if (!wrong.empty()) (void)std::fprintf(stderr, "switchboard: %s\n", wrong.c_str());
  PARLEY_ASSERT(wrong.empty());
}

void World::perform(switchboard::Effect& effect) {
  std::visit(Overloaded{
                 [this](switchboard::Store& store) {
                   if (crash_armed_ && crash_point_ == CrashPoint::before_commit) crash_due_ = true;
                   // Writes become durable in the order in which they were requested.
                   last_commit_ = std::max(scheduler_.now() + options_.commit, last_commit_);
                   scheduler_.at(
                       last_commit_,
                       [this, store = std::move(store), life = server_life_] {
                         if (life != server_life_) return;
                         if (store.record.merged) durable_.erase(store.record.merged->call);
                         durable_[store.record.call] = store.record;
                         durable_ticket_ = store.ticket.value;
                         if (crash_armed_ && crash_point_ == CrashPoint::after_commit)
                           crash_due_ = true;
                         records_durable();
                         crash_if_due();
                       },
                       kStoreLane);
                 },
                 [this](switchboard::Authenticate& request) {
                   // In this world the token is the user name.
                   const SocketId id = request.connection;
                   const UserId user{request.token};
                   scheduler_.after(
                       1ms,
                       [this, id, user, life = server_life_] {
                         if (life != server_life_) return;
                         load_relations(user);
                         if (life != server_life_) return;  // the effects crashed it
                         // Made from the socket's number: worlds that differ only in the order of
                         // two logins have the same sessions.
                         Random bits(options_.seed ^ (id.value << 32U));
                         feed(switchboard::Authenticated{
                             id,
                             user,
                             {bits.next(), bits.next(), bits.next(), bits.next()},
                             ice_servers_});
                       },
                       kTokenLane);
                 },
                 [this](switchboard::Send& send) {
                   if (!has_socket(send.connection)) return;
                   switchboard::Outbox& outbox = outboxes_[send.connection.value];
                   const bool was_empty = outbox.empty();
                   outbox.send(std::move(send.text), send.after, {durable_ticket_},
                               [&](const std::string& text) { leave(send.connection, text); });
                   if (was_empty && !outbox.empty()) holding_.push_back(send.connection);
                 },
                 [this](const switchboard::Close& close) {
                   if (!has_socket(close.connection)) return;
                   outboxes_[close.connection.value].close(close.code);
                   close_if_due(close.connection);
                 },
                 [this](const switchboard::Log& e) {
                   if (on_log) {
                     on_log("server", std::string(switchboard::info_of(e.what).name) + " " +
                                          (e.user ? e.user->text + " " : "") + e.detail);
                   }
                 },
             },
             effect);
}

bool World::has_socket(SocketId connection) const {
  return sockets_.contains(connection.value) || bare_clients_.contains(connection.value);
}

/// A server that is about to crash sends no more frames.
void World::leave(SocketId connection, const std::string& text) {
  if (!crash_due_) deliver(connection, text);
}

void World::close_if_due(SocketId connection) {
  const auto code = outboxes_[connection.value].close_due();
  if (code && !crash_due_) server_closes(connection, static_cast<std::uint16_t>(*code));
}

void World::records_durable() {
  std::vector<SocketId> still_holding;
  for (const SocketId connection : std::exchange(holding_, {})) {
    const auto found = outboxes_.find(connection.value);
    if (found == outboxes_.end()) continue;
    found->second.release({durable_ticket_}, [&](const std::string& text) {
      leave(connection, text);
      if (crash_armed_ && crash_point_ == CrashPoint::between_sends) crash_due_ = true;
    });
    if (!found->second.empty()) still_holding.push_back(connection);
    close_if_due(connection);
  }
  holding_ = std::move(still_holding);
}

void World::arm(Instant due) {
  if (scheduler_.controlled()) return;
  scheduler_.at(due, [this, due] {
    if (driver_.fired(due)) feed(switchboard::TimeReached{});
  });
}

// ---- media ----

/// Connects transports and moves packets between connections that know each other.
void World::update_media() {
  for (const auto& a : devices_) {
    for (auto& [id, connection] : a->connections_) {
      bool reached = false;
      connection.send(a->leaks_when_muted);
      for (const auto& b : devices_) {
        if (a == b || !media_passes(*a, *b)) continue;
        for (const auto& [other_id, other] : b->connections_) {
          if (!FakePeerConnection::reaches(connection, other)) continue;
          reached = true;
          connection.receive(other);
        }
      }
      const ConnectionState state = connection.next_state(reached, scheduler_.now());
      if (state == connection.state) continue;
      connection.state = state;
      connection.state_since = scheduler_.now();
      if (state == ConnectionState::connected && a->has_direct && !connection.direct_open) {
        connection.direct_open = true;
        a->feed_later(1ms, phone::DirectOpened{PeerConnectionId{id}}, Device::LaneOf::operations);
      }
      a->feed_later(1ms, phone::ConnectionStateChanged{PeerConnectionId{id}, state},
                    Device::LaneOf::operations);
    }
  }
}

void World::send_direct(const Device& from, const FakePeerConnection& through,
                        const std::string& text) {
  for (const auto& to : devices_) {
    if (to.get() == &from || !to->has_direct || !media_passes(from, *to)) continue;
    for (const auto& [id, connection] : to->connections_) {
      if (!FakePeerConnection::reaches(through, connection)) continue;
      to->feed_later(options_.operation, phone::DirectReceived{PeerConnectionId{id}, text},
                     Device::LaneOf::operations);
    }
  }
}

bool World::media_passes(const Device& a, const Device& b) {
  const auto runs = [](const Device& device) { return !device.asleep_ || device.frozen_; };
  return runs(a) && runs(b) && !a.media_blocked && !b.media_blocked;
}

}  // namespace parley::testing
