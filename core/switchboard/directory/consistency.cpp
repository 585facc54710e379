// What holds between events in the directory: each of its tables refers to the others, and each
// count is that of its table.
#include "core/base/overloaded.hpp"
#include "core/switchboard/directory/directory.hpp"

#include <algorithm>

namespace parley::switchboard {

namespace {

std::string text_of(SocketId id) { return "socket " + std::to_string(id.value); }
std::string text_of(SessionId id) { return "session " + to_string(id); }

template <class Id>
bool has_once(const std::vector<Id>& list, const Id& id) {
  return std::ranges::count(list, id) == 1;
}

}  // namespace

std::string Directory::inconsistency() const {
  for (const auto check : {&Directory::wrong_links, &Directory::wrong_sessions,
                           &Directory::wrong_users, &Directory::wrong_deadlines}) {
    if (std::string wrong = (this->*check)(); !wrong.empty()) return wrong;
  }
  return {};
}

std::string Directory::wrong_links() const {
  for (const auto& [socket, link] : links_) {
    const auto* id = std::get_if<SessionId>(&link);
    if (id == nullptr) {
      if (!context_.deadlines.armed(socket))
        return text_of(socket) + " is authenticated without a limit";
      continue;
    }
    const auto session = sessions_.find(*id);
    if (session == sessions_.end()) return text_of(socket) + " belongs to no session";
    if (session->second.connection != socket)
      return text_of(socket) + " is not the one of its session";
  }
  return {};
}

std::string Directory::wrong_sessions() const {
  std::size_t online = 0;
  for (const auto& [id, session] : sessions_) {
    online += session.connection ? 1 : 0;
    if (session.connection && !links_.contains(*session.connection)) {
      return text_of(id) + " has a socket without a link";
    }
    if (!context_.deadlines.armed(id)) return text_of(id) + " has no deadline";
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

std::string Directory::wrong_users() const {
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
  }
  return online == users_online_ ? "" : "the count of users online is wrong";
}

std::string Directory::wrong_deadlines() const {
  for (const auto& [key, at] : context_.deadlines.all()) {
    std::string wrong = std::visit(
        Overloaded{
            [&](SocketId socket) -> std::string {
              return links_.contains(socket) ? "" : "a limit of " + text_of(socket) + ", gone";
            },
            [&](SessionId id) -> std::string {
              return sessions_.contains(id) ? "" : "a deadline of " + text_of(id) + ", gone";
            },
            [&](const PresenceDue& due) -> std::string {
              return users_.contains(due.user) ? "" : "a deadline of an unknown user";
            },
            [](const OneOf<PeopleNews, CallId, PretendedRing> auto&) { return std::string(); },
        },
        key);
    if (!wrong.empty()) return wrong;
  }
  return {};
}

}  // namespace parley::switchboard
