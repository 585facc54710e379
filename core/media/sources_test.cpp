#include "core/media/sources.hpp"

#include "core/base/ids.hpp"
#include "core/base/overloaded.hpp"
#include "core/base/random.hpp"
#include "core/errors/catalogue.hpp"
#include "core/shell/effects.hpp"
#include "core/shell/events.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace parley::media {
namespace {

using namespace std::chrono_literals;
using Texts = std::vector<std::string>;

std::string name_of(SourceKind source) {
  return std::string(names(source)[static_cast<std::size_t>(source)]);
}

std::string state_of(SourceKind kind, const Source& source) {
  return std::visit(Overloaded{
                        [](const Source::Closed&) { return std::string("closed"); },
                        [](const Source::Opening&) { return std::string("opening"); },
                        [](const Source::Abandoned&) { return std::string("abandoned"); },
                        [](const Source::Open&) { return std::string("open"); },
                        [&](const Source::Failed& failed) {
                          return std::string(code_of(error_of(kind, failed.why)));
                        },
                    },
                    source.state());
}

/// The sources and the devices behind them: every capture that was granted and not closed.
class Devices {
 public:
  // Each returns what the sources asked for in turn, as "open 1 microphone camera=front/any" or
  // "close 1 camera".
  Texts want(bool microphone, bool camera, bool screen = false) {
    wishes = {microphone, camera, screen};
    return asked([](auto&) {});
  }

  Texts granted(std::uint64_t request, const std::string& microphone = "",
                const std::string& camera = "") {
    for (const SourceKind source : requests[request]) live.insert({request, source});
    const phone::MediaOpened event{
        .request = {request}, .microphone = hardware(microphone), .camera = hardware(camera)};
    return asked([&](auto& effects) { sources.opened(event, now, effects); });
  }

  Texts refused(std::uint64_t request, const std::string& name, const std::string& message = "") {
    return refused({.request = {request}, .name = {name}, .message = {message}});
  }
  Texts refused(const phone::MediaFailed& event) {
    return asked([&](auto& effects) { sources.failed(event, now, effects); });
  }

  Texts ended(std::uint64_t request, SourceKind source) {
    live.erase({request, source});
    return asked([&](auto&) { sources.ended({{request}, source}, now); });
  }
  Texts silenced(std::uint64_t request, SourceKind source, bool on) {
    return asked([&](auto&) { sources.silenced({{request}, source, on}, now); });
  }
  Texts chosen(SourceKind source, const std::string& device) {
    phone::DeviceChosen event{.source = source};
    if (!device.empty()) event.device = {device};
    return asked([&](auto& effects) { sources.chosen(event, now, effects); });
  }
  /// Devices as "m:desk" and "c:front"; the system's choice as "m:default=desk". Each is a piece of
  /// hardware of its own name.
  Texts plugged(const Texts& devices) {
    phone::DevicesListed event;
    for (const std::string& text : devices) {
      const std::string id = text.substr(2, text.find('=') - 2);
      const std::size_t equals = text.find('=');
      const std::string group = equals == std::string::npos ? id : text.substr(equals + 1);
      const SourceKind source = text[0] == 'm' ? SourceKind::microphone : SourceKind::camera;
      event.devices.items.push_back({source, {id}, {group}});
    }
    return asked([&](auto&) { sources.listed(event, now); });
  }
  Texts permitted(SourceKind source, Permission permission = Permission::granted) {
    return asked([&](auto&) { sources.permission_changed({source, permission}); });
  }
  Texts retried(SourceKind source) {
    return asked([&](auto&) { sources.try_again(source); });
  }
  Texts later(Duration time) {
    Texts texts;
    const Instant end = now + time;
    while (sources.deadline() && *sources.deadline() <= end) {
      now = std::max(now, *sources.deadline());
      for (auto& text : asked([&](auto& effects) { sources.time_reached(now, effects); })) {
        texts.push_back(text);
      }
    }
    now = end;
    return texts;
  }

  [[nodiscard]] std::string microphone() const {
    return state_of(SourceKind::microphone, sources.microphone());
  }
  [[nodiscard]] std::string camera() const {
    return state_of(SourceKind::camera, sources.camera());
  }
  [[nodiscard]] const Source::Open& open_microphone() const {
    return std::get<Source::Open>(sources.microphone().state());
  }

  Sources sources;
  Sources::Wishes wishes;
  Instant now = instant_from_ms(1'000'000);
  std::map<std::uint64_t, std::vector<SourceKind>> requests;  // what each one asked for
  std::set<std::pair<std::uint64_t, SourceKind>> live;

 private:
  static std::optional<Hardware> hardware(const std::string& text) {
    if (text.empty()) return std::nullopt;
    const std::size_t equals = text.find('=');
    if (equals == std::string::npos) return Hardware{{text}, {text}};
    return Hardware{{text.substr(0, equals)}, {text.substr(equals + 1)}};
  }

