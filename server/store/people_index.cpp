#include "server/store/people_index.hpp"

#include "server/text/unicode.hpp"

#include <algorithm>
#include <optional>
#include <tuple>
#include <utility>

namespace parley::server::store {

namespace {

// A search lets go of the lock after so many people, which takes it about a tenth of a millisecond:
// the loop never waits longer than that to put somebody in.
constexpr std::size_t kLookedAtAtOnce = 1000;

}  // namespace

void PeopleIndex::fill(const std::vector<Account>& accounts) {
  const std::lock_guard lock(mutex_);
  by_name_.reserve(accounts.size());
  by_user_.reserve(accounts.size());
  for (const Account& account : accounts) {
    by_name_.push_back(entry_for(account));
    by_user_.insert_or_assign(account.user, by_name_.back().get());
  }
  std::ranges::sort(by_name_, [](const auto& a, const auto& b) { return comes_before(*a, *b); });
}

std::unique_ptr<PeopleIndex::Entry> PeopleIndex::entry_for(const Account& account) {
  return std::make_unique<Entry>(Entry{text::folded(account.name), account});
}

bool PeopleIndex::comes_before(const Entry& a, const Entry& b) {
  return std::tie(a.folded_name, a.account.user.text) <
         std::tie(b.folded_name, b.account.user.text);
}

void PeopleIndex::put(const Account& account) {
  const std::lock_guard lock(mutex_);
  const auto before = [](const auto& a, const auto& b) { return comes_before(*a, *b); };
  if (const auto known = by_user_.find(account.user); known != by_user_.end()) {
    Entry& entry = *known->second;
    if (account.change <= entry.account.change) return;
    if (account.name == entry.account.name) {
      entry.account = account;
      return;
    }
    // Equal keys don't exist, so this finds the very entry.
    const auto at = std::ranges::lower_bound(
        by_name_, entry, [](const Entry& a, const Entry& b) { return comes_before(a, b); },
        [](const auto& one) -> const Entry& { return *one; });
    by_name_.erase(at);
  }
  std::unique_ptr<Entry> entry = entry_for(account);
  by_user_.insert_or_assign(account.user, entry.get());
  const auto at = std::ranges::lower_bound(by_name_, entry, before);
  by_name_.insert(at, std::move(entry));
}

std::vector<Account> PeopleIndex::find(const UserId& me, std::string_view search,
                                       std::size_t limit) const {
  const std::string wanted = text::folded(search);
  std::vector<Account> found;
  // Where to go on: behind the last one looked at, wherever that is by then.
  std::optional<std::pair<std::string, std::string>> last;
  for (;;) {
    const std::lock_guard lock(mutex_);
    auto next = by_name_.begin();
    if (last) {
      next = std::ranges::upper_bound(by_name_, *last, {}, [](const auto& one) {
        return std::pair(one->folded_name, one->account.user.text);
      });
    }
    for (std::size_t i = 0; i < kLookedAtAtOnce; ++i, ++next) {
      if (next == by_name_.end() || found.size() == limit) return found;
      const Entry& entry = **next;
      const bool matches = entry.account.user.text.starts_with(wanted) ||
                           entry.folded_name.find(wanted) != std::string::npos;
      if (matches && !entry.account.disabled && entry.account.user != me) {
        found.push_back(entry.account);
      }
    }
    const Entry& seen = **std::prev(next);
    last.emplace(seen.folded_name, seen.account.user.text);
  }
}

std::size_t PeopleIndex::size() const {
  const std::lock_guard lock(mutex_);
  return by_name_.size();
}

}  // namespace parley::server::store
