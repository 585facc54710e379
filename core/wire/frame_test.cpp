#include "core/wire/frame.hpp"

#include "core/base/random.hpp"
#include "core/errors/catalogue.hpp"
#include "core/json/codec.hpp"
#include "core/json/samples.hpp"
#include "core/wire/client_messages.hpp"
#include "core/wire/limits.hpp"
#include "core/wire/server_messages.hpp"
#include "core/wire/types.hpp"

#include <gtest/gtest.h>

#include <cstddef>
#include <expected>
#include <string>
#include <string_view>
#include <type_traits>
#include <variant>

#ifdef PARLEY_SOURCE_DIR
#include <filesystem>
#include <fstream>
#include <iterator>
#endif

namespace parley::wire {

namespace {

constexpr std::string_view kCall = "01940f3e-8c52-7a10-b5d4-6e1f0a9c3b27";

std::string invite(std::string_view rest) {
  return R"({"type":"invite","call":")" + std::string(kCall) +
         R"(","callee":"bob","kind":"audio")" + std::string(rest) + "}";
}

FrameError refusal_of(std::string_view text) {
  const auto frame = read_client_frame(text);
  EXPECT_FALSE(frame) << text;
  return frame ? FrameError{} : frame.error();
}

Envelope sample_envelope(Random& random) {
  Envelope envelope;
  json::samples::fill(random, envelope);
  return envelope;
}

template <class Message>
std::string written(const Frame<Message>& frame) {
  return std::visit([&](const auto& message) { return write_frame(message, frame.envelope); },
                    frame.message);
}

TEST(Frame, EveryClientMessageSurvivesARoundTrip) {
  json::samples::for_each_alternative(
      std::type_identity<ClientMessage>{}, 100, [](const auto& message, Random& random) {
        const std::string text = write_frame(message, sample_envelope(random));
        const auto frame = read_client_frame(text);
        ASSERT_TRUE(frame) << text << "\n" << frame.error().detail;
        EXPECT_TRUE(std::holds_alternative<std::remove_cvref_t<decltype(message)>>(frame->message));
        EXPECT_EQ(written(*frame), text);
      });
}

TEST(Frame, EveryServerMessageSurvivesARoundTrip) {
  json::samples::for_each_alternative(
      std::type_identity<ServerMessage>{}, 100, [](const auto& message, Random& random) {
        const std::string text = write_frame(message, sample_envelope(random));
        const auto frame = read_server_frame(text);
        ASSERT_TRUE(frame) << text << "\n" << frame.error().detail;
        EXPECT_TRUE(std::holds_alternative<std::remove_cvref_t<decltype(message)>>(frame->message));
        EXPECT_EQ(written(*frame), text);
      });
}

TEST(Frame, EveryPeerMessageSurvivesARoundTrip) {
  json::samples::for_each_alternative(std::type_identity<PeerMessage>{}, 100,
                                      [](const auto& message, Random&) {
                                        const std::string text = json::to_json(message);
                                        const auto back = read_peer_message(text);
                                        ASSERT_TRUE(back) << text << "\n" << back.error().detail;
                                        EXPECT_EQ(*back, PeerMessage(message)) << text;
                                      });
}

TEST(Frame, EnvelopeMayStandAnywhere) {
  const auto frame = read_client_frame(R"({"ack":3,"call":")" + std::string(kCall) +
                                       R"(","seq":4,"type":"accept"})");
  ASSERT_TRUE(frame);
  EXPECT_EQ(frame->envelope.seq, 4U);
  EXPECT_EQ(frame->envelope.ack, 3U);
}

TEST(Frame, EnvelopeMayBeAbsent) {
  const auto frame = read_client_frame(R"({"type":"ping"})");
  ASSERT_TRUE(frame);
  EXPECT_FALSE(frame->envelope.seq);
  EXPECT_FALSE(frame->envelope.ack);
}

TEST(Frame, IgnoresUnknownMembers) {
  EXPECT_TRUE(read_client_frame(invite(R"(,"colour":{"r":[1]},"seq":1)")));
}

