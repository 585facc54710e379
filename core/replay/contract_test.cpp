#include "core/replay/contract.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace parley::replay {
namespace {

using phone::Effect;
using phone::Event;
using testing::ElementsAre;
using testing::IsEmpty;

constexpr SocketId kSocket{1};
constexpr MediaRequestId kRequest{1};
constexpr PeerConnectionId kConnection{1};
constexpr OperationId kFirst{1};
constexpr OperationId kSecond{2};

/// Feeds events one by one and says what the last one breaches.
class Trace {
 public:
  Trace& after(const Event& event, const std::vector<Effect>& effects = {}) {
    breaches_ = contract_.check(event, effects);
    EXPECT_THAT(breaches_, IsEmpty());
    return *this;
  }
  std::vector<std::string> then(const Event& event) { return contract_.check(event, {}); }

 private:
  ShellContract contract_;
  std::vector<std::string> breaches_;
};

Event tick() { return phone::TimeReached{}; }
Event offered(OperationId operation, std::string sdp = "") {
  return phone::LocalDescriptionSet{kConnection, operation, wire::DescriptionKind::offer,
                                    std::move(sdp)};
}
Effect create() { return phone::CreateConnection{.connection = kConnection, .offers_first = true}; }
Effect offer(OperationId operation, bool afresh = false) {
  return phone::MakeOffer{.connection = kConnection, .operation = operation, .afresh = afresh};
}
Trace offering() {
  Trace trace;
  trace.after(tick(), {create(), offer(kFirst)});
  return trace;
}

TEST(ShellContract, AFrameComesThroughTheOpenSocketAlone) {
  Trace trace;
  trace.after(tick(), {phone::OpenSocket{kSocket}});
  EXPECT_THAT(trace.then(phone::FrameReceived{kSocket, ""}),
              ElementsAre("the socket is not open yet"));
  trace.after(phone::SocketOpened{kSocket})
      .after(phone::FrameReceived{kSocket, ""}, {phone::CloseSocket{kSocket}});
  EXPECT_THAT(trace.then(phone::SocketClosed{kSocket, 1000}), ElementsAre("the socket is closed"));
}

TEST(ShellContract, ARequestForMediaIsAnsweredOnce) {
  Trace trace;
  trace.after(tick(), {phone::OpenMedia{.request = kRequest}});
  trace.after(phone::MediaOpened{kRequest, {}, {}});
  EXPECT_THAT(trace.then(phone::MediaFailed{.request = kRequest}),
              ElementsAre("a request was answered twice"));
  EXPECT_THAT(trace.then(phone::MediaOpened{MediaRequestId{7}, {}, {}}),
              ElementsAre("nothing was requested with this number"));
}

TEST(ShellContract, NothingIsReportedOfASourceThatWasClosed) {
  Trace trace;
  trace.after(tick(), {phone::OpenMedia{.request = kRequest}});
  trace.after(phone::MediaOpened{kRequest, {}, {}})
      .after(phone::MediaSilenced{kRequest, media::SourceKind::camera, true})
      .after(tick(), {phone::CloseMedia{kRequest, media::SourceKind::camera}});
  EXPECT_THAT(trace.then(phone::MediaEnded{kRequest, media::SourceKind::camera}),
              ElementsAre("the source is not captured"));
}

TEST(ShellContract, OperationsReportInTheOrderInWhichTheyWereAskedFor) {
  Trace trace = offering();
  trace.after(tick(), {offer(kSecond)});
  EXPECT_THAT(trace.then(offered(kSecond)),
              ElementsAre("an operation that was asked for earlier has not reported"));
}

TEST(ShellContract, AnOperationReportsOnce) {
  Trace trace = offering();
  trace.after(offered(kFirst));
  EXPECT_THAT(trace.then(offered(kFirst)),
              ElementsAre("the operation was given up, or has reported before"));
}

TEST(ShellContract, AnOperationThatIsGivenUpReportsNothing) {
  Trace trace = offering();
  trace.after(tick(), {offer(kSecond, true)});
  EXPECT_THAT(trace.then(offered(kFirst)),
              ElementsAre("the operation was given up, or has reported before"));
  trace.after(offered(kSecond));
}

TEST(ShellContract, AnOperationReportsWhatItMade) {
  Trace trace = offering();
  EXPECT_THAT(trace.then(phone::RemoteDescriptionSet{kConnection, kFirst}),
              ElementsAre("the operation makes a description"));
}

TEST(ShellContract, TheSideThatOffersFirstHasSoundThenCameraThenScreen) {
  Trace trace = offering();
  trace.after(offered(kFirst, "v=0\r\nm=audio 9\r\nm=video 9\r\nm=video 9\r\nm=application 9\r\n"),
              {offer(kSecond)});
  EXPECT_THAT(
      trace.then(offered(kSecond, "v=0\r\nm=video 9\r\nm=audio 9\r\n")),
      ElementsAre("the sections of the description are video audio, not audio video video"));
}

TEST(ShellContract, CandidatesComeAfterTheDescriptionTheyBelongTo) {
  Trace trace = offering();
  EXPECT_THAT(trace.then(phone::CandidateGathered{kConnection, {}, {}}),
              ElementsAre("a candidate was gathered before the first local description"));
}

TEST(ShellContract, TextsComeThroughAnOpenDataChannel) {
  Trace trace = offering();
  EXPECT_THAT(trace.then(phone::DirectReceived{kConnection, ""}),
              ElementsAre("a text came through a data channel that is not open"));
  trace.after(phone::DirectOpened{kConnection}).after(phone::DirectReceived{kConnection, ""});
  EXPECT_THAT(trace.then(phone::DirectOpened{kConnection}),
              ElementsAre("a data channel opened twice"));
}

TEST(ShellContract, AStateIsReportedWhenItChanges) {
  Trace trace = offering();
  const phone::ConnectionStateChanged connected{kConnection, phone::ConnectionState::connected};
  trace.after(connected);
  EXPECT_THAT(trace.then(connected),
              ElementsAre("a state was reported that is the same as before"));
}

TEST(ShellContract, CountersAreReportedWhenAskedFor) {
  Trace trace = offering();
  trace.after(tick(), {phone::SampleStats{kConnection}});
  trace.after(phone::StatsSampled{.connection = kConnection});
  EXPECT_THAT(trace.then(phone::StatsSampled{.connection = kConnection}),
              ElementsAre("counters came that were not asked for"));
}

TEST(ShellContract, NothingIsReportedOfAConnectionThatWasClosed) {
  for (const Event& event : std::initializer_list<Event>{
           offered(kFirst), phone::RemoteDescriptionSet{kConnection, kFirst},
           phone::OperationFailed{.connection = kConnection, .operation = kFirst},
           phone::CandidateGathered{kConnection, {}, {}}, phone::GatheringCompleted{kConnection},
           phone::DirectOpened{kConnection}, phone::DirectReceived{kConnection, ""},
           phone::ConnectionStateChanged{kConnection, phone::ConnectionState::failed},
           phone::StatsSampled{.connection = kConnection}}) {
    Trace trace = offering();
    trace.after(tick(), {phone::CloseConnection{kConnection}});
    EXPECT_THAT(trace.then(event), ElementsAre("the connection is closed"));
  }
}

}  // namespace
}  // namespace parley::replay
