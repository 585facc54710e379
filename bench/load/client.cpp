#include "bench/load/client.hpp"

#include "bench/load/description.hpp"
#include "core/negotiation/candidate_queues.hpp"
#include "core/phone/timers.hpp"

#include <utility>
#include <variant>

namespace parley::load {

using phone::Phase;
using testing::FakePeerConnection;
using wire::DescriptionKind;

namespace {

constexpr Duration kBatchTime = negotiation::LocalCandidates::kBatchTime;
/// Candidates at this interval are not batched.
constexpr Duration kGatheringGap = kBatchTime + Duration{5};
constexpr std::uint64_t kPacketsPerSample = 50;

bool is_signal(std::string_view frame) { return frame.starts_with(R"({"type":"signal")"); }

}  // namespace

Client::Client(Loop& loop, Counters& counters, const Pace& pace, UserId user, DeviceId device,
               std::unique_ptr<Line> line)
    : loop_(loop),
      counters_(counters),
      pace_(pace),
      user_(std::move(user)),
      device_(device),
      line_(std::move(line)),
      driver_(*this, phone::Phone(device.low)) {}

// ---- the person ----

void Client::sign_in(const std::string& token) {
  feed(phone::SignedIn{{token}, device_, {"parley-load"}});
}

void Client::dial(Client& callee, CallId call, Moment since) {
  peer_ = &callee;
  callee.peer_ = this;
  peers_ = {&callee};
  callee.peers_ = {this};
  for (Client* side : {this, &callee}) {
    side->signals_on_their_way_.clear();
    side->reason_.reset();
    side->problem_.reset();
  }
  dialed_at_ = since;
  feed(phone::Dialed{call, {callee.user_, {callee.user_.text}}, wire::MediaKind::audio});
}

void Client::answer() { feed(phone::AnswerPressed{call_, wire::MediaKind::audio}); }
void Client::hang_up() { feed(phone::HangUpPressed{call_}); }

// ---- events ----

void Client::line_opened() { feed(phone::SocketOpened{socket_}); }

void Client::line_closed(std::uint16_t code) {
  ++counters_.lines_lost;
  feed(phone::SocketClosed{socket_, code});
}

void Client::frame_arrived(std::string_view text, Moment at) {
  ++counters_.frames_received;
  counters_.bytes_received += text.size();
  if (peer_ != nullptr && is_signal(text) && !peer_->signals_on_their_way_.empty()) {
    counters_.relay.add(at - peer_->signals_on_their_way_.front());
    peer_->signals_on_their_way_.pop_front();
  }
  feed(phone::FrameReceived{socket_, std::string(text)});
}

void Client::feed(const phone::Event& event) {
  if (driver_.running()) return driver_.feed(event);
  const Duration ahead_before = ahead_;
  driver_.feed(event);
  if (ahead_ != ahead_before) driver_.arm_again();
  look();
}

void Client::skip(Duration wait) {
  skips_.push_back(wait);
  feed(phone::TimeReached{});
}

void Client::taking(const phone::Event& event) {
  if (!skips_.empty() && std::holds_alternative<phone::TimeReached>(event)) {
    ahead_ += skips_.front();
    skips_.pop_front();
  }
  if (counters_.observer) counters_.observer(device_, event, now());
}

void Client::perform(phone::Effect& effect) {
  std::visit([this](const auto& one) { perform(one); }, effect);
}

void Client::arm(Instant due) {
  loop_.at(Moment((due - ahead_).time_since_epoch()), [this, due] {
    if (driver_.fired(due)) feed(phone::TimeReached{});
  });
}

void Client::look() {
  const phone::View view = driver_.machine().view();
  if (seen) seen(view);
  const bool online = view.session == phone::SessionPhase::online;
  std::optional<Phase> phase;
  if (!view.calls.items.empty()) {
    const phone::CallView& shown = view.calls.items.back();
    phase = shown.phase;
    call_ = shown.call;
    if (shown.reason) reason_ = shown.reason;
    if (shown.reason) problem_ = shown.problem;
  }
  if (online == online_ && phase == phase_) return;
  online_ = online;
  phase_ = phase;
  if (phase == Phase::ended && !seen) feed(phone::Dismissed{call_});
  if (changed) changed();
}

// ---- effects: the line ----

void Client::perform(const phone::OpenSocket& effect) {
  socket_ = effect.socket;
  line_->open(*this);
}

void Client::perform(const phone::CloseSocket&) { line_->close(); }

void Client::perform(const phone::SendFrame& effect) {
  ++counters_.frames_sent;
  counters_.bytes_sent += effect.text.size();
  if (is_signal(effect.text)) signals_on_their_way_.push_back(Clock::now());
  line_->send(effect.text);
}

void Client::perform(const phone::Log& effect) {
  if (effect.level != phone::LogLevel::warning && effect.level != phone::LogLevel::error) return;
  if (counters_.warnings++ == 0) counters_.first_warning = effect.text;
}

// ---- effects: microphone and peer connection ----

void Client::perform(const phone::OpenMedia& effect) {
  feed(phone::MediaOpened{effect.request, {}, {}});
}

void Client::perform(const phone::CreateConnection& effect) {
  ends_.insert_or_assign(effect.connection,
                         End{.connection = FakePeerConnection(user_.text, effect.connection)});
}

void Client::perform(const phone::CloseConnection& effect) { ends_.erase(effect.connection); }

Client::End* Client::find(PeerConnectionId id) {
  const auto found = ends_.find(id);
  return found == ends_.end() ? nullptr : &found->second;
}

void Client::perform(const phone::MakeOffer& effect) {
  End* end = find(effect.connection);
  if (end == nullptr) return;
  if (!end->connection.make_offer(effect.restart_ice)) {
    return fail(effect.connection, effect.operation);
  }
  set_local(effect.connection, effect.operation, DescriptionKind::offer);
}

void Client::perform(const phone::MakeAnswer& effect) {
  End* end = find(effect.connection);
  if (end == nullptr) return;
  if (!end->connection.make_answer()) return fail(effect.connection, effect.operation);
  set_local(effect.connection, effect.operation, DescriptionKind::answer);
}

void Client::set_local(PeerConnectionId id, OperationId operation, DescriptionKind kind) {
  feed(phone::LocalDescriptionSet{id, operation, kind,
                                  describe(find(id)->connection.local_ufrag())});
  gather(id, 0);
}

void Client::perform(const phone::SetRemoteDescription& effect) {
  End* end = find(effect.connection);
  if (end == nullptr) return;
  if (!end->connection.set_remote(effect.kind, effect.sdp)) {
    return fail(effect.connection, effect.operation);
  }
  feed(phone::RemoteDescriptionSet{effect.connection, effect.operation});
  if (effect.kind == DescriptionKind::answer && dialed_at_) {
    counters_.set_up.add(Clock::now() - *dialed_at_);
    dialed_at_.reset();
  }
  connect_media(effect.connection);
}

void Client::fail(PeerConnectionId id, OperationId operation) {
  feed(phone::OperationFailed{id, operation, {"InvalidStateError"}, {}});
}

void Client::perform(const phone::AddCandidate& effect) {
  End* end = find(effect.connection);
  if (end == nullptr) return;
  end->connection.add_candidate(effect.ufrag.value, effect.candidate);
  connect_media(effect.connection);
}

/// Gathers the candidates from this index on.
void Client::gather(PeerConnectionId id, unsigned index) {
  const End* end = find(id);
  if (end == nullptr) return;
  const bool all = pace_.gathering == Gathering::together;
  const std::string ufrag = end->connection.local_ufrag();
  do {
    feed(phone::CandidateGathered{id, {{ufrag}}, candidate(index, ufrag)});
    if (++index == kCandidates) feed(phone::GatheringCompleted{id});
    if (pace_.hurried && (!all || index == kCandidates)) skip(kBatchTime);
  } while (index < kCandidates && (all || pace_.hurried));
  if (index == kCandidates) return;
  loop_.at(Clock::now() + kGatheringGap, [this, index, id] { gather(id, index); });
}

const Client::Ends::value_type* Client::reached_from(const End& end) const {
  for (const auto& own : ends_) {
    if (FakePeerConnection::reaches(own.second.connection, end.connection)) return &own;
  }
  return nullptr;
}

std::pair<Client*, PeerConnectionId> Client::other_end(const End& end) const {
  for (Client* peer : peers_) {
    if (const auto* other = peer->reached_from(end)) return {peer, other->first};
  }
  return {nullptr, {}};
}

/// Connects the transport at both ends, once both have the descriptions and candidates.
void Client::connect_media(PeerConnectionId id) {
  const End* end = find(id);
  if (end == nullptr || end->connected) return;
  const auto [peer, other] = other_end(*end);
  if (peer == nullptr) return;
  media_connected(id);
  peer->media_connected(other);
}

void Client::media_connected(PeerConnectionId id) {
  End* end = find(id);
  if (end == nullptr || std::exchange(end->connected, true)) return;
  feed(phone::ConnectionStateChanged{id, phone::ConnectionState::connected});
  if (pace_.hurried) skip(phone::kSampleWhileConnecting);
}

void Client::perform(const phone::SampleStats& effect) {
  End* end = find(effect.connection);
  if (end == nullptr) return;
  if (end->connected && other_end(*end).first != nullptr) end->packets += kPacketsPerSample;
  feed(phone::StatsSampled{.connection = effect.connection,
                           .received = {.microphone = {.packets = end->packets}}});
}

}  // namespace parley::load
