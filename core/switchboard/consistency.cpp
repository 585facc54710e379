// What holds between events: each table of the switchboard refers to the others, and each count is
// that of its table.
#include "core/base/overloaded.hpp"
#include "core/switchboard/legs.hpp"
#include "core/switchboard/state.hpp"

#include <algorithm>

namespace parley::switchboard {

namespace {

std::string text_of(SocketId id) { return "socket " + std::to_string(id.value); }
std::string text_of(SessionId id) { return "session " + to_string(id); }
std::string text_of(CallId id) { return "call " + to_string(id); }

template <class Id>
bool has_once(const std::vector<Id>& list, const Id& id) {
  return std::ranges::count(list, id) == 1;
}

}  // namespace

std::string Switchboard::State::inconsistency() const {
  for (const auto check : {&State::wrong_links, &State::wrong_sessions, &State::wrong_users,
                           &State::wrong_calls, &State::wrong_deadlines}) {
    if (std::string wrong = (this->*check)(); !wrong.empty()) return wrong;
  }
  return {};
}

std::string Switchboard::State::wrong_links() const {
  for (const auto& [socket, link] : links_) {
    const auto* id = std::get_if<SessionId>(&link);
    if (id == nullptr) {
      if (!deadlines_.armed(socket)) return text_of(socket) + " is authenticated without a limit";
      continue;
    }
    const auto session = sessions_.find(*id);
    if (session == sessions_.end()) return text_of(socket) + " belongs to no session";
    if (session->second.connection != socket)
      return text_of(socket) + " is not the one of its session";
  }
  return {};
}

std::string Switchboard::State::wrong_sessions() const {
  std::size_t online = 0;
  for (const auto& [id, session] : sessions_) {
    online += session.connection ? 1 : 0;
    if (session.connection && !links_.contains(*session.connection)) {
      return text_of(id) + " has a socket without a link";
    }
    if (!deadlines_.armed(id)) return text_of(id) + " has no deadline";
    const auto user = users_.find(session.user);
    if (user == users_.end() || !has_once(user->second.sessions, id)) {
      return text_of(id) + " is not one of its user";
    }
    for (const UserId& watched : session.watched) {
      if (!users_.at(watched).watchers.contains(id)) return text_of(id) + " watches in vain";
    }
  }
  return online == sessions_online_ ? "" : "the count of connected sessions is wrong";
}

std::string Switchboard::State::wrong_users() const {
  std::size_t online = 0;
  for (const auto& [id, user] : users_) {
    online += user.shown_online ? 1 : 0;
    for (const SessionId session : user.sessions) {
      if (!sessions_.contains(session)) return id.text + " has a session that is gone";
    }
    for (const SessionId watcher : user.watchers) {
      const auto session = sessions_.find(watcher);
      if (session == sessions_.end() || !has_once(session->second.watched, id)) {
        return id.text + " has a watcher that does not watch";
      }
    }
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
  return online == users_online_ ? "" : "the count of users online is wrong";
}

std::string Switchboard::State::wrong_calls() const {
  for (const auto& [id, call] : calls_) {
    const CallRecord& record = call.record;
    if (record.call != id || record.reason) return text_of(id) + " has the record of another call";
    if (ended_.contains(id)) return text_of(id) + " is over and not over";
    if (!deadlines_.armed(id)) return text_of(id) + " has no deadline";
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

std::string Switchboard::State::wrong_leg(const Call& call, const Leg& leg) const {
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
  const bool there = std::ranges::any_of(user->second.sessions, [&](SessionId id) {
    return sessions_.at(id).device == leg.takeover->device;
  });
  return there ? "" : " is taken over by a device without a session";
}

std::string Switchboard::State::wrong_deadlines() const {
  for (const auto& [key, at] : deadlines_.all()) {
    std::string wrong = std::visit(
        Overloaded{
            [&](SocketId socket) -> std::string {
              return links_.contains(socket) ? "" : "a limit of a socket without a link";
            },
            [&](SessionId id) -> std::string {
              return sessions_.contains(id) ? "" : "a deadline of a " + text_of(id) + ", gone";
            },
            [&](CallId id) -> std::string {
              return calls_.contains(id) || ended_.contains(id)
                         ? ""
                         : "a deadline of a forgotten " + text_of(id);
            },
            [&](const PresenceDue& due) -> std::string {
              return users_.contains(due.user) ? "" : "a deadline of an unknown user";
            },
            // Both may come late: then they do nothing.
            [](const OneOf<PeopleNews, PretendedRing> auto&) { return std::string(); },
        },
        key);
    if (!wrong.empty()) return wrong;
  }
  for (const auto& [id, over] : ended_) {
    if (!deadlines_.armed(id)) return text_of(id) + " is never forgotten";
  }
  return {};
}

}  // namespace parley::switchboard
