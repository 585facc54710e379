// Who is connected: greeting, resuming, keeping alive, presence.
#include "core/base/ids.hpp"
#include "core/errors/catalogue.hpp"
#include "core/switchboard/legs.hpp"
#include "core/switchboard/switchboard.hpp"
#include "core/switchboard/test_board.hpp"
#include "core/switchboard/timers.hpp"
#include "core/wire/client_messages.hpp"
#include "core/wire/frame.hpp"
#include "core/wire/limits.hpp"
#include "core/wire/server_messages.hpp"
#include "core/wire/types.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace parley::switchboard {
namespace {

using wire::CallPhase;
using wire::CloseCode;
using wire::EndReason;

class SwitchboardSessions : public ::testing::Test {
 protected:
  void TearDown() override { EXPECT_EQ(board.broken_rules, Texts{}); }

  void connect_call(std::uint64_t call = 1) {
    alice.say(invite(call, "bob"));
    bob.say(wire::Accept{call_id(call)});
    (void)alice.heard();
    (void)bob.heard();
  }

  TestBoard board;
  Client& alice = board.add("alice", 11);
  Client& bob = board.add("bob", 21);
};

/// A socket without a client behind it: what is sent to it, and how it is closed.
struct Socket {
  explicit Socket(TestBoard& on) : board(on), id{900} {}

  void say(const std::string& text) { take(FrameReceived{id, text}); }
  void say(const wire::Hello& hello) { say(wire::write_frame(hello, {})); }
  void take(const Event& event) {
    const std::size_t before = board.refusals.size();
    board.handle(event);
    for (std::size_t i = before; i < board.refusals.size(); ++i) {
      heard.push_back(board.refusals[i].second);
    }
  }
  [[nodiscard]] std::optional<CloseCode> closed() const { return board.close_code(id); }

