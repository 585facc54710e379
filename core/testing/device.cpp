// A device of a world: its shell, its hardware and its person.
#include "core/base/overloaded.hpp"
#include "core/testing/world.hpp"

#include <algorithm>
#include <utility>

namespace parley::testing {

using media::SourceKind;
using phone::Phase;
using wire::MediaKind;

Device::Device(World& world, UserId user, DeviceId id, std::uint32_t seed)
    : world_(world),
      user_(std::move(user)),
      id_(id),
      seed_(seed),
      driver_(*this, phone::Phone(seed)) {}

const phone::View& Device::view() const {
  if (std::exchange(view_is_old_, false)) view_ = driver_.machine().view();
  return view_;
}

Instant Device::local_now() const { return world_.scheduler_.now() + clock_ahead_; }

std::optional<Instant> Device::next_deadline() const {
  const auto due = driver_.machine().next_deadline();
  return due ? std::optional(*due - clock_ahead_) : std::nullopt;
}

/// The lanes of devices come after those of the server.
Scheduler::Lane Device::lane(LaneOf what) const {
  return static_cast<Scheduler::Lane>(number_ * 4) + static_cast<Scheduler::Lane>(what);
}

bool Device::is_late(const phone::Event& event) const {
  return std::visit(
      [this]<class T>(const T& one) {
        if constexpr (requires { one.connection.value; }) {
          return !connections_.contains(one.connection.value);
        } else {
          return false;
        }
      },
      event);
}

void Device::feed(const phone::Event& event) {
  if (dead_ || (!reports_late && is_late(event))) return;
  if (asleep_) {
    slept_through_.emplace_back([this, event] { feed(event); });
    return;
  }
  view_is_old_ = true;
  driver_.feed(event);
  for (Observer* observer : world_.observers) {
    observer->device_took(*this, event, driver_.effects());
  }
  if (world_.after_every_step) world_.after_every_step();
}

void Device::feed_later(Duration wait, phone::Event event, LaneOf what) {
  world_.scheduler_.after(
      wait,
      [this, page = page_, event = std::move(event)] {
        if (page == page_) feed(event);
      },
      lane(what));
}

void Device::arm(Instant due) {
  if (world_.scheduler_.controlled()) return;
  world_.scheduler_.at(due - clock_ahead_, [this, due] {
    if (!asleep_ && !dead_ && driver_.fired(due)) feed(phone::TimeReached{});
  });
}

FakePeerConnection* Device::connection(PeerConnectionId id) {
  const auto found = connections_.find(id.value);
  return found == connections_.end() ? nullptr : &found->second;
}

void Device::perform(phone::Effect& effect) {
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
            world_.scheduler_.after(
                media_delay,
                [this, e, page = page_] {
                  if (page == page_) open_media(e);
                },
                lane(LaneOf::media));
          },
          [this](const phone::OpenScreen& e) {
            world_.scheduler_.after(
                media_delay,
                [this, e, page = page_] {
                  if (page == page_) open_screen(e.request);
                },
                lane(LaneOf::media));
          },
          [this](const phone::CloseMedia& e) { live_tracks_.erase({e.request.value, e.source}); },
          [this](const phone::MeasureSound& e) {
            if (loudness) {
              feed_later(1ms, phone::SoundMeasured{e.request, *loudness}, LaneOf::operations);
            }
          },
          [this](const phone::PlayTone& e) { tone_ = e.tone; },
          [this](const phone::CreateConnection& e) {
            FakePeerConnection created(to_string(id_).substr(30), e.connection);
            created.ice_servers = e.ice_servers;
            connections_.emplace(e.connection.value, std::move(created));
          },
          [this](const phone::SetIceServers& e) {
            if (auto* c = connection(e.connection)) c->ice_servers = e.ice_servers;
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
          [this](const phone::SendDirect& e) {
            if (const auto* c = connection(e.connection)) world_.send_direct(*this, *c, e.text);
          },
          [](const phone::MakeKeyFrame&) {},
          [this](const phone::SampleStats& e) {
            world_.update_media();
            if (const auto* c = connection(e.connection)) {
              feed_later(1ms, c->counters(), LaneOf::operations);
            }
          },
          [this](const phone::Log& e) {
            if (world_.on_log) world_.on_log(user_.text + "/" + std::to_string(id_.low), e.text);
          },
      },
      effect);
}

