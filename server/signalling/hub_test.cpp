#include "server/signalling/hub.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <deque>
#include <limits>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace parley::server::signalling {
namespace {

class FakeSocket final : public Socket {
 public:
  void send(std::string text) override { queue.push_back(std::move(text)); }
  void flush() override {
    ++flushes;
    for (std::string& text : std::exchange(queue, {})) left.push_back(std::move(text));
  }
  [[nodiscard]] std::size_t queued_bytes() const override { return stuck_bytes; }
  void close(wire::CloseCode code) override { closed = code; }

  std::vector<std::string> queue;
  std::vector<std::string> left;
  std::size_t stuck_bytes = 0;
  int flushes = 0;
  std::optional<wire::CloseCode> closed;
};

std::string uuid(std::uint64_t number) { return to_string(DeviceId{1, number}); }

class HubTest : public testing::Test {
 protected:
  HubTest() {
    hub.account_known({{"alice"}, "Alice", true, 1});
    hub.account_known({{"bob"}, "Bob", true, 2});
  }

  Hub::Services services() {
    return {
        .loop = loop,
        .clock = clock,
        .log = log,
        .store = [this](const switchboard::Store& write) { writes.push_back(write); },
        .want = [this](StoreTicket ticket) { wanted = std::max(wanted, ticket); },
        .store_backlog = [this] { return backlog; },
        .check_token =
            [this](std::string_view token, auth::Done<auth::TokenHolder> done) {
              checks.emplace_back(token, std::move(done));
            },
        .token_left = [](const store::SecretHash&) {},
        .load_relations = [](const UserId&, auto done) { done({}); },
        .ice_servers =
            [this](const UserId& user) {
              return wire::IceServers{{{.urls = {{{"turn:calls.example"}}},
                                        .username = {{std::to_string(++logins) + ':' + user.text}},
                                        .credential = {{"secret"}}}}};
            },
        .renew_ice_servers = Duration{0},
        .plausible_now_ms = [this] { return plausible_ms; },
        .random =
            [this] {
              ++serial;
              return std::array<std::uint64_t, 4>{serial, 2, 3, 4};
            }};
  }

  /// Lets everything that was posted so far happen.
  void turn() {
    loop.post([this] { loop.stop(); });
    loop.run();
  }

  struct Client {
    std::shared_ptr<FakeSocket> socket;
    SocketId id;
  };

  Client connect() {
    const auto socket = std::make_shared<FakeSocket>();
    return {socket, hub.opened(socket)};
  }

  void hello(const Client& client, const std::string& token, std::uint64_t device) {
    hub.received(client.id, R"({"type":"hello","versions":[1],"device":")" + uuid(device) +
                                R"(","token":")" + token + R"(","client":"test"})");
  }

  /// A client whose token is its name.
  Client signed_in(const std::string& user, std::uint64_t device) {
    const Client client = connect();
    hello(client, user, device);
    answer(holder_of(user, user));
    turn();
    EXPECT_TRUE(has(client, "welcome"));
    client.socket->left.clear();
    return client;
  }

  static constexpr std::int64_t kNever = std::numeric_limits<std::int64_t>::max();

  static auth::TokenHolder holder_of(const std::string& user, const std::string& token,
                                     std::int64_t expires_at_ms = kNever) {
    return {{{user}, user}, auth::hash_secret(token), expires_at_ms};
  }

  void answer(std::expected<auth::TokenHolder, auth::Denial> result) {
    ASSERT_FALSE(checks.empty());
    const auto done = std::move(checks.front().second);
    checks.pop_front();
    done(std::move(result));
  }

  static bool has(const Client& client, std::string_view type) {
    for (const std::string& text : client.socket->left) {
      if (text.find("\"type\":\"" + std::string(type) + '"') != std::string::npos) return true;
    }
    return false;
  }

  void invite(const Client& client, std::uint64_t call, const std::string& callee, int seq = 1) {
    // A UUIDv7 of now.
    const CallId id{static_cast<std::uint64_t>(ms_of(clock.now())) << 16U | 0x7000U,
                    0x8000'0000'0000'0000U | call};
    hub.received(client.id, R"({"type":"invite","call":")" + to_string(id) + R"(","callee":")" +
                                callee + R"(","kind":"audio","seq":)" + std::to_string(seq) + "}");
  }

  loop::Loop loop;
  loop::Clock clock;
  std::vector<std::string> lines;
  log::Log log{log::Level::debug, log::Format::text,
               [this](std::string_view line) { lines.emplace_back(line); }};
  std::vector<switchboard::Store> writes;
  std::deque<std::pair<std::string, auth::Done<auth::TokenHolder>>> checks;
  std::size_t backlog = 0;
  StoreTicket wanted;
  std::int64_t plausible_ms = 1000;
  std::uint64_t serial = 0;
  int logins = 0;
  Hub hub{switchboard::Settings{}, services()};
};

