#include "core/phone/session.hpp"

#include "core/base/ids.hpp"
#include "core/base/time.hpp"
#include "core/errors/catalogue.hpp"
#include "core/phone/timers.hpp"
#include "core/shell/effects.hpp"
#include "core/shell/events.hpp"
#include "core/shell/view.hpp"
#include "core/wire/client_messages.hpp"
#include "core/wire/frame.hpp"
#include "core/wire/limits.hpp"
#include "core/wire/server_messages.hpp"
#include "core/wire/types.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace parley::phone {
namespace {

using Texts = std::vector<std::string>;
using wire::CloseCode;

constexpr DeviceId kDevice{0xd, 1};
constexpr SessionId kSession{0x5, 1};
constexpr ResumeKey kKey{0x6, 1};
constexpr std::uint16_t kBroken = 1006;  // what browsers report for a socket that broke

wire::ClientMessage message(std::uint64_t id) { return wire::Ringing{.call = {0, id}}; }

/// A session, its clock, and the server at the other end of its sockets. What the session asks for
/// is returned as text: "open 1", "close 1", "send 1 hello" or, with a number, "send 1 ringing #3".
class Client {
 public:
  explicit Client(std::uint64_t seed = 1) : session(seed) {}

  // ---- what happens to it ----

  Texts sign_in(const std::string& token = "token") {
    return asked(
        [&](auto& effects) { session.sign_in({{token}, kDevice, {"test"}}, now, effects); });
  }
  Texts sign_out() {
    return asked([&](auto& effects) { session.sign_out(effects); });
  }
  Texts opened(std::uint64_t socket) {
    return asked([&](auto& effects) { session.socket_opened({{socket}}, now, effects); });
  }
  Texts closed(std::uint64_t socket, std::uint16_t code = kBroken) {
    return asked([&](auto& effects) { session.socket_closed({{socket}, code}, now, effects); });
  }
  Texts closed(std::uint64_t socket, CloseCode code) {
    return closed(socket, static_cast<std::uint16_t>(code));
  }
  Texts network_changed() {
    return asked([&](auto& effects) { session.network_changed(now, effects); });
  }
  Texts check() {
    return asked([&](auto& effects) { session.check(now, effects); });
  }
  Texts hurry() {
    return asked([&](auto& effects) { session.hurry(true, now, effects); });
  }
  Texts wait(Duration time) {
    now += time;
    return asked([&](auto& effects) { session.time_reached(now, effects); });
  }
  Texts say(std::uint64_t id) {
    return asked([&](auto& effects) { session.send(message(id), effects); });
  }

  template <class Message>
  Texts hear(std::uint64_t socket, const Message& said, const wire::Envelope& envelope = {}) {
    return hear_text(socket, wire::write_frame(said, envelope));
  }
  Texts hear_text(std::uint64_t socket, const std::string& text) {
    return asked([&](auto& effects) {
      if (auto given = session.frame_received({{socket}, text}, now, effects)) {
        told.push_back(std::visit([](const auto& m) { return std::string(m.kType); }, *given));
      }
    });
  }

  Texts welcome(std::uint64_t socket, bool resumed = false, std::uint32_t received = 0) {
    return hear(socket, wire::Welcome{.session = kSession,
                                      .key = kKey,
                                      .resumed = resumed,
                                      .received = received,
                                      .me = {{"alice"}, {"Alice"}},
                                      .server_time_ms = 1'700'000'000'000});
  }

  /// Signed in and welcomed on socket 1.
  void come_online() {
    (void)sign_in();
    (void)opened(1);
    (void)welcome(1);
    told.clear();
  }

  /// The number of the last socket that was opened.
  std::uint64_t last_socket = 0;
  std::vector<wire::Frame<wire::ClientMessage>> sent;  // every frame that left
  Texts told;                                          // what was handed to the calls
  Instant now = instant_from_ms(5'000'000);
  Session session;

 private:
  template <class Act>
  Texts asked(Act act) {
    std::vector<Effect> effects;
    act(effects);
    Texts texts;
    for (const Effect& effect : effects) {
      if (const auto* open = std::get_if<OpenSocket>(&effect)) {
        last_socket = open->socket.value;
        texts.push_back("open " + std::to_string(last_socket));
      } else if (const auto* close = std::get_if<CloseSocket>(&effect)) {
        texts.push_back("close " + std::to_string(close->socket.value));
      } else if (const auto* send = std::get_if<SendFrame>(&effect)) {
        texts.push_back(text_of(*send));
      }
    }
    return texts;
  }

