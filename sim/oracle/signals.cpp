// How many messages one side of a call can cause at the other side, and how the server limits them.
#include "core/switchboard/timers.hpp"
#include "sim/frames.hpp"
#include "sim/oracle/oracle.hpp"
#include "sim/oracle/questions.hpp"

namespace parley::sim {

using wire::CloseCode;

void Oracle::check_relay(const Request& request) {
  const Instant now = world_.scheduler().now();
  if (request.frame != nullptr) rung_.erase(request.frame->connection);
  if (request.frame != nullptr && !untaken_.empty()) {
    const SocketId heard = request.frame->connection;
    std::erase_if(untaken_, [heard](const auto& one) { return one.first.first == heard; });
  }
  const bool says = request.type == "signal" || request.type == "status";
  for (const switchboard::Effect& effect : request.effects) {
    if (const auto* close = std::get_if<switchboard::Close>(&effect)) {
      const bool own = request.frame != nullptr && request.frame->connection == close->connection;
      const bool came = std::holds_alternative<switchboard::Authenticated>(request.event);
      if (close->code == CloseCode::overrun ||
          (close->code == CloseCode::policy_violation && !own && !came)) {
        violate("I8 nobody's session ends for what others say",
                std::to_string(static_cast<int>(close->code)));
      }
      continue;
    }
    const auto* send = std::get_if<switchboard::Send>(&effect);
    if (send == nullptr || request.frame == nullptr) continue;
    const std::string_view type = type_of(send->text);
    if (type == "incoming" && ++rung_[send->connection] > switchboard::kMaxRings) {
      violate("I8 calls that a device has not taken have a bound",
              std::to_string(send->connection.value));
    }
    if (type == "error") {
      const std::string_view code = text_in(send->text, "\"code\":\"");
      if (code != "protocol/rate-limited" && code != "call/called-too-often") continue;
      if (send->text.find("\"retry_after_ms\":") == std::string::npos) {
        violate("I8 who has to wait is told for how long", std::string(code));
      }
      if (!refused_[send->connection].take(now, switchboard::kRefusedBurst,
                                           switchboard::kRefusedEvery)) {
        violate("I8 who goes on after all is closed", std::string(code));
      }
    } else if (request.type == "join" && type == "accepted") {
      const auto call = call_of(send->text);
      const auto from = visitors_.find(request.frame->connection);
      const auto to = visitors_.find(send->connection);
      if (!call || from == visitors_.end() || to == visitors_.end()) continue;
      if (from->second.user == to->second.user) continue;
      TokenBucket& budget = joined_[{*call, from->second.user}];
      if (!budget.take(now, switchboard::kJoinBurst, switchboard::kJoinEvery)) {
        violate("I8 how often one side joins has a bound", from->second.user.text);
      }
    } else if (says && (type == "signal" || type == "peer_status")) {
      const auto call = call_of(send->text);
      const auto from = visitors_.find(request.frame->connection);
      if (!call || from == visitors_.end()) continue;
      if (++untaken_[{send->connection, *call}] > switchboard::kMaxRelayedMessages) {
        violate("I8 what a device has not taken has a bound", from->second.user.text);
      }
      if (type != "signal") continue;  // one status may go to two devices
      TokenBucket& budget = relayed_[{*call, from->second.user}];
      if (!budget.take(now, switchboard::kRelayBurst, switchboard::kRelayEvery)) {
        violate("I8 what one side says has a bound", from->second.user.text);
      }
    }
  }
}

}  // namespace parley::sim
