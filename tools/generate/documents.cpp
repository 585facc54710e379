#include "core/base/overloaded.hpp"
#include "tools/generate/comments.hpp"
#include "tools/generate/text.hpp"
#include "tools/generate/writers.hpp"

#include <algorithm>
#include <functional>
#include <optional>
#include <set>
#include <stdexcept>

namespace parley::generate {

namespace {

std::string cell(std::string_view text) {
  std::string result;
  for (const char c : text) {
    if (c == '|') result += '\\';
    result += c;
  }
  return result;
}

std::string row(const std::vector<std::string>& cells) {
  std::string line = "|";
  for (const std::string& text : cells) line += ' ' + cell(text) + (text.empty() ? "|" : " |");
  return line + '\n';
}

std::string head(const std::vector<std::string>& cells) {
  std::string line = "|";
  for (std::size_t i = 0; i < cells.size(); ++i) line += "---|";
  return row(cells) + line + '\n';
}

/// The anchor of a heading: lower case, underscores kept.
std::string link_to(const Type& type) {
  std::string anchor;
  for (const char c : type.name)
    anchor += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  return "[" + type.name + "](#" + anchor + ")";
}

constexpr std::string_view kConstants = "constants ";

/// Replaces the text between `<!-- generated:NAME -->` and `<!-- /generated -->` by the result of
/// `write` for the name; keeps the text if the result is empty.
std::string replace_regions(
    std::string_view document, std::string_view current,
    const std::function<std::optional<std::string>(std::string_view)>& write) {
  constexpr std::string_view kOpen = "<!-- generated:";
  constexpr std::string_view kClose = "<!-- /generated -->";
  std::string text;
  while (true) {
    const std::size_t open = current.find(kOpen);
    if (open == std::string_view::npos) break;
    const std::size_t name_end = current.find(" -->", open);
    const std::size_t close = current.find(kClose, open);
    if (name_end == std::string_view::npos || close == std::string_view::npos) {
      throw std::runtime_error(std::string(document) + ": a generated region is not closed");
    }
    const auto region = write(current.substr(open + kOpen.size(), name_end - open - kOpen.size()));
    text += region ? std::string(current.substr(0, name_end)) + " -->\n" + *region + '\n'
                   : std::string(current.substr(0, close));
    text += kClose;
    current.remove_prefix(close + kClose.size());
  }
  return text += current;
}

/// `64 KiB`, `4 s`, `20000`.
std::string written(const Constant& constant) {
  constexpr std::int64_t kKiB = 1024;
  const auto& [number, unit] = *constant.value;
  if (unit.empty() && constant.name.find("Bytes") != std::string::npos && number % kKiB == 0) {
    return number % (kKiB * kKiB) == 0 ? std::to_string(number / kKiB / kKiB) + " MiB"
                                       : std::to_string(number / kKiB) + " KiB";
  }
  return std::to_string(number) + (unit.empty() ? "" : " " + unit);
}

class Protocol {
 public:
  explicit Protocol(const Model& model) : model_(model) {}

  [[nodiscard]] std::string messages(std::string_view union_name) const {
    std::string text;
    for (const std::size_t index : std::get<Union>(model_.named(union_name).what).alternatives) {
      const Type& type = model_.types[index];
      const auto& structure = std::get<Structure>(type.what);
      text += "\n### `" + structure.type + "`\n\n";
      if (!type.description.empty()) text += type.description + "\n\n";
      text += members(structure);
    }
    return text;
  }

  [[nodiscard]] std::string shared_types() const {
    std::set<std::size_t> used;
    for (const std::string_view root : {"ClientMessage", "ServerMessage", "PeerMessage"}) {
      for (const std::size_t index : std::get<Union>(model_.named(root).what).alternatives) {
        collect(model_.types[index], used);
      }
    }
    std::string text;
    for (const std::size_t index : used) {
      const Type& type = model_.types[index];
      text += "\n### " + type.name + "\n\n";
      if (!type.description.empty()) text += type.description + "\n\n";
      text +=
          std::visit(Overloaded{
                         [](const Identifier& identifier) -> std::string {
                           switch (identifier.kind) {
                             case IdentifierKind::uuid:
                               return "A string: a UUID.\n";
                             case IdentifierKind::serial:
                               return "A number.\n";
                             case IdentifierKind::user:
                               return "A string; upper case is taken as lower case.\n";
                           }
                           return {};
                         },
                         [&](const Enumeration& enumeration) { return values(type, enumeration); },
                         [this](const Structure& structure) { return members(structure); },
                         [](const Union&) { return std::string(); },
                     },
                     type.what);
    }
    return text;
  }

  [[nodiscard]] std::string close_codes() const {
    std::string text = '\n' + head({"code", "name", "meaning"});
    for (const CloseCodeRow& code : model_.close_codes) {
      text += row({std::to_string(code.value), code.name, code.description});
    }
    return text;
  }

  [[nodiscard]] std::string limits() const {
    std::string text = '\n' + head({"limit", "value", "reason"});
    for (const Limit& limit : model_.limits) {
      text += row({spaced(limit.name), std::to_string(limit.value), limit.description});
    }
    return text;
  }

