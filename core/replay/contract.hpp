// What a shell owes the phone, checked on what the phone hears and does. A shell that keeps to it
// reports each result once, in the order in which the phone asked, and nothing about what the phone
// has closed. core/shell/effects.hpp says it effect by effect.
//
// A trace does not show everything: that a connection sends copies of tracks, and that a muted
// track is silent at once, is for the tests of each shell.
#pragma once

#include "core/shell/effects.hpp"
#include "core/shell/events.hpp"

#include <deque>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace parley::replay {

class ShellContract {
 public:
  /// Takes one event and the effects of the phone; returns sentences about what the shell must not
  /// have reported.
  [[nodiscard]] std::vector<std::string> check(const phone::Event& event,
                                               const std::vector<phone::Effect>& effects);

 private:
  struct Socket {
    SocketId id;
    bool open = false;
  };
  struct Request {
    bool answered = false;
    media::BySource<bool> open;
  };
  /// An operation of a connection that has not reported.
  struct Operation {
    OperationId id;
    std::optional<wire::DescriptionKind>
        makes;  // absent: it applies a description of the other side
  };
  struct Connection {
    bool offers_first = false;
    bool described = false;  // has had a local description
    bool direct_open = false;
    std::optional<phone::ConnectionState> state;
    std::deque<Operation> operations;
    std::size_t samples = 0;  // asked for and not reported
  };

  void heard(const phone::Event& event);
  void asked(const phone::Effect& effect);
  void breach(std::string what) { breaches_.push_back(std::move(what)); }

  void heard_of(SocketId socket, bool must_be_open);
  Request* request(MediaRequestId id);
  void heard_of_source(MediaRequestId id, media::SourceKind source);
  Connection* connection(PeerConnectionId id);
  /// Takes the operation that reports; only the one that was asked for first may.
  std::optional<Operation> reporting(PeerConnectionId id, OperationId operation);

  std::optional<Socket> socket_;
  std::map<MediaRequestId, Request> requests_;
  std::map<PeerConnectionId, Connection> connections_;
  std::vector<std::string> breaches_;
};

}  // namespace parley::replay
