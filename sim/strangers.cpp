#include "sim/strangers.hpp"

#include "sim/oracle/questions.hpp"

#include <iterator>
#include <set>
#include <string>

namespace parley::sim {

using switchboard::CallRecord;
using testing::Device;
using wire::CallPhase;

namespace {

/// How long the devices of a crowd stay.
constexpr Duration kCrowdStays{20'000};
/// A client that falsely reports media does so as often as our client.
constexpr Duration kInsistEvery{10'000};
/// The number in one step of a gradual flood, and the time until the next step.
constexpr std::uint32_t kBit = 24;
constexpr Duration kNextBit{400};
/// Large signals and joins are few, because they are expensive to simulate.
constexpr std::uint32_t kFewer = 10;

/// The call of this device, according to the store.
const CallRecord* call_of_device(testing::World& world, const Device& device) {
  for (const auto& [id, record] : world.records()) {
    if (record.phase != CallPhase::connecting && record.phase != CallPhase::active) continue;
    if (!has_user(record, device.user())) continue;
    if (leg_of(record, device.user()).device == device.id()) return &record;
  }
  return nullptr;
}

const switchboard::Leg& other_leg_of(const CallRecord& record, const UserId& user) {
  return record.caller.user == user ? record.callee : record.caller;
}

template <class Message>
std::string text_of(const Message& message) {
  return wire::write_frame(message, {});
}

}  // namespace

void Strangers::meddle(Device& device, std::uint32_t a, std::uint32_t b) {
  const auto& records = world_.records();
  if (records.empty()) return;
  auto entry = records.rbegin();
  std::advance(entry, a % records.size());
  const CallId call = entry->first;
  const CallRecord& record = entry->second;
  const std::uint32_t how = b % 13;
  const bool own = has_user(record, device.user());
  if (own != (how >= 6 && how <= 11)) return;
  const bool on = record.phase == CallPhase::connecting || record.phase == CallPhase::active;
  if (how > 6 && how < 10 && !on) return;
  const auto say = [&](const auto& message) { world_.inject(device, text_of(message)); };
  switch (how) {
    case 0:
      say(wire::HangUp{call, {}});
      break;
    case 1:
      say(wire::Accept{call});
      break;
    case 2:
      say(wire::Join{call});
      break;
    case 3:
      say(wire::Decline{call});
      break;
    case 4:
      say(wire::MediaReport{call, true});
      break;
    case 6:
      say(wire::HangUp{call, Error::microphone_denied});
      break;
    case 7:
      if (record.caller.device != device.id() && record.callee.device != device.id()) return;
      say(wire::Join{call});
      say(wire::Join{call});
      break;
    case 8:
      if (record.callee.device != device.id()) return;
      say(wire::Accept{call});
      say(wire::Accept{call});
      break;
    case 9:
      say(wire::Invite{{call.high, call.low ^ 0xffff'ffffU},
                       other_leg_of(record, device.user()).user,
                       wire::MediaKind::audio});
      break;
    case 10:
      say(wire::HangUp{call, {}});
      break;
    case 11:
      // A used id, usually from long ago.
      if (record.phase != CallPhase::ended) return;
      say(wire::Invite{call, other_leg_of(record, device.user()).user, wire::MediaKind::audio});
      break;
    case 12:
      say(wire::Invite{call, record.caller.user, wire::MediaKind::audio});
      break;
    default:
      say(wire::Signal{call, record.caller.device.value_or(DeviceId{}), 1, {"{}"}});
      break;
  }
}

void Strangers::crowd(const Device& device, std::uint32_t count, bool gone) {
  std::vector<SocketId> came;
  for (std::uint32_t i = 0; i < count; ++i) {
    const auto client = world_.open_bare_client(device.user(), {0xc, ++crowd_devices_});
    if (client) came.push_back(*client);
  }
  crowd_.insert(crowd_.end(), came.begin(), came.end());
  const Duration stay = gone ? Duration{300} : kCrowdStays;
  world_.scheduler().after(stay, [this, came] {
    for (const SocketId client : came) world_.close_bare_client(client);
  });
}

/// A further device of this person's account joins the call and gives up, repeatedly.
void Strangers::join_in_vain(const Device& device, CallId call, std::uint32_t count) {
  const auto client = world_.open_bare_client(device.user(), {0xc, ++crowd_devices_});
  if (!client) return;
  crowd_.push_back(*client);
  world_.scheduler().after(kNextBit, [this, client = *client, call, count] {
    for (std::uint32_t i = 0; i < count; ++i) {
      world_.bare_client_says(client, text_of(wire::Join{call}));
      world_.bare_client_says(client, text_of(wire::HangUp{call, Error::microphone_denied}));
    }
    world_.scheduler().after(kNextBit, [this, client] { world_.close_bare_client(client); });
  });
}

void Strangers::flood(Device& device, std::uint32_t count, std::uint32_t how) {
  const CallRecord* record = call_of_device(world_, device);
  if (record == nullptr) return;
  const switchboard::Leg& to = other_leg_of(*record, device.user());
  if (!to.device) return;
  if (how == 3) return join_in_vain(device, record->call, count / kFewer);
  wire::Signal signal{record->call, *to.device, record->link, {"{}"}};
  if (how % 3 == 1) {
    signal.data.text = "\"" + std::string(wire::kMaxSignalBytes - 1'000, 'x') + "\"";
    count /= kFewer;
  }
  const std::string text = text_of(signal);
  for (std::uint32_t i = 0; i < count; ++i) {
    if (how % 3 != 2 || i < kBit) {
      world_.inject(device, text);
      continue;
    }
    world_.scheduler().after(static_cast<Duration::rep>(i / kBit) * kNextBit,
                             [this, &device, text] { world_.inject(device, text); });
  }
}

void Strangers::insist(Device& device, Duration how_long) {
  const CallRecord* record = call_of_device(world_, device);
  if (record == nullptr) return;
  const CallId call = record->call;
  device.kill();
  const auto client = world_.open_bare_client(device.user(), device.id());
  const std::size_t puppet = puppets_.size();
  puppets_.push_back({&device, client.value_or(SocketId{}), call});
  insist_again(puppet);
  world_.scheduler().after(how_long, [this, puppet] { give_back(puppet); });
}

void Strangers::insist_again(std::size_t index) {
  world_.scheduler().after(kInsistEvery, [this, index] {
    const Puppet& puppet = puppets_[index];
    if (puppet.device == nullptr) return;
    world_.bare_client_says(puppet.client, text_of(wire::MediaReport{puppet.call, true}));
    insist_again(index);
  });
}

void Strangers::call_together(const Device& device, std::uint32_t count) {
  std::set<std::string> callers;
  for (const auto& other : world_.devices()) {
    if (other->user() != device.user()) callers.insert(other->user().text);
  }
  for (const std::string& caller : callers) {
    const auto client = world_.open_bare_client({caller}, {0xc, ++crowd_devices_});
    if (!client) continue;
    crowd_.push_back(*client);
    world_.scheduler().after(kNextBit, [this, client = *client, callee = device.user(), count] {
      const auto time = static_cast<std::uint64_t>(ms_of(world_.scheduler().now()));
      for (std::uint32_t i = 0; i < count; ++i) {
        const CallId call{time << 16U | 0x7000U, 0x8000'0000'0c00'0000U | ++calls_};
        world_.bare_client_says(client,
                                text_of(wire::Invite{call, callee, wire::MediaKind::audio}));
        world_.bare_client_says(client, text_of(wire::HangUp{call, {}}));
      }
      world_.scheduler().after(kNextBit, [this, client] { world_.close_bare_client(client); });
    });
  }
}

/// The device's own page returns.
void Strangers::give_back(std::size_t index) {
  Device* device = std::exchange(puppets_[index].device, nullptr);
  if (device == nullptr) return;
  world_.close_bare_client(puppets_[index].client);
  if (device->dead()) device->crash_page(false);
}

void Strangers::leave() {
  for (std::size_t i = 0; i < puppets_.size(); ++i) give_back(i);
  for (const SocketId client : crowd_) world_.close_bare_client(client);
}

}  // namespace parley::sim
