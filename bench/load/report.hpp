// The results of a run, as a table for people or as JSON for programs.
#pragma once

#include <string>
#include <vector>

namespace parley::load {

struct Figure {
  std::string name;  // the name in JSON; the table shows it with spaces
  double value = 0;
  std::string unit;
  int decimals = 0;
  std::string target;  // empty without a target
};

/// The results of one mode.
struct Section {
  std::string name;
  std::string what;
  std::vector<Figure> figures{};
  std::vector<std::string> notes{};
  /// False after an event that must not happen: the program then fails.
  bool good = true;
};

[[nodiscard]] std::string as_table(const Section& section);
[[nodiscard]] std::string as_json(const std::vector<Section>& sections);

}  // namespace parley::load
