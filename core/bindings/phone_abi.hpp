// The C interface of the phone: what a browser (as WebAssembly) or any other language calls. One
// function does the work: an event goes in as JSON, effects come out as JSON.
//
//   in:  {"type":"dialed", ...}                                   core/shell/events.hpp
//   out: {"effects":[...], "view":{...}, "deadline_ms":1234}      PhoneOutput below
//
// The contract of every shell: feed one event, carry out all effects, arm one timer at the
// deadline, and only then feed the next event.
#pragma once

#include "core/shell/effects.hpp"
#include "core/shell/view.hpp"

namespace parley::bindings {

using json::field;

/// What one event led to.
struct PhoneOutput {
  json::List<phone::Effect, 4096> effects;
  std::optional<phone::View> view;
  std::optional<std::int64_t> deadline_ms;
  static constexpr auto fields() {
    return std::tuple{field("effects", &PhoneOutput::effects, "To be carried out in order."),
                      field("view", &PhoneOutput::view, "Present when it changed."),
                      field("deadline_ms", &PhoneOutput::deadline_ms,
                            "When to send time_reached; absent for never.")};
  }
};

}  // namespace parley::bindings

extern "C" {

struct parley_phone;

/// The version of the core, ended by a zero byte.
const char* parley_core_version();

/// Creates a phone. `seed` feeds the jitter of reconnecting and nothing else.
parley_phone* parley_phone_create(std::uint32_t seed);
void parley_phone_destroy(parley_phone* phone);

/// Returns room for the JSON of the next event; valid until the next call. Nothing for more than
/// 1 MiB.
char* parley_phone_input(parley_phone* phone, std::uint32_t bytes);

/// Handles the event in the input room. `now_ms`: steady milliseconds. Returns 0, or 1 when the
/// JSON was no event; then nothing has changed and the output is the error's code.
std::int32_t parley_phone_handle(parley_phone* phone, std::uint32_t bytes, double now_ms);

/// The output of the last call to parley_phone_handle.
const char* parley_phone_output(const parley_phone* phone);
std::uint32_t parley_phone_output_bytes(const parley_phone* phone);
}
