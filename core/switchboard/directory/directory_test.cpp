// The directory alone: what it tells the calls at the seam, and what it does with their messages.
#include "core/switchboard/directory/directory.hpp"

#include "core/wire/frame.hpp"

#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

namespace parley::switchboard {
namespace {

using Texts = std::vector<std::string>;

constexpr SocketId kFirst{1};
constexpr SocketId kSecond{2};
constexpr DeviceId kPhone{0xd, 1};
const UserId kAlice{"alice"};

/// Writes down what it is told.
class ToldCalls final : public ToCalls {
 public:
  void on(const Request&) override { told.emplace_back("request"); }
  void on(const DeviceWelcomed& m) override {
    told.emplace_back(m.page_is_new ? "welcomed, new" : "welcomed");
    session = m.session.id;
  }
  void on(const DeviceChanged& m) override {
    told.emplace_back(names(m.state)[static_cast<std::size_t>(m.state)]);
  }
  void on(const DeviceHasRoom&) override { told.emplace_back("has room"); }
  void on(const DeviceAbsent&) override { told.emplace_back("absent"); }
  void on(const DeviceGone&) override { told.emplace_back("gone"); }
  void on(const UserLeft& m) override { told.emplace_back(m.device ? "left" : "left everywhere"); }
  void on(const ReachChanged&) override { told.emplace_back("reach"); }
  void on(const RegardChanged&) override { told.emplace_back("regard"); }
  std::vector<wire::CallSnapshot> snapshots(const SessionFacts&) const override { return {}; }
  bool is_in_call(const UserId&, const DeviceId&) const override { return false; }
  bool has_calls(const UserId&) const override { return false; }

  Texts take() { return std::exchange(told, {}); }

  Texts told;
  SessionId session;
};

class DirectoryAlone : public testing::Test {
 protected:
  DirectoryAlone() {
    context.effects = &effects;
    directory.connect(calls);
    directory.on(UserKnown{kAlice, {"Alice"}});
  }
  ~DirectoryAlone() override { EXPECT_EQ(directory.inconsistency(), ""); }

  void sign_in(SocketId socket, std::optional<wire::Resume> resume = {}) {
    const wire::Hello hello{.versions = {{wire::kProtocolVersion}},
                            .device = kPhone,
                            .token = {"alice"},
                            .client = {"test"},
                            .resume = resume};
    directory.on(FrameReceived{socket, wire::write_frame(hello, {})});
    directory.on(Authenticated{socket, kAlice, {1, socket.value, 3, 4}});
  }
  template <class Message>
  void say(const Message& message) {
    directory.on(FrameReceived{kFirst, channel.number(message)});
  }
  void wait_until(Duration since_start) {
    const Instant end = instant_from_ms(0) + since_start;
    while (context.deadlines.next() && *context.deadlines.next() <= end) {
      context.now = *context.deadlines.next();
      const auto key = context.deadlines.take_due(context.now);
      directory.due(std::get<SessionId>(*key));
    }
    context.now = end;
  }

  std::vector<Effect> effects;
  Context context;
  ToldCalls calls;
  Directory directory{context};
  session::Channel channel;
};

TEST_F(DirectoryAlone, TellsWhatBecomesOfADeviceWithoutASocket) {
  sign_in(kFirst);
  EXPECT_EQ(calls.take(), (Texts{"welcomed, new", "reach"}));
  directory.on(ConnectionLost{kFirst});
  EXPECT_EQ(calls.take(), Texts{});
  struct Row {
    Duration silent;
    Texts told;
  };
  for (const Row& row :
       {Row{kPresenceGrace - 1ms, {}}, Row{kPresenceGrace, {"reach", "lost"}},
        Row{kCallerGrace, {"reach", "absent"}}, Row{kSessionGrace, {"gone", "reach"}}}) {
    wait_until(row.silent);
    EXPECT_EQ(calls.take(), row.told) << row.silent.count() << " ms";
  }
}

TEST_F(DirectoryAlone, TellsOfAPageThatLeavesAndDoesNotComeBack) {
  sign_in(kFirst);
  say(wire::Leaving{});
  directory.on(ConnectionLost{kFirst});
  EXPECT_EQ(calls.take(), (Texts{"welcomed, new", "reach", "reloading"}));
  wait_until(kReloadGrace);
  EXPECT_EQ(calls.take(), (Texts{"reach", "reach", "absent", "gone", "reach", "left"}));
}

TEST_F(DirectoryAlone, TellsOfADeviceThatIsBack) {
  sign_in(kFirst);
  directory.on(ConnectionLost{kFirst});
  wait_until(kPresenceGrace);
  (void)calls.take();
  sign_in(kSecond, wire::Resume{.session = calls.session, .key = {3, 4}});
  EXPECT_EQ(calls.take(), (Texts{"welcomed", "connected", "reach"}));
}

TEST_F(DirectoryAlone, PassesOnRequestsAboutCallsOnly) {
  sign_in(kFirst);
  (void)calls.take();
  say(wire::Watch{});
  say(wire::HangUp{.call = {1, 2}});
  EXPECT_EQ(calls.take(), Texts{"request"});
}

TEST_F(DirectoryAlone, RemindsWithTheNextFrame) {
  sign_in(kFirst);
  (void)calls.take();
  directory.on(Remind{calls.session});
  EXPECT_EQ(calls.take(), Texts{});
  say(wire::Ping{});
  say(wire::Ping{});
  EXPECT_EQ(calls.take(), Texts{"has room"});
}

TEST_F(DirectoryAlone, CountsWhatOthersCauseUntilItIsAcknowledged) {
  sign_in(kFirst);
  const CallId call{1, 2};
  ASSERT_TRUE(directory.has_all(calls.session, call));
  for (std::size_t i = 0; i < kMaxRelayedMessages; ++i) {
    ASSERT_TRUE(directory.has_room(calls.session, call, 0));
    directory.on(Tell{calls.session, wire::Progress{.call = call}, {}, Tell::Share{call}});
  }
  EXPECT_FALSE(directory.has_room(calls.session, call, 0));
  EXPECT_FALSE(directory.has_all(calls.session, call));
  EXPECT_TRUE(directory.has_room(calls.session, kRings, 0)) << "each call has a bound of its own";
  directory.on(FrameReceived{
      kFirst, wire::write_frame(wire::Ack{}, {.seq = {}, .ack = kMaxRelayedMessages})});
  EXPECT_TRUE(directory.has_all(calls.session, call));
}

TEST_F(DirectoryAlone, HoldsWhatTheCallsTellItForTheWrite) {
  sign_in(kFirst);
  effects.clear();
  directory.on(Tell{calls.session, wire::Progress{.call = {1, 2}}, {7}});
  ASSERT_EQ(effects.size(), 1U);
  EXPECT_EQ(std::get<Send>(effects.front()).after, StoreTicket{7});
}

}  // namespace
}  // namespace parley::switchboard