  TestBoard& board;
  SocketId id;
  Texts heard;
};

wire::Hello hello_of(const std::string& user, std::uint64_t device) {
  return {.versions = {{wire::kProtocolVersion}},
          .device = device_id(device),
          .token = {user},
          .client = {"test"},
          .resume = std::nullopt};
}

// ---- greeting ----

TEST_F(SwitchboardSessions, AsksWhoseTokenAHelloCarries) {
  Socket socket(board);
  socket.say(hello_of("carol", 31));
  EXPECT_EQ(board.authenticating, socket.id);
  EXPECT_EQ(board.last_token, "carol");
  EXPECT_EQ(board.gauges().sessions, 2U) << "nobody is welcomed before the answer";
}

TEST_F(SwitchboardSessions, WelcomesWithTheTruth) {
  connect_call();
  Client& desk = board.add("alice", 12);
  const auto welcome = desk.last<wire::Welcome>();
  EXPECT_FALSE(welcome.resumed);
  EXPECT_EQ(welcome.me.user, alice.user);
  EXPECT_EQ(welcome.server_time_ms, ms_of(board.now));
  ASSERT_EQ(welcome.calls.items.size(), 1U);
  const wire::CallSnapshot& call = welcome.calls.items.front();
  EXPECT_EQ(call.phase, CallPhase::connecting);
  EXPECT_EQ(call.direction, wire::Direction::outgoing);
  EXPECT_EQ(call.peer.user, bob.user);
  EXPECT_EQ(call.device, alice.device);
  EXPECT_EQ(call.peer_device, bob.device);
}

TEST_F(SwitchboardSessions, RefusesAFirstFrameThatIsNoHello) {
  for (const std::string& text :
       {wire::write_frame(invite(1, "bob"), {.seq = 1}), std::string("{}"), std::string("no json"),
        std::string(R"({"type":"hello"})"), std::string()}) {
    Socket socket(board);
    socket.say(text);
    EXPECT_EQ(socket.closed(), CloseCode::protocol_error) << text;
    EXPECT_EQ(socket.heard.size(), 1U) << text;
  }
  EXPECT_EQ(board.authenticating, bob.connection()) << "nobody was asked";
}

TEST_F(SwitchboardSessions, RefusesAClientThatSpeaksNoVersionOfOurs) {
  Socket socket(board);
  wire::Hello hello = hello_of("carol", 31);
  hello.versions.items = {7, 8};
  socket.say(hello);
  EXPECT_EQ(socket.heard, Texts{"error protocol/unsupported-version"});
  EXPECT_EQ(socket.closed(), CloseCode::unsupported_version);
}

TEST_F(SwitchboardSessions, TakesAClientThatSpeaksNewerVersionsToo) {
  Socket socket(board);
  wire::Hello hello = hello_of("carol", 31);
  hello.versions.items = {3, 2, 1};
  socket.say(hello);
  EXPECT_EQ(socket.closed(), std::nullopt);
}

TEST_F(SwitchboardSessions, RefusesATokenThatIsNobodys) {
  Socket socket(board);
  socket.say(hello_of("carol", 31));
  socket.take(AuthenticationFailed{socket.id});
  EXPECT_EQ(socket.heard, Texts{"error account/not-signed-in"});
  EXPECT_EQ(socket.closed(), CloseCode::not_signed_in);
}

TEST_F(SwitchboardSessions, ExpectsAHelloWhateverElseComesFirst) {
  Socket socket(board);
  socket.say(R"({"type":"greetings"})");
  EXPECT_EQ(socket.heard, Texts{"error protocol/hello-expected"});
  EXPECT_EQ(socket.closed(), CloseCode::protocol_error);
}

TEST_F(SwitchboardSessions, RefusesWhoSpeaksBeforeTheWelcome) {
  Socket socket(board);
  socket.say(hello_of("carol", 31));
  socket.say(hello_of("carol", 31));
  EXPECT_EQ(socket.heard, Texts{"error protocol/hello-expected"});
  EXPECT_EQ(socket.closed(), CloseCode::protocol_error);
  board.handle(Authenticated{socket.id, {"carol"}, {1, 2, 3, 4}});
  EXPECT_EQ(board.gauges().sessions, 2U) << "the answer comes too late";
}

TEST_F(SwitchboardSessions, GivesATokenCheckUpThatTakesTooLong) {
  Socket socket(board);
  socket.say(hello_of("carol", 31));
  alice.answers_pings = bob.answers_pings = true;
  board.wait(kAuthenticationLimit);
  EXPECT_EQ(socket.closed(), CloseCode::timed_out);
  board.handle(Authenticated{socket.id, {"carol"}, {1, 2, 3, 4}});
  EXPECT_EQ(board.gauges().sessions, 2U);
}

TEST_F(SwitchboardSessions, ForgetsASocketThatIsLostBeforeTheWelcome) {
  Socket socket(board);
  socket.say(hello_of("carol", 31));
  board.handle(ConnectionLost{socket.id});
  board.handle(Authenticated{socket.id, {"carol"}, {1, 2, 3, 4}});
  board.handle(AuthenticationFailed{socket.id});
  EXPECT_EQ(board.gauges().sessions, 2U);
  board.wait(kAuthenticationLimit);
  EXPECT_EQ(socket.closed(), std::nullopt);
}

TEST_F(SwitchboardSessions, RefusesASecondHello) {
  alice.say_unnumbered(hello_of("alice", 11));
  EXPECT_EQ(alice.heard(), Texts{"error protocol/unknown-message"});
  EXPECT_EQ(alice.closed(), std::nullopt);
}

// ---- resuming ----

TEST_F(SwitchboardSessions, ResumesAndSaysAgainWhatWasMissed) {
  alice.lose();
  bob.say(invite(1, "alice"));
  bob.say(wire::HangUp{call_id(1), {}});
  bob.say(invite(2, "alice"));
  alice.connect();
  EXPECT_EQ(alice.heard(), (Texts{"welcome back 2:ringing", "incoming 1 from bob",
                                  "ended 1 cancelled", "incoming 2 from bob"}));
}

TEST_F(SwitchboardSessions, TakesWhatAClientSaysAgainOnce) {
  alice.go_deaf();  // what it says is lost, and kept
  alice.say(invite(1, "bob"));
  alice.say(wire::HangUp{call_id(1), {}});
  alice.say(invite(2, "bob"));
  alice.lose();
  EXPECT_EQ(bob.heard(), Texts{});
  alice.connect();
  EXPECT_EQ(bob.heard(),
            (Texts{"incoming 1 from alice", "ended 1 cancelled", "incoming 2 from alice"}));
  alice.lose();
  alice.connect();
  EXPECT_EQ(bob.heard(), Texts{});
  EXPECT_EQ(board.records.size(), 2U);
}

TEST_F(SwitchboardSessions, ResumesWithoutWaitingForTheOldSocketToDie) {
  const SocketId old = alice.connection();
  alice.go_deaf();
  alice.connect();
  EXPECT_EQ(alice.heard(), Texts{"welcome back"});
  EXPECT_EQ(board.close_code(old), CloseCode::replaced);
  board.handle(ConnectionLost{old});
  board.wait(30s);
  EXPECT_EQ(alice.closed(), std::nullopt) << "the old socket's end is no concern of the new one";
  EXPECT_EQ(board.gauges().sessions_online, 2U);
  bob.say(invite(1, "alice"));
  EXPECT_EQ(alice.heard(), Texts{"incoming 1 from bob"});
}

TEST_F(SwitchboardSessions, TheOldSocketCannotSpeakForTheSessionAnyMore) {
  const SocketId old = alice.connection();
  alice.go_deaf();
  alice.connect();
  board.handle(FrameReceived{old, wire::write_frame(invite(1, "bob"), {.seq = 1})});
  EXPECT_EQ(bob.heard(), Texts{});
}

TEST_F(SwitchboardSessions, ASocketThatIsHeardOfLateDoesNotReplaceANewerOne) {
  wire::Hello hello = hello_of("alice", 11);
  const auto welcome = alice.last<wire::Welcome>();
  for (const bool resumes : {true, false}) {
    if (resumes) hello.resume = wire::Resume{welcome.session, welcome.key, 0};
    Socket newer(board);
    Socket older(board);
    older.id = {newer.id.value - 1};  // given up by the client, but its hello is still on its way
    for (Socket* socket : {&newer, &older}) {
      socket->say(hello);
      socket->take(Authenticated{socket->id, {"alice"}, {1, 2, 3, 4}});
    }
    EXPECT_EQ(newer.closed(), std::nullopt);
    EXPECT_EQ(older.closed(), CloseCode::replaced);
    EXPECT_EQ(older.heard, Texts{"error server/session-replaced"});
    hello.resume.reset();
    board.handle(ConnectionLost{newer.id});
  }
}

TEST_F(SwitchboardSessions, DoesNotResumeWithAWrongKeyOrForSomebodyElse) {
  const auto resume = wire::Resume{.session = alice.last<wire::Welcome>().session,
                                   .key = alice.last<wire::Welcome>().key};
  struct Row {
    const char* what;
    const char* user;
    std::uint64_t device;
    wire::Resume resume;
  };
  wire::Resume wrong_key = resume;
  ++wrong_key.key.low;
  wire::Resume from_the_future = resume;
  from_the_future.received = 77;
  std::uint64_t session = 0;
  for (const Row& row :
       {Row{"key", "alice", 11, wrong_key}, Row{"user", "carol", 11, resume},
        Row{"device", "alice", 12, resume}, Row{"number", "alice", 11, from_the_future}}) {
    Socket socket(board);
    wire::Hello hello = hello_of(row.user, row.device);
    hello.resume = row.resume;
    socket.say(hello);
    socket.take(Authenticated{socket.id, {row.user}, {++session, 2, 3, 4}});
    EXPECT_EQ(socket.heard, Texts{"welcome"}) << "a fresh one, for a wrong " << row.what;
    board.handle(ConnectionLost{socket.id});
  }
}

TEST_F(SwitchboardSessions, StartsAfreshWhenTheSessionIsForgotten) {
  alice.lose();
  board.wait(kSessionGrace);
  EXPECT_EQ(board.gauges().sessions, 1U);
  alice.connect();
  EXPECT_EQ(alice.heard(), Texts{"welcome"});
}

TEST_F(SwitchboardSessions, ANewSessionOfTheSameDeviceReplacesTheOldOne) {
  const SocketId old = alice.connection();
  Socket socket(board);
  socket.say(hello_of("alice", 11));
  socket.take(Authenticated{socket.id, alice.user, {1, 2, 3, 4}});
  EXPECT_EQ(board.close_code(old), CloseCode::replaced);
  EXPECT_EQ(board.gauges().sessions, 2U);
  board.handle(ConnectionLost{old});
  EXPECT_EQ(board.gauges().sessions_online, 2U);
}

TEST_F(SwitchboardSessions, BoundsTheDevicesOfAUser) {
  for (std::uint64_t device = 100; device < 100 + kMaxSessionsPerUser; ++device) {
    (void)board.add("carol", device);
  }
  Client& newcomer = board.add("carol", 200);
  EXPECT_EQ(newcomer.closed(), CloseCode::policy_violation) << "all are connected";
  EXPECT_EQ(newcomer.last<wire::Refusal>().code, Error::too_many_devices);
  EXPECT_EQ(newcomer.last<wire::Refusal>().retry_after_ms, kSilenceLimit.count());
  EXPECT_EQ(board.gauges().sessions, 2 + kMaxSessionsPerUser);
}

TEST_F(SwitchboardSessions, ANewDeviceTakesThePlaceOfTheOneThatHasBeenAwayLongest) {
  std::vector<Client*> devices;
  for (std::uint64_t device = 100; device < 100 + kMaxSessionsPerUser; ++device) {
    devices.push_back(&board.add("carol", device));
  }
  devices[5]->lose();
  board.wait(1s);
  devices[2]->lose();
  EXPECT_EQ(board.add("carol", 200).closed(), std::nullopt);
  devices[2]->connect();
  EXPECT_EQ(devices[2]->heard(), Texts{"welcome back"});
  devices[5]->connect();
  EXPECT_EQ(devices[5]->closed(), CloseCode::policy_violation) << "there is no place any more";
}

TEST_F(SwitchboardSessions, NoNewDeviceThrowsOutOneThatIsInACall) {
  connect_call();
  for (std::uint64_t device = 100; device < 100 + 2 * kMaxSessionsPerUser; ++device) {
    board.add("bob", device).lose();
  }
  EXPECT_EQ(bob.closed(), std::nullopt);
  bob.lose();  // also while it is on its way back
  for (std::uint64_t device = 200; device < 200 + 2 * kMaxSessionsPerUser; ++device) {
    board.add("bob", device).lose();
  }
  bob.connect();
  EXPECT_EQ(bob.heard(), Texts{"welcome back 1:connecting"});
  EXPECT_EQ(board.record(1).phase, CallPhase::connecting);
}

TEST_F(SwitchboardSessions, ADeviceComesBackToItsCallWhateverTheOthersDo) {
  connect_call();
  alice.say(wire::MediaReport{call_id(1), true});
  bob.lose();
  board.wait(kSessionGrace);
  alice.say(wire::MediaReport{call_id(1), true});
  for (std::uint64_t device = 100; device < 100 + kMaxSessionsPerUser; ++device) {
    EXPECT_EQ(board.add("bob", device).closed(), std::nullopt);
  }
  bob.connect();
  EXPECT_EQ(bob.closed(), std::nullopt);
  EXPECT_EQ(bob.heard().front(), "welcome 1:active");
}

TEST_F(SwitchboardSessions, NoNewDeviceThrowsOutOneThatIsRingingOut) {
  alice.say(invite(1, "bob"));
  alice.lose();
  for (std::uint64_t device = 100; device < 100 + 2 * kMaxSessionsPerUser; ++device) {
    board.add("alice", device).lose();
  }
  bob.say(wire::Accept{call_id(1)});
  (void)alice.heard();
  alice.connect();
  const Texts heard = alice.heard();
  ASSERT_FALSE(heard.empty());
  EXPECT_EQ(heard.front(), "welcome back 1:connecting");
  EXPECT_EQ(heard.back(), "accepted 1 with bob:21 link 1 offers");
}

// ---- keeping alive ----

TEST_F(SwitchboardSessions, KeepsAClientThatAnswersPings) {
  board.wait(10min);
  EXPECT_EQ(board.gauges().sessions_online, 2U);
  EXPECT_EQ(alice.closed(), std::nullopt);
}

TEST_F(SwitchboardSessions, AnswersAPing) {
  alice.say_unnumbered(wire::Ping{});
  ASSERT_FALSE(alice.frames().empty());
  EXPECT_TRUE(std::holds_alternative<wire::Pong>(alice.frames().back().message));
}

TEST_F(SwitchboardSessions, ClosesASilentSocketWithinTheLimit) {
  for (int last_word = 0; last_word < 8'000; last_word += 250) {
    TestBoard fresh;
    Client& carol = fresh.add("carol", 31);
    fresh.wait(Duration{last_word});
    carol.say_unnumbered(wire::Ping{});
    carol.go_deaf();
    fresh.wait(kSilenceLimit - 1ms);
    EXPECT_EQ(carol.closed(), std::nullopt) << last_word;
    fresh.wait(1ms);
    EXPECT_EQ(carol.closed(), CloseCode::timed_out) << last_word;
    EXPECT_EQ(fresh.gauges().sessions_online, 0U);
    EXPECT_EQ(fresh.gauges().sessions, 1U) << "the session itself waits";
  }
}

// ---- pauses ----

/// A board with two clients that follow pauses, both in one.
class SwitchboardPauses : public testing::Test {
 protected:
  SwitchboardPauses() : alice(quiet("alice", 11)), bob(quiet("bob", 21)) {
    board.wait(kPingInterval);
  }
  ~SwitchboardPauses() override { EXPECT_EQ(board.broken_rules, Texts{}); }

