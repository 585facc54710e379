// Every failure Parley can name. A row gives the stable code that goes on the wire and into logs,
// the class that picks the recovery, whether trying again makes sense, and what a person reads. The
// web client's texts and docs/errors.md are generated from this table. Codes are never reused.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace parley {

enum class Error : std::uint8_t {
  // What a client sent.
  malformed_message,
  unknown_message,
  invalid_field,
  message_too_large,
  binary_message,
  hello_expected,
  unsupported_version,
  rate_limited,
  // Accounts.
  not_signed_in,
  wrong_credentials,
  sign_up_closed,
  invitation_needed,
  name_taken,
  invalid_name,
  weak_password,
  too_many_attempts,
  list_full,
  foreign_origin,
  // Calls.
  unknown_call,
  unknown_user,
  calling_oneself,
  call_id_taken,
  too_many_calls,
  call_not_over,
  call_not_connected,
  called_too_often,
  overloaded,
  // Microphone, camera, screen.
  microphone_denied,
  microphone_dismissed,
  microphone_blocked,
  microphone_system_denied,
  microphone_missing,
  microphone_busy,
  microphone_unsuitable,
  microphone_failed,
  microphone_lost,
  microphone_silenced,
  camera_denied,
  camera_dismissed,
  camera_blocked,
  camera_system_denied,
  camera_missing,
  camera_busy,
  camera_unsuitable,
  camera_failed,
  camera_lost,
  camera_silenced,
  screen_denied,
  screen_unsupported,
  screen_failed,
  insecure_page,
  calls_unsupported,
  // The way between the two devices.
  no_media_path,
  negotiation_failed,
  media_lost,
  // The way to the server.
  server_unreachable,
  unknown_host,
  session_replaced,
  too_many_devices,
  server_restarting,
  // Ours.
  internal,
};

/// What kind of trouble it is, which decides who can do something about it.
enum class ErrorClass : std::uint8_t { protocol, account, call, device, connectivity, server };

/// Whether the same request can succeed later.
enum class Retry : std::uint8_t {
  never,      // the same request will fail again
  automatic,  // the software tries again by itself
  user,       // worth a press on "try again" once the person has acted on the next step
  later,      // will pass with time
};

struct ErrorInfo {
  Error error;
  std::string_view code;
  ErrorClass error_class;
  Retry retry;
  std::string_view sentence;
  std::string_view next_step;
};

