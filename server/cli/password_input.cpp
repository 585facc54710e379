#include "server/cli/password_input.hpp"

#include "core/base/text_file.hpp"
#include "server/cli/output.hpp"

#include <cstdio>
#include <iostream>
#include <termios.h>
#include <unistd.h>

namespace parley::server::cli {

namespace {

/// Switches the echo of the terminal off for as long as it lives.
class Silence {
 public:
  Silence() {
    active_ = tcgetattr(STDIN_FILENO, &before_) == 0;
    if (!active_) return;
    termios silent = before_;
    silent.c_lflag &= ~static_cast<tcflag_t>(ECHO);
    tcsetattr(STDIN_FILENO, TCSAFLUSH, &silent);
  }
  ~Silence() {
    if (active_) tcsetattr(STDIN_FILENO, TCSAFLUSH, &before_);
  }
  Silence(const Silence&) = delete;
  Silence& operator=(const Silence&) = delete;

 private:
  termios before_{};
  bool active_ = false;
};

}  // namespace

std::optional<std::string> read_password() {
  std::string password;
  const bool terminal = isatty(STDIN_FILENO) == 1;
  std::optional<Silence> silence;
  if (terminal) {
    std::fputs("Password: ", stderr);
    silence.emplace();
  }
  const bool good = static_cast<bool>(std::getline(std::cin, password));
  if (terminal) std::fputs("\n", stderr);
  if (!good) return std::nullopt;
  if (password.ends_with('\r')) password.pop_back();
  if (terminal) return password;
  // A file that an editor has written.
  if (const auto encoding = other_encoding(password); !encoding.empty()) {
    failed("the password comes as " + std::string(encoding) + ": save its file as UTF-8");
    return std::nullopt;
  }
  return std::string(without_mark(password));
}

}  // namespace parley::server::cli
