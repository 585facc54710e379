#include "core/replay/replay.hpp"

#include "core/bindings/phone_abi.hpp"
#include "core/json/samples.hpp"
#include "core/replay/words.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace parley::replay {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr std::string_view kDevice = "00000000-0000-000d-0000-000000000001";
constexpr std::string_view kCall = "01900000-0000-7000-0000-0000000000ab";

std::string frame(std::string_view inner) {
  json::Writer out;
  out.begin_object();
  out.key("type");
  out.string("frame_received");
  out.key("socket");
  out.integer(1);
  out.key("text");
  out.string(inner);
  out.end_object();
  return std::move(out).take();
}

/// The events of a phone that signs in, is called by Bea, and declines.
std::vector<std::pair<std::int64_t, std::string>> declined_call() {
  const std::string call(kCall);
  return {
      {10, R"({"type":"signed_in","token":"t","device":")" + std::string(kDevice) +
               R"(","client":"test"})"},
      {20, R"({"type":"socket_opened","socket":1})"},
      {30, frame(R"({"type":"welcome","version":1,"session":")" + std::string(kDevice) +
                 R"(","key":")" + std::string(kDevice) +
                 R"(","resumed":false,"received":0,"me":{"user":"ada","name":"Ada"},)"
                 R"("server_time_ms":1000030,"calls":[],"ice_servers":[]})")},
      {40, frame(R"({"type":"incoming","call":")" + call +
                 R"(","caller":{"user":"bea","name":"Bea"},"kind":"audio","waiting":false,)"
                 R"("expires_at_ms":1045000,"seq":1,"ack":0})")},
      {2040, R"({"type":"decline_pressed","call":")" + call + R"("})"},
  };
}

/// Records them the way a page does: through the interface that browsers use.
std::vector<TraceLine> recorded(std::uint32_t seed) {
  parley_phone* phone = parley_phone_create(seed);
  std::vector<TraceLine> lines;
  for (const auto& [at, event] : declined_call()) {
    const auto bytes = static_cast<std::uint32_t>(event.size());
    std::ranges::copy(event, parley_phone_input(phone, bytes));
    EXPECT_EQ(parley_phone_handle(phone, bytes, static_cast<double>(at)), 0);
    std::string text(parley_phone_output(phone), parley_phone_output_bytes(phone));
    text = "{\"at\":" + std::to_string(at) + ",\"event\":" + event + "," + text.substr(1);
    auto line = read_line(text);
    EXPECT_TRUE(line.has_value()) << line.error() << text;
    if (line) lines.push_back(std::move(*line));
  }
  parley_phone_destroy(phone);
  return lines;
}

TEST(Replay, OfWhatWasRecordedShowsNoDifference) {
  Replay replay(7);
  std::vector<std::string> phases;
  for (const TraceLine& line : recorded(7)) {
    const Step step = replay.run(line);
    EXPECT_THAT(step.differences, IsEmpty());
    for (const PhaseChange& change : step.phases) phases.push_back(in_words(change));
  }
  EXPECT_THAT(phases, ElementsAre("call …0000ab: incoming", "call …0000ab: incoming → ended"));
}

TEST(Replay, NamesTheEffectThatIsNotTheSame) {
  std::vector<TraceLine> lines = recorded(7);
  std::get<phone::SendFrame>(lines[1].effects->items.at(0)).socket = {9};
  Replay replay(7);
  EXPECT_THAT(replay.run(lines[0]).differences, IsEmpty());
  EXPECT_THAT(replay.run(lines[1]).differences,
              ElementsAre(testing::AllOf(HasSubstr("effect 1"), HasSubstr("\"socket\":9"),
                                         HasSubstr("\"socket\":1"))));
  EXPECT_THAT(replay.run(lines[2]).differences, IsEmpty());
}

TEST(Replay, NoticesEffectsThatAreMissingOrTooMany) {
  std::vector<TraceLine> lines = recorded(7);
  lines[0].effects->items.clear();
  lines[1].effects->items.emplace_back(phone::OpenSocket{{5}});
  Replay replay(7);
  EXPECT_THAT(replay.run(lines[0]).differences, ElementsAre(HasSubstr("recorded nothing here {")));
  EXPECT_THAT(replay.run(lines[1]).differences, ElementsAre(HasSubstr("here nothing")));
}

TEST(Replay, NoticesAnotherDeadlineAndAnotherView) {
  std::vector<TraceLine> lines = recorded(7);
  lines[0].deadline_ms = std::nullopt;
  lines[3].view->calls.items.at(0).waiting = true;
  Replay replay(7);
  EXPECT_THAT(replay.run(lines[0]).differences, ElementsAre(HasSubstr("recorded never")));
  (void)replay.run(lines[1]);
  (void)replay.run(lines[2]);
  EXPECT_THAT(replay.run(lines[3]).differences, ElementsAre(HasSubstr("view")));
}

