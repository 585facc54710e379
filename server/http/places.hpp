// The table of connections by address (a network, for IPv6). No address can take all places. Each
// address has one bound for connections without a hello and one for all its connections. When the
// table is full, the connection that has been silent for longest is closed for the new one. When
// none is silent, the address with the most connections loses one to an address with at least two
// fewer: a few addresses can't keep all others out, and two addresses can't take the same place
// from each other in turn. The newest connection of that address that is in no call is closed, or
// the newest if all are in calls.
//
// A connection is silent while it has not sent a whole request, and a WebSocket while it has not
// sent a hello. Not thread-safe.
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

/// The holder of a place.
class Occupant {
 public:
  Occupant() = default;
  virtual ~Occupant() = default;
  Occupant(const Occupant&) = delete;
  Occupant& operator=(const Occupant&) = delete;
  /// Closes the connection now. Its place already belongs to another connection.
  virtual void give_way() = 0;
  /// True when other connections of its address are closed before this one.
  [[nodiscard]] virtual bool is_in_call() const { return false; }
};

struct PlaceLimits {
  std::size_t total = 0;
  /// Connections of one address.
  std::size_t per_address = 0;
  /// Connections of one address without a hello.
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

  /// Makes room for one connection. True when there is room. It may close a connection: a silent
  /// one of this address when the address has too many, else the one that was silent for longest,
  /// else one of the address with the most connections. An empty address, as for a trusted proxy,
  /// is not counted.
  [[nodiscard]] bool make_room(std::string_view address);

  /// Closes the connection that was silent for longest; false when none is silent.
  bool evict_oldest_silent();

  [[nodiscard]] std::size_t taken() const { return taken_; }

  struct Most {
    std::string_view address;
    std::size_t places = 0;
  };
  /// The address with the most connections.
  [[nodiscard]] Most most() const;

 private:
  struct Address {
    std::size_t strangers = 0;
    std::size_t settled = 0;
    /// Silent connections, the longest silent first.
    std::list<Place*> silent;
    /// Connections with a hello, in the order of their hellos.
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
  /// Addresses by their number of connections with a hello: the search for the largest must be
  /// cheap, because any client can cause it.
  std::set<std::pair<std::size_t, const Address*>> by_greeted_;
};

/// A place in the table, held until this object is destroyed or the place is given to another
/// connection. The connection is silent at first.
class Places::Place {
 public:
  /// After make_room(). An empty address is not counted.
  Place(std::shared_ptr<Places> places, std::string_view address, Occupant& occupant);
  ~Place();
  Place(const Place&) = delete;
  Place& operator=(const Place&) = delete;

  /// Sets another holder for the connection.
  void hand_over_to(Occupant& occupant) { occupant_ = &occupant; }

  /// Counts the connection for another address from now on: behind a proxy, each request may come
  /// from another client. False, and no change, when that address has too many.
  [[nodiscard]] bool move_to(std::string_view address);

  /// A whole request has arrived and is being answered.
  void set_busy();
  /// Waits for a whole request, or for a hello, from now on.
  void set_silent();
  /// The WebSocket has sent its hello.
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
