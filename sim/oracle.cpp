#include "sim/oracle.hpp"

#include "core/base/overloaded.hpp"
#include "core/switchboard/timers.hpp"
#include "sim/frames.hpp"
#include "sim/oracle_questions.hpp"

#include <algorithm>

namespace parley::sim {

using phone::CallView;
using phone::Feed;
using phone::Phase;
using phone::Tone;
using switchboard::CallRecord;
using testing::Device;
using wire::CallPhase;
using wire::EndReason;
using wire::MediaKind;

namespace {

/// So many steps at one moment, and time will never go on.
constexpr unsigned kMaxStepsAtOnce = 20'000;
/// No device has so much to say in so short a time: two are in a quarrel without end.
constexpr unsigned kMaxFramesInStretch = 500;
constexpr Duration kStretch{10'000};
/// A device that was away for longer may have missed how a call ended.
constexpr Duration kLongAway{50'000};
/// A frame over the slowest link, twice, or a dead socket that must be found first.
constexpr Duration kKnownWithin{20'000};
/// By then a device has noticed that its socket is dead, and has come back.
constexpr Duration kNoticed{12'000};
/// The slowest link and the slowest store, there and back.
constexpr Duration kHeardWithin{6'000};
/// A page that said goodbye and has not come back by then is gone.
constexpr Duration kGoneAfter = switchboard::kReloadGrace + Duration{1'000};

bool captures(const CallView& call) {
  return !call.held && (is_on(call) || call.phase == Phase::calling ||
                        call.phase == Phase::ringing || call.phase == Phase::answering);
}

/// The server has this user in a call: dialled or answered, not merely hears it ring.
bool has_joined(const CallRecord& record, const UserId& user) {
  return record.phase != CallPhase::ringing || record.caller.user == user;
}

}  // namespace

void Oracle::violate(std::string_view rule, std::string what) {
  if (!broken_) broken_ = Violation{std::string(rule), std::move(what)};
}

void Oracle::note_step() {
  ++steps_;
  const Instant now = world_.scheduler().now();
  standing_steps_ = now == standing_ ? standing_steps_ + 1 : 0;
  standing_ = now;
  if (standing_steps_ > kMaxStepsAtOnce) violate("I8 time goes on", "it stands still");
}

Oracle::Watched& Oracle::watched(const Device& device) {
  if (watched_.size() < device.number()) watched_.resize(device.number());
  return watched_[device.number() - 1];
}

// ---- devices ----

void Oracle::page_started(Device& device) {
  Watched& w = watched(device);
  w.connections.clear();
  w.operating.clear();
  w.due.reset();
  w.tone = Tone::none;
}

void Oracle::device_took(Device& device, const phone::Event& event,
                         const std::vector<phone::Effect>& effects) {
  note_step();
  Watched& w = watched(device);
  const Instant now = world_.scheduler().now();
  const Duration slept = now - std::exchange(w.last_step, now);
  w.slept = slept;
  if (slept > kLongAway) w.was_away_for_long = true;
  if (slept > switchboard::kPingInterval) {
    w.wrong_since.reset();
    w.here_since.reset();
    w.unheard_since.reset();
  }
  check_knowledge(device);
  check_gap(device, event);
  check_operations(device, event, effects);
  const auto* frame = std::get_if<phone::FrameReceived>(&event);
  if (frame != nullptr && is_small_talk(type_of(frame->text)) && effects.size() <= 1) return;
  check_effects(device, event, effects);
  check_calls(device);
  if (device.online()) {
    if (w.away_since && now - *w.away_since > kLongAway) w.was_away_for_long = true;
    w.away_since.reset();
  } else if (!w.away_since) {
    w.away_since = now;
  }
}

void Oracle::check_effects(const Device& device, const phone::Event& event,
                           const std::vector<phone::Effect>& effects) {
  Watched& w = watched(device);
  const auto open = [&](PeerConnectionId id) {
    return std::ranges::find(w.connections, id.value, &Watched::Open::connection);
  };
  const auto needs = [&](PeerConnectionId id, std::string_view what) {
    if (open(id) == w.connections.end()) {
      violate("I6 nothing is done for a call after its end",
              name_of(device) + ": " + std::string(what) + " on a closed connection");
    }
  };
  // After a welcome a session says again what it said before, about calls that are over too.
  const auto* received = std::get_if<phone::FrameReceived>(&event);
  const bool repeats = received != nullptr && type_of(received->text) == "welcome";
  for (const phone::Effect& effect : effects) {
    std::visit(Overloaded{
                   [&](const phone::CreateConnection& e) {
                     w.connections.push_back({e.connection.value, e.call});
                   },
                   [&](const phone::CloseConnection& e) {
                     needs(e.connection, e.kType);
                     std::erase_if(w.connections, [&](const auto& o) {
                       return o.connection == e.connection.value;
                     });
                   },
                   [&](const OneOf<phone::MakeOffer, phone::MakeAnswer, phone::SetRemoteDescription,
                                   phone::AddCandidate, phone::FeedConnection, phone::SendDirect,
                                   phone::SampleStats> auto& e) { needs(e.connection, e.kType); },
                   [&](const phone::PlayTone& e) {
                     if (e.tone != Tone::ended) w.tone = e.tone;
                   },
                   [&](const phone::SendFrame& e) {
                     const Instant now = world_.scheduler().now();
                     if (now - w.stretch > kStretch) {
                       w.stretch = now;
                       w.frames = 0;
                     }
                     if (++w.frames > kMaxFramesInStretch) {
                       violate("I8 nobody talks without end", name_of(device) + ": " + e.text);
                     }
                     if (e.text.size() > wire::kMaxFrameBytes) {
                       violate("I8 frames have a bound", name_of(device));
                     }
                     const std::string_view type = type_of(e.text);
                     if (repeats || (type != "signal" && type != "status" && type != "media"))
                       return;
                     const auto call = call_of(e.text);
                     const CallView* view = call ? find(device, *call) : nullptr;
                     if (view == nullptr || is_over(*view)) {
                       violate("I6 nothing is said of a call after its end",
                               name_of(device) + ": " + std::string(type));
                     }
                   },
                   [](const OneOf<phone::OpenSocket, phone::CloseSocket, phone::OpenMedia,
                                  phone::OpenScreen, phone::CloseMedia, phone::MeasureSound,
                                  phone::Log> auto&) {},
               },
               effect);
  }
}

void Oracle::check_calls(Device& device) {
  Watched& w = watched(device);
  const auto& calls = device.view().calls.items;
  std::size_t in_front = 0;
  media::BySource<bool> wanted;
  w.on.clear();
  bool rings = false;
  bool rings_back = false;
  bool waits = false;
  for (const CallView& call : calls) {
    if (is_on(call) && !call.held) ++in_front;
    if (is_on(call)) w.on.push_back(call.call);
    wanted.microphone = wanted.microphone || captures(call);
    wanted.camera = wanted.camera || (captures(call) && call.sources.camera.wanted);
    wanted.screen = wanted.screen || (captures(call) && call.sources.screen.wanted);
    rings = rings || call.phase == Phase::incoming;
    rings_back = rings_back || call.phase == Phase::ringing;
    waits = waits || (!is_over(call) && call.phase != Phase::elsewhere);
    if (call.lasted_ms.value_or(0) < 0)
      violate("I2 no call is shorter than nothing", name_of(device));
  }
  if (in_front > 1) violate("I1 one call in front on a device", name_of(device));
  for (const auto& [request, source] : device.tracks()) {
    if (!wanted[source]) violate("I6 no device is captured without a call", name_of(device));
  }
  for (const Watched::Open& open : w.connections) {
    const CallView* call = find(device, open.call);
    if (call == nullptr || !is_on(*call)) {
      violate("I6 no connection without an answered call", name_of(device));
      continue;
    }
    const auto connection = device.connections().find(open.connection);
    if (connection == device.connections().end()) continue;  // closed by this very step
    const phone::FeedConnection& feed = connection->second.feed;
    const bool is_current = call->connection == PeerConnectionId{open.connection};
    const bool peer_holds = is_current && call->peer_status && call->peer_status->held;
    const bool held = call->held || peer_holds;
    if (held && (feed.sent.microphone != Feed::none || feed.sent.camera != Feed::none ||
                 feed.sent.screen != Feed::none)) {
      violate("I1 nothing is sent in a held call", name_of(device));
    }
    if (feed.sent.microphone == Feed::live && !call->sources.microphone.wanted) {
      violate("I6 who is muted is not heard", name_of(device));
    }
    if (feed.sent.camera != Feed::none && !call->sources.camera.wanted) {
      violate("I6 who has the camera off is not seen", name_of(device));
    }
    if (feed.sent.screen != Feed::none && !call->sources.screen.wanted) {
      violate("I6 who shares nothing is not looked at", name_of(device));
    }
    check_proofs(device, *call, feed);
    if (connection->second.rejected_candidates > 0) {
      violate("N1 no candidate before its description", name_of(device));
    }
  }
  if (w.connections.size() > 4) violate("I8 connections have a bound", name_of(device));
  const bool tone_rings = w.tone == Tone::ringtone || w.tone == Tone::waiting;
  if ((tone_rings && !rings) || (w.tone == Tone::ringback && !rings_back) ||
      (w.tone == Tone::none && (rings || rings_back))) {
    violate("I4 it sounds as it is", name_of(device) + " plays " + word(w.tone));
  }
  if (waits && !device.next_deadline()) {
    violate("I4 whatever waits has a timer", name_of(device));
  }
}

/// What is shown as proven silent is not sent; and of a connection that is not the one that is
/// looked at, nothing is proven.
void Oracle::check_proofs(const Device& device, const CallView& call,
                          const phone::FeedConnection& feed) {
  const bool is_current = call.connection == feed.connection;
  const auto check = [&](const phone::SourceView& source, Feed fed) {
    if (source.off_proof == phone::Proof::none || fed == Feed::none) return;
    if (fed == Feed::live) violate("I6 nothing is proven silent that is sent", name_of(device));
    if (!is_current) violate("I6 nothing is proven that nobody looks at", name_of(device));
  };
  check(call.sources.microphone, feed.sent.microphone);
  check(call.sources.camera, feed.sent.camera);
  check(call.sources.screen, feed.sent.screen);
}

/// Whether the device believes something of a call that the store knows better.
bool Oracle::is_wrong(const Device& device, const CallView& call) const {
  const CallRecord* record = durable(call.call);
  if (record == nullptr) return false;
  const switchboard::Leg& leg = leg_of(*record, device.user());
  switch (call.phase) {
    case Phase::calling:
    case Phase::ringing:
    case Phase::incoming:
      // A page that was tampered with said an invite of which its phone knows nothing.
      if (record->merged && record->merged->device == device.id() && !expect_.in_order) {
        return false;
      }
      return record->phase != CallPhase::ringing || is_hidden_from(*record, device.user());
    case Phase::connecting:
    case Phase::active:
    case Phase::reconnecting:
      return record->phase == CallPhase::ended ||
             (leg.device != device.id() && leg.next_device != device.id());
    case Phase::elsewhere:
      return record->phase == CallPhase::ended;
    case Phase::answering:  // has its own limit
      return false;
    case Phase::ended:
      // An invite that became part of another call is over by itself; who may not answer has done
      // with the call while it rings on elsewhere.
      if (merged_.contains(call.call) || call.problem == Error::too_many_calls) return false;
      if (is_hidden_from(*record, device.user())) return false;
      if (call.reason == EndReason::failed && gave_up(call.call, device)) return false;
      // Its clock jumped: it rang out too early.
      if (call.reason == EndReason::no_answer) return record->phase == CallPhase::active;
      return record->phase != CallPhase::ended;
  }
  return false;
}

/// A device that reaches the server knows within seconds how its calls stand; and one that does not
/// stops ringing when it is time.
void Oracle::check_knowledge(const Device& device) {
  Watched& w = watched(device);
  const Instant now = world_.scheduler().now();
  const Duration ahead = device.local_now() - now;
  if (ahead < std::exchange(w.clock_ahead, ahead)) w.clock_stood = true;
  bool wrong = false;
  bool rings_late = false;
  bool unheard = false;
  for (const CallView& call : device.view().calls.items) {
    wrong = wrong || is_wrong(device, call);
    unheard = unheard || (call.phase == Phase::calling && durable(call.call) == nullptr);
    const auto invited = invited_.find(call.call);
    if (call.phase != Phase::incoming || invited == invited_.end() || w.clock_stood) continue;
    rings_late = rings_late || now - invited->second > switchboard::kRingLimit + kKnownWithin;
  }
  // A device that wakes up may hear an old welcome first, and believe that it is then; that its
  // socket is dead it notices soon.
  if (!rings_late) {
    w.rings_late_since.reset();
  } else if (!w.rings_late_since) {
    w.rings_late_since = now;
  } else if (now - *w.rings_late_since > kNoticed) {
    violate("I4 nothing rings beyond its time", name_of(device));
  }
  const bool here = device.online() && device.reaches_server() && device.link.lost == 0;
  if (!here) {
    w.here_since.reset();
  } else if (!w.here_since) {
    w.here_since = now;
  }
  if (!unheard || !here) {
    w.unheard_since.reset();
  } else if (!w.unheard_since) {
    w.unheard_since = now;
  } else if (now - *w.unheard_since > kHeardWithin && expect_.in_order) {
    violate("L3 an invite is heard", name_of(device));
  }
  if (!wrong || !here) {
    w.wrong_since.reset();
  } else if (!w.wrong_since) {
    w.wrong_since = now;
  } else if (now - *w.wrong_since > kKnownWithin) {
    violate("I4 a device soon knows how its calls stand", name_of(device));
  }
}

// ---- the server ----

void Oracle::server_crashed() {
  note_step();
  restarted_ = true;
  starting_ = true;
  latest_.clear();
  open_calls_.clear();
  visitors_.clear();
  kept_.clear();
  ended_since_.clear();
  told_ahead_.clear();
  relayed_.clear();
  joined_.clear();
  refused_.clear();
  untaken_.clear();
  rung_.clear();
  known_.clear();
  in_vain_.clear();
  delivered_.clear();
  left_.clear();
  for (const auto& [call, record] : world_.records()) {
    latest_.emplace(call, record);
    note_people(record, nullptr);
    known_.emplace(record.caller.user, record.callee.user);
    if (record.phase != CallPhase::ended) open_calls_.push_back(call);
  }
}

void Oracle::server_took(const switchboard::Event& event, const Device* from,
                         const std::vector<switchboard::Effect>& effects) {
  note_step();
  if (const auto* clock = std::get_if<switchboard::WallClock>(&event)) clock_was_set(*clock);
  if (std::holds_alternative<switchboard::CallRestored>(event)) {
    const CallRecord& restored = std::get<switchboard::CallRestored>(event).record;
    bring_into_the_past(restored.call);
    let_joiners_go(restored.call);
    if (restored.phase == CallPhase::ended) ended_since_[restored.call] = world_.scheduler().now();
  }
  check_deadlines();
  check_lease();
  const auto* frame = std::get_if<switchboard::FrameReceived>(&event);
  const Request request{.event = event,
                        .effects = effects,
                        .frame = frame,
                        .type = frame == nullptr ? std::string_view() : type_of(frame->text)};
  note_visitor(request);
  check_sessions(request);
  check_relay(request);
  check_times(request);
  check_waited_for(request);
  if (frame != nullptr && expect_.in_order) check_leaving(*frame);
  if (frame != nullptr && from != nullptr) {
    check_ended(request, *from);
    check_left_behind(request, *from);
    check_glare(request, *from);
    check_request(*frame, *from, effects);
  }
  bool stored = false;
  for (const switchboard::Effect& effect : effects) {
    if (const auto* send = std::get_if<switchboard::Send>(&effect)) {
      if (send->text.size() > wire::kMaxFrameBytes)
        violate("I8 frames have a bound", "the server's");
      continue;
    }
    if (const auto* close = std::get_if<switchboard::Close>(&effect)) {
      // What was on its way when a socket was closed for another reason comes too late.
      const bool first = closed_.insert(close->connection.value).second;
      if (close->code == wire::CloseCode::protocol_error && expect_.in_order && first) {
        violate("P1 an honest client is not told off", from == nullptr ? "" : name_of(*from));
      }
      continue;
    }
    const auto* store = std::get_if<switchboard::Store>(&effect);
    if (store == nullptr) continue;
    stored = true;
    const CallRecord& record = store->record;
    // Also again: an invite that was lost with the server before it was durable is a new one.
    if (record.screened) screened_.insert(record.call);
    if (!record.ringing_at_ms) {
      invited_.insert_or_assign(record.call, world_.scheduler().now());
    }
    if (from != nullptr && frame != nullptr && !has_user(record, from->user()) &&
        !makes_room(record, *frame)) {
      violate("I7 nobody changes a call of others", name_of(*from));
    }
    if (record.merged) {
      const CallId merged = record.merged->call;
      merged_.insert_or_assign(merged, record.call);
      latest_.erase(merged);
      std::erase(open_calls_, merged);
    }
    if (!latest_.contains(record.call) && latest(record.call) != nullptr) {
      violate("I2 a call id is used once", to_string(record.call));
    }
    merged_.erase(record.call);  // a server that crashed may not know any more that it was
    const auto known = latest_.find(record.call);
    if (known == latest_.end()) {
      if (record.link > 1) violate("I2 a record starts at the start", to_string(record.call));
      if (!record.merged) check_new_call(record);
      if (record.phase == CallPhase::ringing && !record.screened &&
          calls_that_stay(record.callee.user) >= 2) {
        violate("I1 a third caller finds the line busy", record.callee.user.text);
      }
      for (const CallId id : open_calls_) {
        const CallRecord& other = latest_.at(id);
        if (record.phase == CallPhase::ringing && other.phase == CallPhase::ringing &&
            other.caller.user == record.callee.user && other.callee.user == record.caller.user) {
          violate("L2 two who call each other are joined", to_string(record.call));
        }
      }
      open_calls_.push_back(record.call);
    } else {
      check_record(known->second, record);
    }
    check_order(record);
    note_people(record, known == latest_.end() ? nullptr : &known->second);
    if (record.phase == CallPhase::ended) {
      check_closed(record);
      std::erase(open_calls_, record.call);
      ended_since_[record.call] = world_.scheduler().now();
    }
    latest_.insert_or_assign(record.call, record);
    check_user(record.caller.user);
    check_user(record.callee.user);
  }
  check_people(request);
  if (!stored) return;
  const switchboard::Gauges gauges = world_.gauges();
  if (gauges.calls != open_calls_.size()) {
    violate("I2 the server has the calls that are not closed",
            std::to_string(gauges.calls) + " for " + std::to_string(open_calls_.size()));
  }
}

/// No call rings or connects beyond its time, not even one whose server has crashed meanwhile.
void Oracle::check_deadlines() {
  const Instant now = world_.scheduler().now();
  if (std::exchange(starting_, false)) restored_at_ = now;
  for (const CallId id : open_calls_) {
    const CallRecord& record = latest_.at(id);
    if (record.phase == CallPhase::active || !record.deadline_ms) continue;
    const bool rings = record.phase == CallPhase::ringing;
    const Instant latest =
        now + (rings ? switchboard::kRingLimit : switchboard::kConnectLimit) + Duration{1};
    Instant due = instant_from_ms(*record.deadline_ms) - clock_ahead_;
    // The clock may have been set back before a restart: then the limit counts from there.
    if (due > latest) due = restored_at_ + (latest - now);
    due = std::max(due, restored_at_);
    if (record.phase == CallPhase::connecting) {
      due = std::max(due, restored_at_ + switchboard::kReturnGrace);
      // Devices that are away get as long to come back as those of a call that is on.
      const Instant accepted = instant_from_ms(*record.accepted_at_ms) - clock_ahead_;
      const bool away = !is_here(record.caller) || !is_here(record.callee);
      if (away) due = std::max(due, accepted + switchboard::kMediaLease);
    }
    if (now - due > Duration{100}) violate("I4 a deadline is kept", to_string(id));
  }
}

/// Nobody waits for a page that said goodbye and did not come back.
void Oracle::check_leaving(const switchboard::FrameReceived& frame) {
  const std::string_view type = type_of(frame.text);
  const auto visitor = visitors_.find(frame.connection);
  if (visitor == visitors_.end()) return;
  const DeviceId& device = visitor->second.device;
  const Instant now = world_.scheduler().now();
  if (!left_.empty()) {
    std::erase_if(left_, [&](const auto& left) { return left.first == device; });
  }
  if (type == "leaving") left_.emplace_back(device, now);
  for (const auto& [id, since] : left_) {
    if (now - since < kGoneAfter) continue;
    for (const CallId call : open_calls_) {
      const CallRecord& record = latest_.at(call);
      if (record.caller.device == id || record.callee.device == id) {
        violate("I4 nobody waits for who has left", to_string(call));
      }
    }
  }
}

/// The device of this leg has reached the server for a while.
bool Oracle::is_here(const switchboard::Leg& leg) const {
  const Device* device = device_of(leg);
  if (device == nullptr || device->asleep() || !device->reaches_server()) return false;
  const auto& since = watched_[device->number() - 1].here_since;
  return since && world_.scheduler().now() - *since > kKnownWithin;
}

std::ptrdiff_t Oracle::open_calls_of(const UserId& user) const {
  return std::ranges::count_if(open_calls_,
                               [&](CallId id) { return takes_place(latest_.at(id), user); });
}

/// A user is in one call that is not held, and in few altogether.
void Oracle::check_user(const UserId& user) {
  std::size_t calls = 0;
  std::size_t in_front = 0;
  for (const CallId id : open_calls_) {
    const CallRecord& record = latest_.at(id);
    if (!takes_place(record, user)) continue;
    ++calls;
    const auto& status = leg_of(record, user).status;
    if (has_joined(record, user) && !(status && status->held)) ++in_front;
  }
  if (calls > wire::kMaxCallsInWelcome) violate("I8 calls of a user have a bound", user.text);
  if (in_front > 1) violate("I1 one call in front of a user", user.text);
}

void Oracle::check_record(const CallRecord& last, const CallRecord& after) {
  const CallRecord before = without_lost_time(last, after);
  const std::string call = to_string(after.call);
  if (before.phase == CallPhase::ended) violate("I2 a closed record stays as it is", call);
  if (after.phase < before.phase) violate("I2 a record only goes on", call);
  if (after.link < before.link) violate("I2 links only count up", call);
  const auto kept = [](const auto& old_time, const auto& new_time) {
    return !old_time || old_time == new_time;
  };
  if (before.caller.user != after.caller.user || before.callee.user != after.callee.user ||
      before.kind != after.kind || before.invited_at_ms != after.invited_at_ms ||
      !kept(before.ringing_at_ms, after.ringing_at_ms) ||
      !kept(before.accepted_at_ms, after.accepted_at_ms) ||
      !kept(before.connected_at_ms, after.connected_at_ms) || !kept(before.merged, after.merged)) {
    violate("I2 what has happened stays as it was", call);
  }
  if (before.phase != CallPhase::ringing && before.caller.device && !after.caller.device) {
    violate("I2 a device is only replaced by another", call);
  }
}

/// Times in their order, and each there from the phase on that it belongs to.
void Oracle::check_order(const CallRecord& record) {
  std::int64_t last = record.invited_at_ms;
  for (const auto& time :
       {record.ringing_at_ms, record.accepted_at_ms, record.connected_at_ms, record.ended_at_ms}) {
    if (!time) continue;
    if (*time < last) violate("I2 times are in order", to_string(record.call));
    last = *time;
  }
  const bool ended = record.phase == CallPhase::ended;
  const bool answered = record.phase == CallPhase::connecting || record.phase == CallPhase::active;
  if ((answered && !(record.accepted_at_ms && record.callee.device)) ||
      (record.phase == CallPhase::active && !record.connected_at_ms) ||
      (record.phase == CallPhase::ringing && record.accepted_at_ms) ||
      (record.phase == CallPhase::connecting && record.connected_at_ms) ||
      ended != record.ended_at_ms.has_value() || ended != record.reason.has_value()) {
    violate("I2 a phase has its times", to_string(record.call));
  }
  if (!ended && !record.deadline_ms) {
    violate("I4 whatever waits has a timer", "record " + to_string(record.call));
  }
}

/// The reason fits how far the call had come.
void Oracle::check_closed(const CallRecord& record) {
  const EndReason reason = record.reason.value_or(EndReason::answered_elsewhere);
  const bool answered = record.accepted_at_ms.has_value();
  bool fits = false;
  switch (reason) {
    case EndReason::completed:
      fits = answered;
      break;
    case EndReason::abandoned:
      fits = record.connected_at_ms && record.ended_at_ms == record.media_at_ms;
      break;
    case EndReason::declined:
    case EndReason::cancelled:
    case EndReason::busy:
    case EndReason::no_answer:
      fits = !answered;
      break;
    case EndReason::unreachable:
      fits = !answered && !record.ringing_at_ms;  // whoever rang was there
      break;
    case EndReason::failed:
      fits = record.failure.has_value();
      break;
    case EndReason::answered_elsewhere:
    case EndReason::declined_elsewhere:
      break;
  }
  if (expect_.calm && (reason == EndReason::failed || reason == EndReason::abandoned ||
                       reason == EndReason::unreachable)) {
    violate("L1 without faults no call fails", word(reason));
  }
  if (!fits || (record.failure && reason != EndReason::failed)) {
    violate("I2 a record ends with a reason that fits", word(reason));
  }
}

// ---- what the server tells ----

const CallRecord* Oracle::durable(CallId call) const {
  const auto merged = merged_.find(call);
  const auto found = world_.records().find(merged == merged_.end() ? call : merged->second);
  if (found != world_.records().end()) return &found->second;
  // The write that made two calls one may not be durable yet.
  const auto own = world_.records().find(call);
  return own == world_.records().end() ? nullptr : &own->second;
}

void Oracle::left_server(const Device& to, const std::string& text) {
  const std::string_view type = type_of(text);
  if (is_small_talk(type) || type == "error" || type == "presence" || type == "people_changed" ||
      type == "goodbye") {
    return;
  }
  check_told(to, type, text);
}

void Oracle::check_told(const Device& to, std::string_view type, const std::string& text) {
  const std::string who = name_of(to) + " is told " + std::string(type);
  const auto allowed = [&](const CallRecord* record, bool far_enough) {
    if (record == nullptr || !far_enough) {
      violate("I5 what is told is in the store", who);
    } else if (!has_user(*record, to.user())) {
      violate("I7 nobody hears of a call of others", who);
    }
  };
  const auto snapshot = [&](const wire::CallSnapshot& told) {
    const CallRecord* record = durable(told.call);
    allowed(record, record != nullptr && record->phase >= told.phase && record->link >= told.link);
  };
  if (type == "welcome") {
    if (text.find("\"calls\":[{") == std::string::npos) return;
    const auto frame = wire::read_server_frame(text);
    if (!frame) return violate("I8 frames can be read", who);
    for (const auto& call : std::get<wire::Welcome>(frame->message).calls.items) snapshot(call);
    return;
  }
  const auto call = call_of(text);
  const CallRecord* record = call ? durable(*call) : nullptr;
  if (type == "signal" || type == "peer_status" || type == "peer_device" || type == "merged" ||
      type == "incoming") {
    allowed(record, record != nullptr);
    return;
  }
  const auto frame = wire::read_server_frame(text);
  if (!frame) return violate("I8 frames can be read", who);
  if (const auto* elsewhere = std::get_if<wire::Elsewhere>(&frame->message)) {
    snapshot(elsewhere->call);
  } else if (const auto* progress = std::get_if<wire::Progress>(&frame->message)) {
    allowed(record, record != nullptr && (progress->ringing == 0 || record->ringing_at_ms ||
                                          record->phase != CallPhase::ringing));
  } else if (const auto* ended = std::get_if<wire::Ended>(&frame->message)) {
    bool same = record != nullptr;
    if (same && ended->reason == EndReason::answered_elsewhere) {
      same = record->phase != CallPhase::ringing;
    } else if (same && ended->reason == EndReason::declined_elsewhere) {
      same = record->reason == EndReason::declined || screened_.contains(ended->call);
    } else if (same && ended->reason == EndReason::failed && gave_up(ended->call, to)) {
      same = true;  // for this device alone
    } else if (same) {
      same = record->reason == ended->reason && record->failure == ended->failure &&
             record->ended_at_ms == ended->ended_at_ms &&
             record->connected_at_ms == ended->connected_at_ms;
    }
    allowed(record, same);
  } else if (const auto* accepted = std::get_if<wire::Accepted>(&frame->message)) {
    allowed(record, record != nullptr && record->phase != CallPhase::ringing &&
                        record->link >= accepted->link);
    // I3: one pair of devices for each link, whoever is told of it however often.
    const Pair pair{accepted->call, accepted->link, to.user()};
    const auto peer = std::ranges::find(peers_told_, pair, &std::pair<Pair, DeviceId>::first);
    const auto own = std::ranges::find(devices_told_, pair, &std::pair<Pair, std::size_t>::first);
    if (peer == peers_told_.end()) {
      peers_told_.emplace_back(pair, accepted->peer_device);
    } else if (peer->second != accepted->peer_device) {
      violate("I3 one device of the other side is connected to", who);
    }
    if (own == devices_told_.end()) {
      devices_told_.emplace_back(pair, to.number());
    } else if (own->second != to.number()) {
      violate("I3 one device of a user is in a call", who);
    }
  }
}

}  // namespace parley::sim
