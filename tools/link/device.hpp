// A TUN device: a network interface whose packets this program gets and gives.
#pragma once

#include <cstddef>
#include <span>
#include <string>

namespace parley::link {

/// An end of a link: a device to make in a network namespace.
struct End {
  /// As `ip netns` knows it; empty for the namespace of this process.
  std::string network;
  std::string device;
};

class Device {
 public:
  /// Throws std::system_error. The device goes away with the program.
  explicit Device(const End& end);
  Device(const Device&) = delete;
  Device& operator=(const Device&) = delete;
  ~Device();

  [[nodiscard]] int file() const { return file_; }
  /// The next packet, in `buffer`; empty when there is none.
  [[nodiscard]] std::span<const std::byte> read(std::span<std::byte> buffer) const;
  /// A packet is lost when the interface is down.
  void write(std::span<const std::byte> packet) const;

 private:
  int file_ = -1;
};

}  // namespace parley::link
