// Clients with other software: they send messages that a phone never sends, connect in crowds, send
// without end, or send false reports.
#pragma once

#include "core/testing/world.hpp"

#include <cstdint>
#include <vector>

namespace parley::sim {

class Strangers {
 public:
  explicit Strangers(testing::World& world) : world_(world) {}

  /// Sends a message about the a-th call, one of others or an own one. b: the message.
  void meddle(testing::Device& device, std::uint32_t a, std::uint32_t b);
  /// This many further devices of this device's account connect. They may disconnect at once.
  void crowd(const testing::Device& device, std::uint32_t count, bool gone);
  /// Sends signals from this device into a call that it is in. How: 0 all at once, 1 large ones, 2
  /// one after the other.
  void join_in_vain(const testing::Device& device, CallId call, std::uint32_t count);
  void flood(testing::Device& device, std::uint32_t count, std::uint32_t how);
  /// A client without a phone takes this device's place in its call for a while, and reports media
  /// all the time.
  void insist(testing::Device& device, Duration how_long);
  /// Further devices of all other people call this device's person this many times each, and hang
  /// up at once.
  void call_together(const testing::Device& device, std::uint32_t count);
  /// Disconnects all of them.
  void leave();

 private:
  struct Puppet {
    testing::Device* device = nullptr;
    SocketId client;
    CallId call;
  };
  void insist_again(std::size_t puppet);
  void give_back(std::size_t puppet);

  testing::World& world_;
  std::vector<SocketId> crowd_;
  std::vector<Puppet> puppets_;
  std::uint64_t crowd_devices_ = 0;
  std::uint64_t calls_ = 0;
};

}  // namespace parley::sim
