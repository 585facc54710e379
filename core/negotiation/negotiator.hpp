// Perfect negotiation for one peer connection (W3C webrtc-pc, 10.7), as a machine of its own: one
// description operation at a time, one offer in flight, needs that arise meanwhile merged into the
// next offer, crossing offers resolved by politeness, answers bound to their offer by its round,
// and candidates held until the description of their generation is applied. An operation that hangs
// or is rejected is undone, and what it was for is tried afresh.
#pragma once

#include "core/base/token_bucket.hpp"
#include "core/negotiation/candidate_queues.hpp"
#include "core/shell/effects.hpp"
#include "core/shell/events.hpp"

#include <chrono>
#include <cstdint>
#include <deque>
#include <optional>
#include <utility>
#include <variant>
#include <vector>

namespace parley::negotiation {

/// What a negotiation wants done: operations for its connection, messages for the other device.
struct Output {
  Instant now;  // when it is asked
  std::vector<phone::Effect> effects;
  std::vector<wire::PeerMessage> messages;
};

class Negotiator {
 public:
  enum class Role : std::uint8_t {
    polite,    // gives way when offers cross: the callee
    impolite,  // insists: the caller
  };

  /// Offers of the other side that wait for the running operation. One is normal, two can cross.
  static constexpr std::size_t kMaxWaitingDescriptions = 4;
  /// Requests to say everything again that are answered in one burst, and afterwards one in a
  /// while: a device makes one for each session that it could not resume, and the answer is 20
  /// times larger.
  static constexpr std::int64_t kResendBurst = 5;
  static constexpr Duration kResendEvery = std::chrono::seconds(2);

  Negotiator(PeerConnectionId connection, Role role) : connection_(connection), role_(role) {}

  /// A new offer is needed, with new ICE credentials if `restart_ice`. Merged when one is under
  /// way.
  void need_offer(bool restart_ice, Output& out);

  void receive(const wire::PeerMessage& message, Output& out);
  /// Signals may have been lost with a session: sends again what the other side may not have, and
  /// asks the other side to do the same. The other side ignores duplicates.
  void recover(Output& out);
  void local_description_set(const phone::LocalDescriptionSet& event, Instant now, Output& out);
  void remote_description_set(const phone::RemoteDescriptionSet& event, Output& out);
  /// True for the operation under way. Events of other operations come too late.
  [[nodiscard]] bool is_current(OperationId id) const;
  /// The operation under way was rejected.
  void operation_failed(OperationId id, Output& out);
  /// True once after so many failures in a row that this exchange is given up. A later offer, of
  /// either side, starts anew.
  [[nodiscard]] bool take_exhausted() { return std::exchange(exhausted_, false); }
  void candidate_gathered(const phone::CandidateGathered& event, Instant now);
  void gathering_completed(Instant now) { local_candidates_.gathering_completed(now); }

  [[nodiscard]] std::optional<Instant> deadline() const;
  /// `online`: signals to the other device can be sent now.
  void time_reached(Instant now, Output& out, bool online = true);
  /// Nothing ran for a while, operations neither: what is under way gets its time again.
  void woken(Instant now);

  /// The impolite side made the first offer, and is the one to ask for restarts.
  [[nodiscard]] bool offers_first() const { return role_ == Role::impolite; }
  [[nodiscard]] PeerConnectionId connection() const { return connection_; }
  /// Descriptions that came too late, twice, or for another round.
  [[nodiscard]] std::uint32_t ignored_descriptions() const { return ignored_descriptions_; }
  [[nodiscard]] std::uint32_t dropped_candidates() const { return remote_candidates_.dropped(); }

 private:
  // Where the exchange of descriptions stands (W3C webrtc-pc, 4.3.1: signaling state).
  struct Stable {};
  struct OfferSent {  // its round is offers_made_
    Instant answer_by;
  };
  struct OfferReceived {};
  using Exchange = std::variant<Stable, OfferSent, OfferReceived>;

  // The one operation the connection may be busy with.
  struct MakingOffer {
    OperationId id;
  };
  struct MakingAnswer {
    OperationId id;
    std::uint32_t round = 0;
  };
  struct ApplyingOffer {
    OperationId id;
    std::uint32_t round = 0;
    std::vector<std::string> ufrags;
  };
  struct ApplyingAnswer {
    OperationId id;
    std::vector<std::string> ufrags;
  };
  using Operation =
      std::variant<std::monostate, MakingOffer, MakingAnswer, ApplyingOffer, ApplyingAnswer>;

  [[nodiscard]] bool busy() const { return !std::holds_alternative<std::monostate>(operation_); }
  OperationId next_operation() { return {++operations_}; }
  void begin(Operation operation, const Output& out);
  void apply_offer(const wire::Description& offer, Output& out);
  /// The operation under way hangs or was rejected.
  void give_up_operation(Duration wait, Output& out);
  /// Nobody has answered the offer that is out.
  void give_up_offer(bool online, Output& out);
  void take_description(const wire::Description& description, Output& out);
  void take_offer(const wire::Description& offer, Output& out);
  void take_answer(const wire::Description& answer, Output& out);
  /// Starts whatever was waiting for the last operation to finish.
  void go_on(Output& out);
  void say_again(Output& out) const;
  void add_candidates(std::vector<RemoteCandidates::Waiting> candidates, Output& out);

  PeerConnectionId connection_;
  Role role_;
  Exchange exchange_ = Stable{};
  Operation operation_;
  Instant operation_due_;  // of the one under way
  std::uint64_t operations_ = 0;
  // What failed, and is to be tried afresh.
  unsigned failures_ = 0;    // in a row
  unsigned unanswered_ = 0;  // offers, in a row
  bool exhausted_ = false;
  bool afresh_ = false;  // the next operation undoes first what the last one may have left
  bool apply_again_ = false;
  std::optional<Instant> pause_until_;
  std::uint32_t offers_made_ = 0;
  std::uint32_t newest_offer_received_ = 0;
  bool offer_needed_ = false;
  bool restart_needed_ = false;
  bool sent_offer_restarts_ = false;
  std::uint32_t ignored_descriptions_ = 0;
  std::deque<wire::Description> waiting_descriptions_;
  std::optional<wire::Description> offer_sent_;  // while it is out
  std::optional<wire::Description> answer_sent_;
  std::optional<wire::Description> offer_received_;  // until it is answered
  /// Candidates for that one which the connection has: undoing it would lose them.
  std::vector<RemoteCandidates::Waiting> candidates_added_;
  TokenBucket resends_;
  RemoteCandidates remote_candidates_;
  LocalCandidates local_candidates_;
};

}  // namespace parley::negotiation