  Client& quiet(const std::string& user, std::uint64_t device) {
    Client& client = board.add(user, device);
    client.can_be_quiet = true;
    client.reload();
    return client;
  }

  static std::ptrdiff_t pings(const Client& client) {
    return std::ranges::count_if(client.frames(), [](const auto& frame) {
      return std::holds_alternative<wire::Ping>(frame.message);
    });
  }

  TestBoard board;
  Client& alice;
  Client& bob;
};

TEST_F(SwitchboardPauses, AnIdleClientIsPingedSeldomAndKnowsIt) {
  EXPECT_EQ(alice.last<wire::Ping>().next_within_ms, kQuietPingInterval.count());
  const std::ptrdiff_t before = pings(alice);
  board.wait(10 * kQuietPingInterval);
  EXPECT_EQ(pings(alice), before + 10);
  EXPECT_EQ(alice.closed(), std::nullopt);
}

TEST_F(SwitchboardPauses, AClientThatDoesNotKnowOfPausesIsPingedAsEver) {
  Client& old = board.add("carol", 31);
  board.wait(10 * kPingInterval);
  EXPECT_EQ(pings(old), 10);
  EXPECT_EQ(old.last<wire::Ping>().next_within_ms, std::nullopt);
}

TEST_F(SwitchboardPauses, ASilentClientIsGivenUpAfterItsPause) {
  alice.go_deaf();
  board.wait(kQuietSilenceLimit - 1ms);
  EXPECT_EQ(alice.closed(), std::nullopt);
  board.wait(1ms);
  EXPECT_EQ(alice.closed(), CloseCode::timed_out);
}

TEST_F(SwitchboardPauses, ACallEndsThePausesOfBoth) {
  alice.say(invite(1, "bob"));
  bob.say(wire::Ringing{call_id(1)});
  bob.say(wire::Accept{call_id(1)});
  const std::ptrdiff_t before = pings(alice);
  board.wait(5 * kPingInterval);
  EXPECT_EQ(pings(alice), before + 5);
  EXPECT_EQ(alice.last<wire::Ping>().next_within_ms, std::nullopt);
  alice.go_deaf();
  board.wait(kSilenceLimit);
  EXPECT_EQ(alice.closed(), CloseCode::timed_out);
  EXPECT_EQ(bob.closed(), std::nullopt);
}

TEST_F(SwitchboardPauses, APauseFollowsTheCall) {
  alice.say(invite(1, "bob"));
  board.wait(kPingInterval);
  alice.say(wire::HangUp{call_id(1), {}});
  board.wait(kPingInterval);
  EXPECT_EQ(alice.last<wire::Ping>().next_within_ms, kQuietPingInterval.count());
  EXPECT_EQ(bob.last<wire::Ping>().next_within_ms, kQuietPingInterval.count());
}

TEST_F(SwitchboardPauses, ADeviceThatIsToRingAndSaysNothingIsGivenUpSoon) {
  for (const Duration into_the_pause : {0ms, 10'000ms, 24'999ms}) {
    TestBoard fresh;
    Client& caller = fresh.add("alice", 11);
    Client& callee = fresh.add("bob", 21);
    callee.can_be_quiet = true;
    callee.reload();
    fresh.wait(kPingInterval + into_the_pause);
    callee.go_deaf();
    caller.say(invite(1, "bob"));
    fresh.wait(kRingSilenceLimit - 1ms);
    EXPECT_EQ(callee.closed(), std::nullopt);
    fresh.wait(1ms);
    EXPECT_EQ(callee.closed(), CloseCode::timed_out);
    fresh.wait(kPresenceGrace);
    EXPECT_EQ(caller.heard().back(), "ended 1 unreachable");
  }
}

TEST_F(SwitchboardPauses, ADeviceThatDoesNotSayThatItRingsIsPingedSoon) {
  const std::ptrdiff_t before = pings(bob);
  alice.say(invite(1, "bob"));
  bob.acknowledges = false;
  board.wait(kRingProbe);
  EXPECT_LE(pings(bob), before + 1);
  board.wait(kRingLimit / 2);
  EXPECT_EQ(bob.closed(), std::nullopt) << "it answers pings";
}

TEST_F(SwitchboardPauses, AnyNumberedMessageEndsThePauseForOnePing) {
  alice.say(wire::Watch{});
  const std::ptrdiff_t before = pings(alice);
  board.wait(kPingInterval);
  EXPECT_EQ(pings(alice), before + 1);
  EXPECT_EQ(alice.last<wire::Ping>().next_within_ms, kQuietPingInterval.count());
}

TEST_F(SwitchboardSessions, ACallToAHalfOpenSocketEndsAsUnreachable) {
  bob.go_deaf();
  alice.say(invite(1, "bob"));
  board.wait(kSilenceLimit + kPresenceGrace);
  EXPECT_EQ(alice.heard(), (Texts{"progress 1 1/0", "ended 1 unreachable"}));
}

TEST_F(SwitchboardSessions, OtherDevicesRingAlthoughOneIsHalfOpen) {
  Client& tablet = board.add("bob", 22);
  bob.go_deaf();
  alice.say(invite(1, "bob"));
  EXPECT_EQ(tablet.heard(), Texts{"incoming 1 from alice"});
  board.wait(kSilenceLimit + kPresenceGrace);
  tablet.say(wire::Accept{call_id(1)});
  EXPECT_EQ(alice.heard().back(), "accepted 1 with bob:22 link 1 offers");
}

TEST_F(SwitchboardSessions, AcknowledgesAClientThatOnlyTalks) {
  for (std::uint32_t i = 0; i < wire::kAcknowledgeEvery; ++i) alice.say(wire::Ringing{call_id(99)});
  EXPECT_EQ(alice.frames().back().envelope.ack, wire::kAcknowledgeEvery);
}

// ---- what can't be understood ----

TEST_F(SwitchboardSessions, RefusesWhatItDoesNotUnderstandAndCountsItsNumber) {
  alice.say_text(R"({"type":"teleport","seq":1})");
  EXPECT_EQ(alice.heard(), Texts{"error protocol/unknown-message"});
  EXPECT_EQ(alice.last<wire::Refusal>().refers_to, 1U);
  alice.say_text(R"({"type":"hang_up","call":7,"seq":2})");
  EXPECT_EQ(alice.heard(), Texts{"error protocol/invalid-field"});
  EXPECT_EQ(alice.last<wire::Refusal>().detail->value, "call");
  alice.say_text(R"({"type":"invite","call":")" + to_string(call_id(1)) +
                 R"(","callee":"bob","kind":"audio","seq":3})");
  EXPECT_EQ(alice.heard(), Texts{"progress 1 1/0"}) << "the session goes on";
  EXPECT_EQ(alice.closed(), std::nullopt);
}