TEST(Replay, ComparesNothingThatWasNotRecorded) {
  std::vector<TraceLine> lines = recorded(7);
  Replay replay(7);
  for (TraceLine& line : lines) {
    line.effects.reset();
    line.view.reset();
    EXPECT_THAT(replay.run(line).differences, IsEmpty());
  }
}

/// A run of keep-alives leaves a phone as the last one of them does: traces keep only that one.
TEST(Replay, OneKeepAliveLeavesAPhoneAsManyDo) {
  const std::vector<TraceLine> lines = recorded(7);
  const auto ping = [](std::int64_t at, int acknowledged) {
    return read_line("{\"at\":" + std::to_string(at) + ",\"event\":" +
                     frame(R"({"type":"ping","ack":)" + std::to_string(acknowledged) + "}") + "}")
        .value();
  };
  Replay many(7);
  Replay one(7);
  for (const TraceLine& line : lines) {
    (void)many.run(line);
    (void)one.run(line);
  }
  for (int i = 0; i < 5; ++i) (void)many.run(ping(3000 + i * 4000, std::min(i, 2)));
  const Step last_of_many = many.run(ping(23'000, 2));
  const Step the_one = one.run(ping(23'000, 2));
  EXPECT_EQ(last_of_many.effects, the_one.effects);
  EXPECT_EQ(last_of_many.deadline_ms, the_one.deadline_ms);
  const TraceLine lost = read_line(R"({"at":23100,"event":{"type":"network_changed"}})").value();
  EXPECT_EQ(many.run(lost).effects, one.run(lost).effects);
}

TEST(Trace, IsReadAsItWasWritten) {
  json::samples::for_each_alternative(
      std::type_identity<phone::Event>{}, 20, [&](const auto& event, Random& chance) {
        TraceLine line{.at = static_cast<std::int64_t>(chance.below(1'000'000)), .event = event};
        if (chance.below(2) == 1) json::samples::fill(chance, line.effects.emplace());
        if (chance.below(2) == 1) json::samples::fill(chance, line.view.emplace());
        const std::string text = json::to_json(line);
        const auto again = read_line(text);
        ASSERT_TRUE(again.has_value()) << again.error();
        EXPECT_EQ(json::to_json(*again), text);
      });
}

TEST(Trace, SaysWhatIsWrongWithALine) {
  const auto problem = [](std::string_view text) {
    const auto line = read_line(text);
    return line ? std::string("nothing") : line.error();
  };
  EXPECT_THAT(problem("{"), HasSubstr("not JSON"));
  EXPECT_THAT(problem(R"({"at":1})"), HasSubstr("\"event\" is missing"));
  EXPECT_THAT(problem(R"({"at":1,"event":{"type":"dance"}})"), HasSubstr("does not know"));
  EXPECT_THAT(problem(R"({"at":-1,"event":{"type":"page_hidden"}})"), HasSubstr("\"at\""));
  EXPECT_THAT(problem(R"({"at":1,"event":{"type":"page_hidden"}} x)"), HasSubstr("follows"));
  EXPECT_EQ(problem(R"({"at":1,"event":{"type":"page_hidden"},"new":[{}]})"), "nothing");
}

TEST(Trace, SaysWhatIsWrongWithAHeader) {
  EXPECT_EQ(read_header(R"({"parley_trace":1,"core":"0.1.0","seed":3})")->seed, 3U);
  EXPECT_THAT(read_header(R"({"parley_trace":2,"core":"9","seed":3})").error(),
              HasSubstr("version 2"));
  EXPECT_THAT(read_header(R"({"seed":3})").error(), HasSubstr("\"parley_trace\" is missing"));
}

TEST(Words, ShortenIdsOpenFramesAndMeasureDescriptions) {
  EXPECT_EQ(in_words(R"({"type":"hang_up_pressed","call":")" + std::string(kCall) + R"("})"),
            "hang_up_pressed call=…0000ab");
  EXPECT_EQ(in_words(frame(R"({"type":"ping","ack":4})")),
            "frame_received socket=1 text={ping ack=4}");
  EXPECT_EQ(
      in_words(R"({"type":"x","sdp":")" + std::string(3000, 'v') + R"(","list":[1,{"a":2}]})"),
      "x sdp=<3000 bytes> list=[1, {a=2}]");
}

}  // namespace
}  // namespace parley::replay
