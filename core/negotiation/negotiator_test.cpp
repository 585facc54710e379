#include "core/negotiation/negotiator.hpp"

#include "core/base/ids.hpp"
#include "core/base/overloaded.hpp"
#include "core/base/random.hpp"
#include "core/base/time.hpp"
#include "core/negotiation/candidate_queues.hpp"
#include "core/negotiation/test_candidates.hpp"
#include "core/negotiation/timers.hpp"
#include "core/shell/effects.hpp"
#include "core/shell/events.hpp"
#include "core/testing/fake_peer_connection.hpp"
#include "core/wire/types.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace parley::negotiation {
namespace {

using namespace std::chrono_literals;

using Role = Negotiator::Role;
using Texts = std::vector<std::string>;
using wire::DescriptionKind;

constexpr PeerConnectionId kConnection{1};

std::string sdp(const std::string& ufrag) { return "v=0\r\na=ice-ufrag:" + ufrag + "\r\n"; }

wire::Description offer(std::uint32_t round, const std::string& ufrag) {
  return {.kind = DescriptionKind::offer, .round = round, .sdp = {sdp(ufrag)}};
}

wire::Description answer(std::uint32_t round, const std::string& ufrag) {
  return {.kind = DescriptionKind::answer, .round = round, .sdp = {sdp(ufrag)}};
}

wire::Candidates candidates(const std::string& ufrag, const Texts& texts, bool complete = false) {
  wire::Candidates batch{.ufrag = {ufrag}, .candidates = {}, .complete = complete};
  for (const std::string& text : texts) batch.candidates.items.push_back(candidate(text));
  return batch;
}

std::string ufrag_in(const std::string& description) {
  const auto from = description.find(':') + 1;
  return description.substr(from, description.find('\r', from) - from);
}

/// A negotiator whose every output is returned as text: what it asks of its connection, then what
/// it says to the other device.
class Side {
 public:
  explicit Side(Role role) : negotiator(kConnection, role) {}

  Texts need_offer() { return needs(false); }
  Texts need_restart() { return needs(true); }

  Texts hear(const wire::PeerMessage& message) {
    return output([&](Output& out) { negotiator.receive(message, out); });
  }

  /// The description that was asked for is made, with this user name fragment.
  Texts made(const std::string& ufrag) { return made(operation, ufrag); }
  Texts made(OperationId id, const std::string& ufrag) {
    return output([&](Output& out) {
      negotiator.local_description_set({kConnection, id, making, sdp(ufrag)}, now, out);
    });
  }

  /// The description that was heard is applied.
  Texts applied() { return applied(operation); }
  Texts applied(OperationId id) {
    return output([&](Output& out) { negotiator.remote_description_set({kConnection, id}, out); });
  }

  Texts recover() {
    return output([&](Output& out) { negotiator.recover(out); });
  }

  Texts batches_at(Instant at) {
    return output([&](Output& out) { negotiator.time_reached(at, out); });
  }

  /// The operation under way is rejected.
  Texts fails() {
    return output([&](Output& out) { negotiator.operation_failed(operation, out); });
  }

  /// Time passes up to the next thing that is due.
  Texts waits(bool online = true) {
    now = negotiator.deadline().value();
    return output([&](Output& out) { negotiator.time_reached(now, out, online); });
  }

  Negotiator negotiator;
  Instant now = kStart;
  OperationId operation;  // the latest one asked for
  DescriptionKind making = DescriptionKind::offer;

 private:
  Texts needs(bool restart) {
    return output([&](Output& out) { negotiator.need_offer(restart, out); });
  }

  template <class Act>
  Texts output(Act act) {
    Output out{.now = now};
    act(out);
    Texts texts;
    for (const phone::Effect& effect : out.effects) texts.push_back(text_of(effect));
    for (const wire::PeerMessage& message : out.messages) texts.push_back(text_of(message));
    return texts;
  }

  std::string text_of(const phone::Effect& effect) {
    if (const auto* make = std::get_if<phone::MakeOffer>(&effect)) {
      operation = make->operation;
      making = DescriptionKind::offer;
      return std::string(make->afresh ? "afresh: " : "") +
             (make->restart_ice ? "make restart" : "make offer");
    }
    if (const auto* make = std::get_if<phone::MakeAnswer>(&effect)) {
      operation = make->operation;
      making = DescriptionKind::answer;
      return "make answer";
    }
    if (const auto* apply = std::get_if<phone::SetRemoteDescription>(&effect)) {
      operation = apply->operation;
      const bool is_offer = apply->kind == DescriptionKind::offer;
      return std::string(apply->afresh ? "afresh: " : "") +
             (is_offer ? "apply offer " : "apply answer ") + ufrag_in(apply->sdp);
    }
    if (const auto* add = std::get_if<phone::AddCandidate>(&effect)) {
      return "add " + add->ufrag.value + ":" + add->candidate.candidate.value;
    }
    return "unexpected effect";
  }