TEST_F(SwitchboardSessions, RefusesWhatItDoesNotUnderstandOnce) {
  alice.say_text(R"({"type":"teleport","seq":1})");
  alice.say_text(R"({"type":"teleport","seq":1})");
  EXPECT_EQ(alice.heard(), Texts{"error protocol/unknown-message"});
}

TEST_F(SwitchboardSessions, NamesTheMessageARefusalIsAbout) {
  alice.say(wire::Ringing{call_id(5)});
  alice.say(wire::Accept{call_id(6)});
  EXPECT_EQ(alice.last<wire::Refusal>().refers_to, 2U);
  EXPECT_EQ(alice.last<wire::Refusal>().call, call_id(6));
}

TEST_F(SwitchboardSessions, AnswersNoiseWithRefusalsOnly) {
  for (const char* noise : {"", "[]", "null", "{", "\"text\"", "{\"type\":5}", "\xff\xfe"}) {
    alice.say_text(noise);
  }
  for (const std::string& heard : alice.heard())
    EXPECT_TRUE(heard.starts_with("error protocol/")) << heard;
  EXPECT_EQ(bob.heard(), Texts{});
  EXPECT_EQ(board.gauges().sessions, 2U);
}

TEST_F(SwitchboardSessions, AGapClosesTheSocketAndTheClientStartsAfresh) {
  alice.say_text(wire::write_frame(invite(1, "bob"), {.seq = 2}));
  EXPECT_EQ(alice.closed(), CloseCode::protocol_error);
  EXPECT_EQ(bob.heard(), Texts{}) << "what follows a gap is not believed";
  alice.lose();
  alice.connect();
  EXPECT_EQ(alice.heard(), Texts{"welcome"}) << "and is not resumed";
}

