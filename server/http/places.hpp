// Who holds the places for connections. Nobody gets so many that others get none: an address (a
// network, for IPv6) has a bound before it has said who it is and one for all it holds; and when
// there is no room, the connection that has been silent for longest gives way to the new one. When
// none is silent, the address that holds most gives a place to one that holds at least two fewer:
// so a few addresses can't keep all others out, and no two take the same place from each other in
// turn. What goes is the newest connection of that address that is in no call, or the newest.
//
// Silent is a connection that has not sent a whole request, or a WebSocket that has not said hello;
// what it holds is all it does. Not thread-safe.
#pragma once

#include <cstddef>
#include <cstdint>
#include <list>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>

namespace parley::server::http {

/// Somebody who holds a place.
class Occupant {
 public:
  Occupant() = default;
  virtual ~Occupant() = default;
  Occupant(const Occupant&) = delete;
  Occupant& operator=(const Occupant&) = delete;
  /// Closes the connection now. Its place has been given away already.
  virtual void give_way() = 0;
  /// Others of its address give way before it.
  [[nodiscard]] virtual bool is_in_call() const { return false; }
};

struct PlaceLimits {
  std::size_t total = 0;
  /// From one address.
  std::size_t per_address = 0;
  /// From one address without a hello.
  std::size_t strangers_per_address = 0;
};

/// The bounds for a table of this size. One address may hold three quarters of it: a company's
/// whole staff may come from one, but no single address shuts all others out. Before the hello it
/// is a twentieth, which a page load uses for a fraction of a second.
[[nodiscard]] PlaceLimits place_limits(std::size_t total);

class Places {
 public:
  class Place;

  explicit Places(PlaceLimits limits) : limits_(limits) {}

  /// True when there is room, perhaps because a connection gave way: a silent one of this address
  /// when that has too many, else the one that was silent for longest, else one of the address that
  /// holds most. An empty address is not counted: that of a trusted proxy.
  [[nodiscard]] bool make_room(std::string_view address);

  /// Has the connection that was silent for longest give way; false when none is silent.
  bool evict_oldest_silent();

  [[nodiscard]] std::size_t taken() const { return taken_; }

  struct Most {
    std::string_view address;
    std::size_t places = 0;
  };
  /// The address that holds most.
  [[nodiscard]] Most most() const;

 private:
  struct Address {
    std::size_t strangers = 0;
    std::size_t settled = 0;
    /// Those that are silent for longest first.
    std::list<Place*> silent;
    /// Those that have said hello, in the order in which they did.
    std::list<Place*> greeted;
    [[nodiscard]] std::size_t all() const { return strangers + settled; }
  };
  using Addresses = std::unordered_map<std::string, Address>;

  [[nodiscard]] bool make_room_for(Address& address);
  bool evict_from_largest(std::size_t newcomer_holds);
  static void evict(Place& place);

  PlaceLimits limits_;
  std::size_t taken_ = 0;
  std::list<Place*> silent_;
  Addresses by_address_;
  /// Addresses with connections that have said hello, by how many they are: looking for the largest
  /// must cost nothing, as everybody may knock.
  std::set<std::pair<std::size_t, const Address*>> by_greeted_;
};

/// A place that is held for as long as this object lives, or until it is given away. Silent at
/// first.
class Places::Place {
 public:
  /// After make_room(). An empty address is not counted.
  Place(std::shared_ptr<Places> places, std::string_view address, Occupant& occupant);
  ~Place();
  Place(const Place&) = delete;
  Place& operator=(const Place&) = delete;

  /// Another one speaks for the connection from now on.
  void hand_over_to(Occupant& occupant) { occupant_ = &occupant; }

  /// Counts for another address from now on: behind a proxy, each request may be of somebody else.
  /// False, and no change, when that address has too many.
  [[nodiscard]] bool move_to(std::string_view address);

  /// A request came in whole and is being answered.
  void set_busy();
  /// Waits for a whole request, or for a hello, from now on.
  void set_silent();
  /// Has said hello.
  void set_settled();

 private:
  friend class Places;
  enum class State : std::uint8_t { silent, busy, settled };

  void enter(std::string_view address);
  void leave();
  void become(State state);
  void enter_lists();
  void leave_lists();

  // Shared: connections that are still open when the server ends go with its loop, which is last.
  std::shared_ptr<Places> places_;
  Occupant* occupant_;
  State state_ = State::silent;
  bool held_ = false;
  Places::Addresses::iterator address_;
  bool counted_ = false;
  std::list<Place*>::iterator in_silent_;
  // In the address's list for its state.
  std::list<Place*>::iterator in_address_;
};

}  // namespace parley::server::http
