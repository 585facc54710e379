#include "core/negotiation/candidate_queues.hpp"

#include "core/base/time.hpp"
#include "core/negotiation/test_candidates.hpp"
#include "core/wire/limits.hpp"
#include "core/wire/types.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <vector>

namespace parley::negotiation {
namespace {

using namespace std::chrono_literals;

using Texts = std::vector<std::string>;

constexpr Duration kBatchTime = LocalCandidates::kBatchTime;

wire::Candidates batch(const std::string& ufrag, const Texts& texts, bool complete = false) {
  wire::Candidates result{.ufrag = {ufrag}, .candidates = {}, .complete = complete};
  for (const std::string& text : texts) result.candidates.items.push_back(candidate(text));
  return result;
}

Texts texts_of(const std::vector<RemoteCandidates::Waiting>& ready) {
  Texts texts;
  for (const auto& entry : ready)
    texts.push_back(entry.ufrag + ":" + entry.candidate.candidate.value);
  return texts;
}

/// Batches as text: "u: a b" and a full stop for the last one of a generation.
Texts texts_of(const std::vector<wire::Candidates>& batches) {
  Texts texts;
  for (const wire::Candidates& one : batches) {
    std::string text = one.ufrag.value + ":";
    for (const auto& item : one.candidates.items) text += " " + item.candidate.value;
    texts.push_back(text + (one.complete ? "." : ""));
  }
  return texts;
}

// ---- remote ----

TEST(RemoteCandidates, WaitForTheirDescriptionAndComeOutInOrder) {
  RemoteCandidates remote;
  EXPECT_TRUE(remote.arrive(batch("u1", {"a", "b"})).empty());
  EXPECT_TRUE(remote.arrive(batch("u1", {"c"})).empty());
  EXPECT_EQ(remote.waiting(), 3U);
  EXPECT_EQ(texts_of(remote.description_applied({"u1"})), (Texts{"u1:a", "u1:b", "u1:c"}));
  EXPECT_EQ(remote.waiting(), 0U);
  EXPECT_EQ(remote.dropped(), 0U);
}

TEST(RemoteCandidates, PassThroughOnceTheirDescriptionIsApplied) {
  RemoteCandidates remote;
  (void)remote.description_applied({"u1"});
  EXPECT_EQ(texts_of(remote.arrive(batch("u1", {"a", "b"}))), (Texts{"u1:a", "u1:b"}));
  EXPECT_EQ(remote.waiting(), 0U);
}

TEST(RemoteCandidates, OfOneGenerationAreBounded) {
  RemoteCandidates remote;
  (void)remote.description_applied({"u1"});
  std::size_t added = 0;
  for (int i = 0; i < 1'000; ++i) {
    added += remote.arrive(batch("u1", {std::to_string(i)})).size();
  }
  EXPECT_EQ(added, RemoteCandidates::kMaxAdded);
  EXPECT_EQ(remote.dropped(), 1'000 - RemoteCandidates::kMaxAdded);
  (void)remote.description_applied({"u2"});
  EXPECT_EQ(remote.arrive(batch("u2", {"a"})).size(), 1U) << "a restart begins anew";
}

TEST(RemoteCandidates, CarryTheEndOfTheirGeneration) {
  RemoteCandidates remote;
  EXPECT_TRUE(remote.arrive(batch("u1", {"a"}, true)).empty());
  EXPECT_EQ(texts_of(remote.description_applied({"u1"})), (Texts{"u1:a", "u1:"}));
  EXPECT_EQ(texts_of(remote.arrive(batch("u1", {}, true))), Texts{"u1:"});
}

TEST(RemoteCandidates, OfSeveralMediaSectionsAreAllWanted) {
  RemoteCandidates remote;
  (void)remote.arrive(batch("video", {"v"}));
  (void)remote.arrive(batch("audio", {"a"}));
  EXPECT_EQ(texts_of(remote.description_applied({"audio", "video"})),
            (Texts{"video:v", "audio:a"}));
}

TEST(RemoteCandidates, OfAPastGenerationAreDroppedAndCounted) {
  RemoteCandidates remote;
  (void)remote.description_applied({"u1"});
  (void)remote.description_applied({"u2"});
  EXPECT_TRUE(remote.arrive(batch("u1", {"a", "b"})).empty());
  EXPECT_EQ(remote.dropped(), 2U);
  EXPECT_EQ(remote.waiting(), 0U);
}

TEST(RemoteCandidates, OfTheNextGenerationWaitForIt) {
  RemoteCandidates remote;
  (void)remote.description_applied({"u1"});
  EXPECT_TRUE(remote.arrive(batch("u2", {"n"})).empty());
  EXPECT_EQ(texts_of(remote.arrive(batch("u1", {"o"}))), Texts{"u1:o"});
  EXPECT_EQ(texts_of(remote.description_applied({"u2"})), Texts{"u2:n"});
  EXPECT_EQ(remote.dropped(), 0U);
}

TEST(RemoteCandidates, OfTheSameGenerationStayWantedAfterARenegotiation) {
  RemoteCandidates remote;
  (void)remote.description_applied({"u1"});
  (void)remote.description_applied({"u1"});
  EXPECT_EQ(texts_of(remote.arrive(batch("u1", {"a"}))), Texts{"u1:a"});
}

TEST(RemoteCandidates, OfAnIgnoredOfferAreDroppedBeforeAndAfter) {
  RemoteCandidates remote;
  (void)remote.description_applied({"u1"});
  (void)remote.arrive(batch("u2", {"early"}));
  remote.description_ignored({"u2"});
  EXPECT_TRUE(remote.arrive(batch("u2", {"late"})).empty());
  EXPECT_EQ(remote.dropped(), 2U);
  EXPECT_EQ(remote.waiting(), 0U);
}

TEST(RemoteCandidates, OfTheAppliedGenerationSurviveAnIgnoredOfferThatNamesIt) {
  RemoteCandidates remote;
  (void)remote.description_applied({"u1"});
  remote.description_ignored({"u1"});
  EXPECT_EQ(texts_of(remote.arrive(batch("u1", {"a"}))), Texts{"u1:a"});
}

TEST(RemoteCandidates, AreWantedAgainWhenAnAcceptedDescriptionReusesAnIgnoredFragment) {
  RemoteCandidates remote;
  remote.description_ignored({"u2"});
  remote.description_accepted({"u2"});
  EXPECT_TRUE(remote.arrive(batch("u2", {"a"})).empty());
  EXPECT_EQ(texts_of(remote.description_applied({"u2"})), Texts{"u2:a"});
  EXPECT_EQ(remote.dropped(), 0U);
}

TEST(RemoteCandidates, SaidAgainWhileTheyWaitWaitOnce) {
  RemoteCandidates remote;
  (void)remote.arrive(batch("u1", {"a", "b"}, true));
  (void)remote.arrive(batch("u1", {"a", "b"}, true));
  EXPECT_EQ(texts_of(remote.description_applied({"u1"})), (Texts{"u1:a", "u1:b", "u1:"}));
}

TEST(RemoteCandidates, WaitInABoundedQueue) {
  RemoteCandidates remote;
  for (std::size_t i = 0; i < 2 * RemoteCandidates::kMaxWaiting; ++i) {
    (void)remote.arrive(batch("u1", {std::to_string(i)}));
  }
  EXPECT_EQ(remote.waiting(), RemoteCandidates::kMaxWaiting);
  EXPECT_EQ(remote.dropped(), RemoteCandidates::kMaxWaiting);
  EXPECT_EQ(remote.description_applied({"u1"}).front().candidate.candidate.value, "0");
}

TEST(RemoteCandidates, RememberABoundedNumberOfPastGenerations) {
  RemoteCandidates remote;
  for (std::size_t i = 0; i <= RemoteCandidates::kMaxPast + 1; ++i) {
    (void)remote.description_applied({"u" + std::to_string(i)});
  }
  EXPECT_TRUE(remote.arrive(batch("u1", {"a"})).empty());
  EXPECT_EQ(remote.dropped(), 1U) << "still known as past";
  (void)remote.arrive(batch("u0", {"a"}));
  EXPECT_EQ(remote.waiting(), 1U) << "forgotten: it only waits in vain";
}

// ---- local ----

TEST(LocalCandidates, LeaveTogetherAShortTimeAfterTheFirst) {
  LocalCandidates local;
  local.description_sent({"u1"}, kStart);
  EXPECT_EQ(local.deadline(), std::nullopt);
  local.gathered("u1", candidate("a"), kStart);
  local.gathered("u1", candidate("b"), kStart + kBatchTime / 2);
  EXPECT_EQ(local.deadline(), kStart + kBatchTime);
  EXPECT_TRUE(local.flush(kStart + kBatchTime - 1ms).empty());
  EXPECT_EQ(texts_of(local.flush(kStart + kBatchTime)), Texts{"u1: a b"});
  EXPECT_EQ(local.deadline(), std::nullopt);
  EXPECT_TRUE(local.flush(kStart + 1h).empty());
}

TEST(LocalCandidates, WaitUntilTheirDescriptionHasLeft) {
  LocalCandidates local;
  local.gathered("u1", candidate("a"), kStart);
  EXPECT_EQ(local.deadline(), std::nullopt);
  local.description_sent({"u1"}, kStart + 1s);
  EXPECT_EQ(local.deadline(), kStart + 1s + kBatchTime);
  EXPECT_EQ(texts_of(local.flush(kStart + 2s)), Texts{"u1: a"});
}

TEST(LocalCandidates, WithoutAFragmentBelongToTheLatestDescription) {
  LocalCandidates local;
  local.description_sent({"u1"}, kStart);
  local.gathered(std::nullopt, candidate("a"), kStart);
  EXPECT_EQ(texts_of(local.flush(kStart + kBatchTime)), Texts{"u1: a"});
}

TEST(LocalCandidates, WithoutAFragmentAndWithoutADescriptionWaitForTheFirst) {
  LocalCandidates local;
  local.gathered(std::nullopt, candidate("a"), kStart);
  local.gathering_completed(kStart);
  local.description_sent({"u1"}, kStart);
  EXPECT_EQ(texts_of(local.flush(kStart + kBatchTime)), Texts{"u1: a."});
}

TEST(LocalCandidates, SayThatTheyAreComplete) {
  LocalCandidates local;
  local.description_sent({"u1"}, kStart);
  local.gathered("u1", candidate("a"), kStart);
  local.gathering_completed(kStart);
  EXPECT_EQ(texts_of(local.flush(kStart + kBatchTime)), Texts{"u1: a."});
}

TEST(LocalCandidates, SayThatTheyAreCompleteAlsoWhenAllHaveLeft) {
  LocalCandidates local;
  local.description_sent({"u1"}, kStart);
  local.gathered("u1", candidate("a"), kStart);
  (void)local.flush(kStart + kBatchTime);
  local.gathering_completed(kStart + 1s);
  EXPECT_EQ(texts_of(local.flush(kStart + 2s)), Texts{"u1:."});
  EXPECT_TRUE(local.flush(kStart + 3s).empty()) << "once";
}

TEST(LocalCandidates, SayThatThereAreNone) {
  LocalCandidates local;
  local.description_sent({"u1"}, kStart);
  local.gathering_completed(kStart);
  EXPECT_EQ(texts_of(local.flush(kStart + kBatchTime)), Texts{"u1:."});
}

TEST(LocalCandidates, CompletedBeforeTheDescriptionLeftSaySoAfterIt) {
  LocalCandidates local;
  local.gathered("u1", candidate("a"), kStart);
  local.gathering_completed(kStart);
  EXPECT_EQ(local.deadline(), std::nullopt);
  local.description_sent({"u1"}, kStart);
  EXPECT_EQ(texts_of(local.flush(kStart + kBatchTime)), Texts{"u1: a."});
}

TEST(LocalCandidates, AreNotCompleteWhenGatheringWentOn) {
  LocalCandidates local;
  local.description_sent({"u1"}, kStart);
  local.gathering_completed(kStart);
  local.gathered("u1", candidate("a"), kStart);
  EXPECT_EQ(texts_of(local.flush(kStart + kBatchTime)), Texts{"u1: a"});
}

TEST(LocalCandidates, TheEndOfOneGenerationIsNeverToldOfTheNext) {
  LocalCandidates local;
  local.description_sent({"u1"}, kStart);
  local.gathered("u1", candidate("a"), kStart);
  local.gathering_completed(kStart);
  local.description_sent({"u2"}, kStart + 5ms);  // a restart, before the batch was due
  for (const wire::Candidates& sent : local.flush(kStart + kBatchTime)) {
    EXPECT_FALSE(sent.ufrag.value == "u2" && sent.complete);
  }
  local.gathered("u2", candidate("b"), kStart + 30ms);
  EXPECT_EQ(texts_of(local.flush(kStart + 1s)), Texts{"u2: b"});
}

TEST(LocalCandidates, OfTheNextGenerationCompletedEarlyAreNotTakenForThePresentOne) {
  LocalCandidates local;
  local.description_sent({"u1"}, kStart);
  local.gathered("u2", candidate("b"), kStart);
  local.gathering_completed(kStart);
  EXPECT_EQ(local.deadline(), std::nullopt);
  local.description_sent({"u2"}, kStart + 5ms);
  EXPECT_EQ(texts_of(local.flush(kStart + 1s)), Texts{"u2: b."});
}

TEST(LocalCandidates, OfAGenerationThatWasRolledBackTakeNoRoom) {
  LocalCandidates local;
  for (int round = 0; round < 20; ++round) {
    const std::string rolled_back = "offer" + std::to_string(round);
    local.description_sent({rolled_back}, kStart);
    for (int i = 0; i < 30; ++i) local.gathered(rolled_back, candidate("x"), kStart);
    local.description_sent({"answer" + std::to_string(round)}, kStart);
  }
  local.description_sent({"last"}, kStart);
  local.gathered("last", candidate("a"), kStart);
  EXPECT_EQ(texts_of(local.flush(kStart + kBatchTime)), Texts{"last: a"});
}

TEST(LocalCandidates, LeaveInMessagesOfBoundedSize) {
  LocalCandidates local;
  local.description_sent({"u1"}, kStart);
  const std::size_t count = 2 * wire::kMaxCandidatesPerMessage + 1;
  for (std::size_t i = 0; i < count; ++i) local.gathered("u1", candidate("x"), kStart);
  local.gathering_completed(kStart);
  const auto batches = local.flush(kStart + kBatchTime);
  ASSERT_EQ(batches.size(), 3U);
  EXPECT_EQ(batches[0].candidates.items.size(), wire::kMaxCandidatesPerMessage);
  EXPECT_EQ(batches[2].candidates.items.size(), 1U);
  EXPECT_FALSE(batches[0].complete);
  EXPECT_TRUE(batches[2].complete);
}

TEST(LocalCandidates, WaitInABoundedQueue) {
  LocalCandidates local;
  for (std::size_t i = 0; i < 2 * LocalCandidates::kMaxWaiting; ++i) {
    local.gathered("u1", candidate("x"), kStart);
  }
  local.description_sent({"u1"}, kStart);
  std::size_t sent = 0;
  for (const auto& one : local.flush(kStart + kBatchTime)) sent += one.candidates.items.size();
  EXPECT_EQ(sent, LocalCandidates::kMaxWaiting);
}

TEST(LocalCandidates, OfADescriptionWithoutMediaGoNowhere) {
  LocalCandidates local;
  local.description_sent({}, kStart);
  local.gathering_completed(kStart);
  local.description_sent({}, kStart);
  EXPECT_TRUE(local.flush(kStart + 1h).empty());
}

TEST(LocalCandidates, CanBeSaidAgainForThePresentGeneration) {
  LocalCandidates local;
  local.description_sent({"u1"}, kStart);
  local.gathered("u1", candidate("a"), kStart);
  (void)local.flush(kStart + kBatchTime);
  local.gathering_completed(kStart + 1s);
  (void)local.flush(kStart + 2s);
  EXPECT_EQ(texts_of(local.all_sent()), (Texts{"u1: a", "u1:."}));
  local.description_sent({"u1"}, kStart + 3s);
  EXPECT_EQ(local.all_sent().size(), 2U) << "a renegotiation keeps them";
  local.description_sent({"u2"}, kStart + 4s);
  EXPECT_TRUE(local.all_sent().empty()) << "a restart does not";
}

TEST(LocalCandidates, KeepABoundedNumberOfBatchesToSayAgain) {
  LocalCandidates local;
  local.description_sent({"u1"}, kStart);
  Instant now = kStart;
  for (std::size_t i = 0; i < 2 * LocalCandidates::kMaxSentBatches; ++i) {
    local.gathered("u1", candidate("x"), now);
    now += kBatchTime;
    (void)local.flush(now);
  }
  EXPECT_EQ(local.all_sent().size(), LocalCandidates::kMaxSentBatches);
}

}  // namespace
}  // namespace parley::negotiation