TEST_F(SwitchboardSessions, AGapNeitherEndsCallsNorFlickers) {
  Client& carol = board.add("carol", 31);
  carol.say(wire::Watch{{{bob.user}}});
  (void)carol.heard();
  alice.say(invite(1, "bob"));
  (void)alice.heard();
  bob.say_text(wire::write_frame(wire::Ringing{call_id(1)}, {.seq = 9}));
  EXPECT_EQ(bob.closed(), CloseCode::protocol_error);
  EXPECT_EQ(alice.heard(), Texts{});
  board.wait(kPresenceGrace - 1ms);
  bob.lose();
  (void)bob.heard();
  bob.connect();
  EXPECT_EQ(bob.heard(), Texts{"welcome 1:ringing"});
  EXPECT_EQ(alice.heard(), Texts{});
  EXPECT_EQ(carol.heard(), Texts{});
  bob.say(wire::Accept{call_id(1)});
  EXPECT_EQ(alice.heard(), Texts{"accepted 1 with bob:21 link 1 offers"});
}

TEST_F(SwitchboardSessions, AClientThatNeverComesBackAfterAGapIsForgotten) {
  alice.say_text(wire::write_frame(invite(1, "bob"), {.seq = 9}));
  bob.say(invite(2, "alice"));
  board.wait(kPresenceGrace);
  EXPECT_EQ(bob.heard(), (Texts{"progress 2 0/0", "ended 2 unreachable"}));
  board.wait(kSessionGrace);
  EXPECT_EQ(board.gauges().sessions, 1U);
}

