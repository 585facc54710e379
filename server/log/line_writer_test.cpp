#include "server/log/line_writer.hpp"

#include <gtest/gtest.h>
#include <sys/types.h>

#include <array>
#include <csignal>
#include <cstddef>
#include <cstdlib>
#include <string>
#include <thread>
#include <unistd.h>

namespace parley::server::log {
namespace {

std::string missing(std::uint64_t lines) { return "missing " + std::to_string(lines); }

struct Pipe {
  std::array<int, 2> ends{};
  Pipe() {
    if (pipe(ends.data()) != 0) std::abort();
  }
  ~Pipe() {
    close_reader();
    ::close(ends[1]);
  }
  Pipe(const Pipe&) = delete;
  Pipe& operator=(const Pipe&) = delete;

  void close_reader() {
    if (ends[0] >= 0) ::close(ends[0]);
    ends[0] = -1;
  }
  /// Reads until `end` has come.
  std::string read_until(const std::string& end) {
    std::string all;
    std::array<char, 65536> buffer{};
    while (all.find(end) == std::string::npos) {
      const ssize_t count = ::read(ends[0], buffer.data(), buffer.size());
      if (count <= 0) break;
      all.append(buffer.data(), static_cast<std::size_t>(count));
    }
    return all;
  }
};

TEST(LineWriter, WritesLinesInTheirOrder) {
  Pipe pipe;
  LineWriter writer(pipe.ends[1], missing);
  writer.add("one");
  writer.add("two");
  EXPECT_TRUE(writer.flush(std::chrono::seconds(20)));
  EXPECT_EQ(pipe.read_until("two\n"), "one\ntwo\n");
}

TEST(LineWriter, NeverWaitsForAReaderWhoStandsStillAndTellsWhatIsMissing) {
  Pipe pipe;
  LineWriter writer(pipe.ends[1], missing);
  constexpr std::uint64_t kLines = 10'000;
  for (std::uint64_t i = 0; i < kLines; ++i) writer.add(std::string(1000, 'x'));  // 10 MB
  EXPECT_FALSE(writer.flush(std::chrono::milliseconds(1)));

  const std::string notice = "missing ";
  std::uint64_t written = 0;
  std::uint64_t lost = 0;
  std::string rest;
  while (written + lost < kLines) {
    if (rest.find('\n') == std::string::npos) rest += pipe.read_until("\n");
    const std::size_t end = rest.find('\n');
    ASSERT_NE(end, std::string::npos) << "the pipe was closed";
    const std::string line = rest.substr(0, end);
    rest.erase(0, end + 1);
    if (line.starts_with(notice)) {
      lost += std::stoull(line.substr(notice.size()));
    } else {
      ++written;
    }
  }
  EXPECT_EQ(written + lost, kLines);
  EXPECT_GT(lost, 0U);
  writer.add("after");
  EXPECT_TRUE(pipe.read_until("after\n").ends_with("after\n"));
}

TEST(LineWriter, WritesLinesThatComeOneAfterTheOtherTogether) {
  Pipe pipe;
  LineWriter writer(pipe.ends[1], missing);
  constexpr int kLines = 20'000;
  int reads = 0;
  std::string all;
  std::thread reader([&] {
    std::array<char, 65536> buffer{};
    while (!all.ends_with("end\n")) {
      const ssize_t count = ::read(pipe.ends[0], buffer.data(), buffer.size());
      if (count <= 0) break;
      all.append(buffer.data(), static_cast<std::size_t>(count));
      ++reads;
    }
  });
  for (int i = 0; i < kLines; ++i) writer.add("x");
  writer.add("end");
  reader.join();
  EXPECT_EQ(all.size(), 2 * kLines + 4);
  EXPECT_LT(reads, kLines / 20);
}

TEST(LineWriter, EndsWhileNobodyReads) {
  Pipe pipe;
  LineWriter writer(pipe.ends[1], missing);
  for (int i = 0; i < 10'000; ++i) writer.add(std::string(1000, 'x'));
}

TEST(LineWriter, GoesOnWhenTheReaderIsGone) {
  std::signal(SIGPIPE, SIG_IGN);
  Pipe pipe;
  LineWriter writer(pipe.ends[1], missing);
  pipe.close_reader();
  for (int i = 0; i < 10; ++i) {
    writer.add("line");
    EXPECT_TRUE(writer.flush(std::chrono::seconds(20)));
  }
}

}  // namespace
}  // namespace parley::server::log
