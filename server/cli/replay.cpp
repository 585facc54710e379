// Runs the calls of a page again, from the trace that the page saved.
#include "core/replay/replay.hpp"

#include "core/base/text_file.hpp"
#include "core/base/version.hpp"
#include "core/replay/words.hpp"
#include "server/cli/cli.hpp"
#include "server/cli/commands.hpp"
#include "server/cli/output.hpp"

#include <cinttypes>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <set>
#include <string>
#include <string_view>
#include <system_error>

namespace parley::server::cli {

namespace {

// Other commands fail with kFailed; a file that could not be read must not look like a difference.
constexpr int kSame = kDone;
constexpr int kDiffers = 1;
constexpr int kUnreadable = 2;

/// The last digits of an id, or the first ones, tell which call is meant.
constexpr std::size_t kFewestDigits = 4;

int unreadable(std::string_view what) {
  (void)failed(what);
  return kUnreadable;
}

bool is_named(std::string_view id, std::string_view part) {
  return id.starts_with(part) || id.ends_with(part);
}

/// Chooses what to print: everything, or what is about one call and its connections.
class Filter {
 public:
  explicit Filter(std::string call) : call_(std::move(call)) {}

  bool shows(const replay::TraceLine& line, const replay::Step& step) {
    bool about = call_.empty() || concerns(line.event);
    for (const phone::Effect& effect : step.effects) {
      const auto* created = std::get_if<phone::CreateConnection>(&effect);
      if (created != nullptr && is_named(to_string(created->call), call_)) {
        connections_.insert(created->connection.value);
      }
      about = about || concerns(effect);
    }
    for (const replay::PhaseChange& change : step.phases) {
      about = about || is_named(to_string(change.call), call_);
    }
    return about || !step.differences.empty() || !step.breaches.empty();
  }

 private:
  /// Ids are unlike any other text, so looking for them is enough.
  template <class Variant>
  [[nodiscard]] bool concerns(const Variant& event) const {
    return std::visit(
        [this]<class T>(const T& one) {
          if constexpr (requires { one.connection.value; }) {
            return connections_.contains(one.connection.value);
          } else {
            return json::to_json(one).find(call_) != std::string::npos;
          }
        },
        event);
  }

  std::string call_;
  std::set<std::uint64_t> connections_;
};

/// Prints the time line, moments counted from the first event.
class TimeLine {
 public:
  void print(const replay::TraceLine& line, const replay::Step& step) {
    print(line.at, " ", replay::in_words(line.event));
    for (const replay::PhaseChange& change : step.phases) print("=", replay::in_words(change));
    for (const phone::Effect& effect : step.effects) print(">", replay::in_words(effect));
    if (step.deadline_changed) {
      print("@", step.deadline_ms ? "wake at " + seconds(*step.deadline_ms) : "no need to wake");
    }
    for (const std::string& difference : step.differences) print("!", difference);
    for (const std::string& breach : step.breaches) print("?", breach);
  }
  void print_repeats(const replay::TraceLine& line) {
    if (line.repeats) print(" ", std::to_string(*line.repeats) + " keep-alives left out");
  }
  /// Before the first event.
  void start_at(std::int64_t ms) { start_ms_ = ms; }

 private:
  void print(std::int64_t at, std::string_view mark, std::string_view words) const {
    std::printf("%10s %.*s %.*s\n", seconds(at).c_str(), static_cast<int>(mark.size()), mark.data(),
                static_cast<int>(words.size()), words.data());
  }
  static void print(std::string_view mark, std::string_view words) {
    std::printf("%10s %.*s   %.*s\n", "", static_cast<int>(mark.size()), mark.data(),
                static_cast<int>(words.size()), words.data());
  }
  [[nodiscard]] std::string seconds(std::int64_t ms) const {
    const std::int64_t since = ms - start_ms_;
    std::string text(32, '\0');
    const int length = std::snprintf(text.data(), text.size(), "%" PRId64 ".%03" PRId64,
                                     since / 1000, std::abs(since) % 1000);
    text.resize(static_cast<std::size_t>(length));
    return since < 0 && since > -1000 ? "-" + text : text;
  }

