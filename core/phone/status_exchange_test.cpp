#include "core/phone/status_exchange.hpp"

#include "core/phone/timers.hpp"

#include <gtest/gtest.h>

#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace parley::phone {
namespace {

using wire::LegStatus;
using wire::SourceState;

constexpr PeerConnectionId kEarlier{1};
constexpr PeerConnectionId kJoiner{2};
constexpr PeerConnectionId kReloaded{3};
constexpr Instant kBegin = instant_from_ms(1'000'000);
constexpr LegStatus kSends{};
constexpr LegStatus kMuted{.microphone = SourceState::off};

/// A status of the other side; the tests tell them apart by the revision.
LegStatus revision(std::uint32_t number) { return {.revision = number}; }

StatusExchange connected() {
  StatusExchange exchange;
  exchange.connection_opened(kEarlier);
  return exchange;
}

// ---- this side: which statuses are sent ----

std::string sent(const std::optional<LegStatus>& status) {
  return status ? std::to_string(status->revision) : "-";
}

TEST(StatusExchange, SendsOnlyWhatHasChanged) {
  struct Row {
    std::string_view before;
    std::function<void(StatusExchange&)> happens;
    LegStatus status;
    Duration later;
    std::string_view sent;
  };
  const auto nothing = [](StatusExchange&) {};
  const auto refused = [](std::uint32_t retry_after_ms) {
    return [=](StatusExchange& exchange) {
      exchange.refused({.code = Error::rate_limited, .retry_after_ms = retry_after_ms}, kBegin);
    };
  };
  const std::vector<Row> rows{
      {"nothing", nothing, kSends, 1s, "-"},
      {"a mute", nothing, kMuted, 1s, "2"},
      {"a refusal", refused(0), kSends, kTellAgain - 1ms, "-"},
      {"a refusal, later", refused(0), kSends, kTellAgain, "2"},
      {"a refusal with a long wait", refused(10'000), kSends, 9'999ms, "-"},
      {"a refusal with a long wait, later", refused(10'000), kSends, 10s, "2"},
      {"a change after a refusal", refused(0), kMuted, 1s, "2"},
      {"a new session", [](auto& exchange) { exchange.session_started(); }, kSends, 1s, "2"},
      {"a joiner", [](auto& exchange) { exchange.joiner_opened(kJoiner); }, kSends, 1s, "2"},
      {"a new connection", [](auto& exchange) { exchange.connection_opened(kJoiner); }, kSends, 1s,
       "2"},
      {"an end of a connection", [](auto& exchange) { exchange.connection_closed(kEarlier); },
       kSends, 1s, "-"},
  };
  for (const Row& row : rows) {
    StatusExchange exchange = connected();
    ASSERT_EQ(sent(exchange.tell(kSends, kBegin)), "1");
    row.happens(exchange);
    EXPECT_EQ(sent(exchange.tell(row.status, kBegin + row.later)), row.sent) << row.before;
    EXPECT_EQ(sent(exchange.tell(row.status, kBegin + row.later)), "-") << row.before << ", again";
  }
}

TEST(StatusExchange, HasADeadlineOnlyAfterARefusal) {
  StatusExchange exchange = connected();
  (void)exchange.tell(kSends, kBegin);
  EXPECT_EQ(exchange.deadline(), std::nullopt);
  exchange.refused({.code = Error::rate_limited}, kBegin);
  EXPECT_EQ(exchange.deadline(), kBegin + kTellAgain);
  (void)exchange.tell(kMuted, kBegin);
  EXPECT_EQ(exchange.deadline(), std::nullopt);
}

// ---- the other side: which status counts ----

/// The revision of the other side's status that counts.
std::string known(const StatusExchange& exchange) { return sent(exchange.of_peer()); }

TEST(StatusExchange, TakesTheNewestStatusOfTheNewestDevice) {
  struct Row {
    std::string_view what;
    std::function<bool(StatusExchange&)> happens;
    bool news;
    std::string_view known;
  };
  const auto from_server = [](std::uint32_t number) {
    return [=](StatusExchange& exchange) { return exchange.told_by_server(revision(number)); };
  };
  const auto direct = [](PeerConnectionId connection, std::uint32_t number) {
    return [=](StatusExchange& exchange) { return exchange.heard(connection, revision(number)); };
  };
  const auto opens = [](PeerConnectionId connection) {
    return [=](StatusExchange& exchange) { return exchange.channel_opened(connection); };
  };
  // One call, from its first status on.
  const std::vector<Row> story{
      {"the server's", from_server(5), true, "5"},
      {"through a channel that is not open", direct(kEarlier, 6), false, "5"},
      {"the channel opens", opens(kEarlier), true, "5"},
      {"it opens once", opens(kEarlier), false, "5"},
      {"through the channel", direct(kEarlier, 7), true, "7"},
      {"the same again", direct(kEarlier, 7), false, "7"},
      {"an older one", direct(kEarlier, 6), false, "7"},
      {"the server's, overtaken", from_server(6), false, "7"},
      {"the server's, the same", from_server(7), true, "7"},
      {"through the channel of another call", direct(kReloaded, 9), false, "7"},
      {"a device takes over",
       [](StatusExchange& exchange) {
         exchange.joiner_opened(kJoiner);
         return false;
       },
       false, "7"},
      {"the earlier device", direct(kEarlier, 8), false, "7"},
      {"the joiner's, from the server", from_server(1), true, "1"},
      {"its channel opens", opens(kJoiner), true, "1"},
      {"the joiner's", direct(kJoiner, 2), true, "2"},
      {"the joiner gives up",
       [](StatusExchange& exchange) {
         exchange.connection_closed(kJoiner);
         return exchange.joiner_gone();
       },
       true, "8"},
      {"the earlier device again", direct(kEarlier, 9), true, "9"},
      {"its page is loaded anew",
       [](StatusExchange& exchange) {
         exchange.connection_closed(kEarlier);
         exchange.connection_opened(kReloaded);
         return false;
       },
       false, "-"},
      {"the new page's", from_server(1), true, "1"},
  };
  StatusExchange exchange = connected();
  for (const Row& row : story) {
    EXPECT_EQ(row.happens(exchange), row.news) << row.what;
    EXPECT_EQ(known(exchange), row.known) << row.what;
  }
}

TEST(StatusExchange, KeepsTheJoinersStatusWhenItTakesOver) {
  StatusExchange exchange = connected();
  exchange.joiner_opened(kJoiner);
  exchange.told_by_server(revision(3));
  exchange.connection_closed(kEarlier);
  EXPECT_EQ(known(exchange), "3");
}

TEST(StatusExchange, KnowsNoStatusAfterAJoinerThatGaveUpBeforeAnyWasTold) {
  StatusExchange exchange = connected();
  exchange.joiner_opened(kJoiner);
  exchange.connection_closed(kJoiner);
  EXPECT_FALSE(exchange.joiner_gone());
}

TEST(StatusExchange, StartsWithTheStatusOfASnapshot) {
  EXPECT_EQ(known(StatusExchange(revision(4))), "4");
  EXPECT_EQ(known(StatusExchange(std::nullopt)), "-");
}

TEST(StatusExchange, TakesADeviceForConnectedUnlessTheServerTells) {
  StatusExchange exchange = connected();
  exchange.device_changed(wire::PeerDevice::lost);
  EXPECT_EQ(exchange.peer_device(), wire::PeerDevice::lost);
  exchange.joiner_opened(kJoiner);
  EXPECT_EQ(exchange.peer_device(), wire::PeerDevice::lost);
  exchange.session_started();
  EXPECT_EQ(exchange.peer_device(), wire::PeerDevice::connected);
}

}  // namespace
}  // namespace parley::phone