  std::string text_of(const SendFrame& send) {
    auto frame = wire::read_client_frame(send.text);
    if (!frame) return "send nonsense";
    sent.push_back(*frame);
    std::string text = "send " + std::to_string(send.socket.value) + " ";
    text += std::visit([](const auto& m) { return m.kType; }, frame->message);
    if (frame->envelope.seq) text += " #" + std::to_string(*frame->envelope.seq);
    return text;
  }
};

template <class Message>
const Message& last_sent(const Client& client) {
  return std::get<Message>(client.sent.back().message);
}

// ---- greeting ----

TEST(Session, IsSignedOutAtFirst) {
  const Client client;
  EXPECT_EQ(client.session.phase(), SessionPhase::signed_out);
  EXPECT_EQ(client.session.deadline(), std::nullopt);
}

TEST(Session, OpensASocketAndSaysHello) {
  Client client;
  EXPECT_EQ(client.sign_in(), Texts{"open 1"});
  EXPECT_EQ(client.session.phase(), SessionPhase::connecting);
  EXPECT_EQ(client.opened(1), Texts{"send 1 hello"});
  const auto& hello = last_sent<wire::Hello>(client);
  EXPECT_EQ(hello.versions.items, std::vector{wire::kProtocolVersion});
  EXPECT_EQ(hello.device, kDevice);
  EXPECT_EQ(hello.token.value, "token");
  EXPECT_FALSE(hello.resume);
  EXPECT_EQ(client.sent.back().envelope.seq, std::nullopt);
}

TEST(Session, IsOnlineOnceItIsWelcomed) {
  Client client;
  (void)client.sign_in();
  (void)client.opened(1);
  EXPECT_FALSE(client.session.online());
  EXPECT_EQ(client.welcome(1), Texts{});
  EXPECT_TRUE(client.session.online());
  EXPECT_EQ(client.session.phase(), SessionPhase::online);
  EXPECT_EQ(client.told, Texts{"welcome"}) << "the calls need the snapshot";
  EXPECT_EQ(client.session.me()->user.text, "alice");
}

TEST(Session, TellsLocalFromServerTime) {
  Client client;
  client.come_online();
  const Instant welcomed_at = client.now;
  (void)client.wait(1s);
  EXPECT_EQ(client.session.local_time(1'700'000'000'000), welcomed_at);
  EXPECT_EQ(client.session.local_time(1'700'000'045'000), welcomed_at + 45s);
}

TEST(Session, TakesNothingButAWelcomeBeforeTheWelcome) {
  Client client;
  (void)client.sign_in();
  EXPECT_EQ(client.welcome(1), Texts{}) << "the socket is not even open";
  EXPECT_FALSE(client.session.online());
  (void)client.opened(1);
  EXPECT_EQ(client.hear(1, wire::Progress{}, {.seq = 1}), Texts{});
  EXPECT_EQ(client.hear(1, wire::Refusal{.code = Error::not_signed_in}), Texts{});
  EXPECT_EQ(client.told, Texts{});
  (void)client.welcome(1);
  EXPECT_TRUE(client.session.online());
}

TEST(Session, TakesOneWelcomePerSocket) {
  Client client;
  client.come_online();
  (void)client.say(1);
  EXPECT_EQ(client.welcome(1), Texts{});
  EXPECT_EQ(client.told, Texts{});
  EXPECT_EQ(client.say(2), Texts{"send 1 ringing #2"}) << "numbers go on";
}

TEST(Session, SigningInTwiceChangesNothing) {
  Client client;
  (void)client.sign_in();
  EXPECT_EQ(client.sign_in(), Texts{});
  (void)client.opened(1);
  (void)client.welcome(1);
  EXPECT_EQ(client.sign_in(), Texts{});
  EXPECT_TRUE(client.session.online());
}

TEST(Session, SigningInWithAnotherTokenStartsAfresh) {
  Client client;
  client.come_online();
  EXPECT_EQ(client.sign_in("newer"), (Texts{"close 1", "open 2"}));
  (void)client.opened(2);
  EXPECT_EQ(last_sent<wire::Hello>(client).token.value, "newer");
  EXPECT_FALSE(last_sent<wire::Hello>(client).resume);
}

TEST(Session, SigningOutClosesAndForgets) {
  Client client;
  client.come_online();
  EXPECT_EQ(client.sign_out(), Texts{"close 1"});
  EXPECT_EQ(client.session.phase(), SessionPhase::signed_out);
  EXPECT_EQ(client.session.deadline(), std::nullopt);
  EXPECT_EQ(client.session.me(), std::nullopt);
  EXPECT_EQ(client.closed(1), Texts{}) << "no coming back";
  EXPECT_EQ(client.network_changed(), Texts{});
  EXPECT_EQ(client.say(1), Texts{});
}

TEST(Session, GivesASocketUpThatDoesNotOpen) {
  Client client;
  (void)client.sign_in();
  EXPECT_EQ(client.wait(kSocketOpenLimit - 1ms), Texts{});
  EXPECT_EQ(client.wait(1ms), (Texts{"close 1", "open 2"}));
}

TEST(Session, GivesASocketUpThatOpensAndIsNeverWelcomed) {
  Client client;
  (void)client.sign_in();
  (void)client.opened(1);
  EXPECT_EQ(client.wait(kSocketOpenLimit), (Texts{"close 1", "open 2"}));
}

// ---- messages ----

TEST(Session, NumbersWhatItSays) {
  Client client;
  client.come_online();
  EXPECT_EQ(client.say(1), Texts{"send 1 ringing #1"});
  EXPECT_EQ(client.say(2), Texts{"send 1 ringing #2"});
}

TEST(Session, HandsFreshMessagesToTheCalls) {
  Client client;
  client.come_online();
  EXPECT_EQ(client.hear(1, wire::Progress{}, {.seq = 1}), Texts{});
  EXPECT_EQ(client.hear(1, wire::Ended{}, {.seq = 2}), Texts{});
  EXPECT_EQ(client.told, (Texts{"progress", "ended"}));
}

TEST(Session, DropsDuplicates) {
  Client client;
  client.come_online();
  (void)client.hear(1, wire::Progress{}, {.seq = 1});
  EXPECT_EQ(client.hear(1, wire::Progress{}, {.seq = 1}), Texts{});
  EXPECT_EQ(client.told, Texts{"progress"});
}

TEST(Session, StartsAfreshAfterAGap) {
  Client client;
  client.come_online();
  (void)client.hear(1, wire::Progress{}, {.seq = 1});
  EXPECT_EQ(client.hear(1, wire::Progress{}, {.seq = 3}), (Texts{"close 1", "open 2"}));
  EXPECT_EQ(client.told, Texts{"progress"}) << "what follows the gap is not believed";
  EXPECT_EQ(client.session.phase(), SessionPhase::reconnecting);
  (void)client.opened(2);
  EXPECT_FALSE(last_sent<wire::Hello>(client).resume) << "the same resume would fail again";
}

TEST(Session, CountsAMessageItDoesNotUnderstand) {
  Client client;
  client.come_online();
  EXPECT_EQ(client.hear_text(1, R"({"type":"from_the_future","seq":1})"), Texts{});
  EXPECT_EQ(client.hear(1, wire::Progress{}, {.seq = 2}), Texts{});
  EXPECT_EQ(client.told, Texts{"progress"});
  EXPECT_EQ(client.hear_text(1, "no json at all"), Texts{});
  EXPECT_TRUE(client.session.online());
}

TEST(Session, AnswersPings) {
  Client client;
  client.come_online();
  (void)client.hear(1, wire::Progress{}, {.seq = 1});
  EXPECT_EQ(client.hear(1, wire::Ping{}), Texts{"send 1 pong"});
  EXPECT_EQ(client.sent.back().envelope.ack, 1U);
}

TEST(Session, AcknowledgesAloneWhenItHasNothingElseToSay) {
  Client client;
  client.come_online();
  for (std::uint32_t seq = 1; seq < wire::kAcknowledgeEvery; ++seq) {
    EXPECT_EQ(client.hear(1, wire::Progress{}, {.seq = seq}), Texts{});
  }
  EXPECT_EQ(client.hear(1, wire::Progress{}, {.seq = wire::kAcknowledgeEvery}),
            Texts{"send 1 ack"});
  EXPECT_EQ(client.sent.back().envelope.ack, wire::kAcknowledgeEvery);
}

TEST(Session, SaysNothingForNobody) {
  Client client;
  EXPECT_EQ(client.say(1), Texts{});
  (void)client.sign_in();
  EXPECT_EQ(client.say(2), Texts{}) << "the calls say it again after the welcome";
  (void)client.opened(1);
  EXPECT_EQ(client.welcome(1), Texts{});
}

// ---- coming back ----

TEST(Session, ResumesAndSaysAgainWhatTheServerHasNotSeen) {
  Client client;
  client.come_online();
  (void)client.hear(1, wire::Progress{}, {.seq = 1});
  (void)client.say(1);
  (void)client.say(2);
  EXPECT_EQ(client.closed(1), Texts{"open 2"}) << "at once";
  EXPECT_EQ(client.session.phase(), SessionPhase::reconnecting);
  EXPECT_EQ(client.say(3), Texts{}) << "kept while offline";
  EXPECT_EQ(client.opened(2), Texts{"send 2 hello"});
  const auto resume = last_sent<wire::Hello>(client).resume;
  ASSERT_TRUE(resume);
  EXPECT_EQ(resume->session, kSession);
  EXPECT_EQ(resume->key, kKey);
  EXPECT_EQ(resume->received, 1U);
  EXPECT_EQ(client.welcome(2, true, 1), (Texts{"send 2 ringing #2", "send 2 ringing #3"}));
  EXPECT_EQ(client.say(4), Texts{"send 2 ringing #4"});
  EXPECT_EQ(client.hear(2, wire::Progress{}, {.seq = 1}), Texts{});
  EXPECT_EQ(client.hear(2, wire::Progress{}, {.seq = 2}), Texts{});
  EXPECT_EQ(client.told, (Texts{"progress", "welcome", "progress"}));
}

TEST(Session, SaysAgainInTheSameOrderHoweverOftenItBreaks) {
  Client client;
  client.come_online();
  (void)client.say(1);
  for (std::uint64_t socket = 1; socket <= 5; ++socket) {
    (void)client.say(socket + 1);
    (void)client.closed(socket);
    while (client.last_socket == socket) (void)client.wait(kBackoffLimit);
    (void)client.opened(socket + 1);
    Texts expected;
    for (std::uint64_t seq = 1; seq <= socket + 1; ++seq) {
      expected.push_back("send " + std::to_string(socket + 1) + " ringing #" + std::to_string(seq));
    }
    EXPECT_EQ(client.welcome(socket + 1, true, 0), expected);
  }
}

TEST(Session, StartsAgainAtOneWhenItCannotResume) {
  Client client;
  client.come_online();
  (void)client.say(1);
  (void)client.hear(1, wire::Progress{}, {.seq = 1});
  (void)client.closed(1);
  (void)client.opened(2);
  EXPECT_EQ(client.welcome(2, false), Texts{}) << "what was kept is forgotten";
  EXPECT_EQ(client.say(2), Texts{"send 2 ringing #1"});
  (void)client.hear(2, wire::Ended{}, {.seq = 1});
  EXPECT_EQ(client.told.back(), "ended");
}

TEST(Session, RetriesAtOnceAndThenWithGrowingRandomWaits) {
  std::set<Duration> first_waits;
  for (std::uint64_t seed = 1; seed <= 50; ++seed) {
    Client client(seed);
    client.come_online();
    (void)client.wait(kSettledAfter);
    EXPECT_EQ(client.closed(1), Texts{"open 2"}) << "the first try is immediate";
    Duration bound = kBackoffFirst;
    for (std::uint64_t socket = 2; socket <= 12; ++socket) {
      EXPECT_EQ(client.closed(socket), Texts{});
      ASSERT_TRUE(client.session.deadline());
      const Duration pause = *client.session.deadline() - client.now;
      EXPECT_GT(pause, 0ms);
      EXPECT_LE(pause, bound);
      if (socket == 2) first_waits.insert(pause);
      EXPECT_EQ(client.wait(pause - 1ms), Texts{});
      EXPECT_EQ(client.wait(1ms), Texts{"open " + std::to_string(socket + 1)});
      bound = std::min(bound * 2, kBackoffLimit);
    }
  }
  EXPECT_GT(first_waits.size(), 25U) << "a thousand clients must not come back in step";
}

TEST(Session, ForgetsItsFailuresAfterALongSession) {
  Client client;
  client.come_online();
  (void)client.wait(kSettledAfter);
  (void)client.closed(1);
  for (std::uint64_t socket = 2; socket <= 6; ++socket) {
    (void)client.closed(socket);
    (void)client.wait(kBackoffLimit);
  }
  (void)client.opened(7);
  (void)client.welcome(7, true);
  (void)client.wait(kSettledAfter);
  EXPECT_EQ(client.closed(7), Texts{"open 8"});
}

TEST(Session, DoesNotCallInATightLoopWhenItIsWelcomedAndHungUpOnAtOnce) {
  Client client;
  client.come_online();
  int immediate = 0;
  for (std::uint64_t socket = 1; socket <= 10; ++socket) {
    if (!client.closed(socket, CloseCode::protocol_error).empty()) ++immediate;
    if (client.last_socket == socket) (void)client.wait(kBackoffLimit);
    (void)client.opened(socket + 1);
    (void)client.welcome(socket + 1, false);
  }
  EXPECT_EQ(immediate, 1);
}

TEST(Session, TriesAtOnceWhenTheNetworkComesBack) {
  Client client;
  client.come_online();
  (void)client.closed(1);
  (void)client.closed(2);
  EXPECT_EQ(client.network_changed(), Texts{"open 3"});
  EXPECT_EQ(client.network_changed(), Texts{}) << "one socket at a time";
}

TEST(Session, ProbesTheSocketWhenTheNetworkChanges) {
  Client client;
  client.come_online();
  EXPECT_EQ(client.network_changed(), Texts{"send 1 ping"});
  EXPECT_EQ(client.wait(kProbeLimit - 1ms), Texts{});
  EXPECT_EQ(client.hear(1, wire::Pong{}), Texts{});
  EXPECT_EQ(client.wait(kProbeLimit), Texts{}) << "it is alive";
  EXPECT_TRUE(client.session.online());
}

TEST(Session, LeavesASocketThatDoesNotAnswerTheProbe) {
  Client client;
  client.come_online();
  (void)client.network_changed();
  EXPECT_EQ(client.wait(kProbeLimit), (Texts{"close 1", "open 2"}));
}

TEST(Session, NeverWaitsLongerForAProbeThanForSilence) {
  Client client;
  client.come_online();
  (void)client.wait(kSilenceLimit - 500ms);
  (void)client.network_changed();
  EXPECT_EQ(client.session.deadline(), client.now + 500ms);
}

TEST(Session, LeavesASilentSocket) {
  Client client;
  client.come_online();
  (void)client.wait(kSilenceLimit - 1ms);
  (void)client.hear(1, wire::Ping{});
  EXPECT_EQ(client.wait(kSilenceLimit - 1ms), Texts{}) << "any frame is a sign of life";
  EXPECT_EQ(client.wait(1ms), (Texts{"close 1", "open 2"}));
  (void)client.opened(2);
  EXPECT_TRUE(last_sent<wire::Hello>(client).resume);
}

TEST(Session, LeavesItsSocketAfterALongSleep) {
  Client client;
  client.come_online();
  EXPECT_EQ(client.wait(10h), (Texts{"close 1", "open 2"}));
}

TEST(Session, IgnoresEventsOfSocketsItHasLeft) {
  Client client;
  client.come_online();
  (void)client.wait(kSilenceLimit);  // now on socket 2
  EXPECT_EQ(client.closed(1), Texts{}) << "a late close starts no second reconnect";
  EXPECT_EQ(client.closed(1, CloseCode::replaced), Texts{});
  EXPECT_EQ(client.opened(1), Texts{});
  EXPECT_EQ(client.hear(1, wire::Progress{}, {.seq = 1}), Texts{});
  EXPECT_EQ(client.told, Texts{});
  EXPECT_EQ(client.opened(2), Texts{"send 2 hello"});
  EXPECT_EQ(client.opened(2), Texts{}) << "hello is said once";
  (void)client.welcome(2, true);
  EXPECT_EQ(client.closed(1), Texts{});
  EXPECT_TRUE(client.session.online());
}

// ---- being sent away ----

TEST(Session, StaysAwayOnceItIsRefusedForGood) {
  struct Row {
    CloseCode code;
    Error why;
  };
  for (const Row& row : {Row{CloseCode::not_signed_in, Error::not_signed_in},
                         Row{CloseCode::unsupported_version, Error::unsupported_version},
                         Row{CloseCode::replaced, Error::session_replaced}}) {
    Client client;
    client.come_online();
    EXPECT_EQ(client.closed(1, row.code), Texts{});
    EXPECT_EQ(client.session.phase(), SessionPhase::refused);
    EXPECT_EQ(client.session.problem(), row.why);
    EXPECT_EQ(client.session.deadline(), std::nullopt);
    EXPECT_EQ(client.network_changed(), Texts{});
    EXPECT_EQ(client.wait(1h), Texts{});
    EXPECT_EQ(client.sign_in(), Texts{"open 2"}) << "a person can come back";
    (void)client.opened(2);
    EXPECT_FALSE(last_sent<wire::Hello>(client).resume);
  }
}

TEST(Session, ComesBackAfterEveryOtherClose) {
  for (const int code :
       {1000, 1001, 1003, 1006, 1007, 1008, 1009, 1011, 1012, 4000, 4003, 4004, 4999}) {
    Client client;
    client.come_online();
    EXPECT_EQ(client.closed(1, static_cast<std::uint16_t>(code)), Texts{"open 2"}) << code;
    EXPECT_EQ(client.session.problem(), Error::server_unreachable) << code;
  }
}

TEST(Session, WaitsForARandomTimeAfterAGoodbye) {
  std::set<Duration> waits;
  for (std::uint64_t seed = 1; seed <= 50; ++seed) {
    Client client(seed);
    client.come_online();
    EXPECT_EQ(client.hear(1, wire::Goodbye{Error::server_restarting, 10'000}), Texts{});
    EXPECT_EQ(client.closed(1, CloseCode::restarting), Texts{}) << "not at once";
    const Duration pause = *client.session.deadline() - client.now;
    EXPECT_GT(pause, 0ms);
    EXPECT_LE(pause, 10s);
    waits.insert(pause);
    EXPECT_EQ(client.wait(pause), Texts{"open 2"});
    EXPECT_EQ(client.closed(2), Texts{"open 3"}) << "the goodbye is used up";
  }
  EXPECT_GT(waits.size(), 25U);
}

// ---- a call waits for it ----

/// The sockets that are opened and given up in so long, without an answer, with the milliseconds.
std::vector<std::pair<std::int64_t, std::string>> attempts(Client& client, Duration time) {
  std::vector<std::pair<std::int64_t, std::string>> seen;
  const Instant begin = client.now;
  while (client.session.deadline() && *client.session.deadline() < begin + time) {
    for (const std::string& text : client.wait(*client.session.deadline() - client.now)) {
      if (text.starts_with("open")) seen.emplace_back((client.now - begin).count(), text);
    }
  }
  return seen;
}

TEST(Session, ReplacesASocketThatGivesNoSignOfLife) {
  Client client;
  client.come_online();
  EXPECT_EQ(client.check(), Texts{"send 1 ping"});
  EXPECT_FALSE(client.session.answers());
  EXPECT_EQ(client.check(), Texts{}) << "it is asked already";
  EXPECT_EQ(client.wait(kHurriedLeast - 1ms), Texts{});
  EXPECT_EQ(client.wait(1ms), (Texts{"close 1", "open 2"}));
}

TEST(Session, KeepsASocketThatGivesASignOfLife) {
  Client client;
  client.come_online();
  (void)client.check();
  (void)client.hear(1, wire::Pong{});
  EXPECT_TRUE(client.session.answers());
  EXPECT_EQ(client.wait(kProbeLimit), Texts{});
}

TEST(Session, GivesASlowServerTwiceTheTimeThatItsSocketTook) {
  Client client;
  (void)client.sign_in();
  client.now += 2s;
  (void)client.opened(1);
  client.now += 1s;
  (void)client.welcome(1);
  (void)client.check();
  EXPECT_EQ(client.wait(6s - 1ms), Texts{});
  EXPECT_EQ(client.wait(1ms), (Texts{"close 1", "open 2"}));
}

TEST(Session, MakesShortAttemptsWhileACallWaitsAndAPatientOneNowAndThen) {
  Client client;
  client.come_online();
  (void)client.hurry();
  client.now += kSettledAfter;
  (void)client.closed(1);
  const auto seen = attempts(client, 60s);
  ASSERT_GT(seen.size(), 12U);
  Duration longest{0};
  for (std::size_t i = 1; i < seen.size(); ++i) {
    const Duration lasted{seen[i].first - seen[i - 1].first};
    EXPECT_GE(lasted, kHurriedEvery);
    longest = std::max(longest, lasted);
  }
  EXPECT_GT(longest, 9s) << "a network that is much slower than the last one";
  EXPECT_LE(longest, kSocketOpenLimit + kHurriedEvery);
}

TEST(Session, DoesNotHurryBackToAServerThatClosesWhatItHasGreeted) {
  Client client;
  client.come_online();
  (void)client.hurry();
  Instant begin = client.now;
  for (int i = 0; i < 12; ++i) {
    if (client.session.deadline()) (void)client.wait(*client.session.deadline() - client.now);
    (void)client.opened(client.last_socket);
    (void)client.welcome(client.last_socket);
    (void)client.closed(client.last_socket);
  }
  EXPECT_GT(client.now - begin, 8s) << "the back-off grows";
}

TEST(Session, ComesBackWhenARestartingServerHasAskedForItHoweverACallHurries) {
  Client client;
  client.come_online();
  (void)client.hear(1, wire::Goodbye{Error::server_restarting, 10'000});
  (void)client.closed(1, CloseCode::restarting);
  const auto due = client.session.deadline();
  EXPECT_EQ(client.hurry(), Texts{});
  EXPECT_EQ(client.session.deadline(), due);
}

TEST(Session, ComesBackWhenAServerThatHasNotGreetedItYetHasAskedForIt) {
  Client client;
  client.come_online();
  (void)client.closed(1);
  (void)client.opened(2);
  (void)client.hear(2, wire::Goodbye{Error::server_restarting, 10'000});
  (void)client.closed(2, CloseCode::restarting);
  const auto due = client.session.deadline();
  EXPECT_EQ(client.hurry(), Texts{}) << "it waits for the moment that the server asked for";
  EXPECT_EQ(client.session.deadline(), due);
}

TEST(Session, GoesByTheNewestStunAndTurnServers) {
  Client client;
  client.come_online();
  const wire::IceServers renewed{{{.urls = {{{"turn:calls.example"}}},
                                   .username = {{"1767272400:alice"}},
                                   .credential = {{"secret"}}}}};
  EXPECT_EQ(client.hear(1, wire::IceServersChanged{renewed}), Texts{});
  EXPECT_EQ(client.session.ice_servers(), renewed);
  EXPECT_EQ(client.told.back(), "ice_servers") << "connections that live need them too";
}

TEST(Session, BelievesNoGoodbyeThatAsksForTooMuch) {
  Client client;
  client.come_online();
  (void)client.hear(1, wire::Goodbye{Error::server_restarting, UINT32_MAX});
  (void)client.closed(1, CloseCode::restarting);
  EXPECT_LE(*client.session.deadline() - client.now, 60s);
}

// ---- bounds ----

TEST(Session, GivesUpASessionThatWouldHaveToKeepTooMuch) {
  Client client;
  client.come_online();
  (void)client.closed(1);
  for (std::uint64_t i = 0; i <= wire::kMaxUnacknowledgedMessages; ++i) (void)client.say(i);
  (void)client.opened(2);
  EXPECT_FALSE(last_sent<wire::Hello>(client).resume);
  EXPECT_EQ(client.welcome(2), Texts{});
  EXPECT_EQ(client.say(1), Texts{"send 2 ringing #1"});
}

TEST(Session, GivesUpASessionWhoseServerAcknowledgesNothing) {
  Client client;
  client.come_online();
  for (std::uint64_t i = 0; i < wire::kMaxUnacknowledgedMessages; ++i) (void)client.say(i);
  EXPECT_TRUE(client.session.online());
  EXPECT_EQ(client.say(0), Texts{"close 1"});
  EXPECT_EQ(client.wait(0ms), Texts{"open 2"});
}

TEST(Session, DoesNotGoOnWithASessionItGaveUpWhileItWasBeingResumed) {
  Client client;
  client.come_online();
  (void)client.closed(1);
  (void)client.opened(2);  // asks to resume
  for (std::uint64_t i = 0; i <= wire::kMaxUnacknowledgedMessages; ++i) (void)client.say(i);
  const Texts asked = client.welcome(2, true, 0);
  EXPECT_EQ(asked.front(), "close 2");
  EXPECT_EQ(client.told, Texts{}) << "the server's numbers and ours no longer belong together";
  while (client.last_socket == 2) (void)client.wait(kBackoffLimit);
  (void)client.opened(3);
  EXPECT_FALSE(last_sent<wire::Hello>(client).resume);
}

}  // namespace
}  // namespace parley::phone
