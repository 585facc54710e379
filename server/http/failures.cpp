#include "server/http/failures.hpp"

#include "core/json/codec.hpp"
#include "server/http/origin.hpp"

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
  std::optional<std::string> detail;
  std::optional<std::int64_t> retry_after_ms;
  static constexpr auto fields() {
    return std::tuple{field("code", &Failure::code, "Stable; see docs/errors.md."),
                      field("sentence", &Failure::sentence, "For people: what happened."),
                      field("next_step", &Failure::next_step, "For people: what to do."),
                      field("field", &Failure::where, "For developers: what was wrong."),
                      field("detail", &Failure::detail, "A word for what is wrong with it."),
                      field("retry_after_ms", &Failure::retry_after_ms,
                            "When the same request is in order again.")};
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
    case Error::list_full:
    case Error::session_replaced:
      return 409;
    case Error::message_too_large:
      return 413;
    case Error::binary_message:
      return 415;
    case Error::unknown_host:
      return 421;
    case Error::rate_limited:
    case Error::too_many_attempts:
    case Error::too_many_devices:
    case Error::too_many_calls:
    case Error::called_too_often:
      return 429;
    case Error::overloaded:
    case Error::server_unreachable:
    case Error::server_restarting:
    // Over HTTP this means a database that can't be read or written, or no memory for a hash: all
    // are temporary.
    case Error::internal:
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
    case Error::calls_unsupported:
    case Error::no_media_path:
    case Error::negotiation_failed:
    case Error::media_lost:
      return 500;
  }
  return 500;
}

namespace {

// For a 429 without a better estimate: the budgets behind it refill within about this time.
constexpr Duration kUsualWait{1000};
constexpr unsigned kTooManyRequests = 429;
// A server without room, or during a restart, accepts a retry after this time.
constexpr Duration kUnavailableWait{5000};
constexpr unsigned kUnavailable = 503;

struct Texts {
  std::string_view sentence;
  std::string_view next_step;
};

/// Some errors have several causes with different next steps. The catalogue names the cause of the
/// account name, and of the length of the password.
Texts texts_for(const ErrorInfo& info, const FailureDetails& details) {
  if (info.error == Error::weak_password && details.detail == "common") {
    return {"That password is one of the first that anybody tries.",
            "Choose a longer one; several words that don't belong together are good."};
  }
  if (info.error == Error::weak_password && details.detail == "unreadable") {
    return {"That password holds characters that can't be read.", "Type it again."};
  }
  // The user can't repair these, but an operator who tests the page can.
  if (info.error == Error::foreign_origin && details.detail == "other-port") {
    return {
        info.sentence,
        "Open the server's own page. If this is it, a proxy in front of the server loses the port: "
        "whoever runs it has to pass Host on unchanged; the server's log says more."};
  }
  if (info.error != Error::invalid_name || details.field != "name") {
    return {info.sentence, info.next_step};
  }
  if (details.detail == "too-long") {
    return {"That name to show is too long.", "Use at most 64 characters."};
  }
  if (details.detail == "empty") return {"There is nothing to see in that name.", "Enter a name."};
  if (details.detail == "mixed-scripts") {
    return {"That name mixes letters of different scripts that look the same.",
            "Write each word in one script."};
  }
  if (details.detail == "look-alike") {
    return {"That name has letters that are others in disguise.",
            "Type plain letters: none that are wide, bold or raised."};
  }
  return {"That name holds characters that can't be shown.", "Type it again, without them."};
}

std::optional<std::string> if_any(std::string_view text) {
  return text.empty() ? std::nullopt : std::optional<std::string>(text);
}

}  // namespace

Response failure(unsigned status, Error error, const FailureDetails& details) {
  const ErrorInfo& info = kErrors[static_cast<std::size_t>(error)];
  const Texts texts = texts_for(info, details);
  FailureBody body;
  body.error.code = info.code;
  body.error.sentence = texts.sentence;
  body.error.next_step = texts.next_step;
  body.error.where = if_any(details.field);
  body.error.detail = if_any(details.detail);
  Duration wait = details.retry_after;
  if (wait == Duration{0} && status == kTooManyRequests) wait = kUsualWait;
  if (wait == Duration{0} && status == kUnavailable) wait = kUnavailableWait;
  Response response;
  response.status = status;
  if (wait > Duration{0}) {
    body.error.retry_after_ms = wait.count();
    response.add("Retry-After",
                 std::to_string(std::chrono::ceil<std::chrono::seconds>(wait).count()));
  }
  response.body = json::to_json(body);
  response.add("Content-Type", "application/json");
  response.add("Cache-Control", "no-store");
  return response;
}

Response wrong_method(std::string allowed) {
  Response response = failure(405, Error::unknown_message, "method");
  response.add("Allow", std::move(allowed));
  return response;
}

Response failure(unsigned status, Error error, std::string_view field) {
  return failure(status, error, FailureDetails{.field = field});
}

Response failure(Error error, const FailureDetails& details) {
  return failure(status_of(error), error, details);
}

Response foreign_origin(std::string_view origin, std::string_view host) {
  if (!differ_in_port_only(origin, host)) return failure(Error::foreign_origin);
  return failure(Error::foreign_origin, FailureDetails{.field = "host", .detail = "other-port"});
}

Response failure(Error error, std::string_view field) {
  return failure(status_of(error), error, field);
}

}  // namespace parley::server::http
