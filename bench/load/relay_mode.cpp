// The floor: the 18 messages of a call through a relay that only forwards them.
#include "bench/load/arrivals.hpp"
#include "bench/load/description.hpp"
#include "bench/load/latencies.hpp"
#include "bench/load/modes.hpp"
#include "bench/load/process.hpp"
#include "bench/load/relay.hpp"
#include "core/wire/frame.hpp"

#include <array>
#include <deque>
#include <memory>
#include <optional>
#include <stdexcept>
#include <utility>

namespace parley::load {

namespace {

constexpr auto kWarmUp = 1s;
constexpr auto kConnectLimit = 20s;
/// The interval of candidates from real phones that do not batch them.
constexpr auto kCandidateGap = 25ms;
constexpr std::size_t kPairsAtARate = 500;
/// Offer or answer, and its candidates.
constexpr unsigned kSignals = 1 + kCandidates;

struct Messages {
  std::string request = wire::write_frame(wire::Ringing{}, {.seq = 1, .ack = 1});
  std::string description = signal(wire::Description{.round = 1, .sdp = {describe("abcd")}});
  std::string candidate =
      signal(wire::Candidates{.ufrag = {"abcd"}, .candidates = {{load::candidate(0, "abcd")}}});

  template <class Peer>
  static std::string signal(const Peer& message) {
    return wire::write_frame(wire::Signal{.data = {json::to_json(message)}}, {.seq = 1, .ack = 1});
  }
};

class Pair;

class Side final : public Line::Owner {
 public:
  Side(Loop& loop, const Endpoint& relay, Pair& owner) : pair(owner), socket(loop, relay) {}
  void line_opened() override { open = true; }
  void frame_arrived(std::string_view text, Moment at) override;
  void line_closed(std::uint16_t) override { throw std::runtime_error("the relay is gone"); }

  void send(const std::string& text) {
    sent.push_back(Clock::now());
    socket.send(text);
  }

  Pair& pair;
  WebSocket socket;
  bool open = false;
  unsigned received = 0;
  std::deque<Moment> sent;
};

/// The state that all calls share.
struct Stage {
  Loop& loop;
  Clock::duration gap{};
  Messages messages;
  Latencies latencies;
  std::uint64_t completed = 0;
  std::deque<Pair*> free;
};

class Pair {
 public:
  Pair(Stage& stage, const Endpoint& relay)
      : stage_(stage), caller_(stage.loop, relay, *this), callee_(stage.loop, relay, *this) {}

  void connect() {
    for (Side* side : {&caller_, &callee_}) {
      side->socket.open(*side);
      if (!stage_.loop.run(Clock::now() + kConnectLimit, [side] { return side->open; })) {
        throw std::runtime_error("the relay does not answer");
      }
    }
  }

  void call() {
    caller_.received = callee_.received = 0;
    caller_.send(stage_.messages.request);  // invite
  }

  void arrived(Side& side, Moment at) {
    Side& other = &side == &caller_ ? callee_ : caller_;
    stage_.latencies.add(at - other.sent.front());
    other.sent.pop_front();
    ++side.received;
    if (&side == &callee_) return callee_heard();
    if (side.received == 2) signal(caller_, 0);
    if (side.received == 2 + kSignals) caller_.send(stage_.messages.request);  // hang-up
  }

 private:
  void callee_heard() {
    if (callee_.received == 1) {
      callee_.send(stage_.messages.request);  // ringing
      callee_.send(stage_.messages.request);  // accept
    }
    if (callee_.received == 2) signal(callee_, 0);
    if (callee_.received == 2 + kSignals) {
      ++stage_.completed;
      stage_.free.push_back(this);
    }
  }

  /// Sends the description and its candidates, from this index on.
  void signal(Side& side, unsigned index) {
    do {
      side.send(index == 0 ? stage_.messages.description : stage_.messages.candidate);
    } while (++index < kSignals && stage_.gap == Clock::duration::zero());
    if (index < kSignals) {
      stage_.loop.at(Clock::now() + stage_.gap, [this, &side, index] { signal(side, index); });
    }
  }

  Stage& stage_;
  Side caller_;
  Side callee_;
};

void Side::frame_arrived(std::string_view, Moment at) { pair.arrived(*this, at); }

struct Floor {
  CpuWatch::Reading cpu;
  double calls = 0;
  Latencies latencies;

  [[nodiscard]] double cpu_s_per_1000_calls() const { return cpu.server.total_s() * 1000 / calls; }
};

/// At full speed for a rate of 0.
Floor measure(std::size_t pair_count, double rate, double seconds) {
  const Relay relay;
  Loop loop;
  Stage stage{.loop = loop, .gap = rate > 0 ? kCandidateGap : Clock::duration::zero()};
  std::vector<std::unique_ptr<Pair>> pairs;
  for (std::size_t i = 0; i < pair_count; ++i) {
    pairs.push_back(std::make_unique<Pair>(stage, relay.endpoint()));
    pairs.back()->connect();
    stage.free.push_back(pairs.back().get());
  }
  const auto start_one = [&] {
    if (stage.free.empty()) return false;
    Pair* pair = stage.free.front();
    stage.free.pop_front();
    pair->call();
    return true;
  };
  const auto keep_busy = [&] {
    while (rate == 0 && start_one()) {
    }
    return false;
  };
  const Moment counts = Clock::now() + kWarmUp;
  const Moment stop = counts + from_seconds(seconds);
  std::optional<Arrivals> arrivals;
  if (rate > 0) arrivals.emplace(loop, rate, stop, [&](Moment) { (void)start_one(); });
  loop.run(counts, keep_busy);
  const CpuWatch watch(relay.pid());
  const std::uint64_t before = stage.completed;
  stage.latencies.clear();
  loop.run(stop, keep_busy);
  return {watch.read(), static_cast<double>(stage.completed - before), std::move(stage.latencies)};
}

}  // namespace

Section measure_relay(const Options& options) {
  const double seconds = options.seconds / 2;
  Floor saturated = measure(options.calls_at_once, 0, seconds);
  Floor open = measure(kPairsAtARate, options.rate, seconds);
  Section section{"relay", "a bare relay and the 18 messages of a call: the floor"};
  section.figures = {
      {"saturated_calls_per_s", saturated.calls / saturated.cpu.wall_s, "", 0, ""},
      {"saturated_cpu_s_per_1000_calls", saturated.cpu_s_per_1000_calls(), "s", 3, ""},
      {"open_calls_per_s", open.calls / open.cpu.wall_s, "", 0, ""},
      {"open_cpu_s_per_1000_calls", open.cpu_s_per_1000_calls(), "s", 3, ""},
      {"open_relay_p50", open.latencies.percentile_ms(0.5), "ms", 2, ""},
      {"open_relay_p99", open.latencies.percentile_ms(0.99), "ms", 2, ""},
      {"cores_used_by_others", open.cpu.others_s / open.cpu.wall_s, "", 2, ""},
  };
  return section;
}

}  // namespace parley::load
