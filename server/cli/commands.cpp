#include "server/cli/commands.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <sstream>

namespace parley::server::cli {

namespace {

constexpr std::array kCommands{
    Command{.usage = "serve [OPTIONS]",
            .help = "run the server; `parley serve --help` lists the options",
            .works_on_data = false},
    Command{.usage = "config check [OPTIONS]",
            .help = "show the configuration in effect and what is wrong with it",
            .works_on_data = false},
    Command{.usage = "doctor [OPTIONS]",
            .help = "try the TURN servers of the configuration; fails when one of them does",
            .works_on_data = false},
    Command{.usage = "config docs",
            .help = "write the documentation of all options",
            .works_on_data = false},
    Command{.usage = "user add NAME [--display-name TEXT]",
            .help = "reads the password from stdin",
            .silent_option = "password-stdin"},
    Command{.usage = "user passwd NAME",
            .help = "reads the new password from stdin; signs NAME out",
            .silent_option = "password-stdin"},
    Command{.usage = "user disable NAME", .help = "signs NAME out and lets them in no more"},
    Command{.usage = "user enable NAME", .help = "lets NAME in again"},
    Command{.usage = "user list [--json]", .help = "all accounts"},
    Command{.usage = "user invite [--days N]", .help = "print a link for one new account"},
    Command{.usage = "calls [--user NAME] [--limit N] [--json]", .help = "the newest calls"},
    Command{.usage = "replay FILE [--call ID]",
            .help = "run a saved call trace again; docs/reporting-a-bug.md",
            .works_on_data = false},
    Command{.usage = "version", .help = "print the version", .works_on_data = false},
};

std::vector<std::string> split(std::string_view text) {
  std::istringstream in{std::string(text)};
  std::vector<std::string> parts;
  for (std::string part; in >> part;) parts.push_back(part);
  return parts;
}

bool is_word(std::string_view part) {
  return std::islower(static_cast<unsigned char>(part[0])) != 0;
}
bool is_operand(std::string_view part) {
  return std::isupper(static_cast<unsigned char>(part[0])) != 0;
}

/// The words of a command: what comes before its operands and options.
std::string words_of(const Command& command) {
  std::string words;
  for (const std::string& part : split(command.usage)) {
    if (!is_word(part)) break;
    words += (words.empty() ? "" : " ") + part;
  }
  return words;
}

std::size_t operands_of(const Command& command) {
  std::size_t count = 0;
  for (const std::string& part : split(command.usage)) {
    if (part.starts_with('[')) break;
    count += is_operand(part) ? 1 : 0;
  }
  return count;
}

enum class Takes { nothing, value };

/// Whether the command has this option, and whether it takes a value.
std::optional<Takes> option_of(const Command& command, std::string_view name) {
  if (command.works_on_data && (name == "data" || name == "config")) return Takes::value;
  if (!name.empty() && name == command.silent_option) return Takes::nothing;
  for (const std::string& part : split(command.usage)) {
    if (part == "[--" + std::string(name)) return Takes::value;
    if (part == "[--" + std::string(name) + "]") return Takes::nothing;
  }
  return std::nullopt;
}

/// The option as any command has it: arguments may name it before the rest of the command.
std::optional<Takes> option_of_any(std::string_view name) {
  for (const Command& command : kCommands) {
    if (const auto takes = option_of(command, name)) return takes;
  }
  return std::nullopt;
}

/// The command whose words the arguments begin with, and how many words they are.
std::pair<const Command*, std::size_t> find(const std::vector<std::string>& arguments) {
  for (const Command& command : kCommands) {
    const std::vector<std::string> words = split(words_of(command));
    if (words.size() > arguments.size()) continue;
    if (std::equal(words.begin(), words.end(), arguments.begin())) return {&command, words.size()};
  }
  return {nullptr, 0};
}

/// Says which commands begin with this word.
std::string unknown_command(const std::vector<std::string>& arguments) {
  const std::string first = arguments.empty() ? "" : arguments.front();
  std::string known;
  for (const Command& command : kCommands) {
    const std::vector<std::string> words = split(words_of(command));
    if (words.size() < 2 || words.front() != first) continue;
    known += (known.empty() ? " `" : ", `") + words[1] + "`";
  }
  return known.empty() ? "unknown command " + first : first + " is followed by one of" + known;
}

}  // namespace

std::span<const Command> commands() { return kCommands; }

std::string help_text() {
  constexpr std::size_t kColumn = 33;
  std::string text = "Parley: audio and video calls between two people, on your own server.\n\n";
  for (const Command& command : kCommands) {
    std::string usage = "  parley " + std::string(command.usage);
    // A long usage has its help on the next line.
    if (usage.size() > kColumn) {
      text += usage + "\n";
      usage.clear();
    }
    usage.resize(kColumn + 2, ' ');
    text += usage + std::string(command.help) + "\n";
  }
  return text +
         "\n"
         "The commands for users and calls work on the folder that --data, PARLEY_DATA or the\n"
         "configuration names, also while the server runs.\n";
}

std::optional<std::string> Parsed::value(std::string_view option) const {
  const auto found = options.find(option);
  if (found == options.end()) return std::nullopt;
  return found->second;
}

std::expected<Parsed, std::string> parse(const Arguments& arguments) {
  Parsed parsed;
  std::vector<std::string> rest;
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    const std::string& argument = arguments[i];
    if (!argument.starts_with("--")) {
      rest.push_back(argument);
      continue;
    }
    const std::size_t equals = argument.find('=');
    const std::string name = argument.substr(2, equals == std::string::npos ? equals : equals - 2);
    const auto takes = option_of_any(name);
    if (!takes || (*takes == Takes::nothing && equals != std::string::npos)) {
      return std::unexpected("unknown option " + argument);
    }
    if (*takes == Takes::nothing) {
      parsed.options[name] = "";
    } else if (equals != std::string::npos) {
      parsed.options[name] = argument.substr(equals + 1);
    } else if (i + 1 < arguments.size()) {
      parsed.options[name] = arguments[++i];
    } else {
      return std::unexpected("--" + name + " needs a value");
    }
  }
  const auto [command, words] = find(rest);
  if (command == nullptr) return std::unexpected(unknown_command(rest));
  parsed.command = words_of(*command);
  for (const auto& [name, value] : parsed.options) {
    if (!option_of(*command, name)) {
      return std::unexpected(parsed.command + " has no option --" + name);
    }
  }
  parsed.operands.assign(rest.begin() + static_cast<std::ptrdiff_t>(words), rest.end());
  if (parsed.operands.size() != operands_of(*command)) {
    return std::unexpected("it is used as `parley " + std::string(command->usage) + "`");
  }
  return parsed;
}

}  // namespace parley::server::cli
