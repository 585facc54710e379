#include "server/cli/cli.hpp"

#include "core/base/version.hpp"
#include "server/app/check.hpp"
#include "server/app/limits.hpp"
#include "server/app/server.hpp"
#include "server/cli/commands.hpp"
#include "server/cli/output.hpp"
#include "server/config/options.hpp"

#include <array>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <string_view>

namespace parley::server::cli {

namespace {

int print(std::string_view text) {
  std::fwrite(text.data(), 1, text.size(), stdout);
  return kDone;
}

std::string version() { return "parley " + std::string(kVersion) + "\n"; }

bool asks_for_help(const Arguments& arguments) {
  for (const std::string& argument : arguments) {
    if (argument == "--help" || argument == "-h") return true;
  }
  return false;
}

int dispatch(const Arguments& arguments) {
  if (arguments.empty()) {
    const std::string help = help_text();
    std::fwrite(help.data(), 1, help.size(), stderr);
    return kMisused;
  }
  const std::string& command = arguments.front();
  const Arguments rest(arguments.begin() + 1, arguments.end());
  // These read the options of the configuration.
  if (command == "serve") return serve(rest);
  if (command == "config" && !asks_for_help(rest)) return config(rest);
  if (command == "doctor" && !asks_for_help(rest)) return doctor(rest);
  if (command == "help" || asks_for_help(arguments)) return print(help_text());
  if (command == "--version") return print(version());
  const auto parsed = parse(arguments);
  if (!parsed) return misused(parsed.error());
  if (parsed->command == "version") return print(version());
  if (parsed->command == "calls") return calls(*parsed);
  if (parsed->command == "replay") return replay(*parsed);
  return user(*parsed);
}

}  // namespace

int run(const Arguments& arguments) {
  if (!app::fill_standard_streams()) return kFailed;
  int status = kFailed;
  try {
    status = dispatch(arguments);
  } catch (const std::exception& error) {
    failed(error.what());
  }
  return is_output_lost() && status == kDone ? failed(kOutputLost) : status;
}

int serve(const Arguments& arguments) {
  if (asks_for_help(arguments)) {
    return print("parley serve [OPTIONS]\n\n  --config FILE\n      Read options from a file.\n" +
                 config::help_text());
  }
  app::ignore_stray_signals();
  const auto values = config::read_values(arguments, std::getenv);
  const auto settings =
      values ? config::parse_settings(*values)
             : std::expected<config::Settings, config::Problems>(std::unexpected(values.error()));
  if (settings) {
    return app::serve(*settings,
                      [arguments]() -> std::expected<config::Settings, config::Problems> {
                        const auto again = config::read_values(arguments, std::getenv);
                        if (!again) return std::unexpected(again.error());
                        return config::parse_settings(*again);
                      });
  }
  for (const std::string& problem : settings.error()) failed(problem);
  return kMisused;
}

int config(const Arguments& arguments) {
  if (arguments == Arguments{"docs"}) return print(config::documentation());
  if (arguments.empty() || arguments.front() != "check") {
    return misused("config knows `check` and `docs`");
  }
  const auto values =
      config::read_values(Arguments(arguments.begin() + 1, arguments.end()), std::getenv);
  if (!values) {
    for (const std::string& problem : values.error()) failed(problem);
    return kFailed;
  }
  for (const config::Option& option : config::kOptions) {
    const config::Value& value = values->find(option.name)->second;
    const bool hidden = option.secret && !value.text.empty();
    std::printf("%-20.*s %-30s (%.*s)\n", static_cast<int>(option.name.size()), option.name.data(),
                hidden ? "<set>" : value.text.c_str(), static_cast<int>(value.source.size()),
                value.source.data());
  }
  const auto settings = config::parse_settings(*values);
  if (!settings) {
    for (const std::string& problem : settings.error()) failed(problem);
    return kFailed;
  }
  for (const std::string& warning : config::warnings_about(*settings)) {
    std::printf("warning: %s\n", warning.c_str());
  }
  const app::Findings findings = app::check(*settings);
  for (const std::string& warning : findings.warnings) {
    std::printf("warning: %s\n", warning.c_str());
  }
  if (findings.problems.empty()) return print("the configuration is good\n");
  for (const std::string& problem : findings.problems) failed(problem);
  return kFailed;
}

}  // namespace parley::server::cli