  static std::string text_of(const wire::PeerMessage& message) {
    return std::visit(
        Overloaded{
            [](const wire::Description& description) {
              return std::string(description.kind == DescriptionKind::offer ? "say offer "
                                                                            : "say answer ") +
                     std::to_string(description.round) + " " + ufrag_in(description.sdp.value);
            },
            [](const wire::Candidates& batch) {
              std::string text = "say candidates " + batch.ufrag.value + ":";
              for (const auto& item : batch.candidates.items) text += " " + item.candidate.value;
              return text + (batch.complete ? "." : "");
            },
            [](const wire::Resend&) { return std::string("say resend"); },
            [](const wire::RestartWanted&) { return std::string("say restart wanted"); },
        },
        message);
  }
};

Side caller() { return Side(Role::impolite); }
Side callee() { return Side(Role::polite); }

/// After one complete exchange: caller's fragment "c1", callee's "e1".
Side connected_caller() {
  Side side = caller();
  (void)side.need_offer();
  (void)side.made("c1");
  (void)side.hear(answer(1, "e1"));
  (void)side.applied();
  return side;
}

Side connected_callee() {
  Side side = callee();
  (void)side.hear(offer(1, "c1"));
  (void)side.applied();
  (void)side.made("e1");
  return side;
}

// ---- one exchange ----

TEST(Negotiator, OffersAndTakesTheAnswer) {
  Side side = caller();
  EXPECT_EQ(side.need_offer(), Texts{"make offer"});
  EXPECT_EQ(side.made("c1"), Texts{"say offer 1 c1"});
  EXPECT_EQ(side.hear(answer(1, "e1")), Texts{"apply answer e1"});
  EXPECT_EQ(side.applied(), Texts{});
}

TEST(Negotiator, AnswersAnOfferWithItsRound) {
  Side side = callee();
  EXPECT_EQ(side.hear(offer(7, "c1")), Texts{"apply offer c1"});
  EXPECT_EQ(side.applied(), Texts{"make answer"});
  EXPECT_EQ(side.made("e1"), Texts{"say answer 7 e1"});
}

TEST(Negotiator, CountsARoundOnlyWhenAnOfferIsReallyMade) {
  Side side = connected_caller();
  EXPECT_EQ(side.need_offer(), Texts{"make offer"});
  EXPECT_EQ(side.need_offer(), Texts{});
  EXPECT_EQ(side.made("c1"), Texts{"say offer 2 c1"});
}

TEST(Negotiator, NamesTheOperationUnderWay) {
  Side side = caller();
  EXPECT_FALSE(side.negotiator.is_current(OperationId{0}));
  (void)side.need_offer();
  const OperationId making = side.operation;
  EXPECT_TRUE(side.negotiator.is_current(making));
  (void)side.made("c1");
  EXPECT_FALSE(side.negotiator.is_current(making));
  (void)side.hear(answer(1, "e1"));
  EXPECT_TRUE(side.negotiator.is_current(side.operation));
  (void)side.applied();
  EXPECT_FALSE(side.negotiator.is_current(side.operation));
}

TEST(Negotiator, IgnoresReportsOfOperationsThatAreNotUnderWay) {
  Side side = caller();
  (void)side.need_offer();
  const OperationId making = side.operation;
  EXPECT_EQ(side.applied(making), Texts{}) << "nothing is being applied";
  EXPECT_EQ(side.made({making.value + 1}, "x"), Texts{}) << "never asked for";
  EXPECT_EQ(side.made("c1"), Texts{"say offer 1 c1"});
  EXPECT_EQ(side.made(making, "c1"), Texts{}) << "reported twice";
  (void)side.hear(answer(1, "e1"));
  EXPECT_EQ(side.made(side.operation, "x"), Texts{}) << "nothing is being made";
  EXPECT_EQ(side.applied(), Texts{});
  EXPECT_EQ(side.applied(), Texts{}) << "reported twice";
}

// ---- candidates ----

TEST(Negotiator, AppliesEarlyCandidatesInOrderRightAfterTheRemoteDescription) {
  Side side = callee();
  EXPECT_EQ(side.hear(candidates("c1", {"a", "b"})), Texts{});
  EXPECT_EQ(side.hear(candidates("c1", {"c"})), Texts{});
  EXPECT_EQ(side.hear(offer(1, "c1")), Texts{"apply offer c1"});
  EXPECT_EQ(side.hear(candidates("c1", {"d"})), Texts{}) << "still being applied";
  EXPECT_EQ(side.applied(), (Texts{"add c1:a", "add c1:b", "add c1:c", "add c1:d", "make answer"}))
      << "before the local description exists";
  EXPECT_EQ(side.hear(candidates("c1", {"e"})), Texts{"add c1:e"})
      << "also while the answer is being made";
  EXPECT_EQ(side.negotiator.dropped_candidates(), 0U);
}

TEST(Negotiator, HoldsTheCalleesCandidatesUntilItsAnswerIsApplied) {
  Side side = caller();
  (void)side.need_offer();
  (void)side.made("c1");
  EXPECT_EQ(side.hear(candidates("e1", {"a"})), Texts{});
  EXPECT_EQ(side.hear(answer(1, "e1")), Texts{"apply answer e1"});
  EXPECT_EQ(side.applied(), Texts{"add e1:a"});
}

TEST(Negotiator, CarriesTheEndOfCandidatesInEveryForm) {
  Side side = connected_caller();
  EXPECT_EQ(side.hear(candidates("e1", {"a"}, true)), (Texts{"add e1:a", "add e1:"}));
  EXPECT_EQ(side.hear(candidates("e1", {}, true)), Texts{"add e1:"});
  EXPECT_EQ(side.hear(candidates("e1", {""})), Texts{"add e1:"}) << "as Firefox says it";
  EXPECT_EQ(side.hear(candidates("e1", {"b"})), Texts{"add e1:b"}) << "later ones still count";
}

TEST(Negotiator, DropsCandidatesOfTheGenerationBeforeARestart) {
  Side side = connected_callee();
  (void)side.hear(offer(2, "c2"));
  (void)side.applied();
  EXPECT_EQ(side.hear(candidates("c1", {"old"})), Texts{});
  EXPECT_EQ(side.negotiator.dropped_candidates(), 1U);
  EXPECT_EQ(side.hear(candidates("c2", {"new"})), Texts{"add c2:new"});
}

TEST(Negotiator, HoldsCandidatesOfARestartUntilItsOfferIsApplied) {
  Side side = connected_callee();
  EXPECT_EQ(side.hear(candidates("c2", {"new"})), Texts{});
  EXPECT_EQ(side.hear(candidates("c1", {"old"})), Texts{"add c1:old"}) << "still the present one";
  (void)side.hear(offer(2, "c2"));
  EXPECT_EQ(side.applied(), (Texts{"add c2:new", "make answer"}));
}

TEST(Negotiator, SendsOwnCandidatesInABatchAfterTheirDescription) {
  Side side = caller();
  (void)side.need_offer();
  side.negotiator.candidate_gathered({kConnection, {{"c1"}}, candidate("a")}, kStart);
  EXPECT_EQ(side.negotiator.deadline(), kStart + kOperationLimit) << "not before the offer";
  (void)side.made("c1");
  side.negotiator.candidate_gathered({kConnection, {{"c1"}}, candidate("b")}, kStart + 1ms);
  side.negotiator.gathering_completed(kStart + 2ms);
  const Instant due = kStart + LocalCandidates::kBatchTime;
  EXPECT_EQ(side.negotiator.deadline(), due);
  EXPECT_EQ(side.batches_at(due - 1ms), Texts{});
  EXPECT_EQ(side.batches_at(due), Texts{"say candidates c1: a b."});
  EXPECT_EQ(side.negotiator.deadline(), kStart + kUnansweredLimit);
}

// ---- answers that are late, repeated or foreign ----

TEST(Negotiator, DropsADuplicateAnswer) {
  Side side = connected_caller();
  EXPECT_EQ(side.hear(answer(1, "e1")), Texts{});
  EXPECT_EQ(side.negotiator.ignored_descriptions(), 1U);
}

TEST(Negotiator, DropsADuplicateAnswerWhileTheFirstIsBeingApplied) {
  Side side = caller();
  (void)side.need_offer();
  (void)side.made("c1");
  (void)side.hear(answer(1, "e1"));
  EXPECT_EQ(side.hear(answer(1, "e1")), Texts{});
  EXPECT_EQ(side.applied(), Texts{}) << "and not after it either";
  EXPECT_EQ(side.negotiator.ignored_descriptions(), 1U);
}

TEST(Negotiator, DropsALateAnswerToAnOlderOffer) {
  Side side = connected_caller();
  (void)side.need_offer();
  (void)side.made("c1");
  EXPECT_EQ(side.hear(answer(1, "late")), Texts{});
  EXPECT_EQ(side.hear(answer(3, "early")), Texts{});
  EXPECT_EQ(side.hear(answer(2, "e1")), Texts{"apply answer e1"});
}

TEST(Negotiator, DropsAnAnswerToAnOfferThatWasRolledBack) {
  Side side = connected_callee();
  (void)side.need_offer();
  (void)side.made("e1");            // round 1
  (void)side.hear(offer(2, "c1"));  // crosses: rolled back
  (void)side.applied();
  EXPECT_EQ(side.made("e1"), (Texts{"make offer", "say answer 2 e1"}));
  EXPECT_EQ(side.made("e1"), Texts{"say offer 2 e1"});
  EXPECT_EQ(side.hear(answer(1, "c1")), Texts{}) << "to the one that was rolled back";
  EXPECT_EQ(side.hear(answer(2, "c1")), Texts{"apply answer c1"});
}

TEST(Negotiator, DropsAnAnswerNobodyAskedFor) {
  Side side = callee();
  EXPECT_EQ(side.hear(answer(0, "c1")), Texts{});
  EXPECT_EQ(side.hear(answer(1, "c1")), Texts{});
  Side busy = caller();
  (void)busy.need_offer();
  EXPECT_EQ(busy.hear(answer(1, "e1")), Texts{}) << "the offer has not even left";
  EXPECT_EQ(busy.hear(answer(0, "e1")), Texts{});
  EXPECT_EQ(busy.made("c1"), (Texts{"apply answer e1", "say offer 1 c1"}))
      << "a peer that guesses the round only hurts its own call";
}

TEST(Negotiator, DropsADuplicateOffer) {
  Side side = connected_callee();
  EXPECT_EQ(side.hear(offer(1, "c1")), Texts{});
  EXPECT_EQ(side.negotiator.ignored_descriptions(), 1U);
}

TEST(Negotiator, DropsAnOfferOlderThanTheNewest) {
  Side side = callee();
  (void)side.hear(offer(5, "c5"));
  (void)side.applied();
  (void)side.made("e1");
  EXPECT_EQ(side.hear(offer(4, "c4")), Texts{});
  EXPECT_EQ(side.hear(offer(0, "c0")), Texts{});
  EXPECT_EQ(side.hear(offer(6, "c6")), Texts{"apply offer c6"});
}

// ---- one operation at a time, in the order of arrival ----

TEST(Negotiator, ProcessesDescriptionsOneAtATimeInTheOrderTheyArrive) {
  Side side = callee();
  EXPECT_EQ(side.hear(offer(1, "c1")), Texts{"apply offer c1"});
  EXPECT_EQ(side.hear(candidates("c1", {"a"})), Texts{});
  EXPECT_EQ(side.hear(offer(2, "c2")), Texts{}) << "the first is still being applied";
  EXPECT_EQ(side.applied(), (Texts{"add c1:a", "make answer"}));
  EXPECT_EQ(side.hear(candidates("c2", {"b"})), Texts{});
  EXPECT_EQ(side.made("e1"), (Texts{"apply offer c2", "say answer 1 e1"}));
  EXPECT_EQ(side.applied(), (Texts{"add c2:b", "make answer"}));
  EXPECT_EQ(side.made("e2"), Texts{"say answer 2 e2"});
}

TEST(Negotiator, MakesNoOfferWhileADescriptionIsBeingApplied) {
  Side side = callee();
  (void)side.hear(offer(1, "c1"));
  EXPECT_EQ(side.need_offer(), Texts{});
  EXPECT_EQ(side.applied(), Texts{"make answer"});
  EXPECT_EQ(side.need_offer(), Texts{});
  EXPECT_EQ(side.made("e1"), (Texts{"make offer", "say answer 1 e1"}));
}

TEST(Negotiator, HoldsABoundedNumberOfDescriptions) {
  Side side = callee();
  (void)side.hear(offer(1, "c1"));
  for (std::uint32_t round = 2; round < 100; ++round) (void)side.hear(offer(round, "x"));
  EXPECT_EQ(side.negotiator.ignored_descriptions(), 98U - Negotiator::kMaxWaitingDescriptions);
}

// ---- needs that arise meanwhile ----

TEST(Negotiator, MergesNeedsThatAriseDuringANegotiationIntoOneFollowUpOffer) {
  Side side = caller();
  (void)side.need_offer();
  EXPECT_EQ(side.need_offer(), Texts{}) << "while the offer is being made";
  (void)side.made("c1");
  EXPECT_EQ(side.need_offer(), Texts{}) << "while it is out";
  EXPECT_EQ(side.need_restart(), Texts{});
  (void)side.hear(answer(1, "e1"));
  EXPECT_EQ(side.need_offer(), Texts{}) << "while the answer is being applied";
  EXPECT_EQ(side.applied(), Texts{"make restart"}) << "one offer for all of them";
  EXPECT_EQ(side.made("c2"), Texts{"say offer 2 c2"});
  (void)side.hear(answer(2, "e2"));
  EXPECT_EQ(side.applied(), Texts{}) << "and no more";
}

TEST(Negotiator, RestartsOnceForOneNeed) {
  Side side = connected_caller();
  EXPECT_EQ(side.need_restart(), Texts{"make restart"});
  (void)side.made("c2");
  (void)side.hear(answer(2, "e2"));
  (void)side.applied();
  EXPECT_EQ(side.need_offer(), Texts{"make offer"});
}

TEST(Negotiator, KeepsOneOfferInFlight) {
  Side side = connected_caller();
  (void)side.need_restart();
  (void)side.made("c2");
  for (int i = 0; i < 5; ++i) EXPECT_EQ(side.need_restart(), Texts{});
}

// ---- offers that cross ----

TEST(Negotiator, PoliteSideGivesWayAndOffersAgain) {
  Side side = connected_callee();
  (void)side.need_offer();
  EXPECT_EQ(side.made("e1"), Texts{"say offer 1 e1"});
  EXPECT_EQ(side.hear(offer(2, "c2")), Texts{"apply offer c2"}) << "with its own rolled back";
  EXPECT_EQ(side.applied(), Texts{"make answer"});
  EXPECT_EQ(side.made("e1"), (Texts{"make offer", "say answer 2 e1"}));
  EXPECT_EQ(side.made("e1"), Texts{"say offer 2 e1"});
}

TEST(Negotiator, PoliteSideRemembersThatItsRolledBackOfferWasARestart) {
  Side side = connected_callee();
  (void)side.need_restart();
  (void)side.made("e2");
  (void)side.hear(offer(2, "c2"));
  (void)side.applied();
  EXPECT_EQ(side.made("e3"), (Texts{"make restart", "say answer 2 e3"}));
}

TEST(Negotiator, PoliteSideGivesWayWhenTheOtherOfferComesWhileItsOwnIsBeingMade) {
  Side side = connected_callee();
  (void)side.need_offer();
  EXPECT_EQ(side.hear(offer(2, "c2")), Texts{});
  EXPECT_EQ(side.made("e1"), (Texts{"apply offer c2", "say offer 1 e1"}));
}

TEST(Negotiator, ImpoliteSideInsists) {
  Side side = connected_caller();
  (void)side.need_offer();
  (void)side.made("c1");
  EXPECT_EQ(side.hear(offer(1, "e2")), Texts{});
  EXPECT_EQ(side.negotiator.ignored_descriptions(), 1U);
  EXPECT_EQ(side.hear(answer(2, "e1")), Texts{"apply answer e1"});
  (void)side.applied();
  EXPECT_EQ(side.hear(offer(2, "e2")), Texts{"apply offer e2"}) << "when it is offered again";
}

TEST(Negotiator, DropsTheCandidatesOfAnOfferItIgnored) {
  Side side = connected_caller();
  (void)side.need_offer();
  (void)side.made("c1");
  EXPECT_EQ(side.hear(candidates("e2", {"before"})), Texts{});
  (void)side.hear(offer(1, "e2"));
  EXPECT_EQ(side.hear(candidates("e2", {"after"})), Texts{});
  EXPECT_EQ(side.negotiator.dropped_candidates(), 2U);
  (void)side.hear(answer(2, "e1"));
  EXPECT_EQ(side.applied(), Texts{});
  EXPECT_EQ(side.hear(candidates("e1", {"good"})), Texts{"add e1:good"});
}

TEST(Negotiator, WantsTheCandidatesOfAnAnswerThatReusesAnIgnoredOffersFragment) {
  Side side = connected_caller();
  (void)side.need_restart();
  (void)side.made("c2");
  (void)side.hear(offer(1, "e2"));
  (void)side.hear(answer(2, "e2"));
  EXPECT_EQ(side.hear(candidates("e2", {"a"})), Texts{});
  EXPECT_EQ(side.applied(), Texts{"add e2:a"});
}

// ---- after a lost session ----

TEST(Negotiator, SaysItsLatestDescriptionAndCandidatesAgainWhenAsked) {
  Side side = caller();
  EXPECT_EQ(side.hear(wire::Resend{}), Texts{}) << "nothing was said yet";
  (void)side.need_offer();
  (void)side.made("c1");
  side.negotiator.candidate_gathered({kConnection, {{"c1"}}, candidate("a")}, kStart);
  (void)side.batches_at(kStart + 1s);
  const Texts all{"say offer 1 c1", "say candidates c1: a"};
  EXPECT_EQ(side.hear(wire::Resend{}), all);
  EXPECT_EQ(side.hear(wire::Resend{}), all);
}

TEST(Negotiator, SaysAnAnswerAgainAlsoWhenAnOfferLeftAfterIt) {
  Side side = connected_callee();
  (void)side.need_offer();
  (void)side.made("e1");
  EXPECT_EQ(side.hear(wire::Resend{}), (Texts{"say answer 1 e1", "say offer 1 e1"}));
}

TEST(Negotiator, DoesNotSayAnOfferAgainThatIsSettled) {
  Side answered = connected_caller();
  EXPECT_EQ(answered.hear(wire::Resend{}), Texts{});
  Side rolled_back = connected_callee();
  (void)rolled_back.need_offer();
  (void)rolled_back.made("e1");
  (void)rolled_back.hear(offer(2, "c2"));
  EXPECT_EQ(rolled_back.hear(wire::Resend{}), Texts{"say answer 1 e1"});
}

TEST(Negotiator, SaysEverythingAgainOnlySoOften) {
  Side side(Role::impolite);
  (void)side.need_offer();
  (void)side.made("e1");
  for (std::int64_t i = 0; i < Negotiator::kResendBurst; ++i) {
    EXPECT_EQ(side.hear(wire::Resend{}).size(), 1U) << i;
  }
  EXPECT_EQ(side.hear(wire::Resend{}), Texts{});
  side.now += Negotiator::kResendEvery;
  EXPECT_EQ(side.hear(wire::Resend{}).size(), 1U);
}

TEST(Negotiator, AsksTheOtherSideToSayAgainWhatIsMissing) {
  Side side = connected_callee();
  EXPECT_EQ(side.recover(), (Texts{"say answer 1 e1", "say resend"}));
  EXPECT_EQ(callee().recover(), Texts{"say resend"});
}

TEST(Negotiator, TakesWhatIsSaidAgainOnce) {
  Side side = callee();
  (void)side.hear(offer(1, "c1"));
  EXPECT_EQ(side.hear(offer(1, "c1")), Texts{});
  EXPECT_EQ(side.applied(), Texts{"make answer"});
  EXPECT_EQ(side.hear(offer(1, "c1")), Texts{});
  EXPECT_EQ(side.made("e1"), Texts{"say answer 1 e1"});
  EXPECT_EQ(side.hear(offer(1, "c1")), Texts{});
}

// ---- operations that hang or are rejected, offers that nobody answers ----

TEST(Negotiator, MakesAnOfferAfreshThatHangs) {
  Side side = connected_caller();
  EXPECT_EQ(side.need_restart(), Texts{"make restart"});
  const OperationId hanging = side.operation;
  EXPECT_EQ(side.waits(), Texts{"afresh: make restart"});
  EXPECT_EQ(side.now, kStart + kOperationLimit);
  EXPECT_EQ(side.made(hanging, "late"), Texts{}) << "its result comes too late";
  EXPECT_EQ(side.made("c2"), Texts{"say offer 2 c2"});
}

TEST(Negotiator, AppliesAnOfferAgainWhoseAnswerHangs) {
  Side side = connected_callee();
  (void)side.hear(offer(2, "c2"));
  (void)side.hear(candidates("c2", {"a"}));
  EXPECT_EQ(side.applied(), (Texts{"add c2:a", "make answer"}));
  EXPECT_EQ(side.hear(candidates("c2", {"b"})), Texts{"add c2:b"});
  const OperationId hanging = side.operation;
  EXPECT_EQ(side.waits(), Texts{"afresh: apply offer c2"});
  EXPECT_EQ(side.made(hanging, "late"), Texts{});
  EXPECT_EQ(side.applied(), (Texts{"add c2:a", "add c2:b", "make answer"}))
      << "what was undone took the candidates with it";
  EXPECT_EQ(side.made("e2"), Texts{"say answer 2 e2"});
  EXPECT_FALSE(side.negotiator.take_exhausted());
}

TEST(Negotiator, OffersAnewWhenAnAnswerCantBeApplied) {
  Side side = connected_caller();
  (void)side.need_restart();
  (void)side.made("c2");
  EXPECT_EQ(side.hear(answer(2, "e2")), Texts{"apply answer e2"});
  EXPECT_EQ(side.fails(), Texts{}) << "not at once";
  EXPECT_EQ(side.waits(), Texts{"afresh: make restart"});
  EXPECT_EQ(side.made("c3"), Texts{"say offer 3 c3"});
  EXPECT_EQ(side.hear(answer(2, "e2")), Texts{}) << "the answer to what was taken back";
  EXPECT_EQ(side.hear(answer(3, "e3")), Texts{"apply answer e3"});
}

TEST(Negotiator, TakesANewerOfferInsteadOfTryingTheLastOneAgain) {
  Side side = connected_callee();
  (void)side.hear(offer(2, "c2"));
  EXPECT_EQ(side.fails(), Texts{});
  EXPECT_EQ(side.hear(offer(3, "c3")), Texts{"afresh: apply offer c3"});
  EXPECT_EQ(side.applied(), Texts{"make answer"});
  EXPECT_EQ(side.made("e3"), Texts{"say answer 3 e3"});
  EXPECT_EQ(side.negotiator.deadline(), std::nullopt);
}

TEST(Negotiator, TriesSoOftenInARowAndWaitsLongerEveryTime) {
  Side side = callee();
  (void)side.hear(offer(1, "c1"));
  Duration waited{0};
  for (unsigned tries = 1; tries < kMaxTries; ++tries) {
    EXPECT_EQ(side.fails(), Texts{});
    EXPECT_FALSE(side.negotiator.take_exhausted());
    const Instant failed_at = side.now;
    EXPECT_EQ(side.waits(), Texts{"afresh: apply offer c1"});
    EXPECT_GT(side.now - failed_at, waited);
    waited = side.now - failed_at;
  }
  EXPECT_EQ(side.fails(), Texts{});
  EXPECT_TRUE(side.negotiator.take_exhausted());
  EXPECT_FALSE(side.negotiator.take_exhausted()) << "told once";
  EXPECT_EQ(side.hear(offer(2, "c2")), Texts{"afresh: apply offer c2"}) << "a new one starts anew";
}

TEST(Negotiator, TakesBackAnOfferThatNobodyAnswers) {
  Side side = caller();
  (void)side.need_offer();
  (void)side.made("c1");
  (void)side.waits(false);
  EXPECT_EQ(side.hear(wire::Resend{}), Texts{"say offer 1 c1"})
      << "without a way it could not leave";
  EXPECT_EQ(side.waits(), Texts{"afresh: make offer"});
  EXPECT_EQ(side.made("c2"), Texts{"say offer 2 c2"});
  EXPECT_EQ(side.hear(answer(1, "e1")), Texts{});
  EXPECT_EQ(side.hear(answer(2, "e2")), Texts{"apply answer e2"});
  EXPECT_EQ(side.applied(), Texts{});
}

TEST(Negotiator, GivesWhatIsUnderWayItsTimeAgainAfterAGap) {
  Side side = caller();
  (void)side.need_offer();
  side.negotiator.woken(kStart + 1h);
  EXPECT_EQ(side.negotiator.deadline(), kStart + 1h + kOperationLimit);
  side.now = kStart + 1h;
  (void)side.made("c1");
  side.negotiator.woken(kStart + 2h);
  EXPECT_EQ(side.negotiator.deadline(), kStart + 2h + kUnansweredLimit);
}

// ---- both sides, with connections that keep the rules of the standard ----

/// One end of a pair: a negotiator, a scripted peer connection, and what is on the way to it.
struct End {
  End(Role role, const char* name) : negotiator(kConnection, role), connection(name, kConnection) {}

