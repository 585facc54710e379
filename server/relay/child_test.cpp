#include "server/relay/child.hpp"

#include "server/store/test_folder.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <thread>

namespace parley::server::relay {
namespace {

using std::chrono::milliseconds;
using testing::HasSubstr;

class RelayChild : public testing::Test {
 protected:
  /// A shell script as the program.
  Command script(const std::string& text) const {
    std::ofstream(folder.file("script")) << text;
    return {"/bin/sh", {folder.file("script").string()}, folder.file("")};
  }

  void start(const std::string& text) {
    auto started = Child::start(loop, script(text),
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

  store::TestFolder folder;
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
  EXPECT_FALSE(Child::start(loop, command, {}));
  command = script("");
  command.folder = folder.file("missing");
  EXPECT_FALSE(Child::start(loop, command, {}));
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
  EXPECT_EQ(kill(pid, 0), -1);
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
