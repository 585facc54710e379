#include "server/signalling/hub.hpp"

#include "core/base/assert.hpp"
#include "core/wire/frame.hpp"

#include <algorithm>
#include <array>
#include <iterator>
#include <span>
#include <tuple>
#include <utility>

namespace parley::server::signalling {

namespace {

using SteadyClock = std::chrono::steady_clock;

// Less is the noise of reading two clocks one after the other.
constexpr Duration kClockStep = std::chrono::milliseconds(500);
// Timers stand still while the machine sleeps: this much later than its waking everything that is
// overdue happens.
constexpr Duration kLongestWait = std::chrono::seconds(5);

log::Level level_of(switchboard::LogLevel level) {
  switch (level) {
    case switchboard::LogLevel::debug:
      return log::Level::debug;
    case switchboard::LogLevel::info:
      return log::Level::info;
    case switchboard::LogLevel::warning:
      return log::Level::warning;
    case switchboard::LogLevel::error:
      return log::Level::error;
  }
  return log::Level::error;
}

// What is known of a token that nobody is connected with: a device that opened a session with it
// and lost its socket may still be in a call.
constexpr Duration kTokenMemory{10LL * 60 * 1000};
// Devices remembered of one token; each tab is one.
constexpr std::size_t kMaxDevicesPerToken = 32;

}  // namespace

Hub::Hub(switchboard::Settings settings, Services services)
    : services_(std::move(services)),
      driver_(*this, switchboard::Switchboard(std::move(settings))),
      timer_(services_.loop),
      queue_probe_(services_.loop, [this](std::chrono::nanoseconds waited) {
        queue_measured(SteadyClock::now(), waited, frames_ - frames_at_probe_);
      }) {}

// ---- events ----

SocketId Hub::opened(std::shared_ptr<Socket> socket) {
  const SocketId id{++last_connection_};
  connections_[id].socket = std::move(socket);
  return id;
}

void Hub::received(SocketId id, std::string_view text) {
  const auto found = connections_.find(id);
  if (found == connections_.end() || found->second.outbox.closing()) return;
  ++frames_;
  ++frames_in_turn_;
  judge_load();
  current_frame_ = text;
  feed(switchboard::FrameReceived{id, text});
  current_frame_ = {};
}

void Hub::lost(SocketId id) {
  const auto found = connections_.find(id);
  if (found == connections_.end()) return;
  if (found->second.identity) forget_token_use(*found->second.identity);
  connections_.erase(found);
  feed(switchboard::ConnectionLost{id});
}

void Hub::make_way(SocketId id) {
  const auto found = connections_.find(id);
  if (found == connections_.end() || found->second.outbox.closing()) return;
  Connection& connection = found->second;
  connection.outbox.drop();
  const auto within = static_cast<std::uint32_t>(Duration(kComeBackWithin).count());
  connection.socket->send(wire::write_frame(wire::Goodbye{Error::overloaded, within}, {}));
  close(id, connection, wire::CloseCode::policy_violation);
}

void Hub::account_known(const store::Account& account) {
  const auto [known, first] = known_changes_.try_emplace(account.user, account.change);
  // Not first: the same account again, or one that was read before the last change.
  if (!first && account.change <= known->second) return;
  known->second = account.change;
  feed(switchboard::UserKnown{account.user,
                              {account.name},
                              account.call_waiting,
                              account.who_may_call == store::WhoMayCall::known});
}

void Hub::call_restored(const switchboard::CallRecord& record) {
  note_call(record);
  feed(switchboard::CallRestored{record});
}

void Hub::signed_out(const UserId& user) {
  live_tokens_.erase(user);
  feed(switchboard::SignedOut{user, std::nullopt});
}

void Hub::signed_out(const UserId& user, const store::SecretHash& token,
                     std::optional<DeviceId> device) {
  std::vector<DeviceId> devices;
  if (const auto live = live_tokens_.find(user); live != live_tokens_.end()) {
    const auto entry = std::ranges::find(live->second, token, &LiveToken::hash);
    if (entry != live->second.end()) {
      devices = std::move(entry->devices);
      live->second.erase(entry);
    }
  }
  if (device && std::ranges::find(devices, *device) == devices.end()) devices.push_back(*device);
  for (const DeviceId& one : devices) feed(switchboard::SignedOut{user, one});
}

// ---- tokens in use ----

void Hub::authenticated(SocketId id, const DeviceId& device, const auth::TokenHolder& holder) {
  const UserId& user = holder.account.user;
  std::vector<LiveToken>& tokens = live_tokens_[user];
  // A device that has signed in again belongs to its new token alone.
  for (LiveToken& other : tokens) {
    if (other.hash != holder.token) std::erase(other.devices, device);
  }
  auto entry = std::ranges::find(tokens, holder.token, &LiveToken::hash);
  if (entry == tokens.end()) {
    entry = tokens.insert(tokens.end(), LiveToken{.hash = holder.token});
  }
  entry->expires_at_ms = holder.expires_at_ms;
  entry->last_seen = services_.clock.now();
  ++entry->sockets;
  std::erase(entry->devices, device);
  if (entry->devices.size() == kMaxDevicesPerToken) entry->devices.erase(entry->devices.begin());
  entry->devices.push_back(device);
  connections_.at(id).identity = std::make_unique<Identity>(Identity{user, device, holder.token});
}

void Hub::note_call(const switchboard::CallRecord& record) {
  forget_call(record.call);
  if (record.phase == wire::CallPhase::ended) return;
  OpenCall& call = open_calls_[record.call];
  call.sides = {std::pair(record.caller.user, record.caller.device),
                std::pair(record.callee.user, record.callee.device)};
  for (const auto& [user, device] : call.sides) {
    if (device) ++in_calls_[*device];
  }
}

void Hub::forget_call(CallId call) {
  const auto found = open_calls_.find(call);
  if (found == open_calls_.end()) return;
  for (const auto& [user, device] : found->second.sides) {
    if (device && --in_calls_[*device] == 0) in_calls_.erase(*device);
  }
  open_calls_.erase(found);
}

bool Hub::is_in_call(SocketId id) const {
  const auto found = connections_.find(id);
  return found != connections_.end() && found->second.identity &&
         in_calls_.contains(found->second.identity->device);
}

void Hub::forget_token_use(const Identity& identity) {
  const auto live = live_tokens_.find(identity.user);
  if (live == live_tokens_.end()) return;
  const auto entry = std::ranges::find(live->second, identity.token, &LiveToken::hash);
  if (entry == live->second.end() || entry->sockets == 0) return;
  const Instant now = services_.clock.now();
  // What was written down when the socket was opened is good for a while.
  if (--entry->sockets == 0 && now - entry->last_seen > kTokenMemory) {
    services_.token_left(identity.token);
  }
  entry->last_seen = now;
}

std::vector<store::SecretHash> Hub::tokens_in_use(const UserId& user) const {
  const auto live = live_tokens_.find(user);
  if (live == live_tokens_.end()) return {};
  std::vector<DeviceId> in_calls;
  for (const auto& [id, call] : open_calls_) {
    for (const auto& [who, device] : call.sides) {
      if (who == user && device) in_calls.push_back(*device);
    }
  }
  const auto rank = [&](const LiveToken& token) {
    const bool in_call = std::ranges::find_first_of(token.devices, in_calls) != token.devices.end();
    return std::tuple(in_call, token.sockets > 0, token.last_seen);
  };
  std::vector<std::pair<decltype(rank(LiveToken{})), store::SecretHash>> order;
  for (const LiveToken& token : live->second) order.emplace_back(rank(token), token.hash);
  std::ranges::sort(order);
  std::vector<store::SecretHash> hashes;
  for (const auto& [ignored, hash] : order) hashes.push_back(hash);
  return hashes;
}

bool Hub::is_online(const UserId& user, const store::SecretHash& token) const {
  const auto live = live_tokens_.find(user);
  if (live == live_tokens_.end()) return false;
  const auto entry = std::ranges::find(live->second, token, &LiveToken::hash);
  return entry != live->second.end() && entry->sockets > 0;
}

void Hub::look_at_tokens() {
  const Instant now = services_.clock.now();
  const std::int64_t now_ms = services_.plausible_now_ms();
  std::vector<std::pair<UserId, store::SecretHash>> expired;
  for (auto user = live_tokens_.begin(); user != live_tokens_.end();) {
    std::erase_if(user->second, [&](const LiveToken& token) {
      return token.sockets == 0 && now - token.last_seen > kTokenMemory;
    });
    for (const LiveToken& token : user->second) {
      if (token.expires_at_ms <= now_ms) expired.emplace_back(user->first, token.hash);
    }
    user = user->second.empty() ? live_tokens_.erase(user) : std::next(user);
  }
  for (const auto& [user, token] : expired) {
    services_.log.info("sign-in expired", {{"user", user.text}});
    signed_out(user, token);
  }
}

void Hub::renew_ice_servers() {
  if (services_.renew_ice_servers) tell_ice_servers(*services_.renew_ice_servers);
}

void Hub::ice_servers_changed() { tell_ice_servers(Duration{0}); }

void Hub::tell_ice_servers(Duration older_than) {
  const Instant now = services_.clock.now();
  // Telling may close a connection, which must not happen while they are gone through.
  std::vector<std::pair<SocketId, UserId>> due;
  for (const auto& [id, connection] : connections_) {
    if (!connection.identity || connection.outbox.closing()) continue;
    if (now - connection.ice_servers_told < older_than) continue;
    due.emplace_back(id, connection.identity->user);
  }
  for (const auto& [id, user] : due) {
    const auto found = connections_.find(id);
    if (found == connections_.end()) continue;
    found->second.ice_servers_told = now;
    feed(switchboard::IceServersRenewed{id, services_.ice_servers(user)});
  }
}

void Hub::drain(std::chrono::milliseconds reconnect_within) {
  feed(switchboard::Draining{static_cast<std::uint32_t>(reconnect_within.count())});
  // Those who have not introduced themselves yet have no session to be told in.
  for (auto& [id, connection] : connections_) close(id, connection, wire::CloseCode::restarting);
}

void Hub::feed(const switchboard::Event& event) {
  // No effect leads to another event at once; a frame that waited would have lost its text.
  PARLEY_ASSERT(!driver_.running());
  follow_wall_clock();
  driver_.feed(event);
}

// ---- effects ----

void Hub::perform(switchboard::Effect& effect) {
  std::visit([this](auto& one) { perform(one); }, effect);
}

void Hub::perform(const switchboard::Store& effect) {
  if (effect.record.merged) forget_call(effect.record.merged->call);
  note_call(effect.record);
  services_.store(effect);
  // The end of a call is written soon although there may be nobody to tell.
  if (effect.record.phase == wire::CallPhase::ended) services_.want(effect.ticket);
}

void Hub::perform(switchboard::Send& effect) {
  const auto found = connections_.find(effect.connection);
  if (found == connections_.end() || found->second.outbox.closing()) return;
  Connection& connection = found->second;
  const std::size_t queued = connection.outbox.bytes() + connection.socket->queued_bytes();
  if (queued + effect.text.size() > kMaxQueuedBytes) {
    services_.log.often(log::Level::warning, "client is too slow", connection.socket->address(),
                        {{"connection", effect.connection.value}, {"queued_bytes", queued}});
    connection.outbox.drop();
    close(effect.connection, connection, wire::CloseCode::overrun);
    return;
  }
  if (effect.after > durable_) {
    services_.want(effect.after);
    if (!awaited_) awaited_ = {effect.after, SteadyClock::now()};
  }
  const bool was_empty = connection.outbox.empty();
  connection.outbox.send(std::move(effect.text), effect.after, durable_, [&](std::string text) {
    connection.socket->send(std::move(text));
    mark_dirty(effect.connection, connection);
  });
  if (was_empty && !connection.outbox.empty()) holding_.push_back(effect.connection);
}

void Hub::perform(const switchboard::Close& effect) {
  const auto found = connections_.find(effect.connection);
  if (found == connections_.end()) return;
  close(effect.connection, found->second, effect.code);
}

void Hub::perform(const switchboard::Authenticate& effect) {
  const auto hello = wire::read_client_frame(current_frame_);
  const auto* message = hello ? std::get_if<wire::Hello>(&hello->message) : nullptr;
  PARLEY_ASSERT(message != nullptr);  // only a hello makes the switchboard ask
  const SocketId id = effect.connection;
  services_.check_token(effect.token, [this, id, device = message->device](auto holder) {
    const auto found = connections_.find(id);
    if (found == connections_.end() || found->second.outbox.closing()) return;
    if (!holder && holder.error().error != Error::not_signed_in) {
      // Ours to mend, not a reason to send somebody to the sign-in page.
      services_.log.repeatedly(log::Level::error, "token could not be checked",
                               {{"connection", id.value}});
      close(id, found->second, wire::CloseCode::restarting);
      return;
    }
    if (!holder) return feed(switchboard::AuthenticationFailed{id});
    account_known(holder->account);
    authenticated(id, device, *holder);
    with_relations(holder->account.user, [this, id, user = holder->account.user](bool good) {
      const auto connection = connections_.find(id);
      if (connection == connections_.end() || connection->second.outbox.closing()) return;
      if (!good) {
        services_.log.repeatedly(log::Level::error, "relations could not be read",
                                 {{"connection", id.value}});
        close(id, connection->second, wire::CloseCode::restarting);
        return;
      }
      connection->second.ice_servers_told = services_.clock.now();
      feed(switchboard::Authenticated{id, user, services_.random(), services_.ice_servers(user)});
    });
  });
}

// ---- relations ----

void Hub::relation_changed(const UserId& user, const switchboard::Relation& relation) {
  if (const auto loading = loading_.find(user); loading != loading_.end()) {
    loading->second.changed = true;  // what is on its way may have been read before
  } else if (with_relations_.contains(user)) {
    feed(switchboard::RelationChanged{user, relation});
  }
}

void Hub::with_relations(const UserId& user, std::function<void(bool good)> then) {
  if (with_relations_.contains(user)) return then(true);
  const auto [loading, first] = loading_.try_emplace(user);
  loading->second.waiting.push_back(std::move(then));
  if (first) load_relations(user);
}

void Hub::load_relations(const UserId& user) {
  services_.load_relations(user, [this, user](auto relations) {
    Loading& loading = loading_.at(user);
    if (relations && std::exchange(loading.changed, false)) return load_relations(user);
    if (relations) {
      with_relations_.insert(user);
      feed(switchboard::RelationsLoaded{user, std::move(*relations)});
    }
    const std::vector<std::function<void(bool good)>> waiting = std::move(loading.waiting);
    loading_.erase(user);
    for (const auto& then : waiting) then(relations.has_value());
  });
}

void Hub::perform(const switchboard::Log& effect) {
  // Whoever is connected can cause these as often as they like.
  std::string_view address;
  if (effect.connection) {
    const auto found = connections_.find(*effect.connection);
    if (found != connections_.end()) address = found->second.socket->address();
  }
  const std::string_view event = switchboard::info_of(effect.what).name;
  const log::Level level = level_of(switchboard::info_of(effect.what).level);
  if (effect.what == switchboard::Happening::connection_refused && effect.connection) {
    services_.log.often(level, event, address,
                        {{"connection", effect.connection->value}, {"why", effect.detail}});
    return;
  }
  std::array<log::Field, 4> fields{
      log::Field("connection", std::int64_t{0}), log::Field("call", std::string_view()),
      log::Field("user", std::string_view()), log::Field("detail", std::string_view())};
  std::string call;
  std::size_t used = 0;
  if (effect.connection) fields[used++] = {"connection", effect.connection->value};
  if (effect.call) {
    call = to_string(*effect.call);
    fields[used++] = {"call", call};
  }
  if (effect.user) fields[used++] = {"user", effect.user->text};
  if (!effect.detail.empty()) fields[used++] = {"detail", effect.detail};
  const auto told = std::span(fields).first(used);
  if (effect.user) {
    services_.log.often_by(effect.user->text, level, event, address, told);
  } else {
    services_.log.write(level, event, told);
  }
}

// ---- connections ----

void Hub::close(SocketId id, Connection& connection, wire::CloseCode code) {
  connection.outbox.close(code);
  if (connection.outbox.close_due()) mark_dirty(id, connection);
}

void Hub::records_durable(StoreTicket ticket) {
  durable_ = std::max(durable_, ticket);
  if (awaited_ && awaited_->ticket <= durable_) awaited_.reset();
  std::vector<SocketId> still_holding;
  for (const SocketId id : std::exchange(holding_, {})) {
    const auto found = connections_.find(id);
    if (found == connections_.end()) continue;
    Connection& connection = found->second;
    connection.outbox.release(durable_,
                              [&](std::string text) { connection.socket->send(std::move(text)); });
    mark_dirty(id, connection);
    if (!connection.outbox.empty()) still_holding.push_back(id);
  }
  holding_ = std::move(still_holding);
}

void Hub::mark_dirty(SocketId id, Connection& connection) {
  if (!connection.dirty) {
    connection.dirty = true;
    dirty_.push_back(id);
  }
  if (flush_posted_) return;
  flush_posted_ = true;
  // Behind everything that is ready in this turn of the loop, so that what several events have for
  // one connection leaves in one piece.
  services_.loop.post([this] { flush(); });
}

void Hub::flush() {
  flush_posted_ = false;
  if (std::exchange(frames_in_turn_, 0) >= kCrowdedTurn && queue_probe_.start()) {
    frames_at_probe_ = frames_;
  }
  for (const SocketId id : std::exchange(dirty_, {})) {
    const auto found = connections_.find(id);
    if (found == connections_.end()) continue;
    Connection& connection = found->second;
    connection.dirty = false;
    connection.socket->flush();
    if (const auto code = connection.outbox.close_due()) connection.socket->close(*code);
  }
}

// ---- load ----

void Hub::judge_load() {
  const bool store_may_be_behind = services_.store_backlog() >= kOverloadRecords;
  if (!overloaded_ && !store_may_be_behind && !admission_.may_be_overloaded()) return;
  const auto now = SteadyClock::now();
  const auto store_wait = awaited_ ? now - awaited_->since : SteadyClock::duration{0};
  admission_.store_measured(store_wait, services_.store_backlog());
  const bool overloaded = admission_.overloaded(now);
  if (overloaded == overloaded_) return;
  overloaded_ = overloaded;
  if (overloaded_) {
    services_.log.repeatedly(log::Level::warning, "overloaded: new calls are refused",
                             {{"records_waiting", services_.store_backlog()}});
  } else {
    services_.log.repeatedly(log::Level::info, "no longer overloaded");
  }
  feed(switchboard::Overload{overloaded_});
}

// ---- time ----

/// Asked before every event, which costs less than a microsecond; with nobody here there is nothing
/// to tell the time to.
void Hub::follow_wall_clock() {
  const Duration ahead = services_.clock.ahead();
  const Duration moved = ahead - clock_ahead_;
  if (moved < kClockStep && moved > -kClockStep) return;
  const Duration slept = services_.clock.slept();
  const Duration corrected = moved - (slept - clock_slept_);
  clock_ahead_ = ahead;
  clock_slept_ = slept;
  services_.log.warning("the clock was set",
                        {{"by_ms", corrected.count()}, {"slept_ms", (moved - corrected).count()}});
  driver_.feed(switchboard::WallClock{.ahead = ahead, .corrected = corrected});
}

void Hub::arm(Instant due) {
  const Duration wait = std::clamp(due - now(), Duration{0}, Duration{kLongestWait});
  timer_.arm(wait, [this, due] {
    if (driver_.fired(due)) feed(switchboard::TimeReached{});
  });
}

}  // namespace parley::server::signalling