TEST_F(HubTest, TellsWhoMakesWayWhenToComeBackAndKnowsWhoIsInACall) {
  const Client alice = signed_in("alice", 1);
  const Client bob = signed_in("bob", 2);
  EXPECT_FALSE(hub.is_in_call(alice.id));
  invite(alice, 1, "bob");
  EXPECT_TRUE(hub.is_in_call(alice.id)) << "dialling counts";
  EXPECT_FALSE(hub.is_in_call(bob.id)) << "ringing does not";
  hub.signed_out({"alice"});
  hub.records_durable(writes.back().ticket);
  EXPECT_FALSE(hub.is_in_call(alice.id));
  hub.make_way(bob.id);
  turn();
  EXPECT_TRUE(has(bob, "goodbye"));
  EXPECT_EQ(bob.socket->closed, wire::CloseCode::policy_violation);
}

TEST_F(HubTest, AGoodTokenIsWelcomed) {
  const Client alice = connect();
  hello(alice, "secret-token", 1);
  EXPECT_EQ(checks.front().first, "secret-token");
  answer(holder_of("alice", "alice"));
  turn();
  EXPECT_TRUE(has(alice, "welcome"));
  for (const std::string& line : lines) EXPECT_EQ(line.find("secret-token"), std::string::npos);
}

TEST_F(HubTest, ABadTokenIsToldAndClosed) {
  const Client stranger = connect();
  hello(stranger, "bad", 1);
  answer(std::unexpected(auth::Denial{.error = Error::not_signed_in}));
  turn();
  EXPECT_TRUE(has(stranger, "error"));
  EXPECT_EQ(stranger.socket->closed, wire::CloseCode::not_signed_in);
}

TEST_F(HubTest, AStoreInTroubleSignsNobodyOut) {
  const Client alice = connect();
  hello(alice, "good", 1);
  answer(std::unexpected(auth::Denial{.error = Error::internal}));
  turn();
  EXPECT_EQ(alice.socket->closed, wire::CloseCode::restarting);
}

TEST_F(HubTest, ASocketMayGoWhileItsTokenIsChecked) {
  const Client alice = connect();
  hello(alice, "good", 1);
  hub.lost(alice.id);
  answer(holder_of("alice", "alice"));
  turn();
  EXPECT_EQ(hub.connections(), 0U);
  EXPECT_EQ(hub.gauges().sessions, 0U);
}

TEST_F(HubTest, TheStoreIsAskedForWhatAFrameWaitsForAndForTheEndOfACall) {
  const Client alice = signed_in("alice", 1);
  EXPECT_EQ(wanted, StoreTicket{});
  const Client bob = signed_in("bob", 2);
  invite(alice, 1, "bob");
  EXPECT_EQ(wanted, writes.back().ticket);
  hub.records_durable(writes.back().ticket);
  wanted = {};
  hub.signed_out({"alice"});
  ASSERT_EQ(writes.back().record.phase, wire::CallPhase::ended);
  EXPECT_EQ(wanted, writes.back().ticket);
}

