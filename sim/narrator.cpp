#include "sim/narrator.hpp"

#include "sim/frames.hpp"
#include "sim/oracle/questions.hpp"

#include <array>
#include <cstdio>

namespace parley::sim {

namespace {

/// The part of a message that is shown in the line.
constexpr std::array<std::string_view, 23> kTold{
    "callee", "reason",   "failure",    "code",   "request",   "into",    "link",    "offers",
    "kind",   "round",    "to",         "from",   "delivered", "ringing", "resumed", "flowing",
    "held",   "revision", "microphone", "camera", "phase",     "device",  "state"};

std::string value_of(std::string_view frame, std::string_view name) {
  std::string key;
  key.append("\"").append(name).append("\":");
  const std::size_t at = frame.find(key);
  if (at == std::string_view::npos) return {};
  std::string_view rest = frame.substr(at + key.size());
  if (rest.starts_with('{') || rest.starts_with('[')) return {};
  if (rest.starts_with('"')) {
    rest.remove_prefix(1);
    rest = rest.substr(0, rest.find('"'));
    return std::string(rest.size() == 36 ? rest.substr(33) : rest);  // the end identifies it
  }
  return std::string(rest.substr(0, rest.find_first_of(",}]")));
}

std::string described(std::string_view frame) {
  std::string text(type_of(frame));
  const auto add = [&](std::string_view name) {
    const std::string value = value_of(frame, name);
    if (!value.empty()) text.append(" ").append(name).append("=").append(value);
  };
  add("call");
  for (const std::string_view name : kTold) add(name);
  add("seq");
  return text;
}

}  // namespace

void Narrator::line(const std::string& text) const {
  const std::int64_t ms = ms_of(world_.scheduler().now()) - 1'700'000'000'000;
  std::printf("%9.3f s  %s\n", static_cast<double>(ms) / 1000.0, text.c_str());
}

void Narrator::action(const testing::Device& device, const Action& action) {
  const std::string what(kActionNames[static_cast<std::size_t>(action.what)]);
  const std::string who = action.what < ActionKind::crash ? name_of(device) : "server";
  line("** " + who + " " + what + " " + std::to_string(action.a) + " " + std::to_string(action.b));
}

void Narrator::remark(const std::string& text) { line("** " + text); }

void Narrator::device_took(testing::Device& device, const phone::Event& /*event*/,
                           const std::vector<phone::Effect>& effects) {
  for (const phone::Effect& effect : effects) {
    if (const auto* send = std::get_if<phone::SendFrame>(&effect)) {
      if (is_small_talk(type_of(send->text))) continue;
      line(name_of(device) + " -> server  " + described(send->text));
    } else if (const auto* log = std::get_if<phone::Log>(&effect)) {
      line(name_of(device) + "    " + (log->call ? to_string(*log->call).substr(33) + " " : "") +
           log->text);
    }
  }
}

void Narrator::server_took(const switchboard::Event& /*event*/, const testing::Device* /*from*/,
                           const std::vector<switchboard::Effect>& effects) {
  for (const switchboard::Effect& effect : effects) {
    const auto* log = std::get_if<switchboard::Log>(&effect);
    if (log == nullptr) continue;
    line("server    " + (log->call ? to_string(*log->call).substr(33) + " " : std::string()) +
         std::string(switchboard::info_of(log->what).name) +
         (log->user ? " " + log->user->text : "") + " " + log->detail);
  }
}

void Narrator::left_server(const testing::Device& to, const std::string& text) {
  if (is_small_talk(type_of(text))) return;
  line("server -> " + name_of(to) + "  " + described(text));
}

void Narrator::server_crashed() { line("** the server is down"); }

}  // namespace parley::sim
