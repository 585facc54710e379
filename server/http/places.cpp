#include "server/http/places.hpp"

#include "server/http/limits.hpp"

#include <algorithm>
#include <utility>

namespace parley::server::http {

PlaceLimits place_limits(std::size_t total) {
  return {total, std::max(total / 4 * 3, std::min(kLeastPerAddress, total)),
          std::max(total / 4, std::min(kLeastPerAddress, (total + 1) / 2))};
}

bool Places::make_room(std::string_view address) {
  if (!address.empty()) {
    const auto known = by_address_.find(std::string(address));
    if (known != by_address_.end() && !make_room_for(known->second)) return false;
  }
  return taken_ < limits_.total || evict_oldest_silent();
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
  if (state_ != State::silent) return;
  in_silent_ = places_->silent_.insert(places_->silent_.end(), this);
  if (counted_) {
    auto& silent = address_->second.silent;
    in_address_ = silent.insert(silent.end(), this);
  }
}

void Places::Place::leave() {
  if (!held_) return;
  held_ = false;
  --places_->taken_;
  if (state_ == State::silent) {
    places_->silent_.erase(in_silent_);
    if (counted_) address_->second.silent.erase(in_address_);
  }
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