// ---- bounds ----

TEST_F(SwitchboardSessions, ASessionThatAcknowledgesNothingIsGivenUp) {
  bob.acknowledges = bob.answers_pings = false;
  for (std::size_t i = 0; i <= wire::kMaxUnacknowledgedMessages; ++i) {
    bob.say_text(R"({"type":"from the future"})");
  }
  board.wait(0ms);
  EXPECT_EQ(bob.closed(), CloseCode::overrun);
  EXPECT_EQ(alice.closed(), std::nullopt) << "nobody else is hurt";
  bob.lose();
  bob.connect();
  EXPECT_EQ(bob.heard().back(), "welcome");
}

TEST_F(SwitchboardSessions, AFloodOfOneSideDoesNotEndTheCallForTheOther) {
  connect_call();
  alice.say(wire::MediaReport{call_id(1), true});
  bob.acknowledges = bob.answers_pings = false;
  for (std::uint32_t i = 0; i < 2 * wire::kMaxUnacknowledgedMessages; ++i) {
    alice.say(wire::Status{call_id(1), {.revision = i + 1}});
  }
  board.wait(0ms);
  EXPECT_EQ(bob.closed(), std::nullopt);
  EXPECT_EQ(alice.closed(), CloseCode::policy_violation);
  EXPECT_EQ(board.record(1).phase, CallPhase::active);
  bob.say(wire::HangUp{call_id(1), {}});
  EXPECT_EQ(board.gauges().calls, 0U);
}

TEST_F(SwitchboardSessions, AnAbsentClientIsKeptABoundedNumberOfMessages) {
  connect_call();
  bob.lose();
  for (std::uint32_t i = 0; i < 10 * wire::kMaxUnacknowledgedMessages; ++i) {
    alice.say(wire::Status{call_id(1), {.revision = i + 1}});
    board.wait(0ms);
  }
  bob.connect();
  const Texts heard = bob.heard();
  EXPECT_EQ(heard.front(), "welcome back 1:connecting");
  EXPECT_EQ(heard.size(), 1 + kMaxRelayedMessages);
}

TEST_F(SwitchboardSessions, AnAbsentClientThatIsGivenUpIsForgottenInTime) {
  bob.acknowledges = false;
  for (std::size_t i = 0; i <= wire::kMaxUnacknowledgedMessages; ++i) {
    bob.say_text(R"({"type":"from the future"})");
  }
  bob.lose();
  board.wait(kSessionGrace);
  EXPECT_EQ(board.gauges().sessions, 1U);
}

// ---- presence ----

TEST_F(SwitchboardSessions, TellsAWatcherWhoIsOnlineAndWhatChanges) {
  alice.say(wire::Watch{{{bob.user, {"carol"}, {"nobody"}}}});
  EXPECT_EQ(alice.heard(), Texts{"presence bob+ carol-"});
  Client& carol = board.add("carol", 31);
  EXPECT_EQ(alice.heard(), Texts{"presence carol+"});
  carol.lose();
  board.wait(kPresenceGrace - 1ms);
  EXPECT_EQ(alice.heard(), Texts{}) << "a reload must not flicker";
  board.wait(1ms);
  EXPECT_EQ(alice.heard(), Texts{"presence carol-"});
}

TEST_F(SwitchboardSessions, IsOnlineWhileAnyDeviceIs) {
  Client& tablet = board.add("bob", 22);
  alice.say(wire::Watch{{{bob.user}}});
  (void)alice.heard();
  bob.lose();
  board.wait(kPresenceGrace + kSessionGrace);
  EXPECT_EQ(alice.heard(), Texts{});
  tablet.lose();
  board.wait(kPresenceGrace);
  EXPECT_EQ(alice.heard(), Texts{"presence bob-"});
}

TEST_F(SwitchboardSessions, AWatchReplacesTheOneBefore) {
  alice.say(wire::Watch{{{bob.user}}});
  alice.say(wire::Watch{{{{"carol"}}}});
  (void)alice.heard();
  bob.lose();
  board.wait(kPresenceGrace);
  (void)board.add("carol", 31);
  EXPECT_EQ(alice.heard(), Texts{"presence carol+"});
  alice.say(wire::Watch{});
  EXPECT_EQ(alice.heard(), Texts{"presence"});
}

TEST_F(SwitchboardSessions, TellsAWatcherEachChangeOnce) {
  alice.say(wire::Watch{{{{"carol"}, {"carol"}, {"carol"}}}});
  EXPECT_EQ(alice.heard(), Texts{"presence carol-"});
  (void)board.add("carol", 31);
  EXPECT_EQ(alice.heard(), Texts{"presence carol+"});
}

TEST_F(SwitchboardSessions, AWatchGoesOnThroughAResumeAndEndsWithTheSession) {
  alice.say(wire::Watch{{{bob.user}}});
  alice.lose();
  alice.connect();
  (void)alice.heard();
  bob.lose();
  board.wait(kPresenceGrace);
  EXPECT_EQ(alice.heard(), Texts{"presence bob-"});
  alice.reload();
  (void)alice.heard();
  bob.connect();
  EXPECT_EQ(alice.heard(), Texts{}) << "a fresh session watches nobody";
}

// ---- leaving ----