void Device::open_media(const phone::OpenMedia& request) {
  if (asleep_) {
    slept_through_.emplace_back([this, request] { open_media(request); });
    return;
  }
  if ((request.microphone && !has_microphone) || (request.camera && !has_camera)) {
    feed(phone::MediaFailed{.request = request.request, .name = {"NotFoundError"}});
    return;
  }
  for (const auto& [source, exception] : refuses) {
    const bool asked = source == SourceKind::microphone ? request.microphone.has_value()
                                                        : request.camera.has_value();
    if (!asked) continue;
    feed(phone::MediaFailed{.request = request.request, .name = {exception}});
    return;
  }
  if (request.microphone) live_tracks_.insert({request.request.value, SourceKind::microphone});
  if (request.camera) live_tracks_.insert({request.request.value, SourceKind::camera});
  feed(phone::MediaOpened{request.request, {}, {}});
}

void Device::open_screen(MediaRequestId request) {
  if (asleep_) {
    slept_through_.emplace_back([this, request] { open_screen(request); });
  } else if (shares_screen) {
    live_tracks_.insert({request.value, SourceKind::screen});
    feed(phone::MediaOpened{request, {}, {}});
  } else {
    feed(phone::MediaFailed{.request = request, .name = {"NotAllowedError"}});
  }
}

void Device::run_operation(PeerConnectionId id, OperationId operation,
                           const phone::Effect& effect) {
  const auto run = [this, id, operation, effect, page = page_] {
    if (page != page_) return;
    if (std::exchange(hang_operation_, false)) return;
    FakePeerConnection* c = connection(id);
    bool done = false;
    phone::Event event = phone::RemoteDescriptionSet{id, operation};
    if (c == nullptr || std::exchange(fail_operation_, false)) {
      // A connection that is closed in the meantime rejects the operation, too late to have an
      // effect.
    } else if (const auto* offer = std::get_if<phone::MakeOffer>(&effect)) {
      if (offer->afresh) c->roll_back();
      done = c->make_offer(offer->restart_ice);
      event =
          phone::LocalDescriptionSet{id, operation, wire::DescriptionKind::offer, c->local_sdp()};
    } else if (std::holds_alternative<phone::MakeAnswer>(effect)) {
      done = c->make_answer();
      event =
          phone::LocalDescriptionSet{id, operation, wire::DescriptionKind::answer, c->local_sdp()};
    } else if (const auto* remote = std::get_if<phone::SetRemoteDescription>(&effect)) {
      if (remote->afresh) c->roll_back();
      done = c->set_remote(remote->kind, remote->sdp);
    }
    if (!done) event = phone::OperationFailed{id, operation, {"InvalidStateError"}, {}};
    const bool local = std::holds_alternative<phone::LocalDescriptionSet>(event);
    feed(event);
    if (local) gather_candidates(id);
  };
  world_.scheduler_.after(world_.options_.operation + slow_operations, run,
                          lane(LaneOf::operations));
}

void Device::gather_candidates(PeerConnectionId id) {
  const FakePeerConnection* c = connection(id);
  if (c == nullptr) return;
  const std::string ufrag = c->local_ufrag();
  for (int i = 1; i <= candidates; ++i) {
    feed_later(
        i * 7ms,
        phone::CandidateGathered{id, {{ufrag}}, {{"candidate:" + std::to_string(i)}, {}, {}}},
        LaneOf::operations);
  }
  feed_later(50ms, phone::GatheringCompleted{id}, LaneOf::operations);
}

// ---- the person ----

CallId Device::dial(const std::string& callee, MediaKind kind) {
  const CallId call = world_.next_call_id();
  feed(phone::Dialed{call, {{callee}, {callee}}, kind});
  return call;
}

