#include "core/testing/world.hpp"

#include "core/base/overloaded.hpp"

#include <algorithm>
#include <utility>

namespace parley::testing {

using phone::ConnectionState;
using phone::Phase;
using wire::MediaKind;

// ---- world ----

World::World(WorldOptions options)
    : options_(options), random_(options.seed), switchboard_(switchboard::Settings{}) {}

Device& World::add_device(const std::string& user) {
  const UserId id{user};
  accounts_.emplace_back(id, wire::DisplayName{user});
  feed(switchboard::UserKnown{id, {user}});
  const DeviceId device{0xd, devices_.size() + 1};
  devices_.push_back(std::make_unique<Device>(*this, id, device, random_.next()));
  devices_.back()->feed(phone::SignedIn{{user}, device, {"world"}});
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

Duration World::transit() {
  const auto extra = random_.below(static_cast<std::uint64_t>(options_.jitter.count()) + 1);
  return options_.delay + Duration{static_cast<std::int64_t>(extra)};
}

World::Socket* World::find(ConnectionId connection) {
  const auto found = sockets_.find(connection.value);
  return found == sockets_.end() ? nullptr : &found->second;
}

// ---- sockets ----

void World::open_socket(Device& device, ConnectionId phone_side) {
  if (device.offline_ || !listening_) {
    device.feed_later(transit(), phone::SocketClosed{phone_side, 1006});
    return;
  }
  const ConnectionId id{++next_socket_};
  sockets_[id.value] = {.device = &device, .phone_side = phone_side};
  device.server_socket_ = id;
  device.feed_later(2 * transit(), phone::SocketOpened{phone_side});
}

void World::phone_sends(Device& device, ConnectionId phone_side, const std::string& text) {
  if (device.offline_ || !device.server_socket_) return;
  const ConnectionId id = *device.server_socket_;
  Socket* socket = find(id);
  if (socket == nullptr || socket->phone_side != phone_side) return;
  if (!socket->open) {
    // The far end knows nothing of this socket any more and says so.
    device.feed_later(2 * transit(), phone::SocketClosed{phone_side, 1006});
    return;
  }
  socket->last_to_server = std::max(scheduler_.now() + transit(), socket->last_to_server);
  scheduler_.at(socket->last_to_server, [this, id, text] {
    const Socket* s = find(id);
    if (s != nullptr && s->open) feed(switchboard::FrameReceived{id, text});
  });
}

void World::phone_closes(Device& device, ConnectionId phone_side) {
  if (!device.server_socket_) return;
  const ConnectionId id = *device.server_socket_;
  Socket* socket = find(id);
  if (socket == nullptr || socket->phone_side != phone_side) return;
  // What was sent before still arrives first.
  const Instant at = std::max(scheduler_.now() + transit(), socket->last_to_server);
  if (!device.offline_) scheduler_.at(at, [this, id] { lose(id); });
  device.server_socket_.reset();
}

void World::deliver(ConnectionId connection, const std::string& text) {
  Socket* socket = find(connection);
  if (socket == nullptr || !socket->open || socket->device->offline_) return;
  socket->last_to_phone = std::max(scheduler_.now() + transit(), socket->last_to_phone);
  Device* device = socket->device;
  const ConnectionId phone_side = socket->phone_side;
  scheduler_.at(socket->last_to_phone, [device, phone_side, text, page = device->page_] {
    if (!device->offline_ && page == device->page_)
      device->feed(phone::FrameReceived{phone_side, text});
  });
}

void World::server_closes(ConnectionId connection, std::uint16_t code) {
  Socket* socket = find(connection);
  if (socket == nullptr) return;
  if (!socket->open) {
    scheduler_.after(0ms, [this, connection] { lose(connection); });
    return;
  }
  const Instant at = std::max(scheduler_.now() + transit(), socket->last_to_phone);
  Device* device = socket->device;
  const ConnectionId phone_side = socket->phone_side;
  scheduler_.at(at, [device, phone_side, code, page = device->page_] {
    if (!device->offline_ && page == device->page_)
      device->feed(phone::SocketClosed{phone_side, code});
  });
  socket->open = false;
  scheduler_.after(0ms, [this, connection] { lose(connection); });
}

void World::lose(ConnectionId connection) {
  if (sockets_.erase(connection.value) == 0) return;
  feed(switchboard::ConnectionLost{connection});
}

// ---- the server ----

void World::restart_server(Duration down) {
  ++server_life_;
  listening_ = false;
  held_.clear();
  switchboard_ = switchboard::Switchboard(switchboard::Settings{});
  ++server_timer_generation_;
  for (auto& [id, socket] : std::exchange(sockets_, {})) {
    if (!socket.open) continue;
    socket.device->server_socket_.reset();
    socket.device->feed_later(transit(), phone::SocketClosed{socket.phone_side, 1006});
  }
  scheduler_.after(down, [this, life = server_life_] {
    if (life != server_life_) return;  // it crashed once more before it came up
    listening_ = true;
    durable_ticket_ = 0;
    for (const auto& [user, name] : accounts_) feed(switchboard::UserKnown{user, name});
    for (const auto& [id, record] : durable_) {
      feed(switchboard::CallRestored{record});
    }
  });
}

void World::feed(const switchboard::Event& event) {
  std::vector<switchboard::Effect> effects;
  switchboard_.handle(event, scheduler_.now(), effects);
  for (switchboard::Effect& effect : effects) perform(effect);
  arm_server_timer();
  if (after_every_step) after_every_step();
}

void World::perform(switchboard::Effect& effect) {
  std::visit(
      Overloaded{
          [this](switchboard::Store& store) {
            scheduler_.after(options_.commit, [this, store, life = server_life_] {
              if (life != server_life_) return;
              if (store.replaces) durable_.erase(*store.replaces);
              durable_[store.record.call] = store.record;
              durable_ticket_ = store.ticket.value;
              flush_held();
            });
          },
          [this](switchboard::Authenticate& request) {
            // In this world the token is the name.
            const ConnectionId id = request.connection;
            const UserId user{request.token};
            scheduler_.after(1ms, [this, id, user, life = server_life_] {
              if (life != server_life_) return;
              feed(switchboard::Authenticated{
                  id, user, {random_.next(), random_.next(), random_.next(), random_.next()}});
            });
          },
          [this](OneOf<switchboard::Send, switchboard::Close> auto& out) {
            held_.emplace_back(std::move(out));
          },
          [this](const switchboard::Log& e) {
            if (on_log) {
              on_log("server",
                     std::string(e.event) + " " + (e.user ? e.user->text + " " : "") + e.detail);
            }
          },
      },
      effect);
  flush_held();
}

/// Sends leave once what they tell is durable; order is kept for each connection by holding all.
void World::flush_held() {
  while (!held_.empty()) {
    if (const auto* send = std::get_if<switchboard::Send>(&held_.front())) {
      if (send->after.value > durable_ticket_) return;
      deliver(send->connection, send->text);
    } else if (const auto* close = std::get_if<switchboard::Close>(&held_.front())) {
      server_closes(close->connection, static_cast<std::uint16_t>(close->code));
    }
    held_.pop_front();
  }
}

void World::arm_server_timer() {
  const auto due = switchboard_.next_deadline();
  if (!due) return;
  const std::uint64_t generation = ++server_timer_generation_;
  scheduler_.at(*due, [this, generation] {
    if (generation == server_timer_generation_) feed(switchboard::TimeReached{});
  });
}

// ---- media ----

/// Brings transports up and lets packets flow wherever two connections know each other.
void World::update_media() {
  for (const auto& a : devices_) {
    for (auto& [id, connection] : a->connections_) {
      bool reached = false;
      bool heard = false;
      for (const auto& b : devices_) {
        if (a == b) continue;
        for (const auto& [other_id, other] : b->connections_) {
          if (!FakePeerConnection::reaches(connection, other)) continue;
          reached = true;
          heard = heard || other.feed.microphone != phone::Feed::none;
        }
      }
      if (reached && heard) connection.audio_packets += 10;
      // Where nothing arrives any more, a browser says so some seconds later.
      ConnectionState state = connection.state;
      if (reached) state = ConnectionState::connected;
      if (!reached && state == ConnectionState::connected) state = ConnectionState::disconnected;
      if (state == connection.state) continue;
      connection.state = state;
      a->feed_later(1ms, phone::ConnectionStateChanged{PeerConnectionId{id}, state});
    }
  }
}

// ---- device ----

Device::Device(World& world, UserId user, DeviceId id, std::uint64_t seed)
    : world_(world), user_(std::move(user)), id_(id), phone_(seed) {}

void Device::feed(const phone::Event& event) {
  if (dead_) return;
  std::vector<phone::Effect> effects;
  phone_.handle(event, world_.scheduler_.now(), effects);
  view_ = phone_.view();
  for (const phone::Effect& effect : effects) perform(effect);
  arm_timer();
  if (world_.after_every_step) world_.after_every_step();
}

void Device::feed_later(Duration wait, phone::Event event) {
  world_.scheduler_.after(wait, [this, page = page_, event = std::move(event)] {
    if (page == page_) feed(event);
  });
}

void Device::arm_timer() {
  const auto due = phone_.next_deadline();
  const std::uint64_t generation = ++timer_generation_;
  if (!due) return;
  world_.scheduler_.at(*due, [this, generation] {
    if (generation == timer_generation_) feed(phone::TimeReached{});
  });
}

FakePeerConnection* Device::connection(PeerConnectionId id) {
  const auto found = connections_.find(id.value);
  return found == connections_.end() ? nullptr : &found->second;
}

void Device::perform(const phone::Effect& effect) {
  std::visit(
      Overloaded{
          [this](const phone::OpenSocket& e) {
            socket_ = e.socket;
            world_.open_socket(*this, e.socket);
          },
          [this](const phone::CloseSocket& e) {
            world_.phone_closes(*this, e.socket);
            socket_.reset();
          },
          [this](const phone::SendFrame& e) { world_.phone_sends(*this, e.socket, e.text); },
          [this](const phone::OpenMedia& e) {
            const bool possible = (!e.microphone || has_microphone) && (!e.camera || has_camera);
            world_.scheduler_.after(media_delay, [this, e, possible, page = page_] {
              if (page != page_) return;
              if (!possible) {
                feed(phone::MediaFailed{e.request, {"NotFoundError"}, {}});
                return;
              }
              if (e.microphone) live_tracks_[{e.request.value, MediaKind::audio}] = true;
              if (e.camera) live_tracks_[{e.request.value, MediaKind::video}] = true;
              feed(phone::MediaOpened{e.request});
            });
          },
          [this](const phone::CloseMedia& e) { live_tracks_.erase({e.request.value, e.kind}); },
          [this](const phone::PlayTone& e) { tone_ = e.tone; },
          [this](const phone::CreateConnection& e) {
            connections_.emplace(e.connection.value,
                                 FakePeerConnection(to_string(id_).substr(30), e.connection));
          },
          [this](const phone::CloseConnection& e) { connections_.erase(e.connection.value); },
          [this](const OneOf<phone::MakeOffer, phone::MakeAnswer, phone::SetRemoteDescription> auto&
                     e) { run_operation(e.connection, e.operation, e); },
          [this](const phone::AddCandidate& e) {
            if (auto* c = connection(e.connection)) {
              c->add_candidate(e.ufrag.value, e.candidate);
              world_.update_media();
            }
          },
          [this](const phone::FeedConnection& e) {
            if (auto* c = connection(e.connection)) c->feed = e;
          },
          [this](const phone::SampleStats& e) {
            world_.update_media();
            if (const auto* c = connection(e.connection)) {
              feed_later(1ms, phone::StatsSampled{e.connection, c->audio_packets, 0});
            }
          },
          [this](const phone::Log& e) {
            if (world_.on_log) world_.on_log(user_.text + "/" + std::to_string(id_.low), e.text);
          },
      },
      effect);
}

void Device::run_operation(PeerConnectionId id, OperationId operation,
                           const phone::Effect& effect) {
  world_.scheduler_.after(world_.options_.operation, [this, id, operation, effect, page = page_] {
    FakePeerConnection* c = connection(id);
    if (c == nullptr || page != page_) return;
    bool done = false;
    phone::Event event = phone::RemoteDescriptionSet{id, operation};
    if (const auto* offer = std::get_if<phone::MakeOffer>(&effect)) {
      done = c->make_offer(offer->restart_ice);
      event =
          phone::LocalDescriptionSet{id, operation, wire::DescriptionKind::offer, c->local_sdp()};
    } else if (std::holds_alternative<phone::MakeAnswer>(effect)) {
      done = c->make_answer();
      event =
          phone::LocalDescriptionSet{id, operation, wire::DescriptionKind::answer, c->local_sdp()};
    } else if (const auto* remote = std::get_if<phone::SetRemoteDescription>(&effect)) {
      done = c->set_remote(remote->kind, remote->sdp);
    }
    if (!done) event = phone::OperationFailed{id, operation, {"InvalidStateError"}, {}};
    const bool local = std::holds_alternative<phone::LocalDescriptionSet>(event);
    feed(event);
    if (local) gather_candidates(id);
  });
}

void Device::gather_candidates(PeerConnectionId id) {
  const FakePeerConnection* c = connection(id);
  if (c == nullptr) return;
  const std::string ufrag = c->local_ufrag();
  for (int i = 1; i <= 6; ++i) {
    feed_later(i * 7ms, phone::CandidateGathered{
                            id, {{ufrag}}, {{"candidate:" + std::to_string(i)}, {}, {}}});
  }
  feed_later(50ms, phone::GatheringCompleted{id});
}

// ---- the person ----

CallId Device::dial(const std::string& callee, MediaKind kind) {
  const CallId call = world_.next_call_id();
  feed(phone::Dialed{call, {{callee}, {callee}}, kind});
  return call;
}

std::optional<CallId> Device::current() const {
  for (auto call = view_.calls.items.rbegin(); call != view_.calls.items.rend(); ++call) {
    if (call->phase != Phase::ended) return call->call;
  }
  return std::nullopt;
}

void Device::answer(MediaKind kind) {
  if (const auto call = current()) feed(phone::AnswerPressed{*call, kind, phone::OtherCalls::hold});
}
void Device::decline() {
  if (const auto call = current()) feed(phone::DeclinePressed{*call});
}
void Device::hang_up() {
  if (const auto call = current()) feed(phone::HangUpPressed{*call});
}
void Device::answer_and(phone::OtherCalls others) {
  if (const auto call = current()) feed(phone::AnswerPressed{*call, MediaKind::audio, others});
}
void Device::hold(CallId call, bool held) { feed(phone::HoldSwitched{call, held}); }
void Device::join(CallId call) { feed(phone::JoinPressed{call}); }
void Device::set_microphone(bool on) {
  if (const auto call = current()) feed(phone::MicrophoneSwitched{*call, on});
}
void Device::set_camera(bool on) {
  if (const auto call = current()) feed(phone::CameraSwitched{*call, on});
}

phone::CallView Device::call() const {
  return view_.calls.items.empty() ? phone::CallView{} : view_.calls.items.back();
}

bool Device::shows(Phase phase) const {
  return !view_.calls.items.empty() && view_.calls.items.back().phase == phase;
}

// ---- what happens to it ----

void Device::cut_socket() {
  if (!server_socket_ || !socket_) return;
  const ConnectionId server_side = *server_socket_;
  const ConnectionId phone_side = *socket_;
  server_socket_.reset();
  if (auto* socket = world_.find(server_side)) socket->open = false;
  world_.scheduler_.after(world_.transit(), [this, server_side] { world_.lose(server_side); });
  feed_later(world_.transit(), phone::SocketClosed{phone_side, 1006});
}

// The open socket is dead from now on, but neither end has been told: a half-open connection.
void Device::set_offline(bool offline) {
  offline_ = offline;
  if (!offline || !server_socket_) return;
  if (auto* socket = world_.find(*server_socket_)) socket->open = false;
}

void Device::reload() {
  feed(phone::PageHidden{});
  kill();
  dead_ = false;
  phone_ = phone::Phone(world_.random_.next());
  view_ = phone_.view();
  world_.scheduler_.after(800ms, [this, page = page_] {
    if (page == page_) feed(phone::SignedIn{{user_.text}, id_, {"world"}});
  });
}

void Device::kill() {
  if (server_socket_) {
    const ConnectionId socket = *server_socket_;
    Instant at = world_.scheduler_.now() + world_.transit();
    if (const auto* s = world_.find(socket)) at = std::max(at, s->last_to_server);
    world_.scheduler_.at(at, [this, socket] { world_.lose(socket); });
  }
  server_socket_.reset();
  socket_.reset();
  connections_.clear();
  live_tracks_.clear();
  tone_ = phone::Tone::none;
  ++page_;
  ++timer_generation_;
  dead_ = true;
}

}  // namespace parley::testing
