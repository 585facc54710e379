// The commands of `parley`: the one list from which the help is printed and arguments are read.
#pragma once

#include "server/cli/cli.hpp"

#include <expected>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace parley::server::cli {

struct Command {
  /// Its words, what it must be given (NAME), and its options: [--json], [--limit N].
  std::string_view usage;
  std::string_view help;
  /// An option that is taken but does nothing; scripts may give it.
  std::string_view silent_option;
  /// --data and --config say which folder it works on.
  bool works_on_data = true;
};

[[nodiscard]] std::span<const Command> commands();

/// What `parley help` prints.
[[nodiscard]] std::string help_text();

/// The arguments of one command.
struct Parsed {
  /// Its words: "user add".
  std::string command;
  std::vector<std::string> operands;
  std::map<std::string, std::string, std::less<>> options;

  [[nodiscard]] bool has(std::string_view option) const { return options.contains(option); }
  [[nodiscard]] std::optional<std::string> value(std::string_view option) const;
};

/// Reads operands, `--option value`, `--option=value` and `--switch`, in any order, as the usage of
/// the command says; the error says what is wrong.
[[nodiscard]] std::expected<Parsed, std::string> parse(const Arguments& arguments);

}  // namespace parley::server::cli
