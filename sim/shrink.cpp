#include "sim/shrink.hpp"

#include <algorithm>
#include <functional>

namespace parley::sim {

namespace {

class Shrinker {
 public:
  Shrinker(Story story, const std::string& rule, unsigned plays)
      : best_(std::move(story)), rule_(rule), plays_left_(plays) {}

  Story run() {
    bool better = true;
    while (better && plays_left_ > 0) {
      better = drop_deeds();
      better = drop_devices() || better;
      better = simplify_world() || better;
      better = simplify_deeds() || better;
    }
    return best_;
  }

 private:
  /// Keeps the story if it still fails in the same way.
  bool keep(Story story) {
    if (plays_left_ == 0) return false;
    --plays_left_;
    const Outcome outcome = play(story);
    if (!outcome.violation || outcome.violation->rule != rule_) return false;
    best_ = std::move(story);
    return true;
  }

  /// Large pieces first, then smaller ones.
  bool drop_deeds() {
    bool dropped = false;
    for (std::size_t piece = std::max<std::size_t>(best_.actions.size() / 2, 1);; piece /= 2) {
      for (std::size_t at = 0; at < best_.actions.size();) {
        Story fewer = best_;
        const auto first = fewer.actions.begin() + static_cast<std::ptrdiff_t>(at);
        const auto last = fewer.actions.begin() +
                          static_cast<std::ptrdiff_t>(std::min(at + piece, fewer.actions.size()));
        // The time before the next action stays the same.
        std::uint32_t waited = 0;
        for (auto action = first; action != last; ++action) waited += action->wait_ms;
        if (last != fewer.actions.end()) last->wait_ms += waited;
        fewer.actions.erase(first, last);
        if (keep(std::move(fewer))) {
          dropped = true;
        } else {
          at += piece;
        }
      }
      if (piece <= 1 || plays_left_ == 0) return dropped;
    }
  }

  bool drop_devices() {
    bool dropped = false;
    for (std::size_t i = best_.devices.size(); i-- > 0 && best_.devices.size() > 1;) {
      const auto uses = [i](const Action& action) {
        return action.actor == i && action.what < ActionKind::crash;
      };
      if (std::ranges::any_of(best_.actions, uses)) continue;
      Story fewer = best_;
      fewer.devices.erase(fewer.devices.begin() + static_cast<std::ptrdiff_t>(i));
      for (Action& action : fewer.actions) {
        if (action.actor > i || action.actor == fewer.devices.size()) --action.actor;
      }
      dropped = keep(std::move(fewer)) || dropped;
    }
    return dropped;
  }

  template <class Value>
  bool try_value(const std::function<Value&(Story&)>& member, Value value) {
    if (member(best_) == value) return false;
    Story simpler = best_;
    member(simpler) = value;
    return keep(std::move(simpler));
  }

  bool simplify_world() {
    using U = std::uint32_t;
    bool simpler = false;
    simpler |= try_value<U>([](Story& s) -> U& { return s.jitter_ms; }, 0);
    simpler |= try_value<U>([](Story& s) -> U& { return s.watch_ms; }, 0);
    simpler |= try_value<U>([](Story& s) -> U& { return s.delay_ms; }, 20);
    simpler |= try_value<U>([](Story& s) -> U& { return s.commit_ms; }, 2);
    simpler |= try_value<U>([](Story& s) -> U& { return s.operation_ms; }, 15);
    for (std::size_t i = 0; i < best_.devices.size(); ++i) {
      simpler |= try_value<bool>([i](Story& s) -> bool& { return s.devices[i].microphone; }, true);
      simpler |= try_value<bool>([i](Story& s) -> bool& { return s.devices[i].camera; }, true);
      simpler |= try_value<bool>([i](Story& s) -> bool& { return s.devices[i].direct; }, true);
      simpler |=
          try_value<bool>([i](Story& s) -> bool& { return s.devices[i].permissions; }, false);
      simpler |= try_value<U>([i](Story& s) -> U& { return s.devices[i].media_ms; }, 5);
      simpler |= try_value<std::int64_t>(
          [i](Story& s) -> std::int64_t& { return s.devices[i].clock_ms; }, 0);
    }
    return simpler;
  }

  bool simplify_deeds() {
    using U = std::uint32_t;
    bool simpler = false;
    for (std::size_t i = 0; i < best_.actions.size(); ++i) {
      for (const U wait : {0U, 1'000U}) {
        simpler |= try_value<U>([i](Story& s) -> U& { return s.actions[i].wait_ms; }, wait);
        if (best_.actions[i].wait_ms == wait) break;
      }
      simpler |= try_value<U>([i](Story& s) -> U& { return s.actions[i].a; }, 0);
      simpler |= try_value<U>([i](Story& s) -> U& { return s.actions[i].b; }, 0);
    }
    return simpler;
  }

  Story best_;
  const std::string& rule_;
  unsigned plays_left_;
};

}  // namespace

Story shrink(const Story& story, const std::string& rule, unsigned plays) {
  return Shrinker(story, rule, plays).run();
}

}  // namespace parley::sim
