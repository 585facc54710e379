#include "server/relay/guard.hpp"

#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <unistd.h>

namespace parley::server::relay {

namespace {

/// A process number with its pidfd beside it.
struct Packet {
  explicit Packet(pid_t* pid) : part{.iov_base = pid, .iov_len = sizeof *pid} {
    message.msg_iov = &part;
    message.msg_iovlen = 1;
    message.msg_control = space.data();
    message.msg_controllen = space.size();
  }
  Packet(const Packet&) = delete;
  Packet& operator=(const Packet&) = delete;

  void put(int file) {
    cmsghdr* head = CMSG_FIRSTHDR(&message);
    head->cmsg_level = SOL_SOCKET;
    head->cmsg_type = SCM_RIGHTS;
    head->cmsg_len = CMSG_LEN(sizeof file);
    std::memcpy(CMSG_DATA(head), &file, sizeof file);
  }
  [[nodiscard]] int file() const {
    const cmsghdr* head = CMSG_FIRSTHDR(&message);
    int file = -1;
    if (head != nullptr && head->cmsg_type == SCM_RIGHTS) {
      std::memcpy(&file, CMSG_DATA(head), sizeof file);
    }
    return file;
  }

  iovec part;
  msghdr message{};
  alignas(cmsghdr) std::array<char, CMSG_SPACE(sizeof(int))> space{};
};

/// Only what is safe after a fork with threads.
[[noreturn]] void guard(int socket) {
  prctl(PR_SET_NAME, "parley-relay");
  // Not to be reached by Ctrl-C, nor by a stop of the whole group: the server ends the relay then.
  setsid();
  for (const int number : {SIGINT, SIGTERM, SIGHUP, SIGQUIT}) signal(number, SIG_IGN);
  dup2(socket, STDIN_FILENO);
  // Among them sockets of clients.
  syscall(SYS_close_range, 1U, ~0U, 0U);
  pid_t watched = 0;
  int exit_file = -1;
  for (;;) {
    pid_t pid = 0;
    Packet packet(&pid);
    const ssize_t got = recvmsg(STDIN_FILENO, &packet.message, MSG_CMSG_CLOEXEC);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) break;
    if (exit_file >= 0) close(exit_file);
    watched = pid;
    exit_file = packet.file();
  }
  // The number of one that has ended may be another's by now; that of one that has not is its own.
  if (exit_file >= 0 && syscall(SYS_pidfd_send_signal, exit_file, 0, nullptr, 0U) == 0) {
    kill(-watched, SIGKILL);
    syscall(SYS_pidfd_send_signal, exit_file, SIGKILL, nullptr, 0U);
  }
  _exit(EXIT_SUCCESS);
}

}  // namespace

Guard::Guard() {
  std::array<int, 2> ends{};
  if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends.data()) != 0) return;
  const pid_t pid = fork();
  if (pid == 0) {
    close(ends[0]);
    guard(ends[1]);
  }
  close(ends[1]);
  if (pid < 0) {
    close(ends[0]);
    return;
  }
  socket_ = ends[0];
}

Guard::~Guard() {
  if (socket_ >= 0) close(socket_);
}

bool Guard::watch(pid_t pid, int exit_file) const {
  if (socket_ < 0) return false;
  Packet packet(&pid);
  packet.put(exit_file);
  return sendmsg(socket_, &packet.message, MSG_NOSIGNAL | MSG_DONTWAIT) == sizeof pid;
}

}  // namespace parley::server::relay
