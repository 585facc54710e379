// The configuration in effect, read from file, environment and command line.
#pragma once

#include "core/wire/types.hpp"
#include "server/auth/accounts.hpp"
#include "server/log/log.hpp"

#include <chrono>
#include <cstdint>
#include <expected>
#include <filesystem>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace parley::server::config {

struct Endpoint {
  std::string host;
  std::uint16_t port = 0;
};

enum class RelayMode : std::uint8_t { embedded, external, off };

struct RelaySettings {
  RelayMode mode = RelayMode::off;
  /// Empty: to be found out.
  std::string address;
  std::uint16_t port = 0;
  std::uint16_t tls_port = 0;
  std::uint16_t min_port = 0;
  std::uint16_t max_port = 0;
  std::filesystem::path program;
  /// Zero: never.
  std::chrono::seconds probe_interval{};
};

struct Settings {
  Endpoint listen;
  std::filesystem::path data;
  std::filesystem::path tls_certificate;
  std::filesystem::path tls_key;
  std::vector<std::string> allowed_origins;
  std::vector<std::string> public_hosts;
  std::vector<std::string> trusted_proxies;
  bool local_health_numbers = false;
  std::chrono::seconds ring_limit{};
  std::chrono::seconds connect_limit{};
  std::chrono::seconds lost_limit{};
  wire::IceServers ice_servers;
  std::vector<std::string> turn_servers;
  std::filesystem::path turn_secret_file;
  RelaySettings relay;
  auth::AccountSettings accounts;
  std::int64_t history_days = 0;
  std::size_t max_connections = 0;
  std::chrono::seconds stop_delay{};
  log::Format log_format = log::Format::text;
  log::Level log_level = log::Level::info;

  /// Where browsers find the app, for links that are handed to people: the first name of
  /// public-host, else the address that the server listens on, at this port. Example:
  /// https://calls.example.org
  [[nodiscard]] std::string origin(std::uint16_t port) const;
  [[nodiscard]] std::filesystem::path database() const { return data / "parley.sqlite3"; }
};

struct Value {
  std::string text;
  /// "default", "file", "environment" or "command line".
  std::string_view source;
};
/// By the name of the option; every option has one.
using Values = std::map<std::string, Value, std::less<>>;

using Problems = std::vector<std::string>;

/// Looks a variable up: std::getenv, or what a test puts in its place.
using Environment = std::function<const char*(const char* name)>;

/// Collects the value of every option. `arguments` are those behind `parley serve`.
[[nodiscard]] std::expected<Values, Problems> read_values(const std::vector<std::string>& arguments,
                                                          const Environment& environment);

/// Turns texts into settings; all problems at once, each naming its option.
[[nodiscard]] std::expected<Settings, Problems> parse_settings(const Values& values);

/// What is allowed but probably not meant.
[[nodiscard]] std::vector<std::string> warnings_about(const Settings& settings);

/// True for an address that only this machine can reach.
[[nodiscard]] bool is_loopback(std::string_view host);

}  // namespace parley::server::config
