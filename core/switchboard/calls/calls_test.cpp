// The calls alone: what they ask of the directory at the seam.
#include "core/switchboard/calls/calls.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

namespace parley::switchboard {
namespace {

using Texts = std::vector<std::string>;

constexpr Instant kStart = instant_from_ms(1'700'000'000'000);
constexpr CallId kCall{static_cast<std::uint64_t>(ms_of(kStart)) << 16U | 0x7000U,
                       0x8000'0000'0000'0000U};

/// Knows two users with a device each, and writes down what it is asked to do.
class ToldDirectory final : public ToDirectory {
 public:
  ToldDirectory() {
    for (const std::uint64_t n : {1U, 2U}) {
      sessions.push_back({.id = {0, n},
                          .user = {n == 1 ? "alice" : "bob"},
                          .device = {0xd, n},
                          .connection = SocketId{n},
                          .last_heard = kStart});
    }
  }
  void on(const Tell& m) override {
    const auto& to = *std::ranges::find(sessions, m.to, &SessionFacts::id);
    std::visit([&](const auto& one) { told.push_back(to.user.text + ": " + type_of(one)); },
               m.message);
  }
  void on(const Refuse& m) override { told.push_back("refuse " + std::string(code_of(m.why))); }
  void on(const Remind&) override { told.emplace_back("remind"); }
  void on(const BecameKnown& m) override { told.push_back(m.user.text + " knows " + m.other.text); }
  const SessionFacts* session_of(const UserId& user, const DeviceId& device) const override {
    const auto found = std::ranges::find_if(
        sessions, [&](const auto& one) { return one.user == user && one.device == device; });
    return found == sessions.end() ? nullptr : &*found;
  }
  std::vector<const SessionFacts*> sessions_of(const UserId& user) const override {
    std::vector<const SessionFacts*> found;
    for (const SessionFacts& one : sessions) {
      if (one.user == user) found.push_back(&one);
    }
    return found;
  }
  bool is_reachable(const UserId& user) const override { return !sessions_of(user).empty(); }
  bool has_room(SessionId, CallId, std::size_t) override { return room; }
  bool has_all(SessionId, CallId) override { return true; }
  bool is_user(const UserId& user) const override { return user.text != "nobody"; }
  AccountFacts account(const UserId&) const override { return {}; }
  Regard regard(const UserId&, const UserId&) const override { return regarded; }
  wire::Party party(const UserId& user) const override { return {user, {user.text}}; }

  Texts take() { return std::exchange(told, {}); }

  std::vector<SessionFacts> sessions;
  Texts told;
  Regard regarded;
  bool room = true;

 private:
  template <class Message>
  static std::string type_of(const Message&) {
    return std::string(Message::kType);
  }
};

class CallsAlone : public testing::Test {
 protected:
  CallsAlone() {
    context.effects = &effects;
    context.now = kStart;
  }
  ~CallsAlone() override { EXPECT_EQ(calls.inconsistency(), ""); }

  void invite(const char* callee = "bob") {
    say(0, wire::Invite{.call = kCall, .callee = {callee}, .kind = wire::MediaKind::audio});
  }
  void say(std::size_t who, const wire::ClientMessage& message) {
    calls.on(Request{directory.sessions[who], message});
  }

  std::vector<Effect> effects;
  Context context;
  ToldDirectory directory;
  Calls calls{context, directory};
};

TEST_F(CallsAlone, TellBothSidesHowACallGoes) {
  invite();
  EXPECT_EQ(directory.take(), (Texts{"alice knows bob", "bob: incoming", "alice: progress"}));
  say(1, wire::Accept{.call = kCall});
  EXPECT_EQ(directory.take(), (Texts{"alice: accepted", "bob: accepted"}));
  say(0, wire::MediaReport{.call = kCall, .flowing = true});
  EXPECT_EQ(directory.take(), (Texts{"alice knows bob", "bob knows alice"}));
  calls.on(UserLeft{{"bob"}, {}});
  EXPECT_EQ(directory.take(), (Texts{"alice: ended", "bob: ended"}));
  EXPECT_EQ(calls.count(), 0U);
}

TEST_F(CallsAlone, FollowTheDevicesOfACall) {
  invite();
  say(1, wire::Accept{.call = kCall});
  (void)directory.take();
  calls.on(DeviceChanged{directory.sessions[1], wire::PeerDevice::lost});
  EXPECT_EQ(directory.take(), Texts{"alice: peer_device"});
  EXPECT_TRUE(calls.is_in_call({"bob"}, {0xd, 2}));
  EXPECT_FALSE(calls.is_in_call({"bob"}, {0xd, 1}));
  EXPECT_TRUE(calls.has_calls({"bob"}));
  EXPECT_FALSE(calls.has_calls({"carol"}));
  EXPECT_EQ(calls.snapshots(directory.sessions[1]).size(), 1U);
}

TEST_F(CallsAlone, EndWhileRingingWhenTheCallerIsAbsent) {
  invite();
  (void)directory.take();
  calls.on(DeviceAbsent{{"alice"}, {0xd, 1}});
  EXPECT_EQ(calls.count(), 0U);
}

TEST_F(CallsAlone, EndWhileRingingWhenTheCalleeIsUnreachable) {
  invite();
  directory.sessions.pop_back();
  calls.on(ReachChanged{{"bob"}});
  EXPECT_EQ(calls.count(), 0U);
}

TEST_F(CallsAlone, AskForAReminderWhereASessionHasNoRoom) {
  directory.room = false;
  invite();
  EXPECT_EQ(directory.take(), (Texts{"alice knows bob", "remind", "remind"}));
  directory.room = true;
  calls.on(DeviceHasRoom{directory.sessions[1]});
  EXPECT_EQ(directory.take(), (Texts{"bob: incoming", "alice: progress"}));
}

TEST_F(CallsAlone, RingNowhereForABlockedCaller) {
  directory.regarded = {.blocked = true};
  invite();
  EXPECT_EQ(directory.take(), (Texts{"alice knows bob", "alice: progress"}));
}

TEST_F(CallsAlone, RefuseWhatTheyDoNotKnow) {
  invite("nobody");
  EXPECT_EQ(directory.take(), Texts{"refuse " + std::string(code_of(Error::unknown_user))});
  say(1, wire::HangUp{.call = kCall});
  EXPECT_EQ(directory.take(), Texts{"refuse " + std::string(code_of(Error::unknown_call))});
}

}  // namespace
}  // namespace parley::switchboard
