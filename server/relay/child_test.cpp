#include "server/relay/child.hpp"

#include "server/store/test_folder.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/epoll.h>
#include <sys/ptrace.h>
#include <sys/wait.h>

#include <array>
#include <chrono>
#include <csignal>
#include <exception>
#include <fcntl.h>
#include <filesystem>
#include <fstream>
#include <optional>
#include <thread>
#include <unistd.h>
#include <vector>

namespace parley::server::relay {
namespace {

using std::chrono::milliseconds;
using testing::HasSubstr;

class RelayChild : public testing::Test {
 protected:
  /// A shell script as the program.
  Command script(const std::string& text) const {
    std::ofstream(folder.file("script")) << text;
    return {"/bin/sh", {folder.file("script").string()}, folder.file(""), {}};
  }

  void start(const std::string& text) {
    auto started = Child::start(loop, guard, script(text),
                                {.printed =
                                     [this](std::string_view line) {
                                       lines.emplace_back(line);
                                       if (stop_at_line) loop.stop();
                                     },
                                 .ended =
                                     [this](const std::string& how) {
                                       end = how;
                                       loop.stop();
                                     }});
    ASSERT_TRUE(started) << started.error();
    child = std::move(*started);
  }

  /// Until the process is no more, not even its number.
  void run_until_gone(pid_t pid) {
    const auto limit = std::chrono::steady_clock::now() + std::chrono::seconds(20);
    loop::Timer tick(loop);
    while (kill(pid, 0) == 0 && std::chrono::steady_clock::now() < limit) {
      tick.arm(milliseconds(5), [] {});
      loop.run_one();
    }
    EXPECT_EQ(kill(pid, 0), -1);
  }

