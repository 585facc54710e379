// Usage: parley-link NETWORK:DEVICE NETWORK:DEVICE [SEED]
// Joins two network namespaces by a TUN device in each, and passes packets as the conditions of the
// link want it. Lines on standard input change them (command.hpp); each is answered by a line, and
// the first line is "ready". The link ends with its standard input.
#include "tools/link/command.hpp"
#include "tools/link/device.hpp"
#include "tools/link/lane.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>
#include <deque>
#include <exception>
#include <poll.h>
#include <string>
#include <unistd.h>
#include <vector>

namespace parley::link {
namespace {

/// Packets under way in one direction. At 100 Mbit/s and a second of delay there are 9,000.
constexpr std::size_t kMostUnderWay = 20'000;
/// Packets that are read before it is time again for those that arrive.
constexpr int kBatch = 64;
constexpr std::size_t kLongestPacket = 65'536;

End end_of(const std::string& text) {
  const std::size_t colon = text.find(':');
  if (colon == std::string::npos) return {"", text};
  return {text.substr(0, colon), text.substr(colon + 1)};
}

/// Packets on their way to one device, in the order of their arrival.
class UnderWay {
 public:
  UnderWay(Lane& lane, const Device& from, const Device& to) : lane_(lane), from_(from), to_(to) {}

  void take(Moment now) {
    static std::array<std::byte, kLongestPacket> buffer;
    for (int i = 0; i < kBatch; ++i) {
      const auto packet = from_.read(buffer);
      if (packet.empty()) return;
      const Passage passage = lane_.send(now, packet.size());
      if (passage.fate != Fate::arrives || packets_.size() == kMostUnderWay) continue;
      packets_.push_back({passage.at, {packet.begin(), packet.end()}});
    }
  }

  void deliver(Moment now) {
    while (!packets_.empty() && packets_.front().at <= now) {
      to_.write(packets_.front().bytes);
      packets_.pop_front();
    }
  }

  [[nodiscard]] Moment next(Moment otherwise) const {
    return packets_.empty() ? otherwise : std::min(otherwise, packets_.front().at);
  }

 private:
  struct Packet {
    Moment at;
    std::vector<std::byte> bytes;
  };
  Lane& lane_;
  const Device& from_;
  const Device& to_;
  std::deque<Packet> packets_;
};

/// Reads what there is of standard input, and carries out each complete line. False at its end.
bool obey(std::string& unfinished, Lanes& lanes) {
  std::array<char, 4096> buffer{};
  const ssize_t size = read(STDIN_FILENO, buffer.data(), buffer.size());
  if (size <= 0) return false;
  unfinished.append(buffer.data(), static_cast<std::size_t>(size));
  for (std::size_t end; (end = unfinished.find('\n')) != std::string::npos;) {
    const auto answer = carry_out(unfinished.substr(0, end), lanes);
    std::puts(answer ? answer->c_str() : ("error: " + answer.error()).c_str());
    unfinished.erase(0, end + 1);
  }
  std::fflush(stdout);
  return true;
}

void run(const End& a, const End& b, std::uint64_t seed) {
  // The two directions lose different packets.
  Lanes lanes{Lane(seed), Lane(seed + 1)};
  const Device at_a(a);
  const Device at_b(b);
  UnderWay to_b(lanes.a_to_b, at_a, at_b);
  UnderWay to_a(lanes.b_to_a, at_b, at_a);
  std::puts("ready");
  std::fflush(stdout);

  using Clock = std::chrono::steady_clock;
  const auto start = Clock::now();
  const auto now = [&] { return std::chrono::duration_cast<Moment>(Clock::now() - start); };
  constexpr Moment kIdle = std::chrono::hours{1};
  std::string unfinished;
  for (;;) {
    const Moment wait = std::max(Moment{0}, to_a.next(to_b.next(now() + kIdle)) - now());
    const timespec limit{.tv_sec = wait.count() / 1'000'000,
                         .tv_nsec = wait.count() % 1'000'000 * 1000};
    std::array<pollfd, 3> files{pollfd{at_a.file(), POLLIN, 0}, pollfd{at_b.file(), POLLIN, 0},
                                pollfd{STDIN_FILENO, POLLIN, 0}};
    ppoll(files.data(), files.size(), &limit, nullptr);
    if (files[2].revents != 0 && !obey(unfinished, lanes)) return;
    to_b.take(now());
    to_a.take(now());
    to_b.deliver(now());
    to_a.deliver(now());
  }
}

}  // namespace
}  // namespace parley::link

int main(int argc, char** argv) {
  if (argc < 3 || argc > 4) {
    std::fputs("usage: parley-link NETWORK:DEVICE NETWORK:DEVICE [SEED]\n", stderr);
    return 2;
  }
  try {
    const std::uint64_t seed = argc > 3 ? std::stoull(argv[3]) : 1;
    parley::link::run(parley::link::end_of(argv[1]), parley::link::end_of(argv[2]), seed);
  } catch (const std::exception& failure) {
    std::fprintf(stderr, "parley-link: %s\n", failure.what());
    return 1;
  }
}
