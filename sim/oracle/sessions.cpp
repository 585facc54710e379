// The oracle's checks of sessions: how many a user has, which one is closed for a new one, and how
// long a call waits for a device without a session. The oracle has its own model, built from
// outside observations.
#include "core/switchboard/legs.hpp"
#include "core/switchboard/timers.hpp"
#include "core/wire/frame.hpp"
#include "sim/frames.hpp"
#include "sim/oracle/oracle.hpp"
#include "sim/oracle/questions.hpp"

#include <algorithm>

namespace parley::sim {

using switchboard::CallRecord;
using switchboard::Leg;
using wire::CallPhase;
using wire::CloseCode;

namespace {

/// The time between the last frame and its detection by the server, plus the length of a step.
constexpr Duration kSlack = switchboard::kQuietSilenceLimit + Duration{1'000};

}  // namespace

void Oracle::note_visitor(const Request& request) {
  if (request.frame == nullptr) return;
  const SocketId socket = request.frame->connection;
  if (request.type == "hello" && !visitors_.contains(socket)) {
    if (const auto frame = wire::read_client_frame(request.frame->text)) {
      const auto& hello = std::get<wire::Hello>(frame->message);
      Visitor visitor{.user = {hello.token.value}, .device = hello.device, .resumes = {}};
      if (hello.resume) visitor.resumes = hello.resume->session;
      visitors_.emplace(socket, std::move(visitor));
    }
  }
  const auto visitor = visitors_.find(socket);
  if (visitor != visitors_.end()) heard_[visitor->second.device] = world_.scheduler().now();
}

void Oracle::check_sessions(const Request& request) {
  if (request.frame != nullptr && request.type != "hello") {
    const auto kept = std::ranges::find(kept_, request.frame->connection, &Kept::connection);
    if (kept != kept_.end()) kept->leaving = request.type == "leaving";
  }
  const auto* asked = std::get_if<switchboard::Authenticated>(&request.event);
  const auto* signed_out = std::get_if<switchboard::SignedOut>(&request.event);
  if (signed_out != nullptr) {
    std::erase_if(kept_, [&](const Kept& kept) {
      return kept.user == signed_out->user &&
             (!signed_out->device || kept.device == *signed_out->device);
    });
  }
  if (asked != nullptr) session_asked(*asked, request.effects);
  for (const switchboard::Effect& effect : request.effects) {
    const auto* close = std::get_if<switchboard::Close>(&effect);
    if (close == nullptr) continue;
    const auto kept = std::ranges::find(kept_, close->connection, &Kept::connection);
    if (kept == kept_.end()) continue;
    if (close->code == CloseCode::protocol_error || close->code == CloseCode::overrun ||
        close->code == CloseCode::policy_violation || close->code == CloseCode::restarting) {
      kept->unsure = true;
    }
    socket_gone(close->connection);
  }
  if (const auto* lost = std::get_if<switchboard::ConnectionLost>(&request.event)) {
    socket_gone(lost->connection);
    visitors_.erase(lost->connection);
    told_ahead_.erase(lost->connection);
    refused_.erase(lost->connection);
    rung_.erase(lost->connection);
  }
}

void Oracle::socket_gone(SocketId socket) {
  for (Kept& kept : kept_) {
    if (kept.connection != socket) continue;
    kept.connection.reset();
    kept.lost_at = world_.scheduler().now();
  }
}

bool Oracle::may_be_gone(const Kept& kept) const {
  if (kept.unsure) return true;
  if (kept.connection) return false;
  const Duration away = world_.scheduler().now() - kept.lost_at;
  return away >= (kept.leaving ? switchboard::kReloadGrace : switchboard::kSessionGrace);
}

/// A device that was taking over a call has lost its session with the server, and stops doing so.
void Oracle::let_joiners_go(CallId id) {
  const auto found = latest_.find(id);
  if (found == latest_.end()) return;
  found->second.caller.takeover.reset();
  found->second.callee.takeover.reset();
}

bool Oracle::is_in_call(const UserId& user, const DeviceId& device) const {
  return std::ranges::any_of(open_calls_, [&](CallId id) {
    const CallRecord& record = latest_.at(id);
    if (!has_user(record, user)) return false;
    const Leg& leg = leg_of(record, user);
    return has_device(leg, device);
  });
}

/// A device has sent hello, and was accepted or refused.
void Oracle::session_asked(const switchboard::Authenticated& event,
                           const std::vector<switchboard::Effect>& effects) {
  const Instant now = world_.scheduler().now();
  std::erase_if(kept_, [&](const Kept& kept) {
    return !kept.connection && now - kept.lost_at > switchboard::kSessionGrace;
  });
  const auto found = visitors_.find(event.connection);
  if (found == visitors_.end()) return;
  const Visitor& visitor = found->second;
  for (const switchboard::Effect& effect : effects) {
    if (const auto* close = std::get_if<switchboard::Close>(&effect)) {
      const auto other = visitors_.find(close->connection);
      if (close->code == CloseCode::replaced && other != visitors_.end() &&
          other->second.device != visitor.device) {
        violate("I9 who is connected is not thrown out", other->second.user.text);
      }
      continue;
    }
    const auto* send = std::get_if<switchboard::Send>(&effect);
    if (send == nullptr || send->connection != event.connection) continue;
    const std::string_view type = type_of(send->text);
    if (type == "error") {
      if (text_in(send->text, "\"code\":\"") == "server/too-many-devices") no_place(visitor);
      return;
    }
    if (type != "welcome") continue;
    const auto frame = wire::read_server_frame(send->text);
    if (!frame) return violate("I8 frames can be read", visitor.user.text);
    const auto& welcome = std::get<wire::Welcome>(frame->message);
    told_ahead_[event.connection] = Duration{welcome.server_time_ms - ms_of(now)};
    session_started(visitor, welcome, event.connection);
    return;  // the later frames are repetitions
  }
}

/// A device was refused: there must be no free place, and no session that could be closed.
void Oracle::no_place(const Visitor& visitor) {
  std::ptrdiff_t places = 0;
  bool gives_way = false;
  for (const Kept& kept : kept_) {
    if (kept.user != visitor.user) continue;
    ++places;
    const bool free = !kept.connection && !is_in_call(kept.user, kept.device);
    gives_way = gives_way || (free && !may_be_gone(kept));
  }
  if (places < std::ssize(kept_) && places < std::ptrdiff_t{switchboard::kMaxSessionsPerUser}) {
    violate("I9 who has a place is let in", visitor.user.text);
  }
  if (gives_way) violate("I9 who is away and in no call gives way", visitor.user.text);
  if (is_in_call(visitor.user, visitor.device)) {
    violate("I9 a device of a call is let in", visitor.user.text);
  }
}

void Oracle::session_started(const Visitor& visitor, const wire::Welcome& welcome,
                             SocketId socket) {
  const auto own = std::ranges::find_if(kept_, [&](const Kept& kept) {
    return kept.user == visitor.user && kept.device == visitor.device;
  });
  const bool had = own != kept_.end() && !may_be_gone(*own);
  if (!welcome.resumed && had && visitor.resumes == own->id && expect_.in_order &&
      is_in_call(visitor.user, visitor.device)) {
    violate("I9 no device is thrown out of a call", visitor.user.text);
  }
  if (!had) {
    std::size_t certain = 0;
    std::size_t possible = 0;
    std::vector<Kept*> free;
    for (Kept& kept : kept_) {
      if (kept.user != visitor.user) continue;
      ++possible;
      certain += may_be_gone(kept) ? 0 : 1;
      if (!kept.connection && !is_in_call(kept.user, kept.device)) free.push_back(&kept);
    }
    if (certain >= switchboard::kMaxSessionsPerUser && free.empty() &&
        !is_in_call(visitor.user, visitor.device)) {
      violate("I9 sessions of a user have a bound", visitor.user.text);
    }
    if (possible >= switchboard::kMaxSessionsPerUser) {
      for (Kept* kept : free) kept->unsure = true;  // one of them may have been closed
    }
  }
  std::erase_if(kept_, [&](const Kept& kept) {
    return kept.user == visitor.user && kept.device == visitor.device;
  });
  kept_.push_back({.id = welcome.session,
                   .user = visitor.user,
                   .device = visitor.device,
                   .connection = socket});
}

// ---- calls whose devices are gone ----

Instant Oracle::last_heard(const Leg& leg) const {
  Instant last = restored_at_;
  for (const auto& device : devices_of(leg)) {
    const auto heard = device ? heard_.find(*device) : heard_.end();
    if (heard != heard_.end()) last = std::max(last, heard->second);
  }
  return last;
}

/// One side's media reports do not keep a call forever that the other side has left.
void Oracle::check_lease() {
  constexpr Duration kLongest = switchboard::kUnheardLimit + switchboard::kMediaLease + kSlack;
  const Instant now = world_.scheduler().now();
  for (const CallId id : open_calls_) {
    const CallRecord& record = latest_.at(id);
    if (record.phase != CallPhase::active) continue;
    for (const Leg* leg : {&record.caller, &record.callee}) {
      if (now - last_heard(*leg) > kLongest) {
        violate("I4 one side alone keeps no call", to_string(id));
      }
    }
  }
}

}  // namespace parley::sim
