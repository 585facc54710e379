// A bounded map: when it is full, the value that was unused for longest is dropped.
#pragma once

#include <cstddef>
#include <iterator>
#include <list>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>

namespace parley::server::auth {

template <class Value>
class Recent {
 public:
  explicit Recent(std::size_t max_keys) : max_keys_(max_keys) {}

  /// The value of `key`, created if missing; it becomes the most recent one.
  Value& touch(std::string_view key) {
    if (const auto known = by_key_.find(key); known != by_key_.end()) {
      entries_.splice(entries_.end(), entries_, known->second);
      return known->second->second;
    }
    if (entries_.size() >= max_keys_) {
      by_key_.erase(entries_.front().first);
      entries_.pop_front();
    }
    entries_.emplace_back(std::string(key), Value{});
    by_key_.emplace(entries_.back().first, std::prev(entries_.end()));
    return entries_.back().second;
  }

  /// Does not make the value more recent; null if missing.
  [[nodiscard]] Value* find(std::string_view key) {
    const auto known = by_key_.find(key);
    return known == by_key_.end() ? nullptr : &known->second->second;
  }

  [[nodiscard]] std::size_t size() const { return entries_.size(); }

 private:
  using Entries = std::list<std::pair<std::string, Value>>;  // least recently used first

  std::size_t max_keys_;
  Entries entries_;
  std::unordered_map<std::string_view, typename Entries::iterator> by_key_;
};

}  // namespace parley::server::auth