  store::TestFolder folder;
  Guard guard;
  loop::Loop loop;
  std::unique_ptr<Child> child;
  std::vector<std::string> lines;
  std::string end;
  bool stop_at_line = false;
};

TEST_F(RelayChild, WhatItPrintsAndHowItEndsIsTold) {
  start("echo one; echo two >&2; printf three; exit 7");
  loop.run();
  EXPECT_EQ(end, "exited with 7");
  EXPECT_THAT(lines, testing::ElementsAre("one", "two", "three"));
  EXPECT_EQ(child->last_lines(), "one | two | three");
}

TEST_F(RelayChild, WhatIsNoProgramDoesNotStart) {
  Command command = script("");
  command.program = folder.file("script");  // not executable
  EXPECT_FALSE(Child::start(loop, guard, command, {}));
  command = script("");
  command.folder = folder.file("missing");
  EXPECT_FALSE(Child::start(loop, guard, command, {}));
}

TEST_F(RelayChild, OneThatPrintsWithoutEndIsReadWithABound) {
  start("while :; do echo 0123456789012345678901234567890123456789; done");
  loop::Timer timer(loop);
  timer.arm(milliseconds(300), [this] { loop.stop(); });
  loop.run();
  EXPECT_LE(lines.size(), kMaxLinesPerSecond);
  EXPECT_FALSE(lines.empty());
}

TEST_F(RelayChild, OneThatPrintsMoreThanIsReadDoesNotWait) {
  start(
      "i=0; while [ $i -lt 5000 ]; do echo 01234567890123456789012345678901234567890123456789; "
      "i=$((i + 1)); done 2>/dev/null; : > done");
  // Nothing is read meanwhile: a program that waited would never come to its end.
  for (int i = 0; i < 2000 && !std::filesystem::exists(folder.file("done")); ++i) {
    std::this_thread::sleep_for(milliseconds(10));
  }
  EXPECT_TRUE(std::filesystem::exists(folder.file("done")));
}

TEST_F(RelayChild, ALineWithoutEndIsCut) {
  start("head -c 30000 /dev/zero | tr '\\0' x; exit 0");
  loop.run();
  ASSERT_EQ(lines.size(), 1U);
  EXPECT_EQ(lines[0].size(), kMaxLineBytes);
}

TEST_F(RelayChild, SigtermEndsIt) {
  stop_at_line = true;
  start("echo up; exec sleep 60");
  loop.run();
  child->stop();
  loop.run();
  EXPECT_EQ(end, "ended by signal 15");
}

TEST_F(RelayChild, OneThatIgnoresSigtermIsKilled) {
  stop_at_line = true;
  start("trap '' TERM; echo up; while :; do sleep 1; done");
  loop.run();
  child->stop();
  loop.run();
  EXPECT_EQ(end, "ended by signal 9");
}

TEST_F(RelayChild, NoneIsLeftWhenItsOwnerGoes) {
  stop_at_line = true;
  start("echo up; exec sleep 60");
  loop.run();
  const pid_t pid = child->pid();
  child.reset();
  run_until_gone(pid);
}

TEST_F(RelayChild, OneThatIsKeptFromItsEndIsNotWaitedFor) {
  stop_at_line = true;
  start("echo up; exec sleep 60");
  loop.run();
  const pid_t pid = child->pid();
  // What is left of a process stays until its debugger has seen it.
  std::array<int, 2> ready{};
  ASSERT_EQ(pipe(ready.data()), 0);
  const pid_t debugger = fork();
  if (debugger == 0) {
    const char ok = ptrace(PTRACE_SEIZE, pid, nullptr, nullptr) == 0 ? 'y' : 'n';
    if (write(ready[1], &ok, 1) == 1) pause();
    _exit(EXIT_SUCCESS);
  }
  char ok = 0;
  ASSERT_EQ(read(ready[0], &ok, 1), 1);
  // A system may forbid that; then this is the test above.
  if (ok == 'n') kill(debugger, SIGKILL);
  child.reset();
  kill(debugger, SIGKILL);
  waitpid(debugger, nullptr, 0);
  close(ready[0]);
  close(ready[1]);
  run_until_gone(pid);
}

TEST_F(RelayChild, TheGuardEndsItAndWhatItStartedWhenTheServerIsGone) {
  stop_at_line = true;
  std::optional<Guard> watching(std::in_place);
  auto process = start_process(script("sleep 60 & exec sleep 60"), *watching);
  ASSERT_TRUE(process);
  // What the end of the server does to the guard.
  watching.reset();
  Watch exit(loop, std::move(process->exit));
  exit.wait([this] { loop.stop(); });
  loop.run();
  int status = 0;
  EXPECT_EQ(waitpid(process->pid, &status, 0), process->pid);
  EXPECT_EQ(WTERMSIG(status), SIGKILL);
}

TEST(RelayWatch, AFileThatCanNotBeWatchedIsClosed) {
  // Such files within each other may be watched a few levels deep only (ELOOP).
  std::vector<int> files{epoll_create1(0)};
  for (int i = 0; i < 8; ++i) {
    epoll_event event{.events = EPOLLIN, .data = {}};
    const int outer = epoll_create1(0);
    if (epoll_ctl(outer, EPOLL_CTL_ADD, files.back(), &event) != 0) {
      close(outer);
      break;
    }
    files.push_back(outer);
  }
  loop::Loop loop;
  const int file = files.back();
  EXPECT_THROW(Watch(loop, File(file)), std::exception);
  EXPECT_EQ(fcntl(file, F_GETFD), -1);
  files.pop_back();
  for (const int other : files) close(other);
}

TEST_F(RelayChild, ItSeesNoOtherFileOfThisProcess) {
  std::ofstream open_file(folder.file("other"));
  const int copy = dup(STDERR_FILENO);  // without O_CLOEXEC
  start("ls /proc/self/fd | wc -l");
  loop.run();
  close(copy);
  // The streams, and the folder that `ls` reads.
  EXPECT_EQ(std::stoi(lines.at(0)), 4);
}

TEST(FindProgram, LooksInPathOrTakesTheFile) {
  EXPECT_EQ(find_program("sh").filename(), "sh");
  EXPECT_EQ(find_program("/bin/sh"), "/bin/sh");
  EXPECT_TRUE(find_program("no-such-program-of-ours").empty());
  EXPECT_TRUE(find_program("/bin/no-such-program").empty());
  EXPECT_TRUE(find_program("/").empty());
}

}  // namespace
}  // namespace parley::server::relay