TEST(Frame, UnknownTypeKeepsItsNumber) {
  const FrameError error = refusal_of(R"({"type":"dance","seq":12,"ack":1})");
  EXPECT_EQ(error.error, Error::unknown_message);
  EXPECT_EQ(error.detail, "type");
  EXPECT_EQ(error.seq, 12U);
}

TEST(Frame, InvalidFieldKeepsItsNumberAndIsNamed) {
  const FrameError error = refusal_of(R"({"type":"accept","call":"nonsense","seq":12})");
  EXPECT_EQ(error.error, Error::invalid_field);
  EXPECT_EQ(error.detail, "call");
  EXPECT_EQ(error.seq, 12U);
}

TEST(Frame, MissingFieldKeepsItsNumberAndIsNamed) {
  const FrameError error = refusal_of(R"({"seq":12,"type":"accept"})");
  EXPECT_EQ(error.error, Error::invalid_field);
  EXPECT_EQ(error.detail, "call");
  EXPECT_EQ(error.seq, 12U);
}

TEST(Frame, MissingTypeKeepsItsNumberAndIsNamed) {
  for (const std::string_view text : {R"({"seq":12})", R"({"seq":12,"type":null})"}) {
    const FrameError error = refusal_of(text);
    EXPECT_EQ(error.error, Error::invalid_field) << text;
    EXPECT_EQ(error.detail, "type") << text;
    EXPECT_EQ(error.seq, 12U) << text;
  }
}

TEST(Frame, InvalidNumberIsNamed) {
  for (const std::string_view number : {"-1", "4294967296", "1.0", "\"1\"", "[]"}) {
    const FrameError seq = refusal_of(invite(",\"seq\":" + std::string(number)));
    EXPECT_EQ(seq.error, Error::invalid_field) << number;
    EXPECT_EQ(seq.detail, "seq") << number;
    EXPECT_FALSE(seq.seq) << number;
    const FrameError ack = refusal_of(invite(",\"seq\":3,\"ack\":" + std::string(number)));
    EXPECT_EQ(ack.detail, "ack") << number;
    EXPECT_EQ(ack.seq, 3U) << number;
  }
}

TEST(Frame, TextThatIsNoObjectIsMalformed) {
  for (const std::string_view text : {"", "null", "[1]", "\"ping\"", "{", "\x01", "{\"type\":"}) {
    const FrameError error = refusal_of(text);
    EXPECT_EQ(error.error, Error::malformed_message) << text;
    EXPECT_FALSE(error.seq) << text;
  }
}

// A text with a syntax error may have contained a number that was not read.
TEST(Frame, BrokenTextIsMalformedWhateverStandsBeforeTheFault) {
  for (const std::string_view text :
       {R"({"type":"dance","seq":12)", R"({"type":"dance","seq":12}x)", R"({"type":"ping"}})",
        R"({"type":"accept","call":"nonsense","seq":12,)",
        R"({"type":"accept","call":tru,"seq":1})",
        R"({"type":"dance","seq":12,"text":"\ud83d"})"}) {
    const FrameError error = refusal_of(text);
    EXPECT_EQ(error.error, Error::malformed_message) << text;
    EXPECT_FALSE(error.seq) << text;
  }
}

TEST(Frame, RefusesServerMessagesFromClients) {
  EXPECT_EQ(refusal_of(R"({"type":"welcome"})").error, Error::unknown_message);
}

TEST(Frame, RelaysSignalsByteForByte) {
  const std::string_view data = R"({ "type" : "from the future","x":[1.50,"\u0041"] })";
  const auto frame =
      read_client_frame(R"({"type":"signal","call":")" + std::string(kCall) + R"(","to":")" +
                        std::string(kCall) + R"(","link":3,"data":)" + std::string(data) + "}");
  ASSERT_TRUE(frame);
  const auto& signal = std::get<Signal>(frame->message);
  EXPECT_EQ(signal.data.text, data);
  const std::string relayed =
      write_frame(RelayedSignal{.call = signal.call, .from = signal.to, .data = signal.data}, {});
  EXPECT_NE(relayed.find(data), std::string::npos);
}

