// The history of calls, from the command line.

#include "core/errors/catalogue.hpp"
#include "core/json/codec.hpp"
#include "server/cli/cli.hpp"
#include "server/cli/commands.hpp"
#include "server/cli/data_folder.hpp"
#include "server/cli/output.hpp"
#include "server/store/open.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstddef>
#include <cstdio>
#include <ctime>
#include <string_view>

namespace parley::server::cli {

namespace {

constexpr std::size_t kDefaultLimit = 50;

template <class T>
std::string_view name_of(T value) {
  return names(value)[static_cast<std::size_t>(value)];
}

void write_leg(json::Writer& out, const switchboard::Leg& leg, std::string_view name,
               std::optional<store::Rating> rating) {
  out.begin_object();
  out.key("user");
  out.string(leg.user.text);
  out.key("name");
  out.string(name);
  if (leg.device) {
    out.key("device");
    out.string(to_string(*leg.device));
  }
  if (leg.status) {
    out.key("microphone");
    out.string(name_of(leg.status->microphone));
    out.key("camera");
    out.string(name_of(leg.status->camera));
  }
  if (rating) {
    out.key("rating");
    out.string(name_of(*rating));
  }
  out.end_object();
}

void write_time(json::Writer& out, std::string_view key, std::optional<std::int64_t> time) {
  if (!time) return;
  out.key(key);
  out.integer(*time);
}

void print_json(const store::HistoryEntry& entry) {
  const switchboard::CallRecord& record = entry.record;
  json::Writer out;
  out.begin_object();
  out.key("call");
  out.string(to_string(record.call));
  out.key("caller");
  write_leg(out, record.caller, entry.caller_name, entry.caller_rating);
  out.key("callee");
  write_leg(out, record.callee, entry.callee_name, entry.callee_rating);
  out.key("kind");
  out.string(name_of(record.kind));
  out.key("phase");
  out.string(name_of(record.phase));
  write_time(out, "invited_at_ms", record.invited_at_ms);
  write_time(out, "ringing_at_ms", record.ringing_at_ms);
  write_time(out, "accepted_at_ms", record.accepted_at_ms);
  write_time(out, "connected_at_ms", record.connected_at_ms);
  write_time(out, "ended_at_ms", record.ended_at_ms);
  if (record.reason) {
    out.key("reason");
    out.string(name_of(*record.reason));
  }
  if (record.failure) {
    out.key("failure");
    out.string(code_of(*record.failure));
  }
  if (record.ended_by) {
    out.key("ended_by");
    out.string(record.ended_by->text);
  }
  out.end_object();
  std::printf("%s\n", out.text().c_str());
}

void print_text(const store::HistoryEntry& entry) {
  const switchboard::CallRecord& record = entry.record;
  const std::time_t seconds = static_cast<std::time_t>(record.invited_at_ms / 1000);
  std::tm parts{};
  localtime_r(&seconds, &parts);
  std::array<char, 32> when{};
  std::strftime(when.data(), when.size(), "%Y-%m-%d %H:%M:%S", &parts);
  const std::string people = record.caller.user.text + " -> " + record.callee.user.text;
  const std::string_view outcome = record.reason ? name_of(*record.reason) : name_of(record.phase);
  std::string line = std::string(when.data()) + "  " + people;
  line.resize(std::max<std::size_t>(line.size(), 60), ' ');
  line += ' ';
  line += name_of(record.kind);
  line += "  ";
  line += outcome;
  if (record.failure) line += " (" + std::string(code_of(*record.failure)) + ')';
  if (record.connected_at_ms && record.ended_at_ms) {
    line += ", " +
            std::to_string(
                std::max<std::int64_t>(0, *record.ended_at_ms - *record.connected_at_ms) / 1000) +
            " s";
  }
  const auto add_rating = [&line](const switchboard::Leg& leg,
                                  std::optional<store::Rating> rating) {
    if (rating) line += ", " + leg.user.text + " rated it " + std::string(name_of(*rating));
  };
  add_rating(record.caller, entry.caller_rating);
  add_rating(record.callee, entry.callee_rating);
  std::printf("%s\n", line.c_str());
}

}  // namespace

int calls(const Parsed& arguments) {
  const auto settings = settings_for(arguments);
  if (!settings) return kFailed;
  store::HistoryQuery page;
  page.with_open_calls = true;
  page.limit = kDefaultLimit;
  if (const auto text = arguments.value("limit")) {
    const char* end = text->data() + text->size();
    const auto [stopped, error] = std::from_chars(text->data(), end, page.limit);
    if (error != std::errc{} || stopped != end || page.limit == 0) {
      return misused("--limit must be a number above 0");
    }
  }
  std::optional<UserId> user;
  if (const auto name = arguments.value("user")) {
    user = parse_user_id(*name);
    if (!user) return misused("--user must be an account name");
  }
  if (!has_database(*settings)) return kFailed;
  const auto store = store::open_admin_store_read_only(settings->database());
  if (user && !store->has_account(*user)) {
    return failed(kErrors[static_cast<std::size_t>(Error::unknown_user)].sentence);
  }
  const auto entries = user ? store->history_of(*user, page) : store->history_of_all(page);
  for (const store::HistoryEntry& entry : entries) {
    if (arguments.has("json")) {
      print_json(entry);
    } else {
      print_text(entry);
    }
  }
  return kDone;
}

}  // namespace parley::server::cli
