#include "core/bindings/phone_abi.hpp"

#include "core/base/version.hpp"
#include "core/phone/phone.hpp"

#include <string>

#if defined(__wasm__)
#define PARLEY_EXPORT(name) __attribute__((export_name(#name)))
#else
#define PARLEY_EXPORT(name) __attribute__((visibility("default")))
#endif

namespace {

/// A frame of 64 KiB grows at most sixfold when it is escaped into an event.
constexpr std::uint32_t kMaxInputBytes = 1024U * 1024U;

constexpr std::int32_t kHandled = 0;
constexpr std::int32_t kNotAnEvent = 1;

}  // namespace

struct parley_phone {
  explicit parley_phone(std::uint32_t seed) : phone(seed) {}

  parley::phone::Phone phone;
  parley::phone::View shown;
  bool ever_shown = false;
  std::string input;
  std::string output;

  std::int32_t handle(std::string_view text, double now_ms);
};

std::int32_t parley_phone::handle(std::string_view text, double now_ms) {
  using namespace parley;
  json::Reader in(text);
  json::ReadError error;
  phone::Event event;
  if (!json::read(in, event, error) || !in.at_end()) {
    output = code_of(Error::malformed_message);
    return kNotAnEvent;
  }
  bindings::PhoneOutput result;
  phone.handle(event, instant_from_ms(static_cast<std::int64_t>(now_ms)), result.effects.items);
  phone::View view = phone.view();
  if (!ever_shown || view != shown) {
    ever_shown = true;
    shown = view;
    result.view = std::move(view);
  }
  if (const auto deadline = phone.next_deadline()) result.deadline_ms = ms_of(*deadline);
  output = json::to_json(result);
  return kHandled;
}

extern "C" {

PARLEY_EXPORT(parley_core_version)
const char* parley_core_version() { return parley::kVersion.data(); }

PARLEY_EXPORT(parley_phone_create)
parley_phone* parley_phone_create(std::uint32_t seed) { return new parley_phone(seed); }

PARLEY_EXPORT(parley_phone_destroy)
void parley_phone_destroy(parley_phone* phone) { delete phone; }

PARLEY_EXPORT(parley_phone_input)
char* parley_phone_input(parley_phone* phone, std::uint32_t bytes) {
  if (bytes > kMaxInputBytes) return nullptr;
  phone->input.resize(bytes);
  return phone->input.data();
}

PARLEY_EXPORT(parley_phone_handle)
std::int32_t parley_phone_handle(parley_phone* phone, std::uint32_t bytes, double now_ms) {
  return phone->handle(std::string_view(phone->input).substr(0, bytes), now_ms);
}

PARLEY_EXPORT(parley_phone_output)
const char* parley_phone_output(const parley_phone* phone) { return phone->output.data(); }

PARLEY_EXPORT(parley_phone_output_bytes)
std::uint32_t parley_phone_output_bytes(const parley_phone* phone) {
  return static_cast<std::uint32_t>(phone->output.size());
}
}
