#include "core/phone/call.hpp"

#include "core/base/ids.hpp"
#include "core/base/overloaded.hpp"
#include "core/base/random.hpp"
#include "core/base/time.hpp"
#include "core/errors/catalogue.hpp"
#include "core/json/codec.hpp"
#include "core/negotiation/timers.hpp"
#include "core/phone/timers.hpp"
#include "core/recovery/timers.hpp"
#include "core/shell/effects.hpp"
#include "core/shell/events.hpp"
#include "core/wire/client_messages.hpp"
#include "core/wire/server_messages.hpp"
#include "core/wire/types.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace parley::phone {
namespace {

using recovery::kHealsWithin;
using recovery::kMediaLossLimit;
using wire::CallPhase;
using wire::EndReason;

constexpr std::array<std::string_view, std::variant_size_v<CallState>> kNames{
    "calling", "ringing", "incoming",  "answering", "connecting",
    "active",  "lost",    "elsewhere", "ended"};

constexpr CallId kCall{1, 1};
constexpr DeviceId kHere{0xd, 1};
constexpr DeviceId kPeer{0xd, 2};
constexpr DeviceId kOtherDevice{0xd, 3};
constexpr PeerConnectionId kFirst{1};
constexpr PeerConnectionId kSecond{2};
constexpr Instant kStart = instant_from_ms(1'000'000);
const wire::IceServers kNoServers;

CallContext at(Instant now, PeerConnectionId next = kSecond) {
  return {.now = now,
          .call = kCall,
          .device = kHere,
          .next_connection = next,
          .ice_servers = kNoServers,
          .online = true};
}

// ---- events ----

wire::Accepted accepted(std::uint32_t link, DeviceId peer = kPeer, bool offers = true) {
  return {.call = kCall, .peer = {}, .peer_device = peer, .link = link, .offers = offers};
}

wire::RelayedSignal signal(const std::string& data, DeviceId from = kPeer, std::uint32_t link = 1) {
  return {.call = kCall, .from = from, .link = link, .data = {data}};
}

std::string description(wire::DescriptionKind kind, std::uint32_t round, const std::string& ufrag) {
  return json::to_json(
      wire::PeerMessage(wire::Description{kind, round, {"v=0\r\na=ice-ufrag:" + ufrag + "\r\n"}}));
}

LocalDescriptionSet offer_made(std::uint64_t operation) {
  return {kFirst, {operation}, wire::DescriptionKind::offer, "v=0\r\na=ice-ufrag:here\r\n"};
}

ConnectionStateChanged transport(ConnectionState state, PeerConnectionId id = kFirst) {
  return {id, state};
}

/// A sample in which so many packets of sound have arrived.
StatsSampled packets(PeerConnectionId id, std::uint64_t count) {
  return {.connection = id, .received = {.microphone = {.packets = count}}};
}

Reconciled missing(bool resumed = false) {
  return {.snapshot = {}, .resumed = resumed, .invite = {kCall, {"bob"}, wire::MediaKind::audio}};
}

Reconciled known(CallPhase phase, std::optional<DeviceId> device, std::uint32_t link = 1) {
  Reconciled event = missing();
  event.snapshot = wire::CallSnapshot{
      .call = kCall, .phase = phase, .link = link, .device = device, .peer_device = kPeer};
  return event;
}

Reconciled resumed(Reconciled event) {
  event.resumed = true;
  return event;
}

// ---- states, each reached the way a call reaches it ----

CallState connecting() { return on(Calling{}, accepted(1), at(kStart, kFirst)).next; }

CallState active() {
  CallState state = connecting();
  state = on(std::move(state), offer_made(1), at(kStart)).next;
  const std::string answer = description(wire::DescriptionKind::answer, 1, "there");
  state = on(std::move(state), signal(answer), at(kStart)).next;
  state = on(std::move(state), RemoteDescriptionSet{kFirst, {2}}, at(kStart)).next;
  state = on(std::move(state), transport(ConnectionState::connected), at(kStart)).next;
  return on(std::move(state), packets(kFirst, 5), at(kStart)).next;
}

CallState lost() { return on(active(), transport(ConnectionState::disconnected), at(kStart)).next; }

CallState ended(bool unconfirmed) {
  return Ended{EndReason::failed, Error::media_lost, 5s, unconfirmed};
}

/// One of each, in the order of `kNames`.
std::vector<CallState> all_states() {
  return {Calling{kStart + kInviteLimit},
          Ringing{kStart + kRingGuard, 1, 1},
          Incoming{kStart + 45s},
          Answering{kStart + kAnswerLimit},
          connecting(),
          active(),
          lost(),
          Elsewhere{},
          ended(true)};
}

// ---- what came of an event, as text: the next state, "+" what is said, "!" what is done ----

std::string outcome(const CallState& before, const Step& step) {
  std::string text;
  for (const auto& message : step.messages) {
    text += std::visit([](const auto& m) { return " +" + std::string(m.kType); }, message);
  }
  for (const auto& effect : step.effects) {
    text += std::visit([](const auto& e) { return " !" + std::string(e.kType); }, effect);
  }
  if (!step.why.empty()) return std::string(kNames[step.next.index()]) + text;
  EXPECT_EQ(step.next.index(), before.index()) << "a transition gives its reason";
  return text.empty() ? "-" : "=" + text;
}

/// The outcome of media that arrives in a call that has lost it: what the other side decodes next
/// is a key frame.
constexpr std::string_view kMediaIsBack = "active +media !make_key_frame";

template <class Event>
std::string outcome_of(const CallState& state, const Event& event,
                       const CallContext& context = at(kStart)) {
  return outcome(state, on(state, event, context));
}

// ---- every event in every state ----

struct Row {
  std::string_view event;
  std::function<std::string(const CallState&)> outcome;
  std::array<std::string_view, std::variant_size_v<CallState>> expected;
};

template <class Event>
Row row(std::string_view name, Event event,
        std::array<std::string_view, std::variant_size_v<CallState>> expected,
        CallContext context = at(kStart)) {
  return {name, [=](const CallState& state) { return outcome_of(state, event, context); },
          expected};
}

void expect_rows(const std::vector<Row>& rows) {
  const std::vector<CallState> states = all_states();
  for (const Row& one : rows) {
    for (std::size_t i = 0; i < states.size(); ++i) {
      EXPECT_EQ(one.outcome(states[i]), one.expected[i]) << one.event << " while " << kNames[i];
    }
  }
}

TEST(Call, ReachesEveryStateTheWayItIsNamed) {
  const std::vector<CallState> states = all_states();
  for (std::size_t i = 0; i < states.size(); ++i) EXPECT_EQ(states[i].index(), i) << kNames[i];
}

TEST(Call, DoesWhatAPersonPressesInEveryState) {
  const std::string_view ends = "ended +hang_up";
  // clang-format off
  expect_rows({
      // event                                  calling  ringing  incoming            answering connecting active lost  elsewhere          ended
      row("answer", AnswerPressed{.call = kCall},  {"-",    "-",   "answering +accept", "-",      "-",       "-",   "-",  "-",               "-"}),
      row("join", JoinPressed{kCall},              {"-",    "-",   "-",                 "-",      "-",       "-",   "-",  "answering +join", "-"}),
      row("decline", DeclinePressed{kCall},        {"-",    "-",   "ended +decline",    "-",      "-",       "-",   "-",  "-",               "-"}),
      row("hang up", HangUpPressed{kCall},         {ends,   ends,  "ended +decline",    ends,     ends,      ends,  ends, "-",               "-"}),
      row("hide the page", PageHidden{},           {ends,   ends,  "-",                 "-",      "-",       "-",   "-",  "-",               "-"}),
  });
  // clang-format on
}

TEST(Call, BelievesTheServerInEveryState) {
  const std::string_view starts = "connecting !create_connection !make_offer";
  const std::string_view awaits = "connecting !create_connection";
  // clang-format off
  expect_rows({
      // event                                          calling    ringing    incoming     answering  connecting   active       lost         elsewhere ended
      row("progress, told", wire::Progress{kCall, 1, 0},   {"calling", "calling", "-",         "-",       "-",         "-",         "-",         "-",      "-"}),
      row("progress, rings", wire::Progress{kCall, 1, 1},  {"ringing", "ringing", "-",         "-",       "-",         "-",         "-",         "-",      "-"}),
      row("accepted", accepted(1),                         {starts,    starts,    "-",         starts,    "-",         "-",         "-",         "= +hang_up",      "-"}),
      row("accepted to answer", accepted(1, kPeer, false), {awaits,    awaits,    "-",         awaits,    "-",         "-",         "-",         "= +hang_up",      "-"}),
      row("linked anew, same device", accepted(2, kPeer, false),
                                                           {awaits,    awaits,    "-",         awaits,    awaits,      "lost !create_connection", "lost !create_connection", "= +hang_up", "-"}),
      row("linked anew, other device", accepted(2, kOtherDevice, false),
                                                           {awaits,    awaits,    "-",         awaits,    awaits,      "active !create_connection", "lost !create_connection", "= +hang_up", "-"}),
      row("ended", wire::Ended{.call = kCall},             {"ended",   "ended",   "ended",     "ended",   "ended",     "ended",     "ended",     "ended",  "ended"}),
      row("elsewhere", wire::Elsewhere{},                  {"-",       "-",       "elsewhere", "-",       "elsewhere", "elsewhere", "elsewhere", "-",      "-"}),
      row("refusal, unknown call", wire::Refusal{.code = Error::unknown_call, .call = kCall},
                                                           {"ended",   "ended",   "ended",     "ended",   "ended",     "ended",     "ended",     "-",      "-"}),
      row("refusal, anything else", wire::Refusal{.code = Error::rate_limited, .call = kCall},
                                                           {"ended",   "-",       "-",         "ended",   "-",         "-",         "-",         "-",      "-"}),
      row("signal, offer", signal(description(wire::DescriptionKind::offer, 1, "new")),
                                                           {"-",       "-",       "-",         "-",       "-",         "= !set_remote_description", "= !set_remote_description", "-", "-"}),
      row("signal, late answer", signal(description(wire::DescriptionKind::answer, 1, "there")),
                                                           {"-",       "-",       "-",         "-",       "-",         "-",         "-",         "-",      "-"}),
      row("signal, nonsense", signal("{}"),                {"-",       "-",       "-",         "-",       "= !log",    "= !log",    "= !log",    "-",      "-"}),
      row("signal of a stranger", signal("{}", kOtherDevice),
                                                           {"-",       "-",       "-",         "-",       "-",         "-",         "-",         "-",      "-"}),
      row("signal of another link", signal("{}", kPeer, 2),
                                                           {"-",       "-",       "-",         "-",       "-",         "-",         "-",         "-",      "-"}),
  });
  // clang-format on
}

TEST(Call, TakesWhatAConnectionReportsOnlyWhileItHasIt) {
  const std::array<std::string_view, 9> nothing{"-", "-", "-", "-", "-", "-", "-", "-", "-"};
  const auto has = [](std::string_view connecting, std::string_view active, std::string_view lost) {
    return std::array<std::string_view, 9>{"-", "-", "-", "-", connecting, active, lost, "-", "-"};
  };
  expect_rows({
      row("offer made", offer_made(1), has("= +signal", "-", "-")),
      row("offer made by an operation that is over", offer_made(77), nothing),
      row("description applied by an operation that is over", RemoteDescriptionSet{kFirst, {77}},
          nothing),
      row("operation failed", OperationFailed{kFirst, {1}, {}, {}}, has("= !log", "-", "-")),
      row("candidate", CandidateGathered{kFirst, {}, {}}, nothing),
      row("gathering completed", GatheringCompleted{kFirst}, nothing),
      row("new", transport(ConnectionState::fresh), has("-", "lost +media", "-")),
      row("checking", transport(ConnectionState::connecting), has("-", "lost +media", "-")),
      row("connected", transport(ConnectionState::connected), has("-", "-", "-")),
      row("disconnected", transport(ConnectionState::disconnected), has("-", "lost +media", "-")),
      row("failed", transport(ConnectionState::failed),
          has("ended +hang_up", "lost +media +signal", "lost +signal")),
      row("closed", transport(ConnectionState::closed), has("-", "lost +media", "-")),
      row("packets", packets(kFirst, 7), nothing),
      row("network changed", NetworkChanged{}, nothing),
      row("another connection", transport(ConnectionState::failed, kSecond), nothing),
      row("packets of another connection", packets(kSecond, 7), nothing),
  });
}

TEST(Call, GivesUpInEveryStateThatHasALimit) {
  const std::string_view ends = "ended +hang_up";
  expect_rows({
      row("time, nothing due", TimeReached{},
          {"-", "-", "-", "-", "-", "-", "= !sample_stats", "-", "-"}),
      row("time, hours later", TimeReached{},
          {ends, ends, "ended", ends, ends, "= +media !sample_stats", ends, "-", "-"},
          at(kStart + 10h)),
  });
}

TEST(Call, StaysAsItIsWhenItsSessionIsResumed) {
  const std::array<std::string_view, 9> nothing{"-", "-", "-", "-", "-", "-", "-", "-", "-"};
  expect_rows({
      row("not in the snapshot", missing(true), nothing),
      row("rings", resumed(known(CallPhase::ringing, {})), nothing),
      row("on here", resumed(known(CallPhase::active, kHere)), nothing),
      row("on elsewhere", resumed(known(CallPhase::active, kOtherDevice)), nothing),
  });
}

TEST(Call, SaysAgainWhatMattersInAFreshSession) {
  const std::string_view ends = "ended +hang_up";
  const std::string_view joins = "answering +join";
  const std::string_view away = "elsewhere";
  // clang-format off
  expect_rows({
      // event                                                 calling      ringing      incoming      answering    connecting   active       lost         elsewhere ended
      row("not in the snapshot", missing(),                       {"= +invite", ends,        ends,         ends,        ends,        ends,        ends,        ends,     "= +hang_up"}),
      row("rings", known(CallPhase::ringing, {}),                 {"= +invite", "= +invite", "= +ringing", "= +accept", ends,        ends,        ends,        "-",      "= +hang_up"}),
      row("on here", known(CallPhase::active, kHere),             {joins,       joins,       away,         joins,       "= +signal", "= +signal", "= +signal", "-",      "= +hang_up"}),
      row("on here, linked anew", known(CallPhase::active, kHere, 2), {joins,   joins,       away,         joins,       "= +join",   "= +join",   "= +join",   "-",      "= +hang_up"}),
      row("on elsewhere", known(CallPhase::active, kOtherDevice), {away,        away,        away,         away,        away,        away,        away,        "-",      "= +hang_up"}),
  });
  // clang-format on
}

// ---- ends ----

TEST(Call, IsOverForGoodOnceItsEndIsConfirmed) {
  const CallState state = ended(false);
  EXPECT_EQ(outcome_of(state, HangUpPressed{kCall}), "-");
  EXPECT_EQ(outcome_of(state, wire::Ended{.call = kCall,
                                          .reason = EndReason::failed,
                                          .failure = Error::media_lost}),
            "-");
  EXPECT_EQ(outcome_of(state, accepted(9)), "-");
  EXPECT_EQ(outcome_of(state, known(CallPhase::active, kHere)), "-");
  EXPECT_EQ(outcome_of(state, missing()), "-");
  EXPECT_EQ(outcome_of(state, TimeReached{}, at(kStart + 10h)), "-");
}

TEST(Call, ShowsTheServersReasonForItsEnd) {
  Step step = on(Incoming{kStart + 45s}, HangUpPressed{kCall}, at(kStart));
  EXPECT_EQ(std::get<Ended>(step.next).reason, EndReason::declined);
  step = on(std::move(step.next),
            wire::Ended{.call = kCall, .reason = EndReason::cancelled, .failure = {}}, at(kStart));
  EXPECT_EQ(std::get<Ended>(step.next).reason, EndReason::cancelled) << "the cancel was first";
  EXPECT_FALSE(std::get<Ended>(step.next).unconfirmed);
}

TEST(Call, BelievesTheServerAlsoAfterItRangOut) {
  Step step = on(Incoming{kStart}, TimeReached{}, at(kStart));
  step = on(std::move(step.next),
            wire::Ended{.call = kCall, .reason = EndReason::answered_elsewhere, .failure = {}},
            at(kStart));
  EXPECT_EQ(std::get<Ended>(step.next).reason, EndReason::answered_elsewhere);
  EXPECT_EQ(outcome_of(step.next, wire::Elsewhere{}), "elsewhere");
}

TEST(Call, SaysWhyItGaveUpAlsoWhenItSaysItAgain) {
  const Step step = on(ended(true), known(CallPhase::active, kHere), at(kStart));
  ASSERT_EQ(step.messages.size(), 1U);
  EXPECT_EQ(std::get<wire::HangUp>(step.messages.front()).failure, Error::media_lost);
}

TEST(Call, StaysUnconfirmedWhenSomethingElseIsRefused) {
  wire::Refusal refusal{.code = Error::unknown_call, .call = kCall};
  refusal.request = {{std::string(wire::Signal::kType)}};
  const Step step = on(ended(true), refusal, at(kStart));
  EXPECT_TRUE(std::get<Ended>(step.next).unconfirmed) << "the server may not know of the end yet";
}

TEST(Call, ForgetsItsUnconfirmedEndWhenTheServerKnowsOfNoCall) {
  EXPECT_EQ(outcome_of(ended(true), missing()), "= +hang_up") << "somebody else may have ended it";
  const wire::Refusal refusal{.code = Error::unknown_call, .call = kCall};
  EXPECT_FALSE(std::get<Ended>(on(ended(true), refusal, at(kStart)).next).unconfirmed);
}

TEST(Call, BecomesTheOtherDevicesCallOnlyIfThatAnsweredIt) {
  const CallState answered = Ended{EndReason::answered_elsewhere, {}, {}, false};
  EXPECT_EQ(outcome_of(answered, wire::Elsewhere{}), "elsewhere");
  const CallState declined = Ended{EndReason::declined_elsewhere, {}, {}, false};
  EXPECT_EQ(outcome_of(declined, wire::Elsewhere{}), "-");
}

TEST(Call, KnowsHowLongMediaFlowed) {
  const Instant end = kStart + 90s;
  EXPECT_EQ(std::get<Ended>(on(active(), HangUpPressed{kCall}, at(end)).next).lasted, 90s);
  EXPECT_EQ(std::get<Ended>(on(active(), wire::Ended{.call = kCall}, at(end)).next).lasted, 90s);
  EXPECT_EQ(std::get<Ended>(on(connecting(), HangUpPressed{kCall}, at(end)).next).lasted,
            std::nullopt);
  CallState broken = on(active(), transport(ConnectionState::disconnected), at(kStart + 60s)).next;
  EXPECT_EQ(std::get<Ended>(on(std::move(broken), TimeReached{}, at(end)).next).lasted, 90s)
      << "as the record will have it: to the end";
}

TEST(Call, NamesWhatItGaveUpFor) {
  const auto failure = [](const CallState& state) {
    return *std::get<Ended>(on(state, TimeReached{}, at(kStart + 10h)).next).failure;
  };
  EXPECT_EQ(failure(Calling{kStart}), Error::server_unreachable);
  EXPECT_EQ(failure(Answering{kStart}), Error::server_unreachable);
  EXPECT_EQ(failure(connecting()), Error::no_media_path);
  EXPECT_EQ(failure(lost()), Error::media_lost);
  const Step rang_out = on(Incoming{kStart}, TimeReached{}, at(kStart));
  EXPECT_EQ(std::get<Ended>(rang_out.next).reason, EndReason::no_answer);
  EXPECT_TRUE(rang_out.messages.empty());
  EXPECT_EQ(outcome_of(rang_out.next, known(CallPhase::ringing, {})), "-")
      << "ringing out declines nothing";
  EXPECT_EQ(outcome_of(rang_out.next, missing()), "= +hang_up") << "it asks how it ended";
}

// ---- deadlines ----

TEST(Call, HasADeadlineExactlyWhereSomethingCanTimeOut) {
  const auto limit = [](const CallState& state) {
    const auto due = deadline(state);
    return due ? std::optional(*due - kStart) : std::nullopt;
  };
  const std::vector<CallState> states = all_states();
  EXPECT_EQ(limit(states[0]), kInviteLimit);
  EXPECT_EQ(limit(states[1]), kRingGuard);
  EXPECT_EQ(limit(states[2]), 45s);
  EXPECT_EQ(limit(states[3]), kAnswerLimit);
  EXPECT_EQ(limit(states[4]), kSampleWhileConnecting);
  EXPECT_EQ(limit(states[5]), kSampleWhileActive);
  EXPECT_EQ(limit(states[6]), 0s) << "what has arrived until now is looked at";
  EXPECT_EQ(limit(states[7]), std::nullopt);
  EXPECT_EQ(limit(states[8]), std::nullopt);
}

TEST(Call, WaitsLongerOnceTheServerKnowsOfIt) {
  const Step step =
      on(Calling{kStart + kInviteLimit}, wire::Progress{kCall, 1, 0}, at(kStart + 1s));
  EXPECT_EQ(deadline(step.next), kStart + 1s + kRingGuard);
  const Step again = on(step.next, wire::Progress{kCall, 2, 1}, at(kStart + 20s));
  EXPECT_EQ(deadline(again.next), kStart + 1s + kRingGuard)
      << "progress does not put it off for ever";
}

TEST(Call, WaitsAsLongAsTheServerSaysAndALittleMore) {
  const wire::Progress told{.call = kCall, .delivered = 1, .ringing = 0, .expires_in_ms = 600'000};
  Step step = on(Calling{kStart + kInviteLimit}, told, at(kStart));
  EXPECT_EQ(deadline(step.next), kStart + 600s + kGuardMargin);
  wire::Progress later{.call = kCall, .delivered = 1, .ringing = 1, .expires_in_ms = 400'000};
  step = on(std::move(step.next), later, at(kStart + 200s));
  EXPECT_EQ(deadline(step.next), kStart + 600s + kGuardMargin);
  later.expires_in_ms = 4'000'000'000;
  step = on(std::move(step.next), later, at(kStart));
  EXPECT_EQ(deadline(step.next), kStart + kLongestLimit + kGuardMargin) << "not whatever it says";

  wire::Accepted linked = accepted(1, kPeer, false);
  linked.expires_in_ms = 600'000;
  step = on(Calling{}, linked, at(kStart, kFirst));
  EXPECT_EQ(connections_of(step.next)->current.recovery.deadline(), kStart + 600s + kGuardMargin);
  Reconciled again = known(CallPhase::connecting, kHere);
  again.expires_in = 100s;
  step = on(std::move(step.next), again, at(kStart + 500s));
  EXPECT_EQ(connections_of(step.next)->current.recovery.deadline(), kStart + 600s + kGuardMargin);
}

// ---- after a gap in time ----

TEST(Call, EndsNothingAfterAGapBeforeTheFactsAreKnown) {
  const Instant woken = kStart + 10min;
  const std::vector<CallState> states = all_states();
  for (std::size_t i = 0; i < states.size(); ++i) {
    const bool has_limit = i == 0 || i == 1 || i == 3 || i == 4 || i == 6;
    if (!has_limit) continue;
    CallState state = on(states[i], Woken{}, at(woken)).next;
    state = on(std::move(state), TimeReached{}, at(woken)).next;
    EXPECT_EQ(state.index(), i) << kNames[i];
    state = on(std::move(state), TimeReached{}, at(woken + kFreshFactsGrace)).next;
    EXPECT_EQ(kNames[state.index()], "ended") << "the grace is short: " << kNames[i];
  }
}

TEST(Call, LooksAtItsConnectionFirstAfterAGap) {
  const Instant woken = kStart + 10min;
  CallState state = on(lost(), Woken{}, at(woken)).next;
  EXPECT_EQ(outcome_of(state, TimeReached{}, at(woken)), "= !sample_stats");
  state = on(std::move(state), packets(kFirst, 50), at(woken)).next;
  StatsSampled healed = packets(kFirst, 60);
  healed.state = ConnectionState::connected;
  EXPECT_EQ(outcome_of(state, healed, at(woken)), kMediaIsBack);
}

// ---- media ----

TEST(Call, IsBackOnlyWhenMediaHasArrivedSinceItWasLost) {
  CallState state = on(lost(), transport(ConnectionState::connected), at(kStart)).next;
  EXPECT_EQ(kNames[state.index()], "lost") << "a transport alone is not media";
  EXPECT_EQ(outcome_of(state, packets(kFirst, 5)), "-") << "all from before";
  state = on(std::move(state), packets(kFirst, 5), at(kStart)).next;
  EXPECT_EQ(outcome_of(state, packets(kFirst, 5)), "-");
  EXPECT_EQ(outcome_of(state, packets(kFirst, 6)), kMediaIsBack);
  const CallState anew = on(state, packets(kFirst, 0), at(kStart)).next;
  EXPECT_EQ(outcome_of(anew, packets(kFirst, 1)), kMediaIsBack)
      << "counters that were started anew";
}

TEST(Call, LastsAsLongAsTheRecordSays) {
  const wire::Ended end{.call = kCall, .ended_at_ms = 142'000, .connected_at_ms = 100'000};
  EXPECT_EQ(std::get<Ended>(on(active(), end, at(kStart + 12s)).next).lasted, 42s);
  const Step hung_up = on(active(), HangUpPressed{kCall}, at(kStart + 12s));
  EXPECT_EQ(std::get<Ended>(on(hung_up.next, end, at(kStart + 40s)).next).lasted, 42s);
}

TEST(Call, GoesByItsOwnClockWhereTheServerTellsTimesThatAreNone) {
  constexpr std::int64_t kNever = std::numeric_limits<std::int64_t>::min();
  const wire::Ended end{.call = kCall, .ended_at_ms = 1, .connected_at_ms = kNever};
  EXPECT_EQ(std::get<Ended>(on(active(), end, at(kStart + 12s)).next).lasted, 12s);
}

TEST(Call, GoesOnCountingWhereTheServerBegan) {
  CallContext context = at(kStart + 100s);
  context.connected_at = kStart;
  CallState state = on(connecting(), transport(ConnectionState::connected), context).next;
  state = on(std::move(state), packets(kFirst, 5), context).next;
  EXPECT_EQ(std::get<Active>(state).since, kStart);
}

TEST(Call, IsActiveOnceMediaHasReallyArrived) {
  CallState state = connecting();
  state = on(std::move(state), transport(ConnectionState::connected), at(kStart)).next;
  EXPECT_EQ(kNames[state.index()], "connecting") << "a transport alone is not media";
  EXPECT_EQ(outcome_of(state, packets(kFirst, 0)), "-");
  EXPECT_EQ(outcome_of(state, packets(kFirst, 1)), "active +media");
}

TEST(Call, IsActiveWithoutSoundWhenNoneIsToBeExpected) {
  CallContext context = at(kStart);
  context.silence_is_normal = true;
  EXPECT_EQ(outcome_of(connecting(), transport(ConnectionState::connected), context),
            "active +media");
}

TEST(Call, BecomesActiveOnceHoweverOftenTheTransportComesUp) {
  EXPECT_EQ(outcome_of(active(), transport(ConnectionState::connected)), "-");
  EXPECT_EQ(outcome_of(active(), packets(kFirst, 100)), "-");
}

TEST(Call, ReportsMediaRegularlyWhileItFlows) {
  CallState state = active();
  int reports = 0;
  for (Instant now = kStart; now <= kStart + 60s; now += 1s) {
    Step step = on(std::move(state), TimeReached{}, at(now));
    reports += static_cast<int>(step.messages.size());
    state = std::move(step.next);
  }
  EXPECT_EQ(reports, 6);
}

TEST(Call, ReportsMediaAgainInAFreshSession) {
  const Step step = on(active(), known(CallPhase::connecting, kHere), at(kStart + 3s));
  EXPECT_LE(deadline(step.next), kStart + 3s);
  EXPECT_EQ(outcome_of(step.next, TimeReached{}, at(kStart + 3s)), "= +media !sample_stats");
}

TEST(Call, AsksForARestartAtOnceWhenTheTransportFailedAndLaterWhenItMayHeal) {
  const CallState healing = lost();
  EXPECT_EQ(outcome_of(healing, TimeReached{}, at(kStart + kHealsWithin - 1ms)), "= !sample_stats");
  EXPECT_EQ(outcome_of(healing, TimeReached{}, at(kStart + kHealsWithin)), "lost +signal");
  EXPECT_EQ(outcome_of(active(), transport(ConnectionState::failed)), "lost +media +signal");
}

TEST(Call, RestartsWithNewCredentialsWhenItIsAskedFor) {
  const Step step = on(active(), signal(R"({"type":"restart_wanted"})"), at(kStart));
  ASSERT_EQ(step.effects.size(), 1U);
  EXPECT_TRUE(std::get<MakeOffer>(step.effects.front()).restart_ice);
}

TEST(Call, GathersRelaysOnlyAfterRestartsInVain) {
  const std::string wanted = R"({"type":"restart_wanted"})";
  wire::IceServers servers;
  servers.items = {wire::IceServer{.urls = {{{"turn:relay.example"}}}}};
  CallContext context{.now = kStart, .call = kCall, .ice_servers = servers, .online = true};
  CallState state = lost();
  for (unsigned i = 0; i < recovery::kRestartsOnAnyPath; ++i) {
    state = on(std::move(state), signal(wanted), context).next;
    context.now += recovery::kRestartPause;
  }
  const Step step = on(std::move(state), signal(wanted), context);
  ASSERT_FALSE(step.effects.empty());
  EXPECT_TRUE(std::get<SetIceServers>(step.effects.front()).relays_only);
}

TEST(Call, LeavesRestartsToTheSideThatOffered) {
  CallState state = on(Calling{}, accepted(1, kPeer, false), at(kStart, kFirst)).next;
  state = on(std::move(state), transport(ConnectionState::connected), at(kStart)).next;
  state = on(std::move(state), packets(kFirst, 1), at(kStart)).next;
  EXPECT_EQ(outcome_of(state, signal(R"({"type":"restart_wanted"})")), "active +signal");
}

TEST(Call, AsksNothingOfADeviceOutOfReach) {
  CallState state = on(lost(), ReachChanged{false}, at(kStart)).next;
  EXPECT_EQ(outcome_of(state, TimeReached{}, at(kStart + 10s)), "= !sample_stats");
  state = on(std::move(state), ReachChanged{true}, at(kStart + 10s)).next;
  EXPECT_EQ(outcome_of(state, TimeReached{}, at(kStart + 10s + recovery::kAfterReturn)),
            "lost +signal");
}

TEST(Call, NeverGivesUpBeforeItsLimitWhileMediaIsLost) {
  CallState state = lost();
  for (Instant now = kStart; now < kStart + kMediaLossLimit; now += 100ms) {
    state = on(std::move(state), TimeReached{}, at(now)).next;
    ASSERT_EQ(kNames[state.index()], "lost");
  }
  EXPECT_EQ(outcome_of(state, TimeReached{}, at(kStart + kMediaLossLimit)), "ended +hang_up");
}

// ---- packets that stop, although the transport is up ----

/// A context in which packets are expected all the time.
CallContext expecting(Instant now) {
  CallContext context = at(now);
  context.sound_expected = true;
  return context;
}

TEST(Call, LosesItsMediaWhenPacketsStopAndNobodyAnswers) {
  Step step = on(active(), packets(kFirst, 5), expecting(kStart));
  step = on(std::move(step.next), packets(kFirst, 5), expecting(kStart + 500ms));
  EXPECT_TRUE(step.asks_peer);
  EXPECT_EQ(outcome_of(step.next, packets(kFirst, 5), expecting(kStart + 1s)), "lost +media");
}

TEST(Call, KeepsItsMediaWhenPacketsStopAndTheOtherDeviceAnswers) {
  Step step = on(active(), packets(kFirst, 5), expecting(kStart));
  step = on(std::move(step.next), packets(kFirst, 5), expecting(kStart + 500ms));
  step = on(std::move(step.next), SignOfLife{kFirst}, expecting(kStart + 600ms));
  EXPECT_EQ(outcome_of(step.next, packets(kFirst, 5), expecting(kStart + 1s)), "-");
}

TEST(Call, ExpectsNoPacketsOfASideThatSendsNone) {
  CallState state = on(active(), packets(kFirst, 5), at(kStart)).next;
  state = on(std::move(state), packets(kFirst, 5), at(kStart + 2s)).next;
  EXPECT_EQ(outcome_of(state, packets(kFirst, 5), at(kStart + 4s)), "-");
}

TEST(Call, HasItsMediaBackWithPacketsOrWithASignOfLife) {
  CallState state = on(active(), packets(kFirst, 5), expecting(kStart)).next;
  state = on(std::move(state), packets(kFirst, 5), expecting(kStart + 500ms)).next;
  state = on(std::move(state), packets(kFirst, 5), expecting(kStart + 1s)).next;
  state = on(std::move(state), packets(kFirst, 5), expecting(kStart + 1100ms)).next;
  EXPECT_EQ(kNames[state.index()], "lost") << "the transport is up, but nothing arrives";
  EXPECT_EQ(outcome_of(state, packets(kFirst, 6), expecting(kStart + 2s)), kMediaIsBack);
  EXPECT_EQ(outcome_of(state, SignOfLife{kFirst}, expecting(kStart + 2s)), kMediaIsBack);
}

TEST(Call, AsksForASignOfLifeWhenTheNetworkHasChanged) {
  const Step step = on(active(), NetworkChanged{}, at(kStart));
  EXPECT_TRUE(step.asks_peer);
  EXPECT_EQ(kNames[step.next.index()], "active");
}

// ---- a second connection, while the other side moves to another device ----

CallState moving() {
  return on(active(), accepted(2, kOtherDevice, true), at(kStart, kSecond)).next;
}

std::vector<PeerConnectionId> connections_in(const CallState& state) {
  const Connections* connections = connections_of(state);
  if (connections == nullptr) return {};
  std::vector<PeerConnectionId> ids{connections->current.id()};
  if (connections->next) ids.push_back(connections->next->id());
  return ids;
}

TEST(Call, KeepsTheOldConnectionUntilTheNewOneHasMedia) {
  CallState state = moving();
  EXPECT_EQ(connections_in(state), (std::vector{kFirst, kSecond}));
  state = on(std::move(state), transport(ConnectionState::connected, kSecond), at(kStart)).next;
  EXPECT_EQ(connections_in(state), (std::vector{kFirst, kSecond}));
  state = on(std::move(state), packets(kSecond, 1), at(kStart)).next;
  EXPECT_EQ(connections_in(state), std::vector{kSecond});
  EXPECT_EQ(kNames[state.index()], "active");
}

TEST(Call, HandsOverAlsoWhenTheOldConnectionIsLost) {
  CallState state = on(moving(), transport(ConnectionState::disconnected), at(kStart)).next;
  state = on(std::move(state), transport(ConnectionState::connected, kSecond), at(kStart)).next;
  EXPECT_EQ(outcome_of(state, packets(kSecond, 1)), kMediaIsBack);
}

TEST(Call, MovesAlsoBeforeMediaHasFlowed) {
  const CallState state = on(connecting(), accepted(2, kOtherDevice), at(kStart, kSecond)).next;
  EXPECT_EQ(connections_in(state), (std::vector{kFirst, kSecond}));
  CallState moved = on(state, transport(ConnectionState::connected, kSecond), at(kStart)).next;
  EXPECT_EQ(outcome_of(moved, packets(kSecond, 1)), "active +media");
  moved = on(std::move(moved), packets(kSecond, 1), at(kStart)).next;
  EXPECT_EQ(connections_in(moved), std::vector{kSecond});

  CallState stayed = on(state, transport(ConnectionState::connected), at(kStart)).next;
  stayed = on(std::move(stayed), packets(kFirst, 1), at(kStart)).next;
  EXPECT_EQ(connections_in(stayed), (std::vector{kFirst, kSecond})) << "the other may still come";
  EXPECT_EQ(kNames[stayed.index()], "active");

  const Step failed = on(state, transport(ConnectionState::failed), at(kStart));
  EXPECT_EQ(connections_in(failed.next), std::vector{kSecond});
}

TEST(Call, ReadsCountersOftenWhileItAwaitsMedia) {
  EXPECT_EQ(sample_interval(connecting(), false), kSampleWhileConnecting);
  EXPECT_EQ(sample_interval(active(), false), kSampleWhileActive);
  EXPECT_EQ(sample_interval(active(), true), kSampleWhileConnecting) << "silence is to be proven";
  EXPECT_EQ(sample_interval(moving(), false), kSampleWhileConnecting) << "a device takes over";
  EXPECT_EQ(sample_interval(lost(), false), kSampleWhileConnecting);
}

TEST(Call, SaysWhatBecameOfItsConnections) {
  using enum ConnectionChange;
  const auto with_path = [](CallState state, PeerConnectionId id) {
    return on(std::move(state), transport(ConnectionState::connected, id), at(kStart)).next;
  };
  const CallState early = on(connecting(), accepted(2, kOtherDevice), at(kStart, kSecond)).next;
  const auto change = [](const CallState& state, const auto& event, Instant now = kStart) {
    return on(state, event, at(now, kSecond)).change;
  };
  EXPECT_EQ(change(Calling{}, accepted(1)), opened);
  EXPECT_EQ(change(connecting(), accepted(2)), opened) << "the same device, loaded anew";
  EXPECT_EQ(change(active(), accepted(2)), opened);
  EXPECT_EQ(change(moving(), accepted(3)), opened) << "in place of both";
  EXPECT_EQ(change(active(), accepted(1)), none) << "told twice";
  EXPECT_EQ(change(active(), accepted(2, kOtherDevice)), joiner_opened);
  EXPECT_EQ(change(moving(), accepted(3, kOtherDevice)), joiner_opened) << "in place of a joiner";
  EXPECT_EQ(change(moving(), transport(ConnectionState::failed, kSecond)), joiner_gone);
  EXPECT_EQ(change(moving(), transport(ConnectionState::disconnected, kSecond)), none);
  EXPECT_EQ(change(moving(), TimeReached{}, kStart + kConnectGuard), joiner_gone);
  EXPECT_EQ(change(moving(), packets(kSecond, 1)), none) << "it has no path";
  EXPECT_EQ(change(with_path(moving(), kSecond), packets(kSecond, 1)), handed_over);
  EXPECT_EQ(change(early, transport(ConnectionState::failed)), handed_over);
  EXPECT_EQ(change(early, transport(ConnectionState::failed, kSecond)), joiner_gone);
  EXPECT_EQ(change(active(), transport(ConnectionState::failed)), none);
  EXPECT_EQ(change(moving(), wire::Ended{.call = kCall}), none) << "none is left";
}

TEST(Call, GoesOnElsewhereWhenItCantBeJoinedJustNow) {
  const Answering joining{.give_up_at = kStart + kAnswerLimit, .joining = true};
  const auto outcome = [&](Error why) {
    return outcome_of(joining, wire::Refusal{.code = why, .call = kCall});
  };
  EXPECT_EQ(outcome(Error::rate_limited), "elsewhere");
  EXPECT_EQ(outcome(Error::too_many_calls), "elsewhere");
  EXPECT_EQ(outcome(Error::unknown_call), "ended");
}

TEST(Call, IsNotOverBecauseASignalCameTooLate) {
  const wire::Refusal refusal{
      .code = Error::unknown_call, .call = kCall, .request = {{std::string(wire::Signal::kType)}}};
  EXPECT_EQ(outcome_of(connecting(), refusal), "-");
  EXPECT_EQ(outcome_of(active(), refusal), "-");
}

TEST(Call, GoesOnWhereItWasWhenTheNewConnectionFails) {
  Step step = on(moving(), transport(ConnectionState::failed, kSecond), at(kStart));
  EXPECT_EQ(connections_in(step.next), std::vector{kFirst});
  EXPECT_EQ(kNames[step.next.index()], "active");
  const PeerConnectionId second = kSecond;
  step = on(moving(), OperationFailed{second, {1}, {}, {}}, at(kStart));
  Instant now = kStart;
  for (std::uint64_t tries = 2; tries <= negotiation::kMaxTries; ++tries) {
    EXPECT_EQ(connections_in(step.next), (std::vector{kFirst, kSecond})) << "it is tried again";
    now += 10s;
    step = on(std::move(step.next), TimeReached{}, at(now));
    step = on(std::move(step.next), OperationFailed{second, {tries}, {}, {}}, at(now));
  }
  EXPECT_EQ(connections_in(step.next), std::vector{kFirst});
  EXPECT_EQ(kNames[step.next.index()], "active");
}

TEST(Call, FailsOnlyWhenItsFirstNegotiationWasTriedOftenEnough) {
  Step step = stay(connecting());
  Instant now = kStart;
  for (std::uint64_t tries = 1; tries <= negotiation::kMaxTries; ++tries) {
    ASSERT_EQ(kNames[step.next.index()], "connecting");
    step = on(std::move(step.next), OperationFailed{kFirst, {tries}, {}, {}}, at(now));
    if (tries == negotiation::kMaxTries) break;
    now += 3s;
    step = on(std::move(step.next), TimeReached{}, at(now));
  }
  EXPECT_EQ(std::get<Ended>(step.next).failure, Error::negotiation_failed);
}

TEST(Call, LivesAsLongAsItsRecoveryHasTimeHoweverOftenOperationsFail) {
  CallState state = on(active(), transport(ConnectionState::failed), at(kStart)).next;
  state = on(std::move(state), signal(R"({"type":"restart_wanted"})"), at(kStart)).next;
  int tries = 1;
  for (Instant now = kStart; now < kStart + kMediaLossLimit; now += 100ms) {
    Step step = on(std::move(state), TimeReached{}, at(now));
    const auto retry = std::ranges::find_if(
        step.effects, [](const Effect& e) { return std::holds_alternative<MakeOffer>(e); });
    if (retry != step.effects.end()) ++tries;
    state = std::move(step.next);
    for (std::uint64_t operation = 1; operation < 40; ++operation) {
      state = on(std::move(state), OperationFailed{kFirst, {operation}, {}, {}}, at(now)).next;
    }
    ASSERT_EQ(kNames[state.index()], "lost");
  }
  EXPECT_GT(tries, 3);
  EXPECT_LT(tries, 60);
  EXPECT_EQ(outcome_of(state, TimeReached{}, at(kStart + kMediaLossLimit)), "ended +hang_up");
}

TEST(Call, LetsANewConnectionGoThatNeverGetsMedia) {
  CallState state = moving();
  const CallState waiting = on(state, TimeReached{}, at(kStart + kConnectGuard - 1ms)).next;
  EXPECT_EQ(connections_in(waiting), (std::vector{kFirst, kSecond}));
  state = on(std::move(state), TimeReached{}, at(kStart + kConnectGuard)).next;
  EXPECT_EQ(connections_in(state), std::vector{kFirst});
  EXPECT_EQ(kNames[state.index()], "active");
}

TEST(Call, TakesSignalsForTheConnectionOfTheirLink) {
  const CallState state = moving();
  const std::string offer = description(wire::DescriptionKind::offer, 1, "x");
  EXPECT_EQ(outcome_of(state, signal(offer, kPeer, 1)), "= !set_remote_description");
  EXPECT_EQ(outcome_of(state, signal("{}", kOtherDevice, 2)), "= !log");
  EXPECT_EQ(outcome_of(state, signal("{}", kPeer, 2)), "-");
  EXPECT_EQ(outcome_of(state, signal("{}", kOtherDevice, 1)), "-");
}

TEST(Call, IgnoresALinkItAlreadyHas) {
  EXPECT_EQ(outcome_of(moving(), accepted(2, kOtherDevice)), "-");
  EXPECT_EQ(outcome_of(moving(), accepted(1)), "-");
}

// ---- whatever happens ----

/// A random event that a call can meet.
Step anything(CallState state, Random& random, const CallContext& context) {
  const auto pick = [&](std::uint64_t bound) { return random.below(bound); };
  const PeerConnectionId connection{1 + pick(4)};
  const OperationId operation{1 + pick(4)};
  const auto link = static_cast<std::uint32_t>(1 + pick(3));
  const DeviceId peer = pick(3) == 0 ? kOtherDevice : kPeer;
  // clang-format off
  switch (pick(24)) {
    case 0: return on(std::move(state), AnswerPressed{.call = kCall}, context);
    case 1: return on(std::move(state), JoinPressed{kCall}, context);
    case 2: return on(std::move(state), DeclinePressed{kCall}, context);
    case 3: return pick(8) == 0 ? on(std::move(state), HangUpPressed{kCall}, context)
                                : stay(std::move(state));
    case 4: return on(std::move(state), PageHidden{}, context);
    case 5: return on(std::move(state), wire::Progress{kCall, 1, static_cast<std::uint32_t>(pick(2))}, context);
    case 6:
    case 7:
    case 8: return on(std::move(state), accepted(link, peer, pick(2) == 0), context);
    case 9: return pick(8) == 0 ? on(std::move(state), wire::Ended{.call = kCall}, context)
                                : stay(std::move(state));
    case 10: return pick(4) == 0 ? on(std::move(state), wire::Elsewhere{}, context)
                                 : stay(std::move(state));
    case 11: return on(std::move(state), wire::Refusal{.code = Error::rate_limited}, context);
    case 12: return on(std::move(state), signal(description(wire::DescriptionKind::offer, link, "o"), peer, link), context);
    case 13: return on(std::move(state), signal(description(wire::DescriptionKind::answer, link, "a"), peer, link), context);
    case 14: return on(std::move(state), known(CallPhase::active, kHere, link), context);
    case 15: return on(std::move(state), resumed(missing()), context);
    case 16: return on(std::move(state), LocalDescriptionSet{connection, operation, wire::DescriptionKind::offer, "a=ice-ufrag:x\n"}, context);
    case 17: return on(std::move(state), RemoteDescriptionSet{connection, operation}, context);
    case 18: return on(std::move(state), CandidateGathered{connection, {{"x"}}, {}}, context);
    case 19: return on(std::move(state), GatheringCompleted{connection}, context);
    case 20: return on(std::move(state), ConnectionStateChanged{connection, static_cast<ConnectionState>(pick(6))}, context);
    case 21: return on(std::move(state), packets(connection, pick(3)), context);
    default: return on(std::move(state), TimeReached{}, context);
  }
  // clang-format on
}

TEST(Call, CanBeTakenOverAlsoWhenOnlyTheSnapshotTellsWhereItGoesOn) {
  // Also one that the person had blocked, and made part of a call of their own at another device.
  for (const EndReason reason :
       {EndReason::answered_elsewhere, EndReason::declined_elsewhere, EndReason::failed}) {
    const CallState state = Ended{.reason = reason};
    EXPECT_EQ(outcome_of(state, known(CallPhase::active, kOtherDevice)), "elsewhere");
    EXPECT_EQ(outcome_of(state, known(CallPhase::ringing, {})), "-");
    EXPECT_EQ(outcome_of(state, missing()), "-");
  }
}

TEST(Call, KeepsItsPromisesWhateverHappens) {
  for (std::uint64_t seed = 1; seed <= 2'000; ++seed) {
    Random random(seed);
    CallState state = all_states()[static_cast<std::size_t>(random.below(9))];
    std::uint64_t connections = 1;
    Instant now = kStart;
    for (int steps = 0; steps < 60; ++steps) {
      now += Duration{static_cast<std::int64_t>(random.below(3'000))};
      const bool was_ended = std::holds_alternative<Ended>(state);
      const auto before = connections_in(state);
      const PeerConnectionId next{connections + 1};
      Step step = anything(std::move(state), random, at(now, next));
      state = std::move(step.next);
      const auto after = connections_in(state);

      std::size_t created = 0;
      for (const Effect& effect : step.effects) {
        if (const auto* create = std::get_if<CreateConnection>(&effect)) {
          ++created;
          ASSERT_EQ(create->connection, next) << seed;
        }
      }
      std::size_t appeared = 0;
      for (const PeerConnectionId id : after) {
        appeared += std::ranges::find(before, id) == before.end() ? 1 : 0;
      }
      ASSERT_EQ(created, appeared) << "seed " << seed << ": each connection is created once";
      ASSERT_LE(after.size(), 2U) << seed;
      connections += created;
      if (was_ended) {
        ASSERT_TRUE(step.effects.empty()) << "seed " << seed << ": nothing is done after the end";
      }
      // Time that has been dealt with is not asked for again.
      for (int turns = 0; deadline(state) && *deadline(state) <= now; ++turns) {
        ASSERT_LT(turns, 4) << seed;
        state = on(std::move(state), TimeReached{}, at(now, {connections + 1})).next;
      }
    }
  }
}

TEST(Call, CapturesOnlyWhereAPersonHasAgreedToTalk) {
  const std::array<bool, 9> expected{true, true, false, true, true, true, true, false, false};
  const std::vector<CallState> states = all_states();
  for (std::size_t i = 0; i < states.size(); ++i)
    EXPECT_EQ(uses_media(states[i]), expected[i]) << kNames[i];
}

}  // namespace
}  // namespace parley::phone