TEST_F(HubTest, NobodyIsToldOfACallBeforeItIsOnTheDisk) {
  const Client alice = signed_in("alice", 1);
  const Client bob = signed_in("bob", 2);
  invite(alice, 1, "bob");
  turn();
  ASSERT_EQ(writes.size(), 1U);
  EXPECT_FALSE(has(bob, "incoming"));

  hub.records_durable(writes.back().ticket);
  turn();
  EXPECT_TRUE(has(bob, "incoming"));
}

TEST_F(HubTest, WhatOneTurnHasForAConnectionLeavesTogether) {
  const Client alice = signed_in("alice", 1);
  const int before = alice.socket->flushes;
  for (int i = 0; i < 5; ++i) hub.received(alice.id, R"({"type":"ping"})");
  EXPECT_TRUE(alice.socket->left.empty());
  turn();
  EXPECT_EQ(alice.socket->left.size(), 5U);
  EXPECT_EQ(alice.socket->flushes, before + 1);
}

TEST_F(HubTest, AClientThatDoesNotReadIsClosed) {
  const Client alice = signed_in("alice", 1);
  alice.socket->stuck_bytes = kMaxQueuedBytes;
  hub.received(alice.id, R"({"type":"ping"})");
  turn();
  EXPECT_EQ(alice.socket->closed, wire::CloseCode::overrun);
}

TEST_F(HubTest, FramesOfAClosingSocketAreIgnored) {
  const Client stranger = connect();
  hub.received(stranger.id, "no JSON");
  turn();
  EXPECT_EQ(stranger.socket->closed, wire::CloseCode::protocol_error);
  const std::size_t told = stranger.socket->left.size();
  hub.received(stranger.id, "no JSON either");
  turn();
  EXPECT_EQ(stranger.socket->left.size(), told);
}

TEST_F(HubTest, ASocketIsClosedAfterWhatIsHeldForIt) {
  const Client alice = signed_in("alice", 1);
  const Client bob = signed_in("bob", 2);
  invite(alice, 1, "bob");
  hub.drain(std::chrono::milliseconds(1000));
  turn();
  EXPECT_FALSE(bob.socket->closed) << "its incoming is not on the disk yet";
  hub.records_durable(writes.back().ticket);
  turn();
  EXPECT_TRUE(has(bob, "incoming"));
  EXPECT_TRUE(has(bob, "goodbye"));
  EXPECT_EQ(bob.socket->closed, wire::CloseCode::restarting);
}

TEST_F(HubTest, SigningOutEndsTheSessionsOfThatTokenAlone) {
  const Client first = signed_in("alice", 1);
  const Client second = connect();
  hello(second, "another token", 2);
  answer(holder_of("alice", "another token"));
  hub.signed_out({"alice"}, auth::hash_secret("alice"));
  turn();
  EXPECT_EQ(first.socket->closed, wire::CloseCode::not_signed_in);
  EXPECT_FALSE(second.socket->closed);
}

TEST_F(HubTest, ADeviceThatSignedInAgainBelongsToItsNewToken) {
  const Client first = signed_in("alice", 1);
  hub.lost(first.id);
  const Client again = connect();
  hello(again, "another token", 1);
  answer(holder_of("alice", "another token"));
  hub.signed_out({"alice"}, auth::hash_secret("alice"));
  turn();
  EXPECT_FALSE(again.socket->closed);
}