  Negotiator negotiator;
  testing::FakePeerConnection connection;
  std::optional<phone::Effect> running;  // the operation under way
  std::deque<wire::PeerMessage> inbox;
  bool failed = false;
};

class BothEnds {
 public:
  BothEnds() { need_offer(0, false); }

  void need_offer(int end, bool restart) {
    Output out{.now = now_};
    ends_[end].negotiator.need_offer(restart, out);
    take(end, std::move(out));
  }

  /// Completes the operation under way; false when there is none.
  bool complete(int end) {
    End& self = ends_[end];
    if (!self.running) return false;
    const phone::Effect effect = *std::exchange(self.running, std::nullopt);
    const auto is_afresh = Overloaded{
        [](const phone::SetRemoteDescription& apply) { return apply.afresh; },
        [](const phone::MakeOffer& make) { return make.afresh; },
        [](const auto&) { return false; },
    };
    if (std::visit(is_afresh, effect)) self.connection.roll_back();
    Output out{.now = now_};
    if (const auto* apply = std::get_if<phone::SetRemoteDescription>(&effect)) {
      self.failed |= !self.connection.set_remote(apply->kind, apply->sdp);
      self.negotiator.remote_description_set({kConnection, apply->operation}, out);
    } else if (const auto* make = std::get_if<phone::MakeOffer>(&effect)) {
      self.failed |= !self.connection.make_offer(make->restart_ice);
      described(self, make->operation, DescriptionKind::offer, out);
    } else if (const auto* answering = std::get_if<phone::MakeAnswer>(&effect)) {
      self.failed |= !self.connection.make_answer();
      described(self, answering->operation, DescriptionKind::answer, out);
    }
    take(end, std::move(out));
    return true;
  }

