#include "core/replay/contract.hpp"

#include "core/base/overloaded.hpp"

#include <algorithm>
#include <string_view>
#include <utility>

namespace parley::replay {

namespace {

using media::SourceKind;

/// The kinds of the media sections of a description, in order: "audio video video application".
std::string sections_of(std::string_view sdp) {
  std::string kinds;
  for (std::size_t at = 0; at < sdp.size();) {
    const std::size_t end = std::min(sdp.find('\n', at), sdp.size());
    const std::string_view line = sdp.substr(at, end - at);
    if (line.starts_with("m=")) {
      kinds += (kinds.empty() ? "" : " ") + std::string(line.substr(2, line.find(' ') - 2));
    }
    at = end + 1;
  }
  return kinds;
}

/// The section of the data channel comes last; an answer to a device without one has none.
constexpr std::string_view kSections = "audio video video";

}  // namespace

std::vector<std::string> ShellContract::check(const phone::Event& event,
                                              const std::vector<phone::Effect>& effects) {
  breaches_.clear();
  heard(event);
  for (const phone::Effect& effect : effects) asked(effect);
  return std::exchange(breaches_, {});
}

// ---- what the phone asked for ----

void ShellContract::asked(const phone::Effect& effect) {
  const auto begin = [this](PeerConnectionId id, Operation operation, bool afresh) {
    const auto found = connections_.find(id);
    if (found == connections_.end()) return;
    if (afresh) found->second.operations.clear();
    found->second.operations.push_back(operation);
  };
  std::visit(Overloaded{
                 [&](const phone::OpenSocket& e) { socket_ = Socket{.id = e.socket}; },
                 [&](const phone::CloseSocket&) { socket_.reset(); },
                 [&](const phone::OpenMedia& e) { requests_[e.request] = {}; },
                 [&](const phone::OpenScreen& e) { requests_[e.request] = {}; },
                 [&](const phone::CloseMedia& e) { requests_[e.request].open[e.source] = false; },
                 [&](const phone::CreateConnection& e) {
                   connections_[e.connection] = {.offers_first = e.offers_first};
                 },
                 [&](const phone::CloseConnection& e) { connections_.erase(e.connection); },
                 [&](const phone::MakeOffer& e) {
                   begin(e.connection, {e.operation, wire::DescriptionKind::offer}, e.afresh);
                 },
                 [&](const phone::MakeAnswer& e) {
                   begin(e.connection, {e.operation, wire::DescriptionKind::answer}, false);
                 },
                 [&](const phone::SetRemoteDescription& e) {
                   begin(e.connection, {.id = e.operation}, e.afresh);
                 },
                 [&](const phone::SampleStats& e) { ++connections_[e.connection].samples; },
                 [](const auto&) {},
             },
             effect);
}

// ---- what the shell reported ----

void ShellContract::heard(const phone::Event& event) {
  std::visit(
      Overloaded{
          [&](const phone::SocketOpened& e) {
            heard_of(e.socket, false);
            if (socket_ && socket_->id == e.socket) socket_->open = true;
          },
          [&](const phone::SocketClosed& e) {
            heard_of(e.socket, false);
            socket_.reset();
          },
          [&](const phone::FrameReceived& e) { heard_of(e.socket, true); },
          [&](const phone::MediaOpened& e) {
            Request* asked = request(e.request);
            if (asked == nullptr) return;
            if (std::exchange(asked->answered, true)) breach("a request was answered twice");
            asked->open = {.microphone = true, .camera = true, .screen = true};
          },
          [&](const phone::MediaFailed& e) {
            Request* asked = request(e.request);
            if (asked == nullptr) return;
            if (std::exchange(asked->answered, true)) breach("a request was answered twice");
          },
          [&](const phone::MediaEnded& e) {
            heard_of_source(e.request, e.source);
            if (Request* asked = request(e.request)) asked->open[e.source] = false;
          },
          [&](const phone::MediaSilenced& e) { heard_of_source(e.request, e.source); },
          [&](const phone::SoundMeasured& e) {
            heard_of_source(e.request, SourceKind::microphone);
          },
          [&](const phone::LocalDescriptionSet& e) {
            const auto operation = reporting(e.connection, e.operation);
            if (!operation) return;
            if (operation->makes != e.kind) breach("the operation made another description");
            Connection& known = connections_.at(e.connection);
            known.described = true;
            const std::string sections = sections_of(e.sdp);
            if (known.offers_first && !sections.empty() && !sections.starts_with(kSections)) {
              breach("the sections of the description are " + sections + ", not " +
                     std::string(kSections));
            }
          },
          [&](const phone::RemoteDescriptionSet& e) {
            const auto operation = reporting(e.connection, e.operation);
            if (operation && operation->makes) breach("the operation makes a description");
          },
          [&](const phone::OperationFailed& e) { (void)reporting(e.connection, e.operation); },
          [&](const phone::CandidateGathered& e) {
            const Connection* known = connection(e.connection);
            if (known != nullptr && !known->described) {
              breach("a candidate was gathered before the first local description");
            }
          },
          [&](const phone::GatheringCompleted& e) { (void)connection(e.connection); },
          [&](const phone::DirectOpened& e) {
            Connection* known = connection(e.connection);
            if (known == nullptr) return;
            if (std::exchange(known->direct_open, true)) breach("a data channel opened twice");
          },
          [&](const phone::DirectReceived& e) {
            const Connection* known = connection(e.connection);
            if (known != nullptr && !known->direct_open) {
              breach("a text came through a data channel that is not open");
            }
          },
          [&](const phone::ConnectionStateChanged& e) {
            Connection* known = connection(e.connection);
            if (known != nullptr && std::exchange(known->state, e.state) == e.state) {
              breach("a state was reported that is the same as before");
            }
          },
          [&](const phone::StatsSampled& e) {
            Connection* known = connection(e.connection);
            if (known == nullptr) return;
            if (known->samples == 0) return breach("counters came that were not asked for");
            --known->samples;
          },
          [](const auto&) {},  // what a person does, and what the browser knows
      },
      event);
}

void ShellContract::heard_of(SocketId socket, bool must_be_open) {
  if (!socket_ || socket_->id != socket) return breach("the socket is closed");
  if (must_be_open && !socket_->open) breach("the socket is not open yet");
}

ShellContract::Request* ShellContract::request(MediaRequestId id) {
  const auto found = requests_.find(id);
  if (found != requests_.end()) return &found->second;
  breach("nothing was requested with this number");
  return nullptr;
}

void ShellContract::heard_of_source(MediaRequestId id, SourceKind source) {
  const Request* asked = request(id);
  if (asked != nullptr && !asked->open[source]) breach("the source is not captured");
}

ShellContract::Connection* ShellContract::connection(PeerConnectionId id) {
  const auto found = connections_.find(id);
  if (found != connections_.end()) return &found->second;
  breach("the connection is closed");
  return nullptr;
}

std::optional<ShellContract::Operation> ShellContract::reporting(PeerConnectionId id,
                                                                 OperationId operation) {
  Connection* known = connection(id);
  if (known == nullptr) return std::nullopt;
  auto& operations = known->operations;
  const auto found = std::ranges::find(operations, operation, &Operation::id);
  if (found == operations.end()) {
    breach("the operation was given up, or has reported before");
    return std::nullopt;
  }
  if (found != operations.begin())
    breach("an operation that was asked for earlier has not reported");
  const Operation reported = *found;
  operations.erase(found);
  return reported;
}

}  // namespace parley::replay
