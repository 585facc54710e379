#include "tools/generate/comments.hpp"

#include "tools/generate/text.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <fstream>
#include <sstream>
#include <utility>

namespace parley::generate {

namespace {

bool is_word(char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_'; }

std::string first_word(std::string_view text) {
  const auto end = std::ranges::find_if_not(text, is_word);
  return {text.begin(), end};
}

/// The rest of `line` after `prefix`, if `line` starts with it.
std::optional<std::string_view> after(std::string_view line, std::string_view prefix) {
  if (!line.starts_with(prefix)) return std::nullopt;
  return line.substr(prefix.size());
}

void append_sentence(std::string& text, std::string_view more) {
  if (!text.empty() && !more.empty()) text += ' ';
  text += more;
}

/// `std::chrono::seconds(4)` as `4s`; any other text unchanged.
std::string as_literal(std::string_view factor) {
  constexpr std::array<std::pair<std::string_view, std::string_view>, 4> kUnits{
      {{"milliseconds", "ms"}, {"seconds", "s"}, {"minutes", "min"}, {"hours", "h"}}};
  const auto call = after(factor, "std::chrono::");
  if (!call || call->empty()) return std::string(factor);
  const std::string unit = first_word(*call);
  for (const auto& [name, suffix] : kUnits) {
    if (unit != name || call->size() < unit.size() + 2) continue;
    return std::string(call->substr(unit.size() + 1, call->size() - unit.size() - 2)) +=
           std::string(suffix);
  }
  return std::string(factor);
}

/// `300`, `64UL`, `4s`, `std::chrono::seconds(4)` or a constant above.
std::optional<Quantity> evaluate_factor(std::string_view factor,
                                        const std::vector<Constant>& above) {
  const auto known = std::ranges::find(above, factor, &Constant::name);
  if (known != above.end()) return known->value;
  std::string digits;
  std::string unit;
  for (const char c : as_literal(factor)) {
    if (std::isdigit(static_cast<unsigned char>(c)) != 0 && unit.empty()) {
      digits += c;
    } else if (c != 'U' && c != 'L' && c != '\'') {
      unit += c;
    }
  }
  constexpr std::array<std::string_view, 5> kUnits{"", "ms", "s", "min", "h"};
  if (digits.empty() || std::ranges::find(kUnits, unit) == kUnits.end()) return std::nullopt;
  return Quantity{std::stoll(digits), unit};
}

/// `64UL * 1024`, `3 * kPingInterval` and similar: a product with at most one duration.
std::optional<Quantity> evaluate(std::string_view expression,
                                 const std::vector<Constant>& above = {}) {
  Quantity product{1, {}};
  std::istringstream factors{std::string(expression)};
  for (std::string text; std::getline(factors, text, '*');) {
    const auto factor = evaluate_factor(trimmed(text), above);
    if (!factor || !(factor->unit.empty() || product.unit.empty())) return std::nullopt;
    product.number *= factor->number;
    product.unit += factor->unit;
  }
  return product;
}

/// Collects enumerators from the lines between the braces.
class EnumeratorReader {
 public:
  void line(std::string_view text) {
    text = trimmed(text);
    if (const auto comment = after(text, "///"))
      return append_sentence(pending_, trimmed(*comment));
    if (text.empty() || text.starts_with("//")) return;
    const std::size_t slashes = text.find("//");
    if (slashes != std::string_view::npos) {
      append_sentence(pending_, trimmed(text.substr(slashes + 2)));
      text = trimmed(text.substr(0, slashes));
    }
    std::istringstream parts{std::string(text)};
    for (std::string part; std::getline(parts, part, ',');) {
      const std::string_view entry = trimmed(part);
      if (entry.empty()) continue;
      EnumeratorComment found{first_word(entry), std::nullopt, std::exchange(pending_, {})};
      const std::size_t equals = entry.find('=');
      if (equals != std::string_view::npos) {
        if (const auto value = evaluate(entry.substr(equals + 1))) found.value = value->number;
      }
      found_.push_back(std::move(found));
    }
  }

  [[nodiscard]] std::vector<EnumeratorComment> take() { return std::move(found_); }

 private:
  std::string pending_;
  std::vector<EnumeratorComment> found_;
};

}  // namespace

Comments::Comments(const std::filesystem::path& root, const std::vector<std::string>& folders) {
  std::vector<std::filesystem::path> headers;
  for (const std::string& folder : folders) {
    for (const auto& entry : std::filesystem::recursive_directory_iterator(root / folder)) {
      if (entry.path().extension() == ".hpp") headers.push_back(entry.path());
    }
  }
  std::ranges::sort(headers);
  for (const auto& header : headers) {
    read(header, header.lexically_relative(root).generic_string());
  }
}

void Comments::read(const std::filesystem::path& header, const std::string& path) {
  std::ifstream in(header);
  std::vector<Constant>& constants = constants_[path];
  std::vector<std::string> spaces;
  std::string pending;
  const auto qualified = [&](std::string_view name) {
    std::string all;
    for (const std::string& space : spaces) all += space + "::";
    return all += name;
  };
  for (std::string line; std::getline(in, line);) {
    if (const auto comment = after(line, "///")) {
      append_sentence(pending, trimmed(*comment));
      continue;
    }
    if (const auto space = after(line, "namespace ")) {
      const std::size_t brace = space->find(" {");
      if (brace != std::string_view::npos) spaces.emplace_back(space->substr(0, brace));
    } else if (line.starts_with("}  // namespace") && !spaces.empty()) {
      spaces.pop_back();
    } else if (const auto structure = after(line, "struct ")) {
      if (line.ends_with('{')) about_[qualified(first_word(*structure))] = pending;
    } else if (const auto alias = after(line, "using ")) {
      about_[qualified(first_word(*alias))] = pending;
    } else if (const auto enumeration = after(line, "enum class ")) {
      const std::string name = qualified(first_word(*enumeration));
      about_[name] = pending;
      EnumeratorReader reader;
      std::string_view body = line;
      body.remove_prefix(std::min(body.find('{'), body.size() - 1) + 1);
      bool closed = body.find('}') != std::string_view::npos;
      reader.line(body.substr(0, body.find('}')));
      while (!closed && std::getline(in, line)) {
        closed = line.starts_with("};");
        if (!closed) reader.line(line);
      }
      enumerators_[name] = reader.take();
    } else if (line.starts_with("inline constexpr ")) {
      for (std::string more;
           !line.ends_with(';') && !line.ends_with('{') && std::getline(in, more);)
        append_sentence(line, trimmed(more));
      const std::string_view constant = *after(line, "inline constexpr ");
      const std::size_t equals = std::min(constant.find(" ="), constant.size());
      const std::string_view declared = constant.substr(0, equals);
      std::string_view value = constant.substr(std::min(equals + 2, constant.size()));
      value = value.substr(0, value.find(';'));
      constants.push_back({std::string(declared.substr(declared.rfind(' ') + 1)),
                           evaluate(value, constants), pending});
    } else if (line.starts_with("template ")) {
      continue;
    }
    pending.clear();
  }
}

std::string Comments::about(std::string_view qualified_name) const {
  const auto found = about_.find(qualified_name);
  return found == about_.end() ? std::string() : found->second;
}

std::vector<EnumeratorComment> Comments::enumerators(std::string_view qualified_name) const {
  const auto found = enumerators_.find(qualified_name);
  return found == enumerators_.end() ? std::vector<EnumeratorComment>() : found->second;
}

std::vector<Constant> Comments::constants(std::string_view header) const {
  const auto found = constants_.find(header);
  return found == constants_.end() ? std::vector<Constant>() : found->second;
}

}  // namespace parley::generate
