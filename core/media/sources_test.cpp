#include "core/media/sources.hpp"

#include "core/base/ids.hpp"
#include "core/base/overloaded.hpp"
#include "core/base/random.hpp"
#include "core/errors/catalogue.hpp"
#include "core/phone/effects.hpp"
#include "core/phone/events.hpp"

#include <gtest/gtest.h>

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace parley::media {
namespace {

using Texts = std::vector<std::string>;

std::string name_of(MediaKind kind) { return kind == MediaKind::audio ? "microphone" : "camera"; }

std::string state_of(const Source& source) {
  return std::visit(Overloaded{
                        [](const Closed&) { return std::string("closed"); },
                        [](const Opening&) { return std::string("opening"); },
                        [](const Abandoned&) { return std::string("abandoned"); },
                        [](const Open&) { return std::string("open"); },
                        [](const Failed& failed) { return std::string(code_of(failed.why)); },
                    },
                    source);
}

/// The sources and the devices behind them: every capture that was granted and not closed.
class Devices {
 public:
  // Each returns what the sources asked for in turn, as "open 1 microphone camera" or "close 1
  // camera".
  Texts want(bool microphone, bool camera) {
    return asked([&](auto& effects) { sources.want(microphone, camera, effects); });
  }

  Texts granted(std::uint64_t request) {
    for (const MediaKind kind : requests[request]) live.insert({request, kind});
    return asked([&](auto& effects) { sources.opened({MediaRequestId{request}}, effects); });
  }

  Texts refused(std::uint64_t request, const std::string& name) {
    return asked([&](auto& effects) {
      sources.failed({MediaRequestId{request}, {name}, {"text"}}, effects);
    });
  }

  void ended(std::uint64_t request, MediaKind kind) {
    live.erase({request, kind});
    sources.ended({MediaRequestId{request}, kind});
  }

  [[nodiscard]] std::string microphone() const { return state_of(sources.microphone()); }
  [[nodiscard]] std::string camera() const { return state_of(sources.camera()); }

  Sources sources;
  std::map<std::uint64_t, std::vector<MediaKind>> requests;  // what each one asked for
  std::set<std::pair<std::uint64_t, MediaKind>> live;

 private:
  template <class Act>
  Texts asked(Act act) {
    std::vector<phone::Effect> effects;
    act(effects);
    Texts texts;
    for (const phone::Effect& effect : effects) {
      if (const auto* open = std::get_if<phone::OpenMedia>(&effect)) {
        auto& kinds = requests[open->request.value];
        if (open->microphone) kinds.push_back(MediaKind::audio);
        if (open->camera) kinds.push_back(MediaKind::video);
        std::string text = "open " + std::to_string(open->request.value);
        for (const MediaKind kind : kinds) text += " " + name_of(kind);
        texts.push_back(text);
      } else if (const auto* close = std::get_if<phone::CloseMedia>(&effect)) {
        EXPECT_EQ(live.erase({close->request.value, close->kind}), 1U) << "closes what is not open";
        texts.push_back("close " + std::to_string(close->request.value) + " " +
                        name_of(close->kind));
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
  (void)devices.refused(1, "NotAllowedError");
  EXPECT_EQ(devices.microphone(), "device/microphone-denied");
  EXPECT_EQ(devices.want(true, false), Texts{}) << "no prompt after prompt";
  devices.sources.try_again(MediaKind::audio);
  EXPECT_EQ(devices.want(true, false), Texts{"open 2 microphone"});
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
  devices.sources.try_again(MediaKind::video);
  EXPECT_EQ(devices.camera(), "opening");
  (void)devices.granted(1);
  devices.sources.try_again(MediaKind::video);
  EXPECT_EQ(devices.want(true, true), Texts{});
  EXPECT_EQ(devices.camera(), "open");
}

TEST(Sources, ThatAreUnpluggedAreMissing) {
  Devices devices;
  (void)devices.want(true, true);
  (void)devices.granted(1);
  devices.ended(1, MediaKind::video);
  EXPECT_EQ(devices.camera(), "device/camera-missing");
  EXPECT_EQ(devices.microphone(), "open");
  EXPECT_EQ(devices.want(true, true), Texts{}) << "no loop of new requests";
  EXPECT_EQ(devices.want(true, false), Texts{}) << "nothing is left to close";
  EXPECT_EQ(devices.want(true, true), Texts{"open 2 camera"});
}

TEST(Sources, IgnoreTheEndOfATrackThatIsNotTheirs) {
  Devices devices;
  (void)devices.want(true, false);
  devices.ended(1, MediaKind::audio);
  EXPECT_EQ(devices.microphone(), "opening") << "not open yet";
  (void)devices.granted(1);
  devices.ended(7, MediaKind::audio);
  devices.ended(1, MediaKind::video);
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

TEST(Sources, NameEveryKnownFailureByWhatAPersonCanDo) {
  struct Row {
    const char* exception;
    const char* microphone;
    const char* camera;
  };
  for (const Row& row : {
           Row{"NotAllowedError", "device/microphone-denied", "device/camera-denied"},
           Row{"PermissionDeniedError", "device/microphone-denied", "device/camera-denied"},
           Row{"SecurityError", "device/microphone-denied", "device/camera-denied"},
           Row{"NotFoundError", "device/microphone-missing", "device/camera-missing"},
           Row{"DevicesNotFoundError", "device/microphone-missing", "device/camera-missing"},
           Row{"OverconstrainedError", "device/microphone-missing", "device/camera-missing"},
           Row{"NotReadableError", "device/microphone-busy", "device/camera-busy"},
           Row{"TrackStartError", "device/microphone-busy", "device/camera-busy"},
           Row{"AbortError", "device/microphone-busy", "device/camera-busy"},
           Row{"InsecureContextError", "device/insecure-page", "device/insecure-page"},
           Row{"TypeError", "device/insecure-page", "device/insecure-page"},
           Row{"NeverHeardOfError", "device/microphone-failed", "device/camera-failed"},
           Row{"", "device/microphone-failed", "device/camera-failed"},
       }) {
    EXPECT_EQ(code_of(classify(MediaKind::audio, row.exception)), row.microphone) << row.exception;
    EXPECT_EQ(code_of(classify(MediaKind::video, row.exception)), row.camera) << row.exception;
  }
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
          (void)devices.refused(request, "NotReadableError");
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
