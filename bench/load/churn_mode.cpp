// Calls in every state at once, by phones that continue after a crash of the server. It measures
// nothing: a test starts it, kills the server, and compares the ends that the phones were told with
// the records.
#include "bench/load/calls.hpp"
#include "bench/load/crowd.hpp"
#include "bench/load/modes.hpp"
#include "core/base/random.hpp"
#include "core/json/writer.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <unistd.h>
#include <utility>

namespace parley::load {

namespace {

using phone::Phase;

/// Two people who call each other, and a third who calls one of them during the call.
constexpr std::size_t kGroup = 3;
/// At the end the phones have this long to reconnect, resume and settle.
constexpr auto kSettleLimit = 40s;
/// An end stays in view until the server had time to contradict it.
constexpr auto kRest = 700ms;
/// Longer than any call rings and lasts.
constexpr auto kRoundLimit = 16s;
constexpr auto kReportInterval = 200ms;

/// The server's messages to the phones of a call.
struct Told {
  std::string caller;
  std::string callee;
  /// The server has sent a message about it.
  bool known = false;
  std::optional<wire::EndReason> callers_reason;
  std::optional<wire::EndReason> callees_reason;
};
using Ledger = std::map<CallId, Told>;

enum class Plan : std::uint8_t { ring_out, cancel, decline, talk, talk_and_wait };

Plan plan_of(std::uint64_t dice) {
  constexpr std::array kPlans{Plan::ring_out,      Plan::cancel,        Plan::decline,
                              Plan::talk,          Plan::talk,          Plan::talk,
                              Plan::talk_and_wait, Plan::talk_and_wait, Plan::talk_and_wait};
  return kPlans[dice % kPlans.size()];
}

class Group {
 public:
  Group(Loop& loop, Ledger& ledger, std::uint64_t seed, std::array<Client*, kGroup> people)
      : loop_(loop), ledger_(ledger), random_(seed), people_(people) {
    for (std::size_t i = 0; i < kGroup; ++i) {
      for (Client* other : people_) {
        if (other != people_[i]) people_[i]->pair_with(*other);
      }
      people_[i]->seen = [this, i](const phone::View& view) { look(i, view); };
    }
  }

  void begin() {
    begun_ = Clock::now();
    dialed_ = false;
    ++round_;
    plan_ = plan_of(random_.next());
    later(1500, [this] { dial(0, 1); });
  }

  /// Ends all calls, and starts no new ones.
  void stop() {
    stopping_ = true;
    hang_up_everything();
    if (!dialed_) begun_.reset();
  }

  /// No call is active, all phones are online, and no end was contradicted for some time.
  [[nodiscard]] bool settled() const { return !begun_ && rested(); }

  void count(std::map<std::string_view, std::size_t>& phases) const {
    for (const phone::View& view : views_) {
      for (const phone::CallView& call : view.calls.items) {
        const bool waits = call.phase == Phase::incoming && call.waiting;
        ++phases[waits ? "waiting" : names(Phase{})[static_cast<std::size_t>(call.phase)]];
      }
    }
  }

  /// Takes the next step when no event does: the end of a round, and the next round.
  void tick() {
    if (!begun_ || !dialed_) return;
    if (stopping_ || Clock::now() - *begun_ > kRoundLimit) hang_up_everything();
    if (!rested()) return rest_since_.reset();
    if (!rest_since_) rest_since_ = Clock::now();
    if (Clock::now() - *rest_since_ < kRest) return;
    for (std::size_t i = 0; i < kGroup; ++i) {
      for (const phone::CallView& call : phone::View(views_[i]).calls.items) {
        people_[i]->press(phone::Dismissed{call.call});
      }
    }
    begun_.reset();
    rest_since_.reset();
    if (!stopping_) begin();
  }

 private:
  [[nodiscard]] bool over() const {
    return std::ranges::all_of(views_, [](const phone::View& view) {
      return std::ranges::all_of(view.calls.items,
                                 [](const auto& call) { return call.phase == Phase::ended; });
    });
  }
  [[nodiscard]] bool online() const {
    return std::ranges::all_of(people_, [](const Client* one) { return one->online(); });
  }
  [[nodiscard]] bool rested() const { return online() && over(); }

  /// A random time within `most_ms`, unless the round is over by then.
  void later(std::uint64_t most_ms, std::function<void()> action) {
    const auto wait = std::chrono::milliseconds(random_.below(most_ms) + 1);
    loop_.at(Clock::now() + wait, [this, round = round_, action = std::move(action)] {
      if (round == round_ && begun_) action();
    });
  }

  void dial(std::size_t from, std::size_t to) {
    if (stopping_) return;
    dialed_ = true;
    const CallId call = make_call_id(random_.next() >> 2U);
    Told& told = ledger_[call];
    told.caller = people_[from]->user().text;
    told.callee = people_[to]->user().text;
    people_[from]->press(
        phone::Dialed{call, {people_[to]->user(), {told.callee}}, wire::MediaKind::audio});
    if (plan_ == Plan::cancel && from == 0) {
      later(3000, [this, call] { people_[0]->press(phone::HangUpPressed{call}); });
    }
  }

  void look(std::size_t who, const phone::View& view) {
    const phone::View before = std::exchange(views_[who], view);
    for (const phone::CallView& call : view.calls.items) {
      const auto known = std::ranges::find(before.calls.items, call.call, &phone::CallView::call);
      note(call);
      if (known == before.calls.items.end() || known->phase != call.phase) changed(who, call);
    }
  }

  void note(const phone::CallView& call) {
    Told& told = ledger_[call.call];
    const bool outgoing = call.direction == wire::Direction::outgoing;
    const bool beyond_calling = call.phase != Phase::calling && call.phase != Phase::ended;
    told.known = told.known || call.devices_told > 0 || beyond_calling;
    if (call.reason) (outgoing ? told.callers_reason : told.callees_reason) = call.reason;
  }