// clang-format off
inline constexpr std::array kErrors{
    ErrorInfo{Error::malformed_message, "protocol/malformed-message", ErrorClass::protocol, Retry::never,
              "The app sent something the server could not read.", "Reload the page to get the current version."},
    ErrorInfo{Error::unknown_message, "protocol/unknown-message", ErrorClass::protocol, Retry::never,
              "The app asked for something this server does not know.", "Reload the page, or ask for the server to be updated."},
    ErrorInfo{Error::invalid_field, "protocol/invalid-field", ErrorClass::protocol, Retry::never,
              "The app sent a value the server does not accept.", "Reload the page to get the current version."},
    ErrorInfo{Error::message_too_large, "protocol/message-too-large", ErrorClass::protocol, Retry::never,
              "The app sent more than the server takes at once.", "Reload the page to get the current version."},
    ErrorInfo{Error::binary_message, "protocol/binary-message", ErrorClass::protocol, Retry::never,
              "The app sent data in a form the server does not speak.", "Reload the page to get the current version."},
    ErrorInfo{Error::hello_expected, "protocol/hello-expected", ErrorClass::protocol, Retry::never,
              "The app did not introduce itself to the server.", "Reload the page to get the current version."},
    ErrorInfo{Error::unsupported_version, "protocol/unsupported-version", ErrorClass::protocol, Retry::never,
              "The app and the server speak different versions.", "Reload the page to get the current version."},
    ErrorInfo{Error::rate_limited, "protocol/rate-limited", ErrorClass::protocol, Retry::later,
              "That was too much at once.", "Wait a moment and try again."},
    ErrorInfo{Error::not_signed_in, "account/not-signed-in", ErrorClass::account, Retry::user,
              "You are signed out.", "Sign in again."},
    ErrorInfo{Error::wrong_credentials, "account/wrong-credentials", ErrorClass::account, Retry::user,
              "The name or the password is not right.", "Check both and try again."},
    ErrorInfo{Error::sign_up_closed, "account/sign-up-closed", ErrorClass::account, Retry::never,
              "This server does not take new accounts.", "Ask the person who runs it for an account."},
    ErrorInfo{Error::invitation_needed, "account/invitation-needed", ErrorClass::account, Retry::user,
              "This server takes new accounts by invitation.", "Enter the invitation code you were given."},
    ErrorInfo{Error::name_taken, "account/name-taken", ErrorClass::account, Retry::user,
              "Somebody already has that name.", "Choose another name."},
    ErrorInfo{Error::invalid_name, "account/invalid-name", ErrorClass::account, Retry::user,
              "That name can't be used.", "Use up to 64 letters, digits, dots, dashes or underscores."},
    ErrorInfo{Error::weak_password, "account/weak-password", ErrorClass::account, Retry::user,
              "That password is too short or too long.", "Use between 8 and 256 characters."},
    ErrorInfo{Error::too_many_attempts, "account/too-many-attempts", ErrorClass::account, Retry::later,
              "There were too many attempts.", "Wait a minute and try again."},
    ErrorInfo{Error::list_full, "account/list-full", ErrorClass::account, Retry::user,
              "That list is full.", "Remove something from it first."},
    ErrorInfo{Error::foreign_origin, "account/foreign-origin", ErrorClass::account, Retry::never,
              "This page may not use that server.", "Open the server's own page."},
    ErrorInfo{Error::unknown_call, "call/unknown-call", ErrorClass::call, Retry::never,
              "That call is over.", "Call again if you still want to talk."},
    ErrorInfo{Error::unknown_user, "call/unknown-user", ErrorClass::call, Retry::never,
              "Nobody has that name.", "Check the name."},
    ErrorInfo{Error::calling_oneself, "call/calling-oneself", ErrorClass::call, Retry::never,
              "You can't call yourself.", "Choose somebody else."},
    ErrorInfo{Error::call_id_taken, "call/call-id-taken", ErrorClass::call, Retry::never,
              "That call could not be started.", "Call again."},
    ErrorInfo{Error::too_many_calls, "call/too-many-calls", ErrorClass::call, Retry::user,
              "You have too many calls at once.", "End one of them first."},
    ErrorInfo{Error::call_not_over, "call/not-over", ErrorClass::call, Retry::later,
              "That call is not over yet.", "Try again once it has ended."},
    ErrorInfo{Error::call_not_connected, "call/not-connected", ErrorClass::call, Retry::never,
              "That call never connected.", "Rate a call in which you talked."},
    ErrorInfo{Error::called_too_often, "call/called-too-often", ErrorClass::call, Retry::later,
              "Your last calls to this person were not answered.", "Wait a while before you call again."},
    ErrorInfo{Error::overloaded, "call/overloaded", ErrorClass::server, Retry::later,
              "The server has no room for another call right now.", "Try again in a moment."},
    ErrorInfo{Error::microphone_denied, "device/microphone-denied", ErrorClass::device, Retry::user,
              "Your browser does not let this page use the microphone.", "Allow the microphone in the address bar, then try again."},
    ErrorInfo{Error::microphone_dismissed, "device/microphone-dismissed", ErrorClass::device, Retry::user,
              "The question about the microphone was closed without an answer.", "Try again, and choose Allow."},
    ErrorInfo{Error::microphone_blocked, "device/microphone-blocked", ErrorClass::device, Retry::never,
              "This page is not allowed to use a microphone.", "Open it in a tab of its own, or ask the person who runs it."},
    ErrorInfo{Error::microphone_system_denied, "device/microphone-system-denied", ErrorClass::device, Retry::user,
              "This computer does not let the browser use the microphone.", "Allow it in the system's privacy settings, then try again."},
    ErrorInfo{Error::microphone_missing, "device/microphone-missing", ErrorClass::device, Retry::user,
              "No microphone was found.", "Plug one in and try again."},
    ErrorInfo{Error::microphone_busy, "device/microphone-busy", ErrorClass::device, Retry::user,
              "Another program is using the microphone.", "Close that program and try again."},
    ErrorInfo{Error::microphone_unsuitable, "device/microphone-unsuitable", ErrorClass::device, Retry::user,
              "The microphone can't do what calls need.", "Choose another microphone in the device settings."},
    ErrorInfo{Error::microphone_failed, "device/microphone-failed", ErrorClass::device, Retry::user,
              "The microphone could not be started.", "Unplug it, plug it in again, and try once more."},
    ErrorInfo{Error::microphone_lost, "device/microphone-lost", ErrorClass::device, Retry::user,
              "The microphone was unplugged or taken away.", "Plug it in again, or choose another one."},
    ErrorInfo{Error::microphone_silenced, "device/microphone-silenced", ErrorClass::device, Retry::user,
              "The microphone is switched off outside of this page.", "Look for a switch on it or a key on the keyboard, and in the system's settings."},
    ErrorInfo{Error::camera_denied, "device/camera-denied", ErrorClass::device, Retry::user,
              "Your browser does not let this page use the camera.", "Allow the camera in the address bar, then turn it on again."},
    ErrorInfo{Error::camera_dismissed, "device/camera-dismissed", ErrorClass::device, Retry::user,
              "The question about the camera was closed without an answer.", "Turn the camera on again, and choose Allow."},
    ErrorInfo{Error::camera_blocked, "device/camera-blocked", ErrorClass::device, Retry::never,
              "This page is not allowed to use a camera.", "Open it in a tab of its own, or ask the person who runs it."},
    ErrorInfo{Error::camera_system_denied, "device/camera-system-denied", ErrorClass::device, Retry::user,
              "This computer does not let the browser use the camera.", "Allow it in the system's privacy settings, then turn it on again."},
    ErrorInfo{Error::camera_missing, "device/camera-missing", ErrorClass::device, Retry::user,
              "No camera was found.", "The call goes on with sound. Plug a camera in and turn it on."},
    ErrorInfo{Error::camera_busy, "device/camera-busy", ErrorClass::device, Retry::user,
              "Another program is using the camera.", "Close that program and turn the camera on again."},
    ErrorInfo{Error::camera_unsuitable, "device/camera-unsuitable", ErrorClass::device, Retry::user,
              "The camera can't do what calls need.", "Choose another camera in the device settings."},
    ErrorInfo{Error::camera_failed, "device/camera-failed", ErrorClass::device, Retry::user,
              "The camera could not be started.", "The call goes on with sound. Turn the camera on to try again."},
    ErrorInfo{Error::camera_lost, "device/camera-lost", ErrorClass::device, Retry::user,
              "The camera was unplugged or taken away.", "Plug it in again, or choose another one."},
    ErrorInfo{Error::camera_silenced, "device/camera-silenced", ErrorClass::device, Retry::user,
              "The camera is switched off outside of this page.", "Look for a cover or switch on it, and in the system's settings."},
    ErrorInfo{Error::screen_denied, "device/screen-denied", ErrorClass::device, Retry::user,
              "This computer does not let the browser share the screen.", "Allow it in the system's privacy settings, then share again."},
    ErrorInfo{Error::screen_unsupported, "device/screen-unsupported", ErrorClass::device, Retry::never,
              "This browser can't share the screen.", "Use a browser on a computer for that."},
    ErrorInfo{Error::screen_failed, "device/screen-failed", ErrorClass::device, Retry::user,
              "The screen could not be shared.", "Try again, or choose another window."},
    ErrorInfo{Error::insecure_page, "device/insecure-page", ErrorClass::device, Retry::never,
              "Browsers only allow calls on secure pages.", "Open this page by https, or on the computer that runs the server."},
    ErrorInfo{Error::calls_unsupported, "device/calls-unsupported", ErrorClass::device, Retry::never,
              "This browser does not let pages make calls.", "Allow WebRTC in its settings and add-ons, or use another browser."},
    ErrorInfo{Error::no_media_path, "connection/no-media-path", ErrorClass::connectivity, Retry::user,
              "The two devices could not reach each other.", "Check both networks, then call again."},
    ErrorInfo{Error::negotiation_failed, "connection/negotiation-failed", ErrorClass::connectivity, Retry::user,
              "The two devices could not agree on how to talk.", "Call again; if it happens twice, reload both pages."},
    ErrorInfo{Error::media_lost, "connection/media-lost", ErrorClass::connectivity, Retry::user,
              "The connection was lost.", "Check your network, then call again."},
    ErrorInfo{Error::server_unreachable, "server/unreachable", ErrorClass::connectivity, Retry::automatic,
              "The server can't be reached.", "Check your network; we keep trying."},
    ErrorInfo{Error::unknown_host, "server/unknown-host", ErrorClass::server, Retry::never,
              "This server does not answer to that address.", "Use the address you were given, or ask for this one to be added to public-host."},
    ErrorInfo{Error::session_replaced, "server/session-replaced", ErrorClass::server, Retry::user,
              "This page was opened a second time.", "Go on in the other tab, or use this one again."},
    ErrorInfo{Error::too_many_devices, "server/too-many-devices", ErrorClass::server, Retry::later,
              "You use this account on too many devices or pages at once.", "Close it on one of them; we keep trying."},
    ErrorInfo{Error::server_restarting, "server/restarting", ErrorClass::server, Retry::automatic,
              "The server is restarting.", "It will be back in a moment; calls go on."},
    ErrorInfo{Error::internal, "server/internal", ErrorClass::server, Retry::later,
              "Something went wrong on our side.", "Try again; if it stays, tell the person who runs this server."},
};
// clang-format on

