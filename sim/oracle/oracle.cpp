#include "sim/oracle/oracle.hpp"

#include "core/base/overloaded.hpp"
#include "core/switchboard/timers.hpp"
#include "sim/frames.hpp"
#include "sim/oracle/questions.hpp"

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

/// More steps than this at one moment mean an endless loop.
constexpr unsigned kMaxStepsAtOnce = 20'000;
/// A device that was away for longer may have missed the end of a call.
constexpr Duration kLongAway{50'000};
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

// ---- the server ----

void Oracle::server_crashed() {
  note_step();
  restarted_ = true;
  starting_ = true;
  latest_.clear();
  warm_told_.clear();
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
    } else if (const auto* close = std::get_if<switchboard::Close>(&effect)) {
      // A frame that was in transit when a socket was closed for another reason arrives too late.
      const bool first = closed_.insert(close->connection.value).second;
      if (close->code == wire::CloseCode::protocol_error && expect_.in_order && first) {
        violate("P1 an honest client is not told off", from == nullptr ? "" : name_of(*from));
      }
    } else if (const auto* store = std::get_if<switchboard::Store>(&effect)) {
      stored = true;
      check_stored(store->record, request, from);
    }
  }
  check_people(request);
  if (!stored) return;
  const switchboard::Gauges gauges = world_.gauges();
  if (gauges.calls != open_calls_.size()) {
    violate("I2 the server has the calls that are not closed",
            std::to_string(gauges.calls) + " for " + std::to_string(open_calls_.size()));
  }
}

}  // namespace parley::sim
