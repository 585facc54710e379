#include "core/switchboard/switchboard.hpp"

#include "core/base/assert.hpp"
#include "core/base/overloaded.hpp"
#include "core/switchboard/calls/calls.hpp"
#include "core/switchboard/context.hpp"
#include "core/switchboard/directory/directory.hpp"
#include "core/switchboard/timers.hpp"

#include <utility>

namespace parley::switchboard {

Settings::Settings()
    : ring_limit(kRingLimit), connect_limit(kConnectLimit), media_lease(kMediaLease) {}

/// The two halves, and what they share. Each event goes to the half that owns its subject.
class Switchboard::State {
 public:
  explicit State(Settings settings)
      : context_{.settings = std::move(settings)},
        directory_(context_),
        calls_(context_, directory_) {
    directory_.connect(calls_);
  }

  void handle(const Event& event, Instant now, std::vector<Effect>& effects) {
    PARLEY_ASSERT(context_.effects == nullptr);  // shells feed one event at a time
    context_.now = now;
    context_.effects = &effects;
    std::visit(Overloaded{
                   [this](const TimeReached&) { handle_due(); },
                   [this](const Overload& e) { context_.overloaded = e.on; },
                   [this](const OneOf<CallRestored, WallClock> auto& e) { calls_.on(e); },
                   [this](const auto& e) { directory_.on(e); },
               },
               event);
    context_.effects = nullptr;
  }

  [[nodiscard]] std::optional<Instant> next_deadline() const { return context_.deadlines.next(); }

  [[nodiscard]] Gauges gauges() const {
    return {directory_.sessions(), directory_.sessions_online(), directory_.users_online(),
            calls_.count()};
  }

  [[nodiscard]] std::string inconsistency() const {
    std::string wrong = directory_.inconsistency();
    return wrong.empty() ? calls_.inconsistency() : wrong;
  }

 private:
  void handle_due() {
    while (const auto due = context_.deadlines.take_due(context_.now)) {
      std::visit(Overloaded{
                     [this](const OneOf<CallId, PretendedRing> auto& key) { calls_.due(key); },
                     [this](const auto& key) { directory_.due(key); },
                 },
                 *due);
    }
  }

  Context context_;
  Directory directory_;
  Calls calls_;
};

Switchboard::Switchboard(Settings settings)
    : state_(std::make_unique<State>(std::move(settings))) {}
Switchboard::~Switchboard() = default;
Switchboard::Switchboard(Switchboard&&) noexcept = default;
Switchboard& Switchboard::operator=(Switchboard&&) noexcept = default;

void Switchboard::handle(const Event& event, Instant now, std::vector<Effect>& effects) {
  state_->handle(event, now, effects);
}

std::optional<Instant> Switchboard::next_deadline() const { return state_->next_deadline(); }

Gauges Switchboard::gauges() const { return state_->gauges(); }

std::string Switchboard::inconsistency() const { return state_->inconsistency(); }

}  // namespace parley::switchboard
