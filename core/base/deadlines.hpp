// All deadlines of a machine, earliest first. There is one per key; arming it again moves it.
#pragma once

#include "core/base/time.hpp"

#include <map>
#include <optional>
#include <set>
#include <utility>

namespace parley {

template <class Key>
class Deadlines {
 public:
  void arm(const Key& key, Instant at) {
    const auto [entry, fresh] = at_.try_emplace(key, at);
    if (!fresh) {
      order_.erase({entry->second, key});
      entry->second = at;
    }
    order_.insert({at, key});
  }

  void disarm(const Key& key) {
    const auto entry = at_.find(key);
    if (entry == at_.end()) return;
    order_.erase({entry->second, key});
    at_.erase(entry);
  }

  [[nodiscard]] std::optional<Instant> next() const {
    return order_.empty() ? std::nullopt : std::optional(order_.begin()->first);
  }

  /// Removes and returns the earliest deadline if it has passed.
  [[nodiscard]] std::optional<Key> take_due(Instant now) {
    if (order_.empty() || order_.begin()->first > now) return std::nullopt;
    const Key key = order_.begin()->second;
    order_.erase(order_.begin());
    at_.erase(key);
    return key;
  }

  [[nodiscard]] bool armed(const Key& key) const { return at_.contains(key); }

  /// All deadlines by key.
  [[nodiscard]] const std::map<Key, Instant>& all() const { return at_; }

 private:
  std::map<Key, Instant> at_;
  std::set<std::pair<Instant, Key>> order_;
};

}  // namespace parley
