#include "server/log/log.hpp"

#include "core/base/overloaded.hpp"
#include "core/json/writer.hpp"

#include <array>
#include <chrono>
#include <cstddef>
#include <ctime>
#include <unistd.h>
#include <utility>

namespace parley::server::log {

namespace {

constexpr std::array<std::string_view, 4> kLevels{"debug", "info", "warning", "error"};

/// UTC with milliseconds: 2026-01-31T09:26:53.589Z
std::string timestamp() {
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  const auto ms = std::chrono::duration_cast<std::chrono::milliseconds>(now).count();
  const std::time_t seconds = static_cast<std::time_t>(ms / 1000);
  std::tm parts{};
  gmtime_r(&seconds, &parts);
  std::array<char, 32> text{};
  const std::size_t length = std::strftime(text.data(), text.size(), "%Y-%m-%dT%H:%M:%S", &parts);
  const std::string fraction = std::to_string(1000 + ms % 1000);
  return std::string(text.data(), length) + '.' + fraction.substr(1) + 'Z';
}

std::string json_line(Level level, std::string_view event, std::span<const Field> fields) {
  json::Writer out;
  out.begin_object();
  out.key("time");
  out.string(timestamp());
  out.key("level");
  out.string(kLevels[static_cast<std::size_t>(level)]);
  out.key("event");
  out.string(event);
  for (const Field& field : fields) {
    out.key(field.key);
    std::visit(Overloaded{[&](std::string_view text) { out.string(text); },
                          [&](std::int64_t number) { out.integer(number); },
                          [&](bool truth) { out.boolean(truth); }},
               field.value);
  }
  out.end_object();
  return std::move(out).take();
}

/// A word stands as it is; anything else is quoted, so that one line stays one line.
void append_text(std::string& line, std::string_view text) {
  constexpr std::string_view kPlain =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-@/:[]";
  if (!text.empty() && text.find_first_not_of(kPlain) == std::string_view::npos) {
    line += text;
    return;
  }
  json::Writer quoted;
  quoted.string(text);
  line += quoted.text();
}

std::string text_line(Level level, std::string_view event, std::span<const Field> fields) {
  std::string line = timestamp();
  line += ' ';
  line += kLevels[static_cast<std::size_t>(level)];
  line += ' ';
  line += event;
  for (const Field& field : fields) {
    line += ' ';
    line += field.key;
    line += '=';
    std::visit(Overloaded{[&](std::string_view text) { append_text(line, text); },
                          [&](std::int64_t number) { line += std::to_string(number); },
                          [&](bool truth) { line += truth ? "yes" : "no"; }},
               field.value);
  }
  return line;
}

void write_to_stderr(std::string_view line) {
  // One write, so that lines of several threads or processes do not mix. Nothing can be done when
  // stderr is gone.
  std::string whole(line);
  whole += '\n';
  [[maybe_unused]] const auto written = ::write(STDERR_FILENO, whole.data(), whole.size());
}

}  // namespace

Log::Log(Level level, Format format, Sink sink)
    : level_(level), format_(format), sink_(sink ? std::move(sink) : Sink(write_to_stderr)) {}

void Log::write(Level level, std::string_view event, std::span<const Field> fields) {
  if (level < level_) return;
  const std::string line =
      format_ == Format::json ? json_line(level, event, fields) : text_line(level, event, fields);
  const std::lock_guard lock(mutex_);
  sink_(line);
}

}  // namespace parley::server::log