TEST_F(SwitchboardSessions, ALostDeviceDoesNotEndACallThatFlows) {
  connect_call();
  alice.say(wire::MediaReport{call_id(1), true});
  bob.lose();
  for (Duration time = 0s; time < 2 * kSessionGrace; time += 10s) {
    board.wait(10s);
    alice.say(wire::MediaReport{call_id(1), true});
  }
  EXPECT_EQ(alice.heard(), Texts{"peer 1 lost"});
  EXPECT_EQ(board.record(1).phase, CallPhase::active);
  bob.connect();
  EXPECT_EQ(bob.heard(), Texts{"welcome 1:active"});
  EXPECT_EQ(alice.heard(), Texts{"peer 1 connected"});
}

TEST_F(SwitchboardSessions, ADeviceThatStartsAnewLearnsWhoIsAway) {
  connect_call();
  bob.lose();
  board.wait(kPresenceGrace);
  alice.reload();
  EXPECT_EQ(alice.heard(), (Texts{"peer 1 lost", "welcome 1:connecting", "peer 1 lost"}));
  bob.reload();
  EXPECT_EQ(alice.heard(), Texts{"peer 1 connected"});
  EXPECT_EQ(bob.heard(), Texts{"welcome 1:connecting"});
}

TEST_F(SwitchboardSessions, ACallNobodyIsHeardOfIsAbandonedAtItsLastMedia) {
  connect_call();
  alice.say(wire::MediaReport{call_id(1), true});
  board.wait(10s);
  alice.say(wire::MediaReport{call_id(1), true});
  const std::int64_t last_media = ms_of(board.now);
  alice.lose();
  bob.lose();
  board.wait(kMediaLease);
  EXPECT_EQ(board.record(1).reason, EndReason::abandoned);
  EXPECT_EQ(board.record(1).ended_at_ms, last_media);
  EXPECT_EQ(board.gauges().calls, 0U);
  alice.connect();
  alice.say(wire::HangUp{call_id(1), {}});
  EXPECT_EQ(alice.heard(), (Texts{"welcome", "ended 1 abandoned"})) << "its session is forgotten";
}

TEST_F(SwitchboardSessions, ACallOutlivesAMinuteInWhichNobodyIsHeardOf) {
  connect_call();
  alice.say(wire::MediaReport{call_id(1), true});
  board.wait(10s);
  alice.lose();
  bob.lose();
  board.wait(60s);
  alice.connect();
  bob.connect();
  bob.say(wire::MediaReport{call_id(1), true});
  board.wait(1s);
  EXPECT_EQ(board.record(1).phase, CallPhase::active);
  EXPECT_EQ(board.gauges().calls, 1U);
}

TEST_F(SwitchboardSessions, APageThatLeavesAndDoesNotComeBackEndsItsCall) {
  connect_call();
  alice.say(wire::MediaReport{call_id(1), true});
  bob.say(wire::Leaving{});
  EXPECT_EQ(alice.heard(), Texts{"peer 1 reloading"});
  bob.lose();
  board.wait(kReloadGrace - 1ms);
  EXPECT_EQ(alice.heard(), Texts{});
  board.wait(1ms);
  EXPECT_EQ(alice.heard(), Texts{"ended 1 completed"});
  EXPECT_EQ(board.gauges().sessions, 1U);
}

TEST_F(SwitchboardSessions, APageThatOnlySeemedToLeaveIsTreatedLikeAnyOther) {
  connect_call();
  alice.say(wire::MediaReport{call_id(1), true});
  bob.say(wire::Leaving{});
  board.wait(kPingInterval);  // it is still there, and answers
  EXPECT_EQ(alice.heard(), (Texts{"peer 1 reloading", "peer 1 connected"}));
  bob.lose();
  board.wait(kReloadGrace);
  EXPECT_EQ(board.gauges().calls, 1U) << "a lost socket ends no call";
}

TEST_F(SwitchboardSessions, SigningOutEndsSessionsAndCalls) {
  Client& desk = board.add("alice", 12);
  connect_call();
  board.handle(SignedOut{alice.user, alice.device});
  EXPECT_EQ(alice.closed(), CloseCode::not_signed_in);
  EXPECT_EQ(desk.closed(), std::nullopt) << "that was another device";
  EXPECT_EQ(bob.heard(), Texts{"ended 1 completed"});
  board.handle(SignedOut{alice.user, std::nullopt});
  EXPECT_EQ(desk.closed(), CloseCode::not_signed_in);
  board.handle(SignedOut{{"nobody"}, std::nullopt});
  EXPECT_EQ(board.gauges().sessions, 1U);
}

TEST_F(SwitchboardSessions, SigningOutEndsTheCallOfADeviceWhoseSessionIsForgotten) {
  for (const std::optional<DeviceId> device : {std::optional(alice.device), {}}) {
    const std::uint64_t call = device ? 1 : 2;
    alice.connect();
    connect_call(call);
    alice.lose();
    for (int i = 0; i < 8; ++i) {
      bob.say(wire::MediaReport{call_id(call), true});
      board.wait(kSessionGrace / 6);
    }
    ASSERT_EQ(board.gauges().sessions, 1U);
    (void)bob.heard();
    board.handle(SignedOut{{"alice"}, device});
    EXPECT_EQ(bob.heard(), Texts{"ended " + std::to_string(call) + " completed"});
  }
}