  void changed(std::size_t who, const phone::CallView& call) {
    const CallId id = call.call;
    if (call.phase == Phase::incoming) {
      const bool first = who == 1 && call.peer.user == people_[0]->user();
      if (!first) {
        later(2500, [this, who, id] { decide_on_second(who, id); });
      } else if (plan_ == Plan::decline) {
        later(2500, [this, who, id] { people_[who]->press(phone::DeclinePressed{id}); });
      } else if (plan_ == Plan::talk || plan_ == Plan::talk_and_wait) {
        later(2500, [this, who, id] {
          people_[who]->press(phone::AnswerPressed{id, wire::MediaKind::audio});
        });
      }
    }
    if (call.phase == Phase::active && who == 1 && !talking_.exchange(round_)) {
      if (plan_ == Plan::talk_and_wait) later(1500, [this] { dial(2, 1); });
      later(9000, [this] { hang_up_everything(); });
    }
  }

  void decide_on_second(std::size_t who, CallId id) {
    switch (random_.below(4)) {
      case 0:
        return people_[who]->press(phone::DeclinePressed{id});
      case 1:
        return people_[who]->press(
            phone::AnswerPressed{id, wire::MediaKind::audio, phone::OtherCalls::end});
      case 2:
        return people_[who]->press(phone::AnswerPressed{id, wire::MediaKind::audio});
      default:
        return;  // it rings until the first call ends, or until the time limit
    }
  }

  void hang_up_everything() {
    for (std::size_t i = 0; i < kGroup; ++i) {
      for (const phone::CallView& call : phone::View(views_[i]).calls.items) {
        if (call.phase == Phase::ended) continue;
        if (call.phase != Phase::incoming) {
          people_[i]->press(phone::HangUpPressed{call.call});
        } else if (stopping_) {
          people_[i]->press(phone::DeclinePressed{call.call});
        }
      }
    }
  }

  /// Whether an action was taken in this round.
  struct Once {
    std::uint64_t round = 0;
    bool exchange(std::uint64_t now) { return std::exchange(round, now) == now; }
  };

  Loop& loop_;
  Ledger& ledger_;
  Random random_;
  std::array<Client*, kGroup> people_;
  std::array<phone::View, kGroup> views_;
  Plan plan_ = Plan::talk;
  std::uint64_t round_ = 0;
  Once talking_;
  std::optional<Moment> begun_;
  bool dialed_ = false;
  bool stopping_ = false;
  std::optional<Moment> rest_since_;
};

/// Detects the end of standard input.
class InputEnd final : private Watcher {
 public:
  explicit InputEnd(Loop& loop) { loop.watch(STDIN_FILENO, *this, false); }
  [[nodiscard]] bool reached() const { return reached_; }

 private:
  void ready(bool, bool) override {
    std::array<char, 64> ignored;
    if (!reached_ && ::read(STDIN_FILENO, ignored.data(), ignored.size()) <= 0) reached_ = true;
  }
  bool reached_ = false;
};

void print(const json::Writer& line) {
  std::printf("%s\n", line.text().c_str());
  std::fflush(stdout);
}

void print_phases(const std::vector<std::unique_ptr<Group>>& groups) {
  std::map<std::string_view, std::size_t> phases;
  for (const auto& group : groups) group->count(phases);
  json::Writer line;
  line.begin_object();
  line.key("phases");
  line.begin_object();
  for (const auto& [phase, count] : phases) {
    line.key(phase);
    line.integer(static_cast<std::int64_t>(count));
  }
  line.end_object();
  line.end_object();
  print(line);
}

void print_told(const Ledger& ledger) {
  const auto reason = [](json::Writer& line, std::string_view key, const auto& value) {
    if (!value) return;
    line.key(key);
    line.string(names(*value)[static_cast<std::size_t>(*value)]);
  };
  for (const auto& [call, told] : ledger) {
    json::Writer line;
    line.begin_object();
    line.key("call");
    line.string(to_string(call));
    line.key("caller");
    line.string(told.caller);
    line.key("callee");
    line.string(told.callee);
    line.key("known");
    line.boolean(told.known);
    reason(line, "callers_reason", told.callers_reason);
    reason(line, "callees_reason", told.callees_reason);
    line.end_object();
    print(line);
  }
}

}  // namespace

bool churn(const Target& target, const Options&) {
  Crowd crowd(target.endpoint, target.accounts, {.gathering = Gathering::together});
  crowd.sign_in();
  Ledger ledger;
  const auto seed = static_cast<std::uint64_t>(Clock::now().time_since_epoch().count());
  std::vector<std::unique_ptr<Group>> groups;
  for (std::size_t i = 0; i + kGroup <= crowd.clients.size(); i += kGroup) {
    groups.push_back(
        std::make_unique<Group>(crowd.loop, ledger, seed + i,
                                std::array{crowd.clients[i].get(), crowd.clients[i + 1].get(),
                                           crowd.clients[i + 2].get()}));
    groups.back()->begin();
  }
  const InputEnd input(crowd.loop);
  std::function<void()> tick = [&] {
    for (const auto& group : groups) group->tick();
    print_phases(groups);
    crowd.loop.at(Clock::now() + kReportInterval, tick);
  };
  tick();
  crowd.loop.run(Moment::max(), [&] { return input.reached(); });
  for (const auto& group : groups) group->stop();
  const bool settled = crowd.loop.run(Clock::now() + kSettleLimit, [&] {
    return std::ranges::all_of(groups, [](const auto& group) { return group->settled(); });
  });
  print_told(ledger);
  return settled;
}

}  // namespace parley::load