  std::int64_t start_ms_ = 0;
};

/// Reads a line without its end; false at the end of the file and for a line beyond the bound.
bool next_line(std::istream& file, std::string& line) {
  line.clear();
  for (int c = file.get(); c != std::istream::traits_type::eof(); c = file.get()) {
    if (c == '\n') return true;
    if (line.size() > replay::kMaxLineBytes) return true;  // the reader says that it is too long
    line += static_cast<char>(c);
  }
  return !line.empty();
}

int run_all(std::istream& file, const replay::TraceHeader& header, Filter filter) {
  replay::Replay phone(header.seed);
  TimeLine time_line;
  std::set<CallId> calls;
  std::size_t events = 0;
  std::size_t differences = 0;
  std::size_t breaches = 0;
  std::size_t first_difference = 0;
  std::string text;
  for (std::size_t number = 2; next_line(file, text); ++number) {
    if (text.empty()) continue;
    const auto line = replay::read_line(text);
    if (!line) return unreadable("line " + std::to_string(number) + ": " + line.error());
    if (events++ == 0) time_line.start_at(line->at);
    if (!line->effects) std::fflush(stdout);  // the browser's phone broke here; this one may, too
    const replay::Step step = phone.run(*line);
    for (const replay::PhaseChange& change : step.phases) calls.insert(change.call);
    if (!step.differences.empty() && differences++ == 0) first_difference = number;
    breaches += step.breaches.size();
    if (!filter.shows(*line, step)) continue;
    time_line.print_repeats(*line);
    time_line.print(*line, step);
  }
  std::printf("\n%zu events, %zu %s: ", events, calls.size(), calls.size() == 1 ? "call" : "calls");
  if (differences == 0) {
    std::printf("the same as recorded\n");
    if (breaches == 0) return kSame;
    std::printf("%zu times the browser or the page reported what it must not have (marked ?)\n",
                breaches);
    return kDiffers;
  }
  std::printf("%zu events differ from the record, the first one in line %zu\n", differences,
              first_difference);
  return kDiffers;
}

}  // namespace

int replay(const Parsed& arguments) {
  const std::string call = arguments.value("call").value_or("");
  if (arguments.has("call") && call.size() < kFewestDigits) {
    return misused("--call must have at least the first or the last 4 digits of the call's id");
  }
  const std::filesystem::path path = arguments.operands.front();
  std::error_code problem;
  const auto bytes = std::filesystem::file_size(path, problem);
  if (problem) return unreadable(path.string() + ": " + problem.message());
  if (bytes > replay::kMaxTraceBytes) {
    return unreadable(path.string() + ": larger than a trace may be (" +
                      std::to_string(replay::kMaxTraceBytes) + " bytes)");
  }
  std::ifstream file(path, std::ios::binary);
  std::string text;
  if (!file || !next_line(file, text)) return unreadable(path.string() + ": nothing to read");
  const auto header = replay::read_header(without_mark(text));
  if (!header) {
    return unreadable(path.string() + ": this is no trace of a phone: " + header.error());
  }
  if (header->dropped.value_or(0) > 0) {
    return unreadable(path.string() + ": the first " + std::to_string(*header->dropped) +
                      " events were dropped, and a phone can only be brought back from its start; "
                      "the lines can be read as they are");
  }
  std::printf("recorded by core %s, run again by core %.*s\n\n", header->core.value.c_str(),
              static_cast<int>(parley::kVersion.size()), parley::kVersion.data());
  const int status = run_all(file, *header, Filter(call));
  return is_output_lost() ? unreadable(kOutputLost) : status;
}

}  // namespace parley::server::cli
