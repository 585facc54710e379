#include "server/relay/turn_client.hpp"

#include <sodium.h>

#include <utility>

namespace parley::server::relay {

namespace {

using std::chrono::milliseconds;

// The first wait for an answer over UDP; each further one is twice as long (RFC 8489, 6.2.1: 500 ms
// for a path that is not known, but here a probe has seconds only).
constexpr milliseconds kFirstWait{250};
// A relay that is lost with its connection ends after this.
constexpr std::uint32_t kLifetimeS = 60;
// A challenge, a stale nonce, and another one.
constexpr int kMaxTries = 4;

constexpr unsigned kUnauthorized = 401;
constexpr unsigned kStaleNonce = 438;
constexpr unsigned kFamilyNotSupported = 440;

StunTransaction new_transaction() {
  StunTransaction transaction{};
  randombytes_buf(transaction.data(), transaction.size());
  return transaction;
}

}  // namespace

std::optional<TurnMessage> TurnClient::answer_to(TurnMethod method,
                                                 const StunTransaction& transaction,
                                                 const Deadline& deadline) {
  while (const auto bytes = socket_.receive(deadline)) {
    auto message = read_turn_message(*bytes);
    if (!message || message->transaction != transaction ||
        message->method != static_cast<std::uint16_t>(method)) {
      continue;
    }
    if (message->kind == TurnClass::error) return message;
    // Anybody could say yes.
    const bool proven = !nonce_.empty() && has_integrity(*bytes, *message, key_);
    if (message->kind == TurnClass::success && proven) return message;
  }
  return std::nullopt;
}

std::optional<TurnMessage> TurnClient::exchange(TurnMethod method, const Build& build,
                                                const Deadline& deadline) {
  const StunTransaction transaction = new_transaction();
  TurnWriter writer(method, TurnClass::request, transaction);
  build(writer);
  if (!nonce_.empty()) writer.add_login(login_.name, realm_, nonce_, key_);
  const Bytes request = writer.take();
  milliseconds wait = kFirstWait;
  do {
    if (!socket_.send(request, deadline)) break;
    const Deadline own = socket_.loses_messages() ? deadline.within(wait) : deadline;
    if (auto answer = answer_to(method, transaction, own)) return answer;
    wait *= 2;
  } while (socket_.loses_messages() && !socket_.over() && !deadline.over());
  return std::nullopt;
}

std::expected<TurnMessage, TurnRefusal> TurnClient::ask(TurnMethod method, const Build& build,
                                                        const Deadline& deadline) {
  unsigned code = 0;
  for (int i = 0; i < kMaxTries; ++i) {
    auto answer = exchange(method, build, deadline);
    if (!answer) return std::unexpected(TurnRefusal{});
    if (answer->kind == TurnClass::success) return std::move(*answer);
    code = answer->error;
    const bool challenged = code == kUnauthorized && nonce_.empty();
    if ((!challenged && code != kStaleNonce) || !answer->nonce || answer->nonce->empty()) break;
    nonce_ = *answer->nonce;
    if (answer->realm) realm_ = *answer->realm;
    key_ = turn_key(login_.name, realm_, login_.password);
  }
  return std::unexpected(TurnRefusal{code});
}

std::expected<TurnAddress, TurnRefusal> TurnClient::allocate(const Deadline& deadline) {
  const auto attempt = [&](bool v6) {
    return ask(
        TurnMethod::allocate,
        [v6](TurnWriter& writer) {
          writer.add_requested_transport();
          writer.add_lifetime(kLifetimeS);
          if (v6) writer.add_requested_family_v6();
        },
        deadline);
  };
  auto answer = attempt(false);
  if (!answer && answer.error().code == kFamilyNotSupported) answer = attempt(true);
  if (!answer) return std::unexpected(answer.error());
  if (!answer->relayed) return std::unexpected(TurnRefusal{});
  return *answer->relayed;
}

std::expected<void, TurnRefusal> TurnClient::permit(const TurnAddress& peer,
                                                    const Deadline& deadline) {
  const auto answer = ask(
      TurnMethod::create_permission, [&](TurnWriter& writer) { writer.add_peer(peer); }, deadline);
  if (!answer) return std::unexpected(answer.error());
  return {};
}

void TurnClient::send(const TurnAddress& peer, const Bytes& data, const Deadline& deadline) {
  TurnWriter writer(TurnMethod::send, TurnClass::indication, new_transaction());
  writer.add_peer(peer);
  writer.add_data(data);
  // One that is lost is sent again.
  [[maybe_unused]] const bool sent = socket_.send(writer.take(), deadline);
}

Bytes TurnClient::receive(const Deadline& deadline) {
  while (const auto bytes = socket_.receive(deadline)) {
    auto message = read_turn_message(*bytes);
    if (message && message->kind == TurnClass::indication &&
        message->method == static_cast<std::uint16_t>(TurnMethod::data)) {
      return std::move(message->data);
    }
  }
  return {};
}

void TurnClient::release(const Deadline& deadline) {
  if (nonce_.empty()) return;
  // It would end by itself, but count against the quota until then.
  [[maybe_unused]] const auto answer =
      ask(TurnMethod::refresh, [](TurnWriter& writer) { writer.add_lifetime(0); }, deadline);
}

}  // namespace parley::server::relay
