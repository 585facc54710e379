#include "server/http/journal.hpp"

#include "core/json/codec.hpp"
#include "server/auth/names.hpp"

#include <array>
#include <optional>
#include <string>
#include <string_view>

namespace parley::server::http {

namespace {

struct Attempt {
  std::string_view path;
  std::string_view done;
  std::string_view refused;
};

constexpr std::array kAttempts{
    Attempt{"/api/sign-in", "signed in", "sign-in refused"},
    Attempt{"/api/sign-up", "signed up", "sign-up refused"},
    Attempt{"/api/password", "password changed", "password change refused"},
};

constexpr unsigned kFirstFailure = 400;

/// The string member `name` of a JSON text from the server or a client.
std::string_view member(std::string_view json, std::string_view name) {
  const std::string key = '"' + std::string(name) + '"';
  std::size_t at = json.find(key);
  if (at == std::string_view::npos) return {};
  at = json.find_first_not_of(" \t\r\n:", at + key.size());
  if (at == std::string_view::npos || json[at] != '"') return {};
  const std::size_t end = json.find('"', at + 1);
  return end == std::string_view::npos ? std::string_view() : json.substr(at + 1, end - at - 1);
}

}  // namespace

void note_attempt(log::Log& log, const Request& request, const Response& response) {
  if (request.method != Method::post && request.method != Method::put) return;
  for (const Attempt& attempt : kAttempts) {
    if (request.path != attempt.path) continue;
    const bool refused = response.status >= kFirstFailure;
    const std::string_view event = refused ? attempt.refused : attempt.done;
    // A text that is no account name may be a password in the wrong field.
    const auto user = parse_user_id(member(request.body, "user"));
    const std::string_view name = user ? std::string_view(user->text) : std::string_view("?");
    if (refused) {
      const std::string_view why = member(response.body, "code");
      const std::array fields{log::Field{"user", name}, log::Field{"why", why}};
      log.often(log::Level::info, log::Sums::Kind{event, request.address, why}, fields);
    } else {
      log.often(log::Level::info, event, request.address, {{"user", name}});
    }
    return;
  }
}

}  // namespace parley::server::http