TEST_F(SwitchboardSessions, StunAndTurnServersAreToldInTheWelcomeAndWhenTheyAreRenewed) {
  const auto servers = [](const char* name) {
    return wire::IceServers{
        {{.urls = {{{"turn:calls.example"}}}, .username = {{name}}, .credential = {{"secret"}}}}};
  };
  Socket socket(board);
  socket.say(hello_of("alice", 31));
  socket.take(IceServersRenewed{socket.id, servers("nobody yet")});
  socket.take(Authenticated{socket.id, {"alice"}, {1, 2, 3, 4}, servers("first")});
  socket.take(IceServersRenewed{socket.id, servers("second")});
  board.handle(IceServersRenewed{{9999}, servers("of a socket that is gone")});
  EXPECT_EQ(socket.heard, (Texts{"welcome", "ice servers"}));
}

TEST_F(SwitchboardSessions, DrainingTellsEverybodyToComeBack) {
  alice.lose();
  board.handle(Draining{5'000});
  EXPECT_EQ(bob.heard(), Texts{"goodbye"});
  EXPECT_EQ(bob.last<wire::Goodbye>().reconnect_within_ms, 5'000U);
  EXPECT_EQ(bob.closed(), CloseCode::restarting);
  bob.lose();
  bob.connect();
  EXPECT_EQ(bob.heard(), Texts{"welcome back"}) << "sessions survive it";
}

// ---- after a restart ----

TEST_F(SwitchboardSessions, ARestartedServerGoesOnWithEveryCall) {
  Client& carol = board.add("carol", 31);
  Client& dave = board.add("dave", 41);
  connect_call(1);
  alice.say(wire::MediaReport{call_id(1), true});
  carol.say(invite(2, "dave"));
  board.wait(10s);

  TestBoard next;
  next.now = board.now + 5s;
  for (const auto& [call, record] : board.records) next.handle(CallRestored{record});
  EXPECT_EQ(next.gauges().calls, 2U);
  Client& bob_again = next.add("bob", 21);
  EXPECT_EQ(bob_again.last<wire::Welcome>().calls.items.front().phase, CallPhase::active);
  Client& carol_again = next.add("carol", 31);
  Client& dave_again = next.add("dave", 41);
  dave_again.say(wire::Accept{call_id(2)});
  EXPECT_EQ(dave_again.heard(), Texts{"accepted 2 with carol:31 link 1 answers"});
  EXPECT_EQ(carol_again.heard().back(), "accepted 2 with dave:41 link 1 offers");
  bob_again.say(wire::MediaReport{call_id(1), true});
  next.wait(kMediaLease - 1ms);
  EXPECT_EQ(next.gauges().calls, 1U) << "the one whose media flows";
  EXPECT_EQ(next.broken_rules, Texts{});
  (void)dave;
}

TEST_F(SwitchboardSessions, ARestartedServerFiresPassedDeadlinesOnce) {
  alice.say(invite(1, "bob"));
  TestBoard next;
  next.now = board.now + kRingLimit + 1h;
  next.handle(CallRestored{board.record(1)});
  next.handle(CallRestored{board.record(1)});
  Client& bob_again = next.add("bob", 21);
  next.wait(0ms);
  EXPECT_EQ(bob_again.heard(), Texts{"ended 1 no_answer"});
  EXPECT_EQ(next.record(1).reason, EndReason::no_answer);
  next.wait(1h);
  EXPECT_EQ(next.stores.size(), 1U);
  EXPECT_EQ(next.broken_rules, Texts{});
}

TEST_F(SwitchboardSessions, ARestartedServerForgetsWhoWasTakingACallOver) {
  connect_call();
  Client& tablet = board.add("bob", 23);
  tablet.say(wire::Join{call_id(1)});
  EXPECT_EQ(takeover_device(board.record(1).callee), tablet.device);
  TestBoard next;
  next.now = board.now + 5s;
  next.handle(CallRestored{board.record(1)});
  Client& alice_again = next.add("alice", 11);
  Client& tablet_again = next.add("bob", 23);
  tablet_again.say(wire::Status{call_id(1), {.revision = 9, .held = true}});
  EXPECT_EQ(tablet_again.heard(), Texts{"error call/unknown-call 1"});
  EXPECT_EQ(alice_again.heard(), Texts{});
}

TEST_F(SwitchboardSessions, ARestartedServerRemembersWhatEndedJustBefore) {
  alice.say(invite(1, "bob"));
  bob.say(wire::Decline{call_id(1)});
  TestBoard next;
  next.now = board.now + 5s;
  next.handle(CallRestored{board.record(1)});
  Client& alice_again = next.add("alice", 11);
  Client& bob_again = next.add("bob", 21);
  alice_again.say(invite(1, "bob"));  // it has not heard of the end
  EXPECT_EQ(alice_again.heard(), Texts{"ended 1 declined"});
  EXPECT_EQ(bob_again.heard(), Texts{}) << "who declined is not rung again";
  EXPECT_TRUE(next.stores.empty());
  next.wait(kEndedMemory);
  alice_again.say(wire::HangUp{call_id(1), {}});
  EXPECT_EQ(alice_again.heard(), Texts{"error call/unknown-call 1"});
}

TEST_F(SwitchboardSessions, ARestoredCallNobodyComesBackToIsAbandoned) {
  connect_call();
  alice.say(wire::MediaReport{call_id(1), true});
  const std::int64_t last_media = ms_of(board.now);
  TestBoard next;
  next.now = board.now + 5s;
  next.handle(CallRestored{board.record(1)});
  next.wait(kMediaLease);
  EXPECT_EQ(next.record(1).reason, EndReason::abandoned);
  EXPECT_EQ(next.record(1).ended_at_ms, last_media);
}

}  // namespace
}  // namespace parley::switchboard
