#include "server/http/places.hpp"

#include "server/http/limits.hpp"

#include <algorithm>
#include <ranges>
#include <utility>

namespace parley::server::http {

namespace {

// With a smaller difference, the closed connection would take its place back.
constexpr std::size_t kLeastDifference = 2;

}  // namespace

PlaceLimits place_limits(std::size_t total) {
  return {total, std::max(total / 4 * 3, std::min(kLeastPerAddress, total)),
          std::max(total / 4, std::min(kLeastPerAddress, (total + 1) / 2))};
}

bool Places::make_room(std::string_view address) {
  std::size_t holds = 0;
  if (!address.empty()) {
    const auto known = by_address_.find(std::string(address));
    if (known != by_address_.end()) {
      holds = known->second.all();
      if (!make_room_for(known->second)) return false;
    }
  }
  return taken_ < limits_.total || evict_oldest_silent() || evict_from_largest(holds);
}

bool Places::make_room_for(Address& address) {
  if (address.strangers < limits_.strangers_per_address && address.all() < limits_.per_address) {
    return true;
  }
  if (address.silent.empty()) return false;
  evict(*address.silent.front());
  return true;
}

bool Places::evict_oldest_silent() {
  if (silent_.empty()) return false;
  evict(*silent_.front());
  return true;
}

bool Places::evict_from_largest(std::size_t newcomer_holds) {
  if (by_greeted_.empty()) return false;
  const auto& [places, largest] = *by_greeted_.rbegin();
  if (places < newcomer_holds + kLeastDifference) return false;
  const auto newest_first = std::views::reverse(largest->greeted);
  const auto free = std::ranges::find_if(
      newest_first, [](const Place* place) { return !place->occupant_->is_in_call(); });
  evict(free == newest_first.end() ? *largest->greeted.back() : **free);
  return true;
}

void Places::evict(Place& place) {
  place.leave();
  place.occupant_->give_way();
}

Places::Most Places::most() const {
  const auto found = std::ranges::max_element(by_address_, {},
                                              [](const auto& entry) { return entry.second.all(); });
  if (found == by_address_.end()) return {};
  return {found->first, found->second.all()};
}

Places::Place::Place(std::shared_ptr<Places> places, std::string_view address, Occupant& occupant)
    : places_(std::move(places)), occupant_(&occupant) {
  enter(address);
}

Places::Place::~Place() { leave(); }

void Places::Place::enter(std::string_view address) {
  held_ = true;
  ++places_->taken_;
  counted_ = !address.empty();
  if (counted_) {
    address_ = places_->by_address_.try_emplace(std::string(address)).first;
    ++(state_ == State::settled ? address_->second.settled : address_->second.strangers);
  }
  enter_lists();
}

void Places::Place::enter_lists() {
  if (state_ == State::silent) {
    in_silent_ = places_->silent_.insert(places_->silent_.end(), this);
    if (!counted_) return;
    auto& silent = address_->second.silent;
    in_address_ = silent.insert(silent.end(), this);
  } else if (state_ == State::settled && counted_) {
    Address& address = address_->second;
    places_->by_greeted_.erase({address.greeted.size(), &address});
    in_address_ = address.greeted.insert(address.greeted.end(), this);
    places_->by_greeted_.emplace(address.greeted.size(), &address);
  }
}

void Places::Place::leave_lists() {
  if (state_ == State::silent) {
    places_->silent_.erase(in_silent_);
    if (counted_) address_->second.silent.erase(in_address_);
  } else if (state_ == State::settled && counted_) {
    Address& address = address_->second;
    places_->by_greeted_.erase({address.greeted.size(), &address});
    address.greeted.erase(in_address_);
    if (!address.greeted.empty()) {
      places_->by_greeted_.emplace(address.greeted.size(), &address);
    }
  }
}

void Places::Place::leave() {
  if (!held_) return;
  held_ = false;
  --places_->taken_;
  leave_lists();
  if (!counted_) return;
  Address& address = address_->second;
  --(state_ == State::settled ? address.settled : address.strangers);
  if (address.all() == 0) places_->by_address_.erase(address_);
  counted_ = false;
}

bool Places::Place::move_to(std::string_view address) {
  if (!held_) return false;
  const bool same = counted_ ? address_->first == address : address.empty();
  if (same) return true;
  if (!address.empty()) {
    const auto known = places_->by_address_.find(std::string(address));
    if (known != places_->by_address_.end() && !places_->make_room_for(known->second)) return false;
  }
  leave();
  enter(address);
  return true;
}

void Places::Place::become(State state) {
  if (!held_) return;
  const std::string address = counted_ ? address_->first : std::string();
  leave();
  state_ = state;
  enter(address);
}

void Places::Place::set_busy() { become(State::busy); }
void Places::Place::set_silent() { become(State::silent); }
void Places::Place::set_settled() { become(State::settled); }

}  // namespace parley::server::http
