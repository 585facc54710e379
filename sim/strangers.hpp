// What clients do that are none of ours: they say what no phone of ours says, come in crowds, talk
// without end, or claim what is not so.
#pragma once

#include "core/testing/world.hpp"

#include <cstdint>
#include <vector>

namespace parley::sim {

class Strangers {
 public:
  explicit Strangers(testing::World& world) : world_(world) {}

  /// About the a-th call, one of others or an own one. b: how.
  void meddle(testing::Device& device, std::uint32_t a, std::uint32_t b);
  /// So many further devices of this device's account come; at once they may be gone again.
  void crowd(const testing::Device& device, std::uint32_t count, bool gone);
  /// Signals from this device into a call that it is in. How: 0 all at once, 1 large ones, 2 bit by
  /// bit.
  void join_in_vain(const testing::Device& device, CallId call, std::uint32_t count);
  void flood(testing::Device& device, std::uint32_t count, std::uint32_t how);
  /// A client without a phone takes this device's place in its call for a while, and says all the
  /// time that media flows.
  void insist(testing::Device& device, Duration how_long);
  /// Everybody else's further devices call this device's person so often, and hang up at once.
  void call_together(const testing::Device& device, std::uint32_t count);
  /// All of them are gone.
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
