#include "server/http/user_agent.hpp"

#include "server/text/unicode.hpp"

#include <array>
#include <string>

namespace parley::server::http {

namespace {

struct Sign {
  std::string_view text;
  std::string_view means;
};

// The order matters: nearly all browsers also name those further down.
constexpr std::array kBrowsers{
    Sign{"Edg/", "Edge"},          Sign{"EdgA/", "Edge"},
    Sign{"EdgiOS/", "Edge"},       Sign{"OPR/", "Opera"},
    Sign{"Vivaldi/", "Vivaldi"},   Sign{"SamsungBrowser/", "Samsung Internet"},
    Sign{"Firefox/", "Firefox"},   Sign{"FxiOS/", "Firefox"},
    Sign{"Electron/", "Electron"}, Sign{"CriOS/", "Chrome"},
    Sign{"Chromium/", "Chromium"}, Sign{"Chrome/", "Chrome"},
    Sign{"Safari/", "Safari"},
};

constexpr std::array kSystems{
    Sign{"Android", "Android"}, Sign{"iPhone", "iPhone"},   Sign{"iPad", "iPad"},
    Sign{"Windows", "Windows"}, Sign{"CrOS", "ChromeOS"},   Sign{"Macintosh", "macOS"},
    Sign{"Mac OS X", "macOS"},  Sign{"FreeBSD", "FreeBSD"}, Sign{"Linux", "Linux"},
};

template <class Signs>
std::string first_of(const Signs& signs, std::string_view user_agent) {
  for (const Sign& sign : signs) {
    if (user_agent.contains(sign.text)) return std::string(sign.means);
  }
  return {};
}

}  // namespace

store::DeviceText device_text_of(std::string_view user_agent) {
  store::DeviceText device{first_of(kBrowsers, user_agent), first_of(kSystems, user_agent)};
  if (device.software.empty()) {
    const std::string_view product = user_agent.substr(0, user_agent.find_first_of("/ (;"));
    device.software = text::presentable(std::string(product), store::kMaxDeviceTextBytes);
  }
  return device;
}

}  // namespace parley::server::http
