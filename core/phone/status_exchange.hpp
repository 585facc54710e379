// The statuses that the two sides of a call send each other: what they send, whether they hold,
// what they can confirm. A status goes through the server and, where the data channel of a
// connection is open, from device to device. `Phone` sends what `tell` returns.
#pragma once

#include "core/base/ids.hpp"
#include "core/base/time.hpp"
#include "core/wire/server_messages.hpp"
#include "core/wire/types.hpp"

#include <cstdint>
#include <optional>
#include <vector>

namespace parley::phone {

class StatusExchange {
 public:
  /// The data channel of a connection of the call.
  struct Channel {
    PeerConnectionId connection;
    bool open = false;
    std::optional<wire::LegStatus> heard;  // the newest
  };

  StatusExchange() = default;
  /// `of_peer`: the other side's status as a snapshot has it.
  explicit StatusExchange(const std::optional<wire::LegStatus>& of_peer)
      : of_peer_(of_peer), from_server_(of_peer) {}

  // ---- this side ----

  /// Takes this side's status of now. Returns it with a new revision when it has to be sent.
  [[nodiscard]] std::optional<wire::LegStatus> tell(wire::LegStatus status, Instant now);
  /// The server has refused the last status for lack of room: it is sent again.
  void refused(const wire::Refusal& refusal, Instant now);
  /// The session is a new one: the last status is sent again.
  void session_started();
  /// The last status that was sent in this session, to the device that is newest at the other side.
  [[nodiscard]] const std::optional<wire::LegStatus>& told() const { return told_; }
  /// When to call `tell` again although nothing has changed.
  [[nodiscard]] std::optional<Instant> deadline() const { return tell_again_at_; }

  // ---- the other side ----

  // Each returns true when `of_peer` is news.
  bool told_by_server(const wire::LegStatus& status);
  bool heard(PeerConnectionId connection, const wire::LegStatus& status);
  void device_changed(wire::PeerDevice device) { peer_device_ = device; }

  [[nodiscard]] const std::optional<wire::LegStatus>& of_peer() const { return of_peer_; }
  [[nodiscard]] wire::PeerDevice peer_device() const { return peer_device_; }
  [[nodiscard]] bool peer_holds() const { return of_peer_ && of_peer_->held; }

  // ---- connections ----

  /// A connection has taken the place of all others: the device at its end, or its page, is new.
  void connection_opened(PeerConnectionId connection);
  /// A connection to a device that is taking over at the other side.
  void joiner_opened(PeerConnectionId connection);
  void connection_closed(PeerConnectionId connection);
  /// The device that was taking over has given up: the status of the earlier device applies again.
  /// Returns true when there is one.
  bool joiner_gone();
  /// The channel of a connection is open. Returns true the first time.
  bool channel_opened(PeerConnectionId connection);
  /// In the order the connections were opened.
  [[nodiscard]] const std::vector<Channel>& channels() const { return channels_; }

 private:
  [[nodiscard]] Channel* find(PeerConnectionId connection);
  /// The newest connection goes to the device that is taking over at the other side, or else to the
  /// device in the call. A status of that device that came through its channel; nullptr for none.
  [[nodiscard]] const wire::LegStatus* newest_heard() const;

  std::optional<wire::LegStatus> told_;
  std::optional<Instant> tell_again_at_;
  std::uint32_t revision_ = 0;
  std::optional<wire::LegStatus> of_peer_;
  std::optional<wire::LegStatus> from_server_;  // the last one
  wire::PeerDevice peer_device_ = wire::PeerDevice::connected;
  std::vector<Channel> channels_;
};

}  // namespace parley::phone