  /// The operation under way is rejected, before or after it did what it should, or never reports.
  void break_operation(int end, bool done, bool told) {
    End& self = ends_[end];
    if (!self.running) return;
    const phone::Effect effect = *std::exchange(self.running, std::nullopt);
    OperationId id;
    if (const auto* apply = std::get_if<phone::SetRemoteDescription>(&effect)) {
      if (apply->afresh) self.connection.roll_back();
      if (done) (void)self.connection.set_remote(apply->kind, apply->sdp);
      id = apply->operation;
    } else if (const auto* make = std::get_if<phone::MakeOffer>(&effect)) {
      if (make->afresh) self.connection.roll_back();
      if (done) (void)self.connection.make_offer(make->restart_ice);
      id = make->operation;
    } else if (const auto* answering = std::get_if<phone::MakeAnswer>(&effect)) {
      if (done) (void)self.connection.make_answer();
      id = answering->operation;
    }
    if (!told) return;
    Output out{.now = now_};
    self.negotiator.operation_failed(id, out);
    take(end, std::move(out));
  }

  /// Time passes until everything that hangs has been tried again and answered.
  void heal() {
    for (int turn = 0; turn < 400; ++turn) {
      now_ += 200ms;
      settle();
    }
  }

  /// Delivers the next message; false when there is none.
  bool deliver(int end) {
    End& self = ends_[end];
    if (self.inbox.empty()) return false;
    Output out{.now = now_};
    self.negotiator.receive(self.inbox.front(), out);
    self.inbox.pop_front();
    take(end, std::move(out));
    return true;
  }