namespace detail {

consteval bool catalogue_is_complete() {
  if (kErrors.size() != static_cast<std::size_t>(Error::internal) + 1) return false;
  for (std::size_t i = 0; i < kErrors.size(); ++i) {
    const ErrorInfo& row = kErrors[i];
    if (static_cast<std::size_t>(row.error) != i) return false;
    if (row.code.empty() || row.sentence.empty() || row.next_step.empty()) return false;
    for (std::size_t j = 0; j < i; ++j) {
      if (kErrors[j].code == row.code) return false;
    }
  }
  return true;
}

consteval auto error_codes() {
  std::array<std::string_view, kErrors.size()> codes{};
  for (std::size_t i = 0; i < codes.size(); ++i) codes[i] = kErrors[i].code;
  return codes;
}

}  // namespace detail

static_assert(detail::catalogue_is_complete(),
              "one row per Error, in enumerator order, codes unique");

/// The codes alone: what machines need, without the texts that only people read.
inline constexpr auto kErrorCodes = detail::error_codes();

constexpr auto names(Error) { return kErrorCodes; }
/// A code of a newer version.
constexpr Error meaning_of_unknown(Error) { return Error::internal; }
constexpr auto names(ErrorClass) {
  return std::array<std::string_view, 6>{"protocol", "account",      "call",
                                         "device",   "connectivity", "server"};
}
constexpr auto names(Retry) {
  return std::array<std::string_view, 4>{"never", "automatic", "user", "later"};
}

constexpr std::string_view code_of(Error error) {
  return kErrorCodes[static_cast<std::size_t>(error)];
}

}  // namespace parley
