// Starts a program that this process runs: with its own group, its own user where this one is root,
// and no file of this process.
#pragma once

#include "server/relay/file.hpp"
#include "server/relay/guard.hpp"

#include <sys/types.h>

#include <chrono>
#include <expected>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace parley::server::relay {

/// Whom a program runs as.
struct Identity {
  uid_t user = 0;
  gid_t group = 0;
};

/// For the programs of a process that runs as root: the user of coturn's package, or nobody. None
/// for any other process, which starts programs as itself.
[[nodiscard]] std::optional<Identity> unprivileged_identity();

struct Command {
  std::filesystem::path program;
  std::vector<std::string> arguments;
  /// Where it starts. A program with an identity of its own needs no access to what is above.
  std::filesystem::path folder;
  /// None: as this process.
  std::optional<Identity> as;
};

/// How long the system may take to start a program, as from a file system that stands still.
inline constexpr std::chrono::milliseconds kExecLimit{1000};

/// The file of a program, which is looked for in PATH unless its name has a folder; empty when
/// there is none.
[[nodiscard]] std::filesystem::path find_program(const std::filesystem::path& name);

struct Process {
  pid_t pid = 0;
  /// A pidfd: readable when the program has ended.
  File exit;
  /// What it prints; reading does not block.
  File output;
};

/// Fails with the reason why it can't be started. The kernel ends the program together with the
/// thread that calls this, which must therefore be the one that ends last; where the kernel does
/// not, the guard does.
[[nodiscard]] std::expected<Process, std::string> start_process(const Command& command,
                                                                const Guard& guard);

}  // namespace parley::server::relay