  void pass_time(int end) {
    now_ += LocalCandidates::kBatchTime;
    Output out{.now = now_};
    ends_[end].negotiator.time_reached(now_, out);
    take(end, std::move(out));
  }

  /// Everything on the way to one end is lost with its session; both ends find out.
  void lose_session(int end) {
    ends_[end].inbox.clear();
    Output out{.now = now_};
    ends_[end].negotiator.recover(out);
    take(end, std::move(out));
  }

  void settle() {
    for (int quiet = 0; quiet < 4;) {
      bool moved = false;
      for (const int end : {0, 1}) {
        pass_time(end);
        moved = complete(end) || moved;
        moved = deliver(end) || moved;
      }
      quiet = moved ? 0 : quiet + 1;
    }
  }

  void expect_connected(std::uint64_t seed) const {
    for (const End& end : ends_) {
      EXPECT_FALSE(end.failed) << seed;
      EXPECT_EQ(end.connection.signalling(), testing::FakePeerConnection::Signalling::stable)
          << seed;
    }
    EXPECT_TRUE(testing::FakePeerConnection::reaches(ends_[0].connection, ends_[1].connection))
        << seed;
  }

  [[nodiscard]] const End& end(int index) const { return ends_[index]; }

 private:
  /// The description is reported, then the candidates that its generation gathers.
  void described(End& self, OperationId operation, DescriptionKind kind, Output& out) {
    self.negotiator.local_description_set(
        {kConnection, operation, kind, self.connection.local_sdp()}, now_, out);
    const std::string ufrag = self.connection.local_ufrag();
    self.negotiator.candidate_gathered({kConnection, {{ufrag}}, candidate("host")}, now_);
    self.negotiator.gathering_completed(now_);
  }

