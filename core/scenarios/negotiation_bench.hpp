// Two negotiators with a scripted peer connection each, and every message between them in the hands
// of the test: what is on its way stays there until the test delivers it.
#pragma once

#include "core/base/overloaded.hpp"
#include "core/negotiation/negotiator.hpp"
#include "core/testing/fake_peer_connection.hpp"

#include <deque>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace parley::scenarios {

class End {
 public:
  End(std::string owner, negotiation::Negotiator::Role role)
      : negotiator(PeerConnectionId{1}, role), connection(std::move(owner), PeerConnectionId{1}) {}

  void need_offer(bool restart_ice = false) {
    with_output([&](auto& out) { negotiator.need_offer(restart_ice, out); });
  }
  void hear(const wire::PeerMessage& message) {
    with_output([&](auto& out) { negotiator.receive(message, out); });
  }

  /// The peer connection finishes the operation it is busy with.
  void finish() {
    const phone::Effect effect = *std::exchange(running, std::nullopt);
    std::visit(
        Overloaded{[&](const phone::MakeOffer& e) {
                     describe(connection.make_offer(e.restart_ice), e.operation,
                              wire::DescriptionKind::offer);
                   },
                   [&](const phone::MakeAnswer& e) {
                     describe(connection.make_answer(), e.operation, wire::DescriptionKind::answer);
                   },
                   [&](const phone::SetRemoteDescription& e) {
                     failed = failed || !connection.set_remote(e.kind, e.sdp);
                     with_output([&](auto& out) {
                       negotiator.remote_description_set({connection_id(), e.operation}, out);
                     });
                   },
                   [](const auto&) {}},
        effect);
  }
  void finish_all() {
    while (running) finish();
  }

  /// Gathers these candidates for the latest local description; they leave at once.
  void gather(const std::vector<std::string>& texts, bool complete = false) {
    const std::string ufrag = connection.local_ufrag();
    for (const std::string& text : texts) {
      negotiator.candidate_gathered({connection_id(), {{ufrag}}, {{text}, {{"0"}}, 0}}, now);
    }
    if (complete) negotiator.gathering_completed(now);
    now += Duration{1000};
    with_output([&](auto& out) { negotiator.time_reached(now, out); });
  }

  /// Takes the oldest message that is on its way to the other end.
  wire::PeerMessage take() {
    wire::PeerMessage message = std::move(sent.front());
    sent.pop_front();
    return message;
  }

  negotiation::Negotiator negotiator;
  testing::FakePeerConnection connection;
  std::deque<wire::PeerMessage> sent;
  /// What the peer connection is busy with; it must never be given a second thing to do.
  std::optional<phone::Effect> running;
  bool overlapped = false;
  bool failed = false;  // an operation a browser would have rejected
  std::vector<std::string> added;

 private:
  static PeerConnectionId connection_id() { return PeerConnectionId{1}; }

  void describe(bool done, OperationId operation, wire::DescriptionKind kind) {
    failed = failed || !done;
    with_output([&](auto& out) {
      negotiator.local_description_set({connection_id(), operation, kind, connection.local_sdp()},
                                       now, out);
    });
  }

  template <class Act>
  void with_output(Act act) {
    negotiation::Output out;
    act(out);
    for (phone::Effect& effect : out.effects) {
      if (const auto* add = std::get_if<phone::AddCandidate>(&effect)) {
        connection.add_candidate(add->ufrag.value, add->candidate);
        added.push_back(add->candidate.candidate.value);
        continue;
      }
      overlapped = overlapped || running;
      running = std::move(effect);
    }
    for (wire::PeerMessage& message : out.messages) sent.push_back(std::move(message));
  }

  Instant now = instant_from_ms(1'000'000);
};

/// The caller's end insists when offers cross, the callee's gives way.
struct NegotiationBench {
  End caller{"caller", negotiation::Negotiator::Role::impolite};
  End callee{"callee", negotiation::Negotiator::Role::polite};

  /// Delivers and finishes everything until nothing is left to do.
  void settle() {
    while (step(caller, callee) || step(callee, caller)) {
    }
  }

  void connect() {
    caller.need_offer();
    settle();
    caller.gather({"c1"});
    callee.gather({"d1"});
    settle();
  }

  [[nodiscard]] bool connected() const {
    return testing::FakePeerConnection::reaches(caller.connection, callee.connection);
  }
  /// No operation failed or overlapped another, and no candidate was given that can't be used.
  [[nodiscard]] bool clean() const { return clean(caller) && clean(callee); }

 private:
  static bool step(End& from, End& to) {
    if (from.running) {
      from.finish();
      return true;
    }
    if (from.sent.empty()) return false;
    to.hear(from.take());
    return true;
  }
  static bool clean(const End& end) {
    return !end.failed && !end.overlapped && end.connection.rejected_candidates == 0;
  }
};

}  // namespace parley::scenarios
