// Candidates wait here until they can be used. Remote ones wait for the description of their
// generation to be applied; those of a past or ignored generation are dropped and counted. Local
// ones wait until their description has left, and leave in batches.
#pragma once

#include "core/base/time.hpp"
#include "core/wire/types.hpp"

#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <vector>

namespace parley::negotiation {

class RemoteCandidates {
 public:
  /// Browsers gather up to 30 candidates per generation; two generations can wait at once.
  static constexpr std::size_t kMaxWaiting = 128;
  /// Candidates that are added for the applied generations; beyond this they are dropped. Browsers
  /// gather up to 30, and say them again when they are asked.
  static constexpr std::size_t kMaxAdded = 512;
  /// Generations remembered as over: one per ICE restart, and restarts are rationed.
  static constexpr std::size_t kMaxPast = 16;

  struct Waiting {
    std::string ufrag;
    wire::Candidate candidate;
    bool operator==(const Waiting&) const = default;
  };

  /// Takes a batch; returns those that can be added at once.
  [[nodiscard]] std::vector<Waiting> arrive(const wire::Candidates& batch);

  /// A remote description with these fragments has been applied: earlier generations are past.
  /// Returns the candidates that were waiting for it, in the order they came.
  [[nodiscard]] std::vector<Waiting> description_applied(std::vector<std::string> ufrags);

  /// A description is about to be applied: candidates of its generation are wanted, even if an
  /// ignored offer used the same fragment before.
  void description_accepted(const std::vector<std::string>& ufrags);

  /// An offer was ignored in a collision: its candidates are not wanted either.
  void description_ignored(const std::vector<std::string>& ufrags);

  [[nodiscard]] std::uint32_t dropped() const { return dropped_; }
  [[nodiscard]] std::size_t waiting() const { return waiting_.size(); }

 private:
  void forget(const std::string& ufrag);

  std::vector<std::string> current_;
  std::size_t added_ = 0;  // of the current ones
  std::deque<std::string> past_;
  std::deque<Waiting> waiting_;
  std::uint32_t dropped_ = 0;
};

class LocalCandidates {
 public:
  /// Candidates gathered within this time of the first leave together: one message instead of ten,
  /// at a cost below what a person hears (quality-and-recovery facts: LiveKit uses 20 ms too).
  static constexpr Duration kBatchTime{20};
  static constexpr std::size_t kMaxWaiting = 128;
  /// Batches that are kept and can be sent again; a browser sends 2 to 5 for a generation.
  static constexpr std::size_t kMaxSentBatches = 32;

  /// A candidate was gathered; without a ufrag it belongs to the latest local description, or to
  /// the first one when none has left yet.
  void gathered(std::optional<std::string> ufrag, wire::Candidate candidate, Instant now);
  void gathering_completed(Instant now);
  /// A local description has left: its candidates may follow.
  void description_sent(std::vector<std::string> ufrags, Instant now);

  [[nodiscard]] std::optional<Instant> deadline() const { return flush_at_; }
  /// The batches that are due.
  [[nodiscard]] std::vector<wire::Candidates> flush(Instant now);
  /// All batches sent for the present generation, to be sent again.
  [[nodiscard]] std::vector<wire::Candidates> all_sent() const { return sent_; }

 private:
  struct Waiting {
    std::string ufrag;
    wire::Candidate candidate;
  };
  [[nodiscard]] bool described(const std::string& ufrag) const;
  void arm(Instant now);

  std::vector<std::string> current_;
  std::deque<Waiting> waiting_;
  std::vector<wire::Candidates> sent_;
  std::optional<std::string> completed_;  // the generation that has no more, while that is untold
  std::optional<Instant> flush_at_;
};

}  // namespace parley::negotiation