  void take(int end, Output out) {
    for (phone::Effect& effect : out.effects) {
      if (const auto* add = std::get_if<phone::AddCandidate>(&effect)) {
        (void)ends_[end].connection.add_candidate(add->ufrag.value, add->candidate);
        continue;
      }
      EXPECT_FALSE(ends_[end].running) << "two operations at once";
      ends_[end].running = std::move(effect);
    }
    for (wire::PeerMessage& message : out.messages) {
      ends_[1 - end].inbox.push_back(std::move(message));
    }
  }

  End ends_[2] = {End(Role::impolite, "caller"), End(Role::polite, "callee")};
  Instant now_ = kStart;
};

TEST(NegotiatorPair, ConnectsInEveryOrderOfEvents) {
  for (std::uint64_t seed = 1; seed <= 300; ++seed) {
    Random random(seed);
    BothEnds pair;
    for (int step = 0; step < 60; ++step) {
      const int end = static_cast<int>(random.below(2));
      switch (random.below(3)) {
        case 0:
          pair.complete(end);
          break;
        case 1:
          pair.deliver(end);
          break;
        default:
          pair.pass_time(end);
          break;
      }
    }
    pair.settle();
    pair.expect_connected(seed);
    EXPECT_EQ(pair.end(0).connection.rejected_candidates, 0U) << seed;
    EXPECT_EQ(pair.end(1).connection.rejected_candidates, 0U) << seed;
  }
}

TEST(NegotiatorPair, ConnectsAlthoughOperationsHangOrAreRejected) {
  for (std::uint64_t seed = 1; seed <= 300; ++seed) {
    Random random(seed);
    BothEnds pair;
    int faults = 0;
    for (int step = 0; step < 80; ++step) {
      const int end = static_cast<int>(random.below(2));
      switch (random.below(8)) {
        case 0:
          if (++faults < static_cast<int>(kMaxTries)) {
            pair.break_operation(end, random.below(2) == 0, random.below(2) == 0);
          }
          break;
        case 1:
          pair.pass_time(end);
          break;
        case 2:
          pair.need_offer(0, random.below(2) == 0);
          break;
        case 3:
        case 4:
          pair.complete(end);
          break;
        default:
          pair.deliver(end);
          break;
      }
    }
    pair.heal();
    pair.expect_connected(seed);
    if (HasFailure()) return;
  }
}

TEST(NegotiatorPair, SurvivesOffersThatCrossInEveryOrderOfEvents) {
  for (std::uint64_t seed = 1; seed <= 1'000; ++seed) {
    Random random(seed);
    BothEnds pair;
    for (int step = 0; step < 120; ++step) {
      const int end = static_cast<int>(random.below(2));
      switch (random.below(8)) {
        case 0:
          pair.need_offer(end, random.below(2) == 0);
          break;
        case 1:
          pair.pass_time(end);
          break;
        case 2:
        case 3:
        case 4:
          pair.complete(end);
          break;
        default:
          pair.deliver(end);
          break;
      }
    }
    pair.settle();
    pair.expect_connected(seed);
    if (HasFailure()) return;
  }
}

TEST(NegotiatorPair, ConnectsAlthoughASessionIsLostAtEveryMoment) {
  for (std::uint64_t seed = 1; seed <= 1'000; ++seed) {
    Random random(seed);
    BothEnds pair;
    const std::uint64_t lost_at = random.below(40);
    for (std::uint64_t step = 0; step < 60; ++step) {
      const int end = static_cast<int>(random.below(2));
      if (step == lost_at) pair.lose_session(end);
      switch (random.below(6)) {
        case 0:
          pair.pass_time(end);
          break;
        case 1:
          pair.need_offer(end, random.below(4) == 0);
          break;
        case 2:
        case 3:
          pair.complete(end);
          break;
        default:
          pair.deliver(end);
          break;
      }
    }
    pair.settle();
    pair.expect_connected(seed);
    if (HasFailure()) return;
  }
}

}  // namespace
}  // namespace parley::negotiation