TEST(Frame, LargestDescriptionFitsAFrame) {
  Description description;
  description.sdp.value.assign(decltype(description.sdp)::kMaxBytes, 'a');
  const Signal signal{.call = {}, .to = {}, .data = {json::to_json(description)}};
  EXPECT_LE(write_frame(signal, {.seq = 4'294'967'295, .ack = 4'294'967'295}).size(),
            kMaxFrameBytes);
}

TEST(PeerMessage, UnknownTypeIsTold) {
  const auto message = read_peer_message(R"({"type":"dance"})");
  ASSERT_FALSE(message);
  EXPECT_EQ(message.error().error, Error::unknown_message);
}

TEST(PeerMessage, RefusesTrailingGarbage) {
  EXPECT_FALSE(
      read_peer_message(R"({"type":"candidates","ufrag":"a","candidates":[],"complete":true}1)"));
}

TEST(ClientFrame, ReadsAStatusOfAnOlderDevice) {
  const auto frame = read_client_frame(
      R"({"type":"status","call":"01940f3e-8c52-7a10-b5d4-6e1f0a9c3b27","status":{"revision":1,)"
      R"("microphone":"off","camera":"on","held":false},"seq":1,"ack":0})");
  ASSERT_TRUE(frame.has_value());
  const LegStatus& status = std::get<Status>(frame->message).status;
  EXPECT_EQ(status.camera, SourceState::on);
  EXPECT_FALSE(status.sharing);
  EXPECT_EQ(status.confirms, 0U);
}

// ---- golden vectors ----

#ifdef PARLEY_SOURCE_DIR

std::filesystem::path golden_folder(std::string_view folder) {
  return std::filesystem::path(PARLEY_SOURCE_DIR) / "protocol" / "golden" / folder;
}

/// The golden frame of a type without the white space for readers.
std::string golden(std::string_view folder, std::string_view type) {
  std::ifstream in(golden_folder(folder) / (std::string(type) + ".json"));
  std::string text;
  bool in_string = false;
  bool escaped = false;
  for (std::istreambuf_iterator<char> next(in), end; next != end; ++next) {
    const char c = *next;
    if (c == '"' && !escaped) in_string = !in_string;
    escaped = in_string && c == '\\' && !escaped;
    if (in_string || (c != ' ' && c != '\n')) text += c;
  }
  return text;
}

/// Reads one golden frame per alternative; writing it gives the same text.
template <class... Messages, class Read, class Write>
void expect_golden(std::type_identity<std::variant<Messages...>>, std::string_view folder,
                   Read read, Write write) {
  const auto check = [&]<class Message>(std::type_identity<Message>) {
    const std::string text = golden(folder, Message::kType);
    ASSERT_FALSE(text.empty()) << folder << '/' << Message::kType << ".json is missing";
    const auto value = read(text);
    ASSERT_TRUE(value) << folder << '/' << Message::kType << ": " << value.error().detail;
    EXPECT_EQ(write(*value), text);
  };
  (check(std::type_identity<Messages>{}), ...);
  std::size_t files = 0;
  for (const auto& file : std::filesystem::directory_iterator(golden_folder(folder))) {
    files += file.path().extension() == ".json" ? 1 : 0;
  }
  EXPECT_EQ(files, sizeof...(Messages)) << folder << " has a file for a message that is gone";
}

TEST(GoldenFrames, ClientMessagesAreReadAndWritten) {
  expect_golden(std::type_identity<ClientMessage>{}, "client", read_client_frame,
                written<ClientMessage>);
}

TEST(GoldenFrames, ServerMessagesAreReadAndWritten) {
  expect_golden(std::type_identity<ServerMessage>{}, "server", read_server_frame,
                written<ServerMessage>);
}

TEST(GoldenFrames, PeerMessagesAreReadAndWritten) {
  expect_golden(std::type_identity<PeerMessage>{}, "peer", read_peer_message,
                json::to_json<PeerMessage>);
}

#elif !defined(__wasm__)

TEST(GoldenFrames, AreFoundByTheBuild) { GTEST_SKIP() << "the build defines no PARLEY_SOURCE_DIR"; }

#endif

}  // namespace

}  // namespace parley::wire