  static std::string describe(SourceKind source, const Capture& capture) {
    std::string text = " " + name_of(source);
    if (capture.device) text += "=" + capture.device->value;
    if (capture.quality != CaptureQuality::full) {
      text.append("/").append(names(capture.quality)[static_cast<std::size_t>(capture.quality)]);
    }
    return text;
  }

  template <class Act>
  Texts asked(Act act) {
    std::vector<phone::Effect> effects;
    act(effects);
    sources.want(wishes, now, effects);
    Texts texts;
    for (const phone::Effect& effect : effects) {
      if (const auto* open = std::get_if<phone::OpenMedia>(&effect)) {
        auto& kinds = requests[open->request.value];
        std::string text = "open " + std::to_string(open->request.value);
        if (open->microphone) {
          kinds.push_back(SourceKind::microphone);
          text += describe(SourceKind::microphone, *open->microphone);
        }
        if (open->camera) {
          kinds.push_back(SourceKind::camera);
          text += describe(SourceKind::camera, *open->camera);
        }
        texts.push_back(text);
      } else if (const auto* screen = std::get_if<phone::OpenScreen>(&effect)) {
        requests[screen->request.value] = {SourceKind::screen};
        texts.push_back("open " + std::to_string(screen->request.value) + " screen");
      } else if (const auto* close = std::get_if<phone::CloseMedia>(&effect)) {
        EXPECT_EQ(live.erase({close->request.value, close->source}), 1U)
            << "closes what is not open";
        texts.push_back("close " + std::to_string(close->request.value) + " " +
                        name_of(close->source));
      }
    }
    return texts;
  }
};

TEST(Sources, AskForNothingThatIsNotWanted) {
  Devices devices;
  EXPECT_EQ(devices.want(false, false), Texts{});
  EXPECT_EQ(devices.microphone(), "closed");
}

TEST(Sources, AskForBothTogether) {
  Devices devices;
  EXPECT_EQ(devices.want(true, true), Texts{"open 1 microphone camera"});
  EXPECT_EQ(devices.granted(1), Texts{});
  EXPECT_EQ(devices.microphone(), "open");
  EXPECT_EQ(devices.camera(), "open");
}

TEST(Sources, AreOpenedApartWhereOneQuestionIsEnough) {
  Devices devices;
  (void)devices.permitted(SourceKind::microphone, Permission::prompt);
  EXPECT_EQ(devices.want(true, true), Texts{"open 1 microphone camera"});
  (void)devices.want(false, false);
  (void)devices.granted(1);
  (void)devices.permitted(SourceKind::microphone);
  EXPECT_EQ(devices.want(true, true), (Texts{"open 2 microphone", "open 3 camera"}));
  EXPECT_EQ(devices.granted(2), Texts{});
  EXPECT_EQ(devices.microphone(), "open") << "whatever the camera does";
  EXPECT_EQ(devices.camera(), "opening");
  EXPECT_EQ(devices.want(false, false), Texts{"close 2 microphone"});
  EXPECT_EQ(devices.granted(3), Texts{"close 3 camera"});
  (void)devices.permitted(SourceKind::microphone, Permission::denied);
  EXPECT_EQ(devices.want(true, true), Texts{"open 4 microphone camera"});
}

TEST(Sources, AskOnceHoweverOftenTheyAreWanted) {
  Devices devices;
  EXPECT_EQ(devices.want(true, false), Texts{"open 1 microphone"});
  EXPECT_EQ(devices.want(true, false), Texts{});
  (void)devices.granted(1);
  EXPECT_EQ(devices.want(true, false), Texts{});
}

TEST(Sources, AskForTheCameraAloneWhenTheMicrophoneIsOpen) {
  Devices devices;
  (void)devices.want(true, false);
  EXPECT_EQ(devices.want(true, true), Texts{"open 2 camera"}) << "also while it is being opened";
  (void)devices.granted(2);
  (void)devices.granted(1);
  EXPECT_EQ(devices.microphone(), "open");
  EXPECT_EQ(devices.camera(), "open");
}

TEST(Sources, CloseWhatIsWantedNoMore) {
  Devices devices;
  (void)devices.want(true, true);
  (void)devices.granted(1);
  EXPECT_EQ(devices.want(true, false), Texts{"close 1 camera"});
  EXPECT_EQ(devices.microphone(), "open");
  EXPECT_EQ(devices.want(false, false), Texts{"close 1 microphone"});
  EXPECT_TRUE(devices.live.empty());
}

TEST(Sources, CloseALateGrantAtOnce) {
  Devices devices;
  (void)devices.want(true, true);
  EXPECT_EQ(devices.want(false, false), Texts{}) << "there is nothing to close yet";
  EXPECT_EQ(devices.granted(1), (Texts{"close 1 microphone", "close 1 camera"}));
  EXPECT_TRUE(devices.live.empty());
  EXPECT_EQ(devices.microphone(), "closed");
}

TEST(Sources, CloseOnlyTheHalfOfALateGrantThatIsWantedNoMore) {
  Devices devices;
  (void)devices.want(true, true);
  (void)devices.want(true, false);
  EXPECT_EQ(devices.granted(1), Texts{"close 1 camera"});
  EXPECT_EQ(devices.microphone(), "open");
  EXPECT_EQ(devices.camera(), "closed");
}

TEST(Sources, WantedAgainBeforeTheGrantUseTheSameRequest) {
  Devices devices;
  (void)devices.want(true, true);
  (void)devices.want(true, false);
  EXPECT_EQ(devices.camera(), "abandoned");
  EXPECT_EQ(devices.want(true, true), Texts{});
  EXPECT_EQ(devices.granted(1), Texts{});
  EXPECT_EQ(devices.camera(), "open");
}

TEST(Sources, FallBackToEachAloneWhenARequestForBothFails) {
  Devices devices;
  (void)devices.want(true, true);
  EXPECT_EQ(devices.refused(1, "NotFoundError"), (Texts{"open 2 microphone", "open 3 camera"}));
  EXPECT_EQ(devices.granted(2), Texts{});
  EXPECT_EQ(devices.refused(3, "NotFoundError"), Texts{});
  EXPECT_EQ(devices.microphone(), "open");
  EXPECT_EQ(devices.camera(), "device/camera-missing");
  EXPECT_EQ(devices.want(true, true), Texts{}) << "the microphone is opened once";
}

TEST(Sources, FallBackToWhatIsStillWanted) {
  Devices devices;
  (void)devices.want(true, true);
  (void)devices.want(true, false);
  EXPECT_EQ(devices.refused(1, "NotReadableError"), Texts{"open 2 microphone"});
  EXPECT_EQ(devices.camera(), "closed");
  (void)devices.want(false, false);
  EXPECT_EQ(devices.refused(2, "NotReadableError"), Texts{});
  EXPECT_EQ(devices.microphone(), "closed") << "nobody is told of a failure nobody waits for";
}

TEST(Sources, StayFailedUntilAPersonTriesAgain) {
  Devices devices;
  (void)devices.want(true, false);
  EXPECT_EQ(devices.refused(1, "NotAllowedError"), Texts{});
  EXPECT_EQ(devices.microphone(), "device/microphone-denied");
  EXPECT_EQ(devices.want(true, false), Texts{}) << "no prompt after prompt";
  EXPECT_EQ(devices.retried(SourceKind::microphone), Texts{"open 2 microphone"});
  (void)devices.granted(2);
  EXPECT_EQ(devices.microphone(), "open");
}

TEST(Sources, AreTriedAgainByTheNextCall) {
  Devices devices;
  (void)devices.want(true, false);
  (void)devices.refused(1, "NotFoundError");
  (void)devices.want(false, false);
  EXPECT_EQ(devices.microphone(), "closed");
  EXPECT_EQ(devices.want(true, false), Texts{"open 2 microphone"});
}

TEST(Sources, TryingAgainLeavesAWorkingSourceAlone) {
  Devices devices;
  (void)devices.want(true, true);
  EXPECT_EQ(devices.retried(SourceKind::camera), Texts{});
  EXPECT_EQ(devices.camera(), "opening");
  (void)devices.granted(1);
  EXPECT_EQ(devices.retried(SourceKind::camera), Texts{});
  EXPECT_EQ(devices.camera(), "open");
}

TEST(Sources, AskAPersonWhoClosedTheQuestionForTheMicrophoneAlone) {
  Devices devices;
  (void)devices.want(true, true);
  const auto dismissed = [&](std::uint64_t request) {
    return devices.refused(request, "NotAllowedError", "Permission dismissed");
  };
  EXPECT_EQ(dismissed(1), Texts{"open 2 microphone"});
  EXPECT_EQ(devices.camera(), "device/camera-dismissed");
  EXPECT_EQ(dismissed(2), Texts{}) << "and not a second time";
  EXPECT_EQ(devices.microphone(), "device/microphone-dismissed");
}

TEST(Sources, OpenTheFirstMicrophoneThatIsPluggedInThoughItHasNoNameYet) {
  Devices devices;
  (void)devices.want(true, false);
  (void)devices.refused(1, "NotFoundError");
  ASSERT_EQ(devices.microphone(), "device/microphone-missing");
  EXPECT_EQ(devices.plugged({"m:"}), Texts{});
  EXPECT_EQ(devices.later(1s), Texts{"open 2 microphone"});
  EXPECT_EQ(devices.refused(2, "NotReadableError"), Texts{"open 3 microphone/any"})
      << "and is never asked for by a name that it has not got";
}

TEST(Sources, OpenAgainWhenThePersonAllowsThemAfterAll) {
  Devices devices;
  (void)devices.want(true, false);
  (void)devices.refused(1, "NotAllowedError");
  EXPECT_EQ(devices.permitted(SourceKind::camera), Texts{});
  EXPECT_EQ(devices.permitted(SourceKind::microphone), Texts{"open 2 microphone"});
}

TEST(Sources, TellWhenTheBrowsersQuestionWaits) {
  Devices devices;
  (void)devices.want(true, false);
  (void)devices.later(2900ms);
  EXPECT_FALSE(std::get<Source::Opening>(devices.sources.microphone().state()).asking);
  (void)devices.later(200ms);
  EXPECT_TRUE(std::get<Source::Opening>(devices.sources.microphone().state()).asking);
  EXPECT_EQ(devices.sources.deadline(), std::nullopt);
  (void)devices.permitted(SourceKind::microphone);
  EXPECT_FALSE(std::get<Source::Opening>(devices.sources.microphone().state()).asking);
}

TEST(Sources, TellOfNoQuestionWhereTheBrowserAsksNone) {
  Devices devices;
  (void)devices.permitted(SourceKind::camera);
  (void)devices.want(false, true);
  (void)devices.later(60s);
  EXPECT_FALSE(std::get<Source::Opening>(devices.sources.camera().state()).asking);
}

// ---- the ladder ----

TEST(OpeningLadder, GoesFromTheChosenDeviceToTheSystemsAndOn) {
  Devices devices;
  (void)devices.plugged({"m:desk", "m:headset", "c:front"});
  (void)devices.later(1s);
  (void)devices.chosen(SourceKind::microphone, "headset");
  EXPECT_EQ(devices.want(true, false), Texts{"open 1 microphone=headset"});
  EXPECT_EQ(devices.refused(1, "NotReadableError"), Texts{"open 2 microphone"});
  EXPECT_EQ(devices.refused(2, "NotReadableError"), Texts{"open 3 microphone=desk"});
  EXPECT_EQ(devices.granted(3, "desk"), Texts{});
  EXPECT_EQ(devices.microphone(), "open");
  EXPECT_EQ(devices.open_microphone().compromise, Trouble::busy) << "why it is not the headset";
}

TEST(OpeningLadder, EndsWithWhateverTheBrowserLikesBest) {
  Devices devices;
  (void)devices.want(true, false);
  EXPECT_EQ(devices.refused(1, "NotReadableError"), Texts{"open 2 microphone/any"});
  EXPECT_EQ(devices.refused(2, "NotReadableError"), Texts{});
  EXPECT_EQ(devices.microphone(), "device/microphone-busy");
}

TEST(OpeningLadder, AsksLessOfADeviceThatCantDoAll) {
  Devices devices;
  (void)devices.chosen(SourceKind::camera, "front");
  EXPECT_EQ(devices.want(false, true), Texts{"open 1 camera=front"});
  const auto overconstrained = [](std::uint64_t request) {
    return phone::MediaFailed{
        .request = {request}, .name = {"OverconstrainedError"}, .constraint = {{"width"}}};
  };
  EXPECT_EQ(devices.refused(overconstrained(1)), Texts{"open 2 camera=front/modest"});
  EXPECT_EQ(devices.refused(overconstrained(2)), Texts{"open 3 camera=front/any"});
  (void)devices.granted(3, "", "front");
  EXPECT_EQ(devices.camera(), "open") << "the choice stays, the constraint was relaxed";
}

TEST(OpeningLadder, LeavesADeviceThatIsNotThereAndKeepsTheOtherChoice) {
  Devices devices;
  (void)devices.chosen(SourceKind::microphone, "headset");
  (void)devices.chosen(SourceKind::camera, "gone");
  EXPECT_EQ(devices.want(true, true), Texts{"open 1 microphone=headset camera=gone"});
  const phone::MediaFailed unmet{
      .request = {1}, .name = {"OverconstrainedError"}, .constraint = {{"deviceId"}}};
  EXPECT_EQ(devices.refused(unmet), (Texts{"open 2 microphone=headset", "open 3 camera=gone"}));
  phone::MediaFailed again = unmet;
  again.request = {3};
  EXPECT_EQ(devices.refused(again), Texts{"open 4 camera"});
  (void)devices.granted(2, "headset");
  (void)devices.granted(4, "", "front");
  EXPECT_EQ(devices.camera(), "open");
  EXPECT_EQ(devices.open_microphone().compromise, std::nullopt);
}

TEST(OpeningLadder, StopsAtAQuestionOfAccess) {
  Devices devices;
  (void)devices.plugged({"m:desk", "m:headset"});
  (void)devices.later(1s);
  (void)devices.want(true, false);
  EXPECT_EQ(devices.refused(1, "NotAllowedError", "Permission denied by system"), Texts{});
  EXPECT_EQ(devices.microphone(), "device/microphone-system-denied");
}

TEST(OpeningLadder, HasAnEnd) {
  Devices devices;
  Texts many;
  for (int i = 0; i < 40; ++i) many.push_back("m:" + std::to_string(i));
  (void)devices.plugged(many);
  (void)devices.later(1s);
  Texts asked = devices.want(true, false);
  std::uint64_t attempts = 0;
  while (!asked.empty()) asked = devices.refused(++attempts, "NotReadableError");
  EXPECT_EQ(attempts, OpeningLadder::kMaxAttempts);
  EXPECT_EQ(devices.microphone(), "device/microphone-busy");
}

// ---- while they are open ----

TEST(Sources, ThatGoAwayAreOpenedAgainAtOnce) {
  Devices devices;
  (void)devices.want(true, true);
  (void)devices.granted(1);
  EXPECT_EQ(devices.ended(1, SourceKind::camera), Texts{"open 2 camera"});
  EXPECT_TRUE(devices.sources.camera().was_lost()) << "until it is back";
  EXPECT_EQ(devices.microphone(), "open");
  (void)devices.granted(2);
  EXPECT_EQ(devices.camera(), "open");
  EXPECT_FALSE(devices.sources.camera().was_lost());
}

TEST(Sources, ThatKeepGoingAwayAreOpenedThreeTimesWithPauses) {
  Devices devices;
  (void)devices.want(true, false);
  (void)devices.granted(1);
  EXPECT_EQ(devices.ended(1, SourceKind::microphone), Texts{"open 2 microphone"});
  (void)devices.granted(2);
  EXPECT_EQ(devices.ended(2, SourceKind::microphone), Texts{});
  EXPECT_EQ(devices.later(900ms), Texts{});
  EXPECT_EQ(devices.later(200ms), Texts{"open 3 microphone"});
  EXPECT_EQ(devices.refused(3, "NotFoundError"), Texts{});
  EXPECT_EQ(devices.later(3900ms), Texts{});
  EXPECT_EQ(devices.later(200ms), Texts{"open 4 microphone"});
  EXPECT_EQ(devices.refused(4, "NotFoundError"), Texts{});
  EXPECT_EQ(devices.later(60s), Texts{}) << "no loop of new requests";
  EXPECT_EQ(devices.microphone(), "device/microphone-lost");
  EXPECT_EQ(devices.retried(SourceKind::microphone), Texts{"open 5 microphone"});
}

TEST(Sources, ThatHeldForAWhileAreRepairedLikeTheFirstTime) {
  Devices devices;
  (void)devices.want(true, false);
  (void)devices.granted(1);
  for (std::uint64_t request = 1; request <= 6; ++request) {
    (void)devices.later(11s);
    EXPECT_EQ(devices.ended(request, SourceKind::microphone),
              Texts{"open " + std::to_string(request + 1) + " microphone"});
    (void)devices.granted(request + 1);
  }
}

TEST(Sources, ThatAreRevokedAreNotAskedForAgain) {
  Devices devices;
  (void)devices.want(true, false);
  (void)devices.granted(1);
  (void)devices.ended(1, SourceKind::microphone);
  EXPECT_EQ(devices.refused(2, "NotAllowedError"), Texts{});
  EXPECT_EQ(devices.microphone(), "device/microphone-denied");
  EXPECT_EQ(devices.later(60s), Texts{});
}

TEST(Sources, OpenTheNextMicrophoneThatIsPluggedIn) {
  Devices devices;
  (void)devices.want(true, true);
  EXPECT_EQ(devices.refused(1, "NotFoundError"), (Texts{"open 2 microphone", "open 3 camera"}));
  (void)devices.refused(2, "NotFoundError");
  (void)devices.refused(3, "NotFoundError");
  EXPECT_EQ(devices.microphone(), "device/microphone-missing");
  EXPECT_EQ(devices.plugged({"m:headset", "c:front"}), Texts{});
  EXPECT_EQ(devices.later(500ms), Texts{"open 4 microphone"})
      << "a camera that was not there yet waits for a press";
}

TEST(Sources, ChangeToTheDeviceThatIsChosenWithoutAGap) {
  Devices devices;
  (void)devices.plugged({"m:desk", "m:headset"});
  (void)devices.later(1s);
  (void)devices.want(true, false);
  (void)devices.granted(1, "desk");
  EXPECT_EQ(devices.chosen(SourceKind::microphone, "headset"), Texts{"open 2 microphone=headset"});
  EXPECT_EQ(devices.open_microphone().request, MediaRequestId{1}) << "still in use";
  EXPECT_EQ(devices.granted(2, "headset"), Texts{"close 1 microphone"});
  EXPECT_EQ(devices.open_microphone().request, MediaRequestId{2});
}

TEST(Sources, ChangeToTheDeviceThatWasChosenWhileAnotherOneWasOpened) {
  Devices devices;
  (void)devices.want(true, false);
  EXPECT_EQ(devices.chosen(SourceKind::microphone, "headset"), Texts{});
  EXPECT_EQ(devices.granted(1, "desk"), Texts{"open 2 microphone=headset"});
  (void)devices.chosen(SourceKind::microphone, "webcam");
  (void)devices.chosen(SourceKind::microphone, "desk");
  EXPECT_EQ(devices.granted(2, "headset"), (Texts{"close 1 microphone", "open 3 microphone=desk"}));
  EXPECT_EQ(devices.granted(3, "desk"), Texts{"close 2 microphone"});
}

TEST(Sources, TryTheDeviceThatWasChosenWhenAnEarlierOneIsRefused) {
  Devices devices;
  (void)devices.chosen(SourceKind::camera, "front");
  (void)devices.want(false, true);
  (void)devices.want(false, false);
  (void)devices.chosen(SourceKind::camera, "back");
  (void)devices.want(false, true);
  EXPECT_EQ(devices.refused(1, "NotReadableError"), Texts{"open 2 camera=back"});
  (void)devices.granted(2, "", "back");
  EXPECT_EQ(devices.camera(), "open");
}

TEST(Sources, UseAChosenDeviceThatComesDuringTheCall) {
  Devices devices;
  (void)devices.plugged({"m:desk"});
  (void)devices.later(1s);
  (void)devices.chosen(SourceKind::microphone, "headset");
  (void)devices.want(true, false);
  EXPECT_EQ(devices.refused(
                {.request = {1}, .name = {"OverconstrainedError"}, .constraint = {{"deviceId"}}}),
            Texts{"open 2 microphone"});
  (void)devices.granted(2, "desk");
  (void)devices.plugged({"m:desk", "m:headset"});
  EXPECT_EQ(devices.later(1s), Texts{"open 3 microphone=headset"});
}

TEST(Sources, UseAChosenDeviceAgainThatWasAwayForAMoment) {
  Devices devices;
  (void)devices.plugged({"m:desk", "m:headset"});
  (void)devices.later(1s);
  (void)devices.chosen(SourceKind::microphone, "headset");
  (void)devices.want(true, false);
  (void)devices.granted(1, "headset");
  (void)devices.later(20s);
  (void)devices.ended(1, SourceKind::microphone);
  (void)devices.refused(2, "NotReadableError");
  (void)devices.granted(3, "desk");
  (void)devices.plugged({"m:desk"});
  (void)devices.plugged({"m:desk", "m:headset"});
  EXPECT_EQ(devices.later(1s), Texts{"open 4 microphone=headset"});
}

TEST(Sources, StayWithADeviceWhenTheOneThatIsChosenFails) {
  Devices devices;
  (void)devices.plugged({"m:desk", "m:headset"});
  (void)devices.later(1s);
  (void)devices.want(true, false);
  (void)devices.granted(1, "desk");
  (void)devices.chosen(SourceKind::microphone, "headset");
  EXPECT_EQ(devices.refused(2, "NotReadableError"), Texts{});
  EXPECT_EQ(devices.open_microphone().request, MediaRequestId{1});
  EXPECT_EQ(devices.open_microphone().compromise, Trouble::busy);
  (void)devices.plugged({"m:desk", "m:headset", "c:front"});
  EXPECT_EQ(devices.later(1s), Texts{}) << "not again by itself";
}

TEST(Sources, GoBackToTheChosenDeviceWhenItIsPluggedInAgain) {
  Devices devices;
  (void)devices.plugged({"m:desk", "m:headset"});
  (void)devices.later(1s);
  (void)devices.chosen(SourceKind::microphone, "headset");
  (void)devices.want(true, false);
  (void)devices.granted(1, "headset");
  (void)devices.later(20s);
  EXPECT_EQ(devices.ended(1, SourceKind::microphone), Texts{"open 2 microphone=headset"});
  EXPECT_EQ(devices.refused(2, "NotFoundError"), Texts{"open 3 microphone"});
  (void)devices.granted(3, "desk");
  (void)devices.plugged({"m:desk"});
  EXPECT_EQ(devices.later(1s), Texts{});
  (void)devices.plugged({"m:desk", "m:headset"});
  EXPECT_EQ(devices.later(1s), Texts{"open 4 microphone=headset"});
  EXPECT_EQ(devices.granted(4, "headset"), Texts{"close 3 microphone"});
}

TEST(Sources, UseTheChosenDeviceOnceItIsPluggedIn) {
  Devices devices;
  (void)devices.plugged({"m:desk"});
  (void)devices.later(1s);
  (void)devices.chosen(SourceKind::microphone, "headset");
  (void)devices.want(true, false);
  EXPECT_EQ(devices.refused(1, "NotFoundError"), Texts{"open 2 microphone"});
  (void)devices.granted(2, "desk");
  (void)devices.plugged({"m:desk", "m:headset"});
  EXPECT_EQ(devices.later(1s), Texts{"open 3 microphone=headset"});
  EXPECT_EQ(devices.granted(3, "headset"), Texts{"close 2 microphone"});
}

TEST(Sources, FollowTheSystemsChoiceOnceHoweverManyChangesAreTold) {
  Devices devices;
  (void)devices.plugged({"m:default=desk", "m:desk", "m:headset"});
  (void)devices.later(1s);
  (void)devices.want(true, false);
  (void)devices.granted(1, "default=desk");
  EXPECT_EQ(devices.sources.device_of(SourceKind::microphone), HardwareId{"desk"});
  for (int i = 0; i < 10; ++i) {
    EXPECT_EQ(devices.plugged({"m:default=headset", "m:desk", "m:headset"}), Texts{});
  }
  EXPECT_EQ(devices.later(1s), Texts{"open 2 microphone"});
  EXPECT_EQ(devices.granted(2, "default=headset"), Texts{"close 1 microphone"});
  EXPECT_EQ(devices.sources.device_of(SourceKind::microphone), HardwareId{"headset"});
  (void)devices.plugged({"m:default=headset", "m:headset"});
  EXPECT_EQ(devices.later(1s), Texts{}) << "the one that is gone was not in use";
}

TEST(Sources, FollowTheSystemsChoiceWhereTracksDoNotTellTheirHardware) {
  for (const std::string hardware : {"", "no name of the list"}) {
    Devices devices;
    (void)devices.plugged({"m:default=desk", "m:desk", "m:head"});
    (void)devices.later(1s);
    (void)devices.want(true, false);
    (void)devices.granted(1, hardware);
    (void)devices.plugged({"m:default=head", "m:desk", "m:head"});
    EXPECT_EQ(devices.later(1s), Texts{"open 2 microphone"});
    (void)devices.granted(2, hardware);
    (void)devices.plugged({"m:default=head", "m:head"});
    EXPECT_EQ(devices.later(1s), Texts{}) << "another device went away";
  }
}

TEST(Sources, AreBelievedToBeSilencedOnceItLasts) {
  Devices devices;
  (void)devices.want(true, false);
  (void)devices.granted(1);
  for (int i = 0; i < 8; ++i) {
    (void)devices.silenced(1, SourceKind::microphone, i % 2 == 0);
    (void)devices.later(100ms);
    EXPECT_FALSE(devices.open_microphone().silence.believed);
  }
  (void)devices.silenced(1, SourceKind::microphone, true);
  (void)devices.later(1100ms);
  EXPECT_TRUE(devices.open_microphone().silence.believed);
  (void)devices.silenced(1, SourceKind::microphone, false);
  (void)devices.later(1100ms);
  EXPECT_FALSE(devices.open_microphone().silence.believed);
}

TEST(Sources, CloseBothWhenTheyAreWantedNoMoreInTheMiddleOfAChange) {
  Devices devices;
  (void)devices.plugged({"m:desk", "m:headset"});
  (void)devices.later(1s);
  (void)devices.want(true, false);
  (void)devices.granted(1, "desk");
  (void)devices.chosen(SourceKind::microphone, "headset");
  EXPECT_EQ(devices.want(false, false), Texts{"close 1 microphone"});
  EXPECT_EQ(devices.granted(2, "headset"), Texts{"close 2 microphone"});
  EXPECT_TRUE(devices.live.empty());
  EXPECT_EQ(devices.microphone(), "closed");
}

TEST(Sources, IgnoreTheEndOfATrackThatIsNotTheirs) {
  Devices devices;
  (void)devices.want(true, false);
  (void)devices.ended(1, SourceKind::microphone);
  EXPECT_EQ(devices.microphone(), "opening") << "not open yet";
  (void)devices.granted(1);
  (void)devices.ended(7, SourceKind::microphone);
  EXPECT_EQ(devices.microphone(), "open");
}

TEST(Sources, IgnoreReportsAboutRequestsThatAreOver) {
  Devices devices;
  (void)devices.want(true, false);
  (void)devices.granted(1);
  EXPECT_EQ(devices.refused(1, "AbortError"), Texts{});
  EXPECT_EQ(devices.granted(99), Texts{});
  EXPECT_EQ(devices.microphone(), "open");
}

// ---- the screen ----

TEST(Screen, IsAskedForOnceAndClosedWhenItIsWantedNoMore) {
  Devices devices;
  (void)devices.want(true, false);
  EXPECT_EQ(devices.want(true, false, true), Texts{"open 2 screen"});
  EXPECT_EQ(devices.want(true, false, true), Texts{});
  EXPECT_EQ(devices.granted(2), Texts{});
  EXPECT_EQ(devices.want(true, false), Texts{"close 2 screen"});
}

TEST(Screen, IsClosedWhenItIsPickedTooLate) {
  Devices devices;
  EXPECT_EQ(devices.want(true, false, true), (Texts{"open 1 microphone", "open 2 screen"}));
  EXPECT_EQ(devices.want(false, false), Texts{});
  EXPECT_EQ(devices.granted(2), Texts{"close 2 screen"});
}

TEST(Screen, ThatNobodyPicksIsNoFailure) {
  Devices devices;
  (void)devices.want(true, false, true);
  devices.wishes.screen = false;
  EXPECT_EQ(devices.refused(2, "NotAllowedError", "Permission denied"), Texts{});
  EXPECT_TRUE(std::holds_alternative<Screen::Closed>(devices.sources.screen().state()));
}

TEST(Screen, ThatTheSystemKeepsFromTheBrowserIsTold) {
  Devices devices;
  (void)devices.want(true, false, true);
  devices.wishes.screen = false;
  (void)devices.refused(2, "NotAllowedError", "Permission denied by system");
  EXPECT_TRUE(std::holds_alternative<Screen::Failed>(devices.sources.screen().state()));
}

TEST(Screen, IsOverOnlyWhenItIsTheScreenThatEnded) {
  Devices devices;
  (void)devices.want(true, false, true);
  EXPECT_EQ(devices.ended(2, SourceKind::screen), Texts{});
  EXPECT_EQ(devices.granted(2), Texts{}) << "nothing ends that was not there yet";
  EXPECT_EQ(devices.ended(2, SourceKind::microphone), Texts{});
  EXPECT_EQ(devices.want(true, false), Texts{"close 2 screen"});
}

// ---- names of failures ----

TEST(Trouble, IsNamedByWhatAPersonCanDo) {
  struct Row {
    const char* exception;
    const char* message;
    const char* code;
  };
  for (const Row& row : {
           Row{"NotAllowedError", "Permission denied", "denied"},
           Row{"PermissionDeniedError", "", "denied"},
           Row{"NotAllowedError", "Permission dismissed", "dismissed"},
           Row{"NotAllowedError", "Permission denied by system", "system-denied"},
           Row{"SecurityError", "", "blocked"},
           Row{"NotFoundError", "", "missing"},
           Row{"DevicesNotFoundError", "", "missing"},
           Row{"OverconstrainedError", "", "unsuitable"},
           Row{"ConstraintNotSatisfiedError", "", "unsuitable"},
           Row{"NotReadableError", "Could not start video source", "busy"},
           Row{"TrackStartError", "", "busy"},
           Row{"AbortError", "", "busy"},
           Row{"InvalidStateError", "", "failed"},
           Row{"NotSupportedError", "", "failed"},
           Row{"TypeError", "", "failed"},
           Row{"NeverHeardOfError", "", "failed"},
           Row{"", "", "failed"},
       }) {
    const Trouble trouble = classify({.name = {row.exception}, .message = {row.message}});
    const std::string code = row.code;
    EXPECT_EQ(code_of(error_of(SourceKind::microphone, trouble)), "device/microphone-" + code)
        << row.exception;
    EXPECT_EQ(code_of(error_of(SourceKind::camera, trouble)), "device/camera-" + code);
  }
  EXPECT_EQ(error_of(SourceKind::camera, classify({.name = {"InsecureContextError"}})),
            Error::insecure_page);
}

TEST(Trouble, IsToldApartByWhatTheBrowserSaysOfThePermission) {
  const auto refused = [](std::optional<Permission> permission) {
    return classify({.name = {"NotAllowedError"}, .permission = permission});
  };
  EXPECT_EQ(refused(Permission::denied), Trouble::denied);
  EXPECT_EQ(refused(Permission::prompt), Trouble::dismissed);
  EXPECT_EQ(refused(Permission::blocked), Trouble::blocked);
  EXPECT_EQ(refused(std::nullopt), Trouble::denied);
}

TEST(Sources, EndUpAsWantedInEveryOrderOfGrantsAndPresses) {
  for (std::uint64_t seed = 1; seed <= 500; ++seed) {
    Random random(seed);
    Devices devices;
    std::set<std::uint64_t> answered;
    bool microphone = false;
    bool camera = false;
    const auto answer_one = [&] {
      for (const auto& [request, kinds] : std::map(devices.requests)) {
        if (answered.contains(request)) continue;
        answered.insert(request);
        if (random.below(3) == 0) {
          (void)devices.refused(request, "NotAllowedError");
        } else {
          (void)devices.granted(request);
        }
        return true;
      }
      return false;
    };
    for (int step = 0; step < 40; ++step) {
      if (random.below(2) == 0) {
        (void)answer_one();
      } else {
        microphone = random.below(2) == 0;
        camera = random.below(2) == 0;
        (void)devices.want(microphone, camera);
      }
      ASSERT_LE(devices.live.size(), 2U) << seed;
    }
    while (answer_one()) {
    }
    const auto settled = [](bool wanted, const std::string& state) {
      return wanted ? state == "open" || state.starts_with("device/") : state == "closed";
    };
    EXPECT_TRUE(settled(microphone, devices.microphone())) << seed << " " << devices.microphone();
    EXPECT_TRUE(settled(camera, devices.camera())) << seed << " " << devices.camera();
    (void)devices.want(false, false);
    EXPECT_TRUE(devices.live.empty()) << seed;
  }
}

}  // namespace
}  // namespace parley::media
