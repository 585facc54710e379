// The loop between a machine (the phone, the switchboard) and its shell: one event, all its effects
// in order, one timer, and only then the next event.
#pragma once

#include "core/base/time.hpp"

#include <deque>
#include <optional>
#include <utility>
#include <vector>

namespace parley {

/// `Machine` has `handle(event, now, effects)` and `next_deadline()`.
template <class Machine, class Event, class Effect>
class Driver {
 public:
  /// What the shell provides.
  class Shell {
   public:
    /// The machine's clock; it never goes back.
    [[nodiscard]] virtual Instant now() const = 0;
    /// Carries out one effect. It may feed the driver: that event waits until all effects of the
    /// present one are carried out.
    virtual void perform(Effect& effect) = 0;
    /// Calls `fired(due)` once the clock shows `due`, or earlier. There is one timer: a later call
    /// replaces an earlier one.
    virtual void arm(Instant due) = 0;
    /// Called before the machine handles an event.
    virtual void taking(const Event& /*event*/) {}
    /// Called with what the machine decided, before it is carried out.
    virtual void decided(const Event& /*event*/, const std::vector<Effect>& /*effects*/) {}

   protected:
    ~Shell() = default;
  };

  Driver(Shell& shell, Machine machine) : shell_(shell), machine_(std::move(machine)) {}

  [[nodiscard]] const Machine& machine() const { return machine_; }
  [[nodiscard]] bool running() const { return running_; }
  /// The effects of the last event. The shell may have moved their contents away.
  [[nodiscard]] const std::vector<Effect>& effects() const { return effects_; }

  /// An event that comes up while another one is handled is copied and waits.
  void feed(const Event& event) {
    if (running_) {
      waiting_.push_back(event);
      return;
    }
    running_ = true;
    step(event);
    while (!waiting_.empty()) {
      const Event next = std::move(waiting_.front());
      waiting_.pop_front();
      step(next);
    }
    running_ = false;
  }

  /// The timer that was armed for `due` has fired. True when the machine's deadline has come: the
  /// shell then feeds TimeReached. A timer that has been replaced does nothing.
  [[nodiscard]] bool fired(Instant due) {
    if (armed_for_ != due) return false;
    armed_for_.reset();
    const auto deadline = machine_.next_deadline();
    if (deadline && *deadline <= shell_.now()) return true;
    arm();
    return false;
  }

  /// The clock was set, or a timer was lost: arms the timer again.
  void arm_again() {
    armed_for_.reset();
    arm();
  }

  /// A new machine takes the place of the old one. Its waiting events and its timer are void.
  void replace(Machine machine) {
    machine_ = std::move(machine);
    waiting_.clear();
    armed_for_.reset();
  }

 private:
  void step(const Event& event) {
    effects_.clear();
    shell_.taking(event);
    machine_.handle(event, shell_.now(), effects_);
    shell_.decided(event, effects_);
    for (Effect& effect : effects_) shell_.perform(effect);
    arm();
  }

  void arm() {
    const auto deadline = machine_.next_deadline();
    // A timer that fires too early is armed again; that is cheaper than to move it with every
    // event.
    if (!deadline || (armed_for_ && *armed_for_ <= *deadline)) return;
    armed_for_ = deadline;
    shell_.arm(*deadline);
  }

  Shell& shell_;
  Machine machine_;
  std::vector<Effect> effects_;
  std::deque<Event> waiting_;
  std::optional<Instant> armed_for_;
  bool running_ = false;
};

}  // namespace parley