 private:
  [[nodiscard]] std::string type_of(const Shape& shape) const {
    return std::visit(
        Overloaded{
            [](const Boolean&) -> std::string { return "boolean"; },
            [](const Integer& integer) {
              return integer.minimum < 0 ? std::string("integer")
                                         : "integer, up to " + std::to_string(integer.maximum);
            },
            [](const String& string) {
              return string.max_bytes
                         ? "text, up to " + std::to_string(*string.max_bytes) + " bytes"
                         : std::string("text");
            },
            [](const Anything&) -> std::string { return "any JSON"; },
            [this](const Reference& reference) { return link_to(model_.of(reference)); },
            [this](const ListOf& list) {
              return "list of up to " + std::to_string(list.max_size) + ": " +
                     type_of(list.element[0]);
            },
        },
        shape);
  }

  [[nodiscard]] std::string members(const Structure& structure) const {
    if (structure.members.empty()) return "No fields.\n";
    std::string text = head({"field", "type", "meaning"});
    for (const Member& member : structure.members) {
      text += row({'`' + member.name + '`',
                   (member.optional || member.added ? "optional " : "") + type_of(member.shape),
                   member.description});
    }
    return text;
  }

  static std::string values(const Type& type, const Enumeration& enumeration) {
    if (type.home == Home::errors) return "One of the codes of the [error catalogue](errors.md).\n";
    const bool explained = std::ranges::any_of(
        enumeration.values, [](const Value& value) { return !value.description.empty(); });
    std::string text = explained ? head({"value", "meaning"}) : "One of";
    for (const Value& value : enumeration.values) {
      const std::string name = '`' + value.name + '`';
      if (explained) {
        text += row({name, value.description});
      } else {
        text += (&value == enumeration.values.data() ? " " : ", ") + name;
      }
    }
    return explained ? text : text + ".\n";
  }

  void collect(const Type& type, std::set<std::size_t>& used) const {
    const auto* structure = std::get_if<Structure>(&type.what);
    if (structure == nullptr) return;
    const std::function<void(const Shape&)> visit = [&](const Shape& shape) {
      if (const auto* list = std::get_if<ListOf>(&shape)) visit(list->element[0]);
      if (const auto* reference = std::get_if<Reference>(&shape)) {
        used.insert(reference->type);
        collect(model_.of(*reference), used);
      }
    };
    for (const Member& member : structure->members) visit(member.shape);
  }

  const Model& model_;
};

}  // namespace

std::string write_errors_document(const Model& model) {
  std::string text =
      "<!-- Generated by parley-generate from core/errors/catalogue.hpp; do not edit. -->\n\n"
      "# Errors\n\n"
      "Every failure Parley can name. The code is stable and stands on the wire, in logs and in "
      "call "
      "records;\ncodes are never reused. The sentence and the next step are what a person "
      "reads.\n\n";
  for (const std::string_view name : {"ErrorClass", "Retry"}) {
    const Type& type = model.named(name);
    text += (name == "Retry" ? "**Retry.** " : "**Class.** ") + type.description + "\n\n";
    bool listed = false;
    for (const Value& value : std::get<Enumeration>(type.what).values) {
      if (value.description.empty()) continue;
      text += "- `" + value.name + "`: " + value.description + "\n";
      listed = true;
    }
    if (listed) text += '\n';
  }
  text += head({"code", "class", "retry", "sentence", "next step"});
  for (const ErrorRow& error : model.errors) {
    text += row(
        {'`' + error.code + '`', error.error_class, error.retry, error.sentence, error.next_step});
  }
  return text;
}

std::string write_protocol_document(const Model& model, std::string_view current) {
  const Protocol protocol(model);
  const std::vector<std::pair<std::string_view, std::string>> regions{
      {"client-messages", protocol.messages("ClientMessage")},
      {"server-messages", protocol.messages("ServerMessage")},
      {"peer-messages", protocol.messages("PeerMessage")},
      {"shared-types", protocol.shared_types()},
      {"close-codes", protocol.close_codes()},
      {"limits", protocol.limits()},
  };
  std::set<std::string_view> seen;
  std::string text = replace_regions(
      "docs/protocol.md", current, [&](std::string_view name) -> std::optional<std::string> {
        if (name.starts_with(kConstants)) return std::nullopt;
        const auto region = std::ranges::find(regions, name, &decltype(regions)::value_type::first);
        if (region == regions.end()) {
          throw std::runtime_error("docs/protocol.md: unknown region " + std::string(name));
        }
        seen.insert(region->first);
        return region->second;
      });
  if (seen.size() != regions.size()) {
    throw std::runtime_error("docs/protocol.md: a generated region is missing");
  }
  return text;
}

std::string write_constants(const Comments& comments, std::string_view document,
                            std::string_view current) {
  return replace_regions(
      document, current, [&](std::string_view name) -> std::optional<std::string> {
        if (!name.starts_with(kConstants)) return std::nullopt;
        const std::string header(name.substr(kConstants.size()));
        std::string table = '\n' + head({"limit", "value", "reason"});
        const std::vector<Constant> constants = comments.constants(header);
        if (constants.empty()) throw std::runtime_error("no constants in " + header);
        for (const Constant& constant : constants) {
          if (!constant.value || constant.text.empty()) {
            throw std::runtime_error(header + ": " + constant.name + " has no readable value, or " +
                                     "no comment of its own with the reason");
          }
          table += row({spaced(constant.name), written(constant), constant.text});
        }
        return table;
      });
}

}  // namespace parley::generate
