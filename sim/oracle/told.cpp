// Compares the server's messages to a device with the store.
#include "core/wire/frame.hpp"
#include "sim/frames.hpp"
#include "sim/oracle/oracle.hpp"
#include "sim/oracle/questions.hpp"

#include <algorithm>

namespace parley::sim {

using switchboard::CallRecord;
using testing::Device;
using wire::CallPhase;
using wire::EndReason;

const CallRecord* Oracle::durable(CallId call) const {
  const auto merged = merged_.find(call);
  const auto found = world_.records().find(merged == merged_.end() ? call : merged->second);
  if (found != world_.records().end()) return &found->second;
  // The write that merged two calls may not be durable yet.
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
  if (type == "signal" && text.find("typ host") != std::string::npos) {
    const auto newest = latest_.find(*call);
    if (newest != latest_.end() && newest->second.phase == CallPhase::ringing &&
        newest->second.caller.user == to.user() && !knows(newest->second.callee.user, to.user())) {
      violate("W4 a stranger learns no address while it rings", who);
    }
  }
  if (type == "signal" || type == "peer_status" || type == "peer_device" || type == "merged" ||
      type == "incoming") {
    allowed(record, record != nullptr);
    return;
  }
  const auto frame = wire::read_server_frame(text);
  if (!frame) return violate("I8 frames can be read", who);
  const auto warm_pair = [&](std::uint32_t link, const DeviceId& peer) {
    const WarmPair pair{peer, to.number()};
    return warm_told_.try_emplace({*call, link, to.user()}, pair).first->second == pair;
  };
  if (const auto* warm = std::get_if<wire::WarmUp>(&frame->message)) {
    allowed(record, record != nullptr);
    if (!warm_pair(warm->link, warm->peer_device)) {
      violate("I3 a link that warms up has one pair of devices", who);
    }
    return;
  }
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
    if (!warm_pair(accepted->link, accepted->peer_device)) {
      violate("I3 a link that warms up has one pair of devices", who);
    }
    // I3: one pair of devices for each link, in all messages to all devices.
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
