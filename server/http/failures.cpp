#include "server/http/failures.hpp"

#include "core/json/codec.hpp"

#include <string>
#include <tuple>

namespace parley::server::http {

namespace {

using json::field;

struct Failure {
  std::string code;
  std::string sentence;
  std::string next_step;
  std::optional<std::string> where;
  static constexpr auto fields() {
    return std::tuple{field("code", &Failure::code, "Stable; see docs/errors.md."),
                      field("sentence", &Failure::sentence, "For people: what happened."),
                      field("next_step", &Failure::next_step, "For people: what to do."),
                      field("field", &Failure::where, "For developers: what was wrong.")};
  }
};

struct FailureBody {
  Failure error;
  static constexpr auto fields() {
    return std::tuple{field("error", &FailureBody::error, "What went wrong.")};
  }
};

}  // namespace

unsigned status_of(Error error) {
  switch (error) {
    case Error::malformed_message:
    case Error::invalid_field:
    case Error::hello_expected:
    case Error::unsupported_version:
    case Error::invalid_name:
    case Error::weak_password:
    case Error::calling_oneself:
      return 400;
    case Error::not_signed_in:
    case Error::wrong_credentials:
      return 401;
    case Error::sign_up_closed:
    case Error::invitation_needed:
    case Error::foreign_origin:
      return 403;
    case Error::unknown_message:
    case Error::unknown_call:
    case Error::unknown_user:
      return 404;
    case Error::name_taken:
    case Error::call_id_taken:
    case Error::call_not_over:
    case Error::call_not_connected:
    case Error::session_replaced:
      return 409;
    case Error::message_too_large:
      return 413;
    case Error::binary_message:
      return 415;
    case Error::rate_limited:
    case Error::too_many_attempts:
    case Error::too_many_calls:
      return 429;
    case Error::overloaded:
    case Error::server_unreachable:
    case Error::server_restarting:
      return 503;
    case Error::microphone_denied:
    case Error::microphone_dismissed:
    case Error::microphone_blocked:
    case Error::microphone_system_denied:
    case Error::microphone_missing:
    case Error::microphone_busy:
    case Error::microphone_unsuitable:
    case Error::microphone_failed:
    case Error::microphone_lost:
    case Error::microphone_silenced:
    case Error::camera_denied:
    case Error::camera_dismissed:
    case Error::camera_blocked:
    case Error::camera_system_denied:
    case Error::camera_missing:
    case Error::camera_busy:
    case Error::camera_unsuitable:
    case Error::camera_failed:
    case Error::camera_lost:
    case Error::camera_silenced:
    case Error::screen_denied:
    case Error::screen_unsupported:
    case Error::screen_failed:
    case Error::insecure_page:
    case Error::no_media_path:
    case Error::negotiation_failed:
    case Error::media_lost:
    case Error::internal:
      return 500;
  }
  return 500;
}

Response failure(unsigned status, Error error, std::string_view where) {
  const ErrorInfo& info = kErrors[static_cast<std::size_t>(error)];
  FailureBody body{{std::string(info.code), std::string(info.sentence), std::string(info.next_step),
                    std::nullopt}};
  if (!where.empty()) body.error.where = std::string(where);
  Response response;
  response.status = status;
  response.body = json::to_json(body);
  response.add("Content-Type", "application/json");
  response.add("Cache-Control", "no-store");
  return response;
}

Response failure(Error error, std::string_view where) {
  return failure(status_of(error), error, where);
}

}  // namespace parley::server::http
