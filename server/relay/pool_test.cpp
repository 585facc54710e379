#include "server/relay/pool.hpp"

#include <gtest/gtest.h>

namespace parley::server::relay {
namespace {

using std::chrono::milliseconds;
using Urls = std::vector<std::string>;

class RelayPool : public testing::Test {
 protected:
  RelayPool() { pool.set({"a", "b", "c"}); }

  Pool::Change report(const std::string& url, ProbeCause cause, int took = 10,
                      std::size_t secret = 0) {
    return pool.report(
        url, {.cause = cause, .detail = "", .took = milliseconds(took), .secret = secret});
  }
  void all_work() {
    for (const char* url : {"a", "b", "c"}) report(url, ProbeCause::none);
  }
  Urls offered() const {
    Urls urls;
    for (const RelayStatus& status : pool.offered()) urls.push_back(status.url);
    return urls;
  }

  Pool pool;
};

TEST_F(RelayPool, GivesOutWhatItDoesNotKnowYet) { EXPECT_EQ(offered(), (Urls{"a", "b", "c"})); }

TEST_F(RelayPool, WithdrawsAfterTheSecondFailureAndTakesBackAtOnce) {
  all_work();
  EXPECT_FALSE(report("a", ProbeCause::unreachable).told);
  EXPECT_EQ(offered(), (Urls{"a", "b", "c"}));
  const auto withdrawn = report("a", ProbeCause::unreachable);
  EXPECT_TRUE(withdrawn.told && withdrawn.offered);
  EXPECT_EQ(offered(), (Urls{"b", "c"}));
  EXPECT_FALSE(report("a", ProbeCause::unreachable).told);
  const auto back = report("a", ProbeCause::none);
  EXPECT_TRUE(back.told && back.offered);
  EXPECT_EQ(offered(), (Urls{"a", "b", "c"}));
}

TEST_F(RelayPool, AFailureBetweenSuccessesIsForgotten) {
  for (int i = 0; i < 4; ++i) {
    report("a", ProbeCause::none);
    EXPECT_FALSE(report("a", ProbeCause::silent).offered);
  }
  EXPECT_EQ(pool.find("a")->state, RelayState::good);
}

TEST_F(RelayPool, AWrongSecretOrCertificateIsBelievedAtOnce) {
  for (const ProbeCause cause : {ProbeCause::wrong_secret, ProbeCause::clock,
                                 ProbeCause::certificate_expired, ProbeCause::certificate_name}) {
    all_work();
    EXPECT_TRUE(report("b", cause).offered);
    EXPECT_EQ(offered(), (Urls{"a", "c"}));
  }
}

TEST_F(RelayPool, GivesOutAllWhenAllFail) {
  report("a", ProbeCause::wrong_secret);
  report("b", ProbeCause::wrong_secret);
  EXPECT_EQ(offered(), Urls{"c"});
  report("c", ProbeCause::wrong_secret);
  EXPECT_EQ(offered(), (Urls{"a", "b", "c"}));
}

TEST_F(RelayPool, OrdersByTimeButNotBySmallDifferences) {
  report("a", ProbeCause::none, 90);
  report("b", ProbeCause::none, 18);
  report("c", ProbeCause::none, 12);
  EXPECT_EQ(offered(), (Urls{"b", "c", "a"}));
}

TEST_F(RelayPool, AnotherOrderIsNoReasonToTellClients) {
  all_work();
  const auto slow = report("a", ProbeCause::none, 900);
  EXPECT_FALSE(slow.offered || slow.told);
  EXPECT_EQ(offered(), (Urls{"b", "c", "a"}));
}

TEST_F(RelayPool, OneThatWorksForSomeCallsComesLast) {
  all_work();
  const auto limited = report("a", ProbeCause::forbidden_peer);
  EXPECT_TRUE(limited.told);
  EXPECT_FALSE(limited.offered);
  EXPECT_EQ(offered(), (Urls{"b", "c", "a"}));
}

TEST_F(RelayPool, AnotherSecretMakesOtherLogins) {
  all_work();
  EXPECT_TRUE(report("a", ProbeCause::none, 10, 1).offered);
  EXPECT_EQ(pool.find("a")->secret, 1U);
}

TEST_F(RelayPool, KeepsWhatItKnowsOfThoseThatStay) {
  report("b", ProbeCause::wrong_secret);
  pool.set({"b", "d"});
  EXPECT_EQ(offered(), Urls{"d"});
  EXPECT_FALSE(report("a", ProbeCause::none).told);
}

}  // namespace
}  // namespace parley::server::relay
