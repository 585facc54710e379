#include "tools/link/command.hpp"

#include <charconv>
#include <sstream>
#include <vector>

namespace parley::link {

namespace {

// Beyond these a link is of no use to any test, so a larger number is a slip.
constexpr double kMostMs = 60'000;
constexpr double kMostKbps = 10'000'000;

std::vector<std::string> words_of(std::string_view line) {
  std::istringstream in{std::string(line)};
  std::vector<std::string> words;
  for (std::string word; in >> word;) words.push_back(word);
  return words;
}

std::optional<double> number(std::string_view text, double most) {
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  if (!(value >= 0 && value <= most)) return std::nullopt;
  return value;
}

milliseconds whole_ms(double ms) { return milliseconds{static_cast<std::int64_t>(ms)}; }

bool set(Conditions& conditions, std::string_view name, std::string_view value) {
  if (name == "cut") {
    conditions.cut = value == "on";
    return value == "on" || value == "off";
  }
  if (name == "rate_kbps" && value == "none") {
    conditions.rate_kbps.reset();
    return true;
  }
  const bool is_rate = name == "rate_kbps";
  const bool is_loss = name == "loss_percent";
  const auto found = number(value, is_rate ? kMostKbps : is_loss ? 100 : kMostMs);
  if (!found) return false;
  if (is_rate) {
    conditions.rate_kbps = static_cast<std::uint32_t>(*found);
    return *conditions.rate_kbps > 0;
  }
  if (is_loss) {
    conditions.loss_percent = *found;
  } else if (name == "delay_ms") {
    conditions.delay = whole_ms(*found);
  } else if (name == "jitter_ms") {
    conditions.jitter = whole_ms(*found);
  } else if (name == "queue_ms") {
    conditions.queue = whole_ms(*found);
  } else {
    return false;
  }
  return true;
}

/// The conditions with these changes, or the change that makes no sense.
std::expected<Conditions, std::string> changed(Conditions conditions,
                                               const std::vector<std::string>& words) {
  for (std::size_t i = 1; i < words.size(); ++i) {
    const std::string_view word = words[i];
    const std::size_t equals = word.find('=');
    if (equals == std::string_view::npos ||
        !set(conditions, word.substr(0, equals), word.substr(equals + 1))) {
      return std::unexpected(std::string(word) + " is no change of a link");
    }
  }
  return conditions;
}

void write(std::ostringstream& out, const char* name, const Counters& counters) {
  out << name << " passed=" << counters.passed << " lost=" << counters.lost
      << " queue_full=" << counters.queue_full << " cut=" << counters.cut;
}

}  // namespace

std::expected<std::string, std::string> carry_out(std::string_view line, Lanes& lanes) {
  const std::vector<std::string> words = words_of(line);
  if (words.empty()) return std::unexpected(std::string("the line is empty"));
  if (words.front() == "stats") {
    std::ostringstream out;
    write(out, "a>b", lanes.a_to_b.counters());
    write(out, " b>a", lanes.b_to_a.counters());
    return out.str();
  }
  std::vector<Lane*> meant;
  if (words.front() != "b>a") meant.push_back(&lanes.a_to_b);
  if (words.front() != "a>b") meant.push_back(&lanes.b_to_a);
  if (meant.size() == 2 && words.front() != "both") {
    return std::unexpected(words.front() + " is neither a>b, b>a, both nor stats");
  }
  std::vector<Conditions> next;
  for (const Lane* lane : meant) {
    auto conditions = changed(lane->conditions(), words);
    if (!conditions) return std::unexpected(conditions.error());
    next.push_back(*conditions);
  }
  for (std::size_t i = 0; i < meant.size(); ++i) meant[i]->set(next[i]);
  return "ok";
}

}  // namespace parley::link
