#include "tools/link/device.hpp"

#include <linux/if.h>
#include <linux/if_tun.h>
#include <sys/ioctl.h>

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <sched.h>
#include <system_error>
#include <unistd.h>

namespace parley::link {

namespace {

[[noreturn]] void fail(const std::string& what) {
  throw std::system_error(errno, std::generic_category(), what);
}

/// The thread is in another network while this lives.
class InNetwork {
 public:
  explicit InNetwork(const std::string& network) {
    if (network.empty()) return;
    home_ = open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC);
    if (home_ < 0) fail("this network");
    const std::string path = "/run/netns/" + network;
    const int there = open(path.c_str(), O_RDONLY | O_CLOEXEC);
    if (there < 0 || setns(there, CLONE_NEWNET) != 0) fail(path);
    close(there);
  }
  InNetwork(const InNetwork&) = delete;
  InNetwork& operator=(const InNetwork&) = delete;
  ~InNetwork() {
    if (home_ < 0) return;
    setns(home_, CLONE_NEWNET);
    close(home_);
  }

 private:
  int home_ = -1;
};

}  // namespace

Device::Device(const End& end) {
  const InNetwork there(end.network);
  file_ = open("/dev/net/tun", O_RDWR | O_NONBLOCK | O_CLOEXEC);
  if (file_ < 0) fail("/dev/net/tun");
  ifreq request{};
  request.ifr_flags = IFF_TUN | IFF_NO_PI;
  std::strncpy(request.ifr_name, end.device.c_str(), IFNAMSIZ - 1);
  if (ioctl(file_, TUNSETIFF, &request) != 0) {
    const int error = errno;
    close(file_);
    errno = error;
    fail(end.network + ":" + end.device);
  }
}

Device::~Device() { close(file_); }

std::span<const std::byte> Device::read(std::span<std::byte> buffer) const {
  const ssize_t size = ::read(file_, buffer.data(), buffer.size());
  return buffer.first(size > 0 ? static_cast<std::size_t>(size) : 0);
}

void Device::write(std::span<const std::byte> packet) const {
  [[maybe_unused]] const ssize_t written = ::write(file_, packet.data(), packet.size());
}

}  // namespace parley::link
