// The scripted shell of the simulated world keeps to the contract that browsers keep to; traces of
// real browsers are checked by `parley replay` in tests/e2e.
#include "core/replay/contract.hpp"
#include "core/scenarios/scenario.hpp"

#include <map>

namespace parley::scenarios {
namespace {

/// Checks every step of every device.
class Watch final : public testing::Observer {
 public:
  void device_took(Device& device, const phone::Event& event,
                   const std::vector<phone::Effect>& effects) override {
    for (const std::string& breach : contracts_[device.number()].check(event, effects)) {
      ADD_FAILURE() << device.user().text << ": " << breach;
    }
    ++steps;
  }
  std::size_t steps = 0;

 private:
  std::map<std::size_t, replay::ShellContract> contracts_;
};

TEST(ScriptedShell, KeepsToTheContractThroughCallsHoldsTakeOversAndLostNetworks) {
  Watch watch;
  Scenario t;
  t.world.observers.push_back(&watch);
  Device& ann = t.device("ann");
  Device& bob = t.device("bob");
  Device& tablet = t.device("bob");
  for (Device* device : {&ann, &bob, &tablet}) device->reports_late = false;

  const CallId first = t.connect(ann, bob);
  ann.set_camera(true);
  bob.set_screen(true);
  bob.hold(first, true);
  t.world.run_for(5s);
  bob.hold(first, false);
  tablet.join(first);
  EXPECT_TRUE(t.until([&] { return t.active(ann, tablet, first); }));
  ann.media_blocked = true;
  t.world.run_for(15s);
  ann.media_blocked = false;
  EXPECT_TRUE(t.until([&] { return t.active(ann, tablet, first); }));
  ann.cut_socket();
  t.world.restart_server();
  t.world.run_for(10s);
  ann.hang_up();
  t.world.run_for(2s);

  bob.fail_next_operation();
  const CallId second = t.dial(bob, ann);
  Scenario::answer(ann, second);
  EXPECT_TRUE(t.until([&] { return t.active(ann, bob, second); }));
  bob.unplug(media::SourceKind::microphone);
  t.world.run_for(5s);
  bob.hang_up();
  t.world.run_for(5s);
  EXPECT_GT(watch.steps, 300U);
}

}  // namespace
}  // namespace parley::scenarios