std::optional<CallId> Device::current() const {
  const auto& calls = view().calls.items;
  for (auto call = calls.rbegin(); call != calls.rend(); ++call) {
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
void Device::set_screen(bool on) {
  if (const auto call = current()) feed(phone::ScreenSwitched{*call, on});
}

phone::CallView Device::call() const {
  return view().calls.items.empty() ? phone::CallView{} : view().calls.items.back();
}

bool Device::shows(Phase phase) const {
  return !view().calls.items.empty() && view().calls.items.back().phase == phase;
}

// ---- events from outside ----

void Device::cut_socket() {
  if (!server_socket_ || !socket_) return;
  const SocketId server_side = *server_socket_;
  const SocketId phone_side = *socket_;
  server_socket_.reset();
  if (auto* socket = world_.find(server_side)) socket->open = false;
  world_.scheduler_.after(
      world_.transit(), [this, server_side] { world_.lose(server_side); }, lane(LaneOf::to_server));
  feed_later(world_.transit(), phone::SocketClosed{phone_side, 1006}, LaneOf::to_phone);
}

// The open socket is dead from now on, without a notice to either end: a half-open connection.
void Device::set_offline(bool offline) {
  offline_ = offline;
  if (!offline || !server_socket_) return;
  if (auto* socket = world_.find(*server_socket_)) socket->open = false;
}

bool Device::reaches_server() const {
  const auto* socket = server_socket_ ? world_.find(*server_socket_) : nullptr;
  return socket != nullptr && socket->open && !socket->to_server_dead && !socket->to_phone_dead &&
         !offline_ && socket->phone_side == socket_;
}

void Device::half_open(Way dead) {
  auto* socket = server_socket_ ? world_.find(*server_socket_) : nullptr;
  if (socket == nullptr) return;
  (dead == Way::to_server ? socket->to_server_dead : socket->to_phone_dead) = true;
}

void Device::block(Way way, bool blocked) {
  (way == Way::to_server ? to_server_blocked_ : to_phone_blocked_) = blocked;
  if (blocked) half_open(way);
}

void Device::sleep(bool clock_stops) {
  if (asleep_ || dead_) return;
  asleep_ = true;
  clock_stops_ = clock_stops;
  asleep_since_ = world_.scheduler_.now();
  world_.update_media();
}

void Device::freeze() {
  if (asleep_ || dead_) return;
  frozen_ = true;
  sleep(false);
}

void Device::wake() {
  if (!asleep_) return;
  asleep_ = false;
  frozen_ = false;
  if (clock_stops_) clock_ahead_ -= world_.scheduler_.now() - asleep_since_;
  // Timers may fire before the other waiting actions, and that order is the harder one.
  driver_.arm_again();
  feed(phone::TimeReached{});
  for (const auto& action : std::exchange(slept_through_, {})) action();
}

void Device::jump_clock(Duration ahead) {
  clock_ahead_ += ahead;
  driver_.arm_again();
}

void Device::unplug(SourceKind source) {
  const auto open = std::ranges::find_if(
      live_tracks_, [source](const auto& track) { return track.second == source; });
  if (open == live_tracks_.end()) return;
  const MediaRequestId request{open->first};
  live_tracks_.erase(open);
  feed(phone::MediaEnded{request, source});
}

void Device::silence(SourceKind source, bool silenced) {
  const auto open = std::ranges::find_if(
      live_tracks_, [source](const auto& track) { return track.second == source; });
  if (open == live_tracks_.end()) return;
  feed(phone::MediaSilenced{MediaRequestId{open->first}, source, silenced});
}

void Device::tell_permissions() {
  if (!tells_permissions) return;
  for (const SourceKind source : {SourceKind::microphone, SourceKind::camera}) {
    feed(phone::PermissionChanged{source, media::Permission::granted});
  }
}

void Device::sign_in() { feed(phone::SignedIn{{user_.text}, id_, {"world"}}); }

void Device::sign_out() {
  feed(phone::SignedOut{});
  // The account service notifies the switchboard, as for the person's other clients.
  world_.scheduler_.after(
      world_.transit(),
      [this, id = id_] {
        if (world_.listening_) world_.feed(switchboard::SignedOut{user_, id});
      },
      lane(LaneOf::to_server));
}

void Device::start_page(Duration down) {
  world_.scheduler_.after(
      down,
      [this, page = page_] {
        if (page != page_) return;
        tell_permissions();
        if (!can_call) feed(phone::CapabilityTold{false});
        sign_in();
      },
      lane(LaneOf::to_phone));
}

void Device::reload() {
  feed(phone::PageHidden{});
  crash_page(false);
}

void Device::crash_page(bool new_id, Duration down) {
  kill();
  if (new_id) id_ = {id_.high, id_.low + 100};
  dead_ = false;
  seed_ = static_cast<std::uint32_t>(world_.random_.next());
  driver_.replace(phone::Phone(seed_));
  view_is_old_ = true;
  for (Observer* observer : world_.observers) observer->page_started(*this);
  start_page(down);
}

void Device::kill() {
  if (server_socket_) {
    const SocketId socket = *server_socket_;
    Instant at = world_.scheduler_.now() + world_.transit();
    if (const auto* s = world_.find(socket)) at = std::max(at, s->last_to_server);
    world_.scheduler_.at(at, [this, socket] { world_.lose(socket); }, lane(LaneOf::to_server));
  }
  server_socket_.reset();
  socket_.reset();
  connections_.clear();
  live_tracks_.clear();
  tone_ = phone::Tone::none;
  ++page_;
  asleep_ = false;
  frozen_ = false;
  slept_through_.clear();
  fail_operation_ = false;
  hang_operation_ = false;
  dead_ = true;
}

}  // namespace parley::testing