TEST_F(HubTest, TokensOfDevicesInACallAreTheLastToGo) {
  signed_in("bob", 9);
  const Client calling = signed_in("alice", 1);
  invite(calling, 1, "bob");
  const Client idle = connect();
  hello(idle, "idle", 2);
  answer(holder_of("alice", "idle"));
  const Client gone = connect();
  hello(gone, "gone", 3);
  answer(holder_of("alice", "gone"));
  hub.lost(gone.id);
  EXPECT_EQ(hub.tokens_in_use({"alice"}),
            (std::vector{auth::hash_secret("gone"), auth::hash_secret("idle"),
                         auth::hash_secret("alice")}));
  EXPECT_TRUE(hub.is_online({"alice"}, auth::hash_secret("idle")));
  EXPECT_FALSE(hub.is_online({"alice"}, auth::hash_secret("gone")));
}

TEST_F(HubTest, ASessionWhoseSocketIsDownEndsWithItsToken) {
  const Client bob = signed_in("bob", 9);
  const Client calling = signed_in("alice", 1);
  invite(calling, 1, "bob");
  hub.lost(calling.id);
  hub.signed_out({"alice"}, auth::hash_secret("alice"));
  EXPECT_EQ(writes.back().record.phase, wire::CallPhase::ended);
}

TEST_F(HubTest, ASessionDoesNotOutliveItsToken) {
  const Client lasting = signed_in("alice", 1);
  const Client expired = connect();
  hello(expired, "old", 2);
  answer(holder_of("alice", "old", 2000));
  plausible_ms = 1999;
  hub.look_at_tokens();
  turn();
  EXPECT_FALSE(expired.socket->closed) << "whatever the clock says, which is long past that";
  plausible_ms = 2000;
  hub.look_at_tokens();
  turn();
  EXPECT_EQ(expired.socket->closed, wire::CloseCode::not_signed_in);
  EXPECT_FALSE(lasting.socket->closed);
}

TEST_F(HubTest, EveryWelcomeAndEveryRenewalHasALoginOfItsOwn) {
  const Client alice = connect();
  hello(alice, "alice", 1);
  hub.renew_ice_servers();  // nobody has said yet who that is
  answer(holder_of("alice", "alice"));
  turn();
  EXPECT_TRUE(has(alice, "welcome"));
  EXPECT_NE(alice.socket->left.front().find("\"1:alice\""), std::string::npos);
  alice.socket->left.clear();
  hub.renew_ice_servers();
  turn();
  EXPECT_TRUE(has(alice, "ice_servers"));
  EXPECT_NE(alice.socket->left.front().find("\"2:alice\""), std::string::npos);
}

TEST_F(HubTest, AnAccountThatIsShutOutLosesAllSessions) {
  const Client first = signed_in("alice", 1);
  const Client second = signed_in("alice", 2);
  const Client other = signed_in("bob", 3);
  hub.signed_out({"alice"});
  turn();
  EXPECT_TRUE(first.socket->closed);
  EXPECT_TRUE(second.socket->closed);
  EXPECT_FALSE(other.socket->closed);
}

TEST_F(HubTest, NewCallsAreRefusedWhileTheQueueIsLong) {
  const Client alice = signed_in("alice", 1);
  const Client bob = signed_in("bob", 2);
  // Not forgotten, however slow this test is.
  const auto later = std::chrono::steady_clock::now() + std::chrono::hours(1);
  hub.queue_measured(later, kOverloadWait, kOverloadFrames);
  invite(alice, 1, "bob");
  turn();
  EXPECT_TRUE(has(alice, "error"));
  EXPECT_NE(alice.socket->left.back().find("call/overloaded"), std::string::npos);
  EXPECT_TRUE(writes.empty());
  hub.queue_measured(later, kRelievedWait / 2, 0);
  invite(alice, 2, "bob", 2);
  EXPECT_EQ(writes.size(), 1U);
  hub.records_durable(writes.back().ticket);
  turn();
  EXPECT_TRUE(has(bob, "incoming"));
}

TEST_F(HubTest, NoFramesAreTakenWhileTheStoreIsFarBehind) {
  EXPECT_TRUE(hub.takes_frames());
  backlog = kMaxStoreBacklog;
  EXPECT_FALSE(hub.takes_frames());
}

}  // namespace
}  // namespace parley::server::signalling
