#include "core/base/text_file.hpp"
#include "server/config/options.hpp"
#include "server/config/settings.hpp"

#include <boost/program_options.hpp>

#include <cstring>
#include <exception>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <sstream>
#include <utility>

namespace parley::server::config {

namespace po = boost::program_options;

namespace {

po::options_description description() {
  po::options_description all;
  for (const Option& option : kOptions) {
    all.add_options()(std::string(option.name).c_str(), po::value<std::string>());
  }
  return all;
}

void keep(Values& values, const po::parsed_options& parsed, std::string_view source) {
  po::variables_map found;
  po::store(parsed, found);
  for (const auto& [name, value] : found) {
    if (name == "config") continue;
    values.insert_or_assign(name, Value{value.as<std::string>(), source});
  }
}

}  // namespace

std::expected<Values, Problems> read_values(const std::vector<std::string>& arguments,
                                            const Environment& environment) {
  Values values;
  for (const Option& option : kOptions) {
    values.emplace(option.name, Value{std::string(option.fallback), "default"});
  }
  try {
    po::options_description on_command_line = description();
    on_command_line.add_options()("config", po::value<std::string>());
    // No positional arguments, no guessing of abbreviated names.
    const auto style =
        po::command_line_style::default_style & ~po::command_line_style::allow_guessing;
    const po::parsed_options parsed = po::command_line_parser(arguments)
                                          .options(on_command_line)
                                          .positional({})
                                          .style(style)
                                          .run();
    po::variables_map flags;
    po::store(parsed, flags);

    std::string file;
    if (const char* name = environment("PARLEY_CONFIG")) file = name;
    if (flags.contains("config")) file = flags["config"].as<std::string>();
    if (!file.empty()) {
      // Opening a folder works, reading it does not.
      if (std::filesystem::is_directory(file)) {
        return std::unexpected(Problems{"config: " + file + " is a folder"});
      }
      std::ifstream raw(file, std::ios::binary);
      std::string text{std::istreambuf_iterator<char>(raw), {}};
      if (!raw) {
        return std::unexpected(Problems{"config: cannot read " + file});
      }
      if (const auto encoding = other_encoding(text); !encoding.empty()) {
        return std::unexpected(
            Problems{"config: " + file + " is " + std::string(encoding) + ": save it as UTF-8"});
      }
      std::istringstream in{std::string(without_mark(text))};
      keep(values, po::parse_config_file(in, description()), "file");
    }
    for (const Option& option : kOptions) {
      if (const char* value = environment(environment_name(option.name).c_str())) {
        values.insert_or_assign(std::string(option.name), Value{value, "environment"});
      }
    }
    keep(values, parsed, "command line");
  } catch (const po::error& error) {
    return std::unexpected(Problems{error.what()});
  }
  return values;
}

}  // namespace parley::server::config
