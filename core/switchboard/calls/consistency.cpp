// What holds between events in the calls: each table refers to the others, and each call has its
// deadline.
#include "core/base/overloaded.hpp"
#include "core/switchboard/calls/calls.hpp"
#include "core/switchboard/legs.hpp"

#include <algorithm>

namespace parley::switchboard {

namespace {

std::string text_of(CallId id) { return "call " + to_string(id); }

template <class Id>
bool has_once(const std::vector<Id>& list, const Id& id) {
  return std::ranges::count(list, id) == 1;
}

}  // namespace

std::string Calls::inconsistency() const {
  for (const auto check : {&Calls::wrong_users, &Calls::wrong_calls, &Calls::wrong_deadlines}) {
    if (std::string wrong = (this->*check)(); !wrong.empty()) return wrong;
  }
  return {};
}

std::string Calls::wrong_users() const {
  for (const auto& [id, user] : users_) {
    for (const std::vector<CallId>* calls : {&user.calls, &user.screened}) {
      for (const CallId call_id : *calls) {
        const auto call = calls_.find(call_id);
        if (call == calls_.end()) return id.text + " has a call that is over";
        const CallRecord& record = call->second.record;
        const bool screened = record.screened && record.callee.user == id;
        if (!in_call(record, id) || !has_once(*calls, call_id) ||
            screened != (calls == &user.screened)) {
          return text_of(call_id) + " is in the wrong list of " + id.text;
        }
      }
    }
  }
  return {};
}

std::string Calls::wrong_calls() const {
  for (const auto& [id, call] : calls_) {
    const CallRecord& record = call.record;
    if (record.call != id || record.reason) return text_of(id) + " has the record of another call";
    if (ended_.contains(id)) return text_of(id) + " is over and not over";
    if (!context_.deadlines.armed(id)) return text_of(id) + " has no deadline";
    if (record.phase != phase_of(call.state)) return text_of(id) + " is in a phase not written";
    for (const Leg* leg : {&record.caller, &record.callee}) {
      if (std::string wrong = wrong_leg(call, *leg); !wrong.empty()) return text_of(id) + wrong;
    }
    for (const Attendance& one : call.attendance) {
      if (!in_call(record, one.user)) return text_of(id) + " is attended by a stranger";
    }
    if (!record.merged) continue;
    const auto merged = merged_.find(record.merged->call);
    if (merged == merged_.end() || merged->second != id) {
      return text_of(id) + " has lost the invite that became part of it";
    }
  }
  for (const auto& [invite, id] : merged_) {
    const auto call = calls_.find(id);
    if (call == calls_.end() || !call->second.record.merged ||
        call->second.record.merged->call != invite) {
      return text_of(invite) + " became part of no call";
    }
  }
  return {};
}

std::string Calls::wrong_leg(const Call& call, const Leg& leg) const {
  const bool rings_here =
      std::holds_alternative<Ringing>(call.state) && &leg == &call.record.callee;
  if (leg.device.has_value() == rings_here) return ": who has dialled or answered has a device";
  const auto user = users_.find(leg.user);
  const bool screened = call.record.screened && &leg == &call.record.callee;
  if (user == users_.end() ||
      !has_once(screened ? user->second.screened : user->second.calls, call.record.call)) {
    return " is not one of " + leg.user.text;
  }
  if (!leg.takeover) return {};
  if (leg.takeover->device == leg.device) return " is taken over by its own device";
  const bool there = directory_.session_of(leg.user, leg.takeover->device) != nullptr;
  return there ? "" : " is taken over by a device without a session";
}

std::string Calls::wrong_deadlines() const {
  for (const auto& [key, at] : context_.deadlines.all()) {
    const auto* id = std::get_if<CallId>(&key);
    if (id != nullptr && !calls_.contains(*id) && !ended_.contains(*id)) {
      return "a deadline of a forgotten " + text_of(*id);
    }
  }
  for (const auto& [id, over] : ended_) {
    if (!context_.deadlines.armed(id)) return text_of(id) + " is never forgotten";
  }
  return {};
}

}  // namespace parley::switchboard
