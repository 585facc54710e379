#include "server/log/log.hpp"

#include "core/base/overloaded.hpp"
#include "core/json/writer.hpp"
#include "server/log/text.hpp"

#include <array>
#include <chrono>
#include <cstddef>
#include <ctime>
#include <unistd.h>
#include <utility>
#include <vector>

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
  out.raw(quoted(event));
  for (const Field& field : fields) {
    out.key(field.key);
    std::visit(Overloaded{[&](std::string_view text) { out.raw(quoted(text)); },
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
  line += quoted(text);
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

std::string formatted(Format format, Level level, std::string_view event,
                      std::span<const Field> fields) {
  return format == Format::json ? json_line(level, event, fields) : text_line(level, event, fields);
}

}  // namespace

Log::Log(Level level, Format format, Sink sink)
    : level_(level), format_(format), sink_(std::move(sink)) {
  if (sink_) return;
  writer_.emplace(STDERR_FILENO, [format](std::uint64_t lines) {
    const std::array fields{Field{"lines", lines}};
    return formatted(format, Level::warning, "log lines are missing", fields);
  });
}

void Log::write(Level level, std::string_view event, std::span<const Field> fields) {
  if (level < level_) return;
  put(formatted(format_, level, event, fields));
}

void Log::put(std::string line) {
  if (writer_) return writer_->add(std::move(line));
  const std::lock_guard lock(mutex_);
  sink_(line);
}

void Log::often(Level level, std::string_view event, std::string_view address,
                std::initializer_list<Field> fields) {
  often(level, Sums::Kind{event, address}, std::span(fields.begin(), fields.size()));
}

void Log::often(Level level, const Sums::Kind& kind, std::span<const Field> fields) {
  if (!take(sums_, level, kind)) return;
  std::vector<Field> all{{"address", kind.who}};
  all.insert(all.end(), fields.begin(), fields.end());
  write(level, kind.event, all);
}

void Log::often_by(std::string_view user, Level level, std::string_view event,
                   std::string_view address, std::span<const Field> fields) {
  if (!take(sums_of_accounts_, level, {event, user})) return;
  std::vector<Field> all;
  if (!address.empty()) all.emplace_back("address", address);
  all.insert(all.end(), fields.begin(), fields.end());
  write(level, event, all);
}

void Log::repeatedly(Level level, std::string_view event, std::initializer_list<Field> fields) {
  if (!take(sums_of_itself_, level, {event, {}})) return;
  write(level, event, std::span(fields.begin(), fields.size()));
}

bool Log::take(Sums& sums, Level level, const Sums::Kind& kind) {
  if (level < level_) return false;
  const std::lock_guard lock(mutex_);
  levels_.insert_or_assign(std::string(kind.event), level);
  return sums.take(kind, std::chrono::steady_clock::now());
}

void Log::tell_sums() {
  tell_sums_of(sums_, "address");
  tell_sums_of(sums_of_accounts_, "user");
  tell_sums_of(sums_of_itself_, "");
}

void Log::tell_sums_of(Sums& sums, std::string_view who) {
  std::vector<std::pair<Level, Sums::Sum>> due;
  {
    const std::lock_guard lock(mutex_);
    for (Sums::Sum& sum : sums.take_due(std::chrono::steady_clock::now())) {
      due.emplace_back(levels_.find(sum.event)->second, std::move(sum));
    }
  }
  for (const auto& [level, sum] : due) {
    std::vector<Field> fields;
    if (!who.empty()) fields.emplace_back(who, sum.who);
    if (!sum.why.empty()) fields.emplace_back("why", sum.why);
    fields.emplace_back("more", sum.more);
    fields.emplace_back("seconds", kSumOver.count());
    write(level, sum.event, fields);
  }
}

void Log::flush(std::chrono::milliseconds limit) {
  if (writer_) writer_->flush(limit);
}

}  // namespace parley::server::log
