#include "server/relay/probe.hpp"

#include "server/auth/limits.hpp"
#include "server/auth/secrets.hpp"
#include "server/relay/turn_client.hpp"

#include <sodium.h>

#include <algorithm>
#include <expected>
#include <utility>

namespace parley::server::relay {

namespace {

using std::chrono::milliseconds;

// Between two attempts to get a message through, when it may be lost on its way.
constexpr milliseconds kSendAgain{150};
// Relays that are granted but silent: a firewall before their ports.
constexpr milliseconds kEchoLimit{1500};
constexpr milliseconds kReleaseLimit{500};
// Longer than any clock is wrong by.
constexpr std::chrono::days kFarAway{3650};
constexpr std::size_t kEchoBytes = 16;

using Made = std::expected<TurnClient, ProbeResult>;

ProbeResult failure(ProbeCause cause, std::string detail) {
  return {.cause = cause, .detail = std::move(detail)};
}

ProbeResult meaning_of(unsigned code) {
  if (code == 0) return failure(ProbeCause::unreachable, "no answer");
  const std::string text = std::to_string(code);
  if (code == 401) return failure(ProbeCause::wrong_secret, text);
  if (code == 486 || code == 508) return failure(ProbeCause::quota, text);
  return failure(ProbeCause::refused, text);
}

ProbeCause meaning_of(CertificateFault fault) {
  switch (fault) {
    case CertificateFault::expired:
      return ProbeCause::certificate_expired;
    case CertificateFault::other_name:
      return ProbeCause::certificate_name;
    case CertificateFault::untrusted:
      return ProbeCause::certificate_untrusted;
    case CertificateFault::none:
      break;
  }
  return ProbeCause::none;
}

class Probe {
 public:
  Probe(const ProbeTarget& target, TurnUrl url, std::int64_t now_ms, Deadline deadline)
      : target_(target), url_(std::move(url)), now_ms_(now_ms), deadline_(deadline) {}

  ProbeResult run() {
    if (target_.secrets.empty()) return with_login(target_.login);
    ProbeResult result;
    for (std::size_t i = 0; i < target_.secrets.size(); ++i) {
      result = with_login(login(target_.secrets[i], auth::kTurnLoginLife));
      result.secret = i;
      if (result.cause != ProbeCause::wrong_secret) return result;
    }
    return takes_later_logins() ? failure(ProbeCause::clock, "its clock is ahead of ours") : result;
  }

 private:
  auth::TurnLogin login(const std::string& secret, std::chrono::seconds life) const {
    const std::int64_t now_s = now_ms_ / 1000;
    // A name of its own, so that probes count in no person's quota.
    return auth::make_turn_login(secret, "probe", now_s + life.count());
  }

  Made connect(const auth::TurnLogin& login) const {
    auto socket = ProbeSocket::open(url_, target_.address, deadline_);
    if (!socket) return std::unexpected(failure(ProbeCause::unreachable, socket.error()));
    return TurnClient(std::move(*socket), login);
  }

  bool takes_later_logins() const {
    return std::ranges::any_of(target_.secrets, [this](const std::string& secret) {
      auto client = connect(login(secret, kFarAway));
      if (!client || !client->allocate(deadline_)) return false;
      client->release(deadline_.within(kReleaseLimit));
      return true;
    });
  }

  ProbeResult with_login(const auth::TurnLogin& login) const {
    const auto start = std::chrono::steady_clock::now();
    auto first = connect(login);
    if (!first) return first.error();
    const ProbeCause certificate = meaning_of(first->socket().certificate_fault());
    if (certificate == ProbeCause::certificate_expired ||
        certificate == ProbeCause::certificate_name) {
      return failure(certificate, url_.host);
    }
    ProbeResult result = through(*first, login);
    result.took = std::chrono::ceil<milliseconds>(std::chrono::steady_clock::now() - start);
    first->release(deadline_.within(kReleaseLimit));
    // What our clients trust may be more than what this machine trusts.
    if (result.cause == ProbeCause::none && certificate != ProbeCause::none) {
      result.cause = certificate;
      result.detail = url_.host;
    }
    return result;
  }

  ProbeResult through(TurnClient& first, const auth::TurnLogin& login) const {
    const auto one = first.allocate(deadline_);
    if (!one) return meaning_of(one.error().code);
    auto second = connect(login);
    if (!second) return second.error();
    const auto other = second->allocate(deadline_);
    if (!other) return meaning_of(other.error().code);
    ProbeResult result = echo(first, *one, *second, *other);
    second->release(deadline_.within(kReleaseLimit));
    return result;
  }

  ProbeResult echo(TurnClient& first, const TurnAddress& one, TurnClient& second,
                   const TurnAddress& other) const {
    for (const auto& permitted : {first.permit(other, deadline_), second.permit(one, deadline_)}) {
      if (permitted) continue;
      if (permitted.error().code == 403) return failure(ProbeCause::forbidden_peer, "403");
      return meaning_of(permitted.error().code);
    }
    Bytes message(kEchoBytes);
    randombytes_buf(message.data(), message.size());
    const Deadline limit = deadline_.within(kEchoLimit);
    const bool back =
        carry(first, other, second, message, limit) && carry(second, one, first, message, limit);
    return back ? ProbeResult{} : failure(ProbeCause::silent, "nothing comes through its relays");
  }

  static bool carry(TurnClient& from, const TurnAddress& peer, TurnClient& to, const Bytes& message,
                    const Deadline& limit) {
    while (!limit.over() && !from.socket().over() && !to.socket().over()) {
      from.send(peer, message, limit);
      const Deadline own = limit.within(kSendAgain);
      for (Bytes got = to.receive(own); !got.empty(); got = to.receive(own)) {
        if (got == message) return true;
      }
    }
    return false;
  }

  const ProbeTarget& target_;
  TurnUrl url_;
  std::int64_t now_ms_;
  Deadline deadline_;
};

}  // namespace

ProbeResult probe(const ProbeTarget& target, std::int64_t now_ms,
                  const std::atomic<bool>* cancelled, milliseconds limit) {
  auto url = parse_turn_url(target.url);
  if (!url) return failure(ProbeCause::not_probed, "not understood");
  if (url->transport == TurnTransport::dtls) return failure(ProbeCause::not_probed, "DTLS");
  const Deadline deadline{std::chrono::steady_clock::now() + limit, cancelled};
  return Probe(target, std::move(*url), now_ms, deadline).run();
}

}  // namespace parley::server::relay
