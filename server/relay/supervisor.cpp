#include "server/relay/supervisor.hpp"

#include "server/relay/addresses.hpp"

#include <sodium.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <csignal>
#include <exception>
#include <utility>

namespace parley::server::relay {

namespace {

// No answer to our question is longer.
constexpr std::size_t kMaxAnswerBytes = 1500;
// Datagrams that are read before others get their turn.
constexpr int kMaxReads = 16;

std::chrono::steady_clock::time_point now() { return std::chrono::steady_clock::now(); }

}  // namespace

Supervisor::Supervisor(loop::Loop& loop, log::Log& log, Hooks hooks, Patience patience)
    : loop_(loop),
      log_(log),
      hooks_(std::move(hooks)),
      patience_(patience),
      timer_(loop),
      wait_(patience.first_wait) {}

void Supervisor::start() { launch(); }

void Supervisor::stop() {
  stopping_ = true;
  healthy_ = false;
  timer_.cancel();
  probe_.reset();
  if (child_ != nullptr) child_->stop();
}

void Supervisor::signal(int number) const {
  // A program that still starts may not have its handler yet, and would end.
  if (healthy_) child_->signal(number);
}

void Supervisor::launch() {
  const auto launch = hooks_.prepare();
  if (!launch) return failed(launch.error());
  auto child = Child::start(
      loop_, guard_, launch->command,
      {.printed = [this](std::string_view line) { log_.debug("relay", {{"line", line}}); },
       .ended = [this](const std::string& how) { ended(how); }});
  if (!child) return failed({"relay/not-started", child.error()});
  child_ = std::move(*child);
  since_ = now();
  unanswered_ = 0;
  randombytes_buf(transaction_.data(), transaction_.size());
  File file(udp_socket_to(launch->address, launch->port));
  if (file.get() < 0) return failed({"relay/unreachable", "no socket to " + launch->address});
  try {
    probe_.emplace(loop_, std::move(file));
  } catch (const std::exception& error) {
    return failed({"relay/unreachable", error.what()});
  }
  hear();
  ask();
}

void Supervisor::ask() {
  if (!healthy_ && now() - since_ > patience_.start_limit) {
    return failed({"relay/not-ready", "it answers no STUN request"});
  }
  if (healthy_ && unanswered_ >= patience_.max_unanswered) {
    return failed({"relay/silent", "it no longer answers STUN requests"});
  }
  ++unanswered_;
  const StunRequest request = stun_request(transaction_);
  // One that is lost counts as unanswered.
  [[maybe_unused]] const auto sent = send(probe_->file(), request.data(), request.size(), 0);
  timer_.arm(healthy_ ? patience_.ask_healthy : patience_.ask_starting, [this] { ask(); });
}

void Supervisor::hear() {
  probe_->wait([this] {
    for (int i = 0; i < kMaxReads; ++i) {
      std::array<std::uint8_t, kMaxAnswerBytes> bytes{};
      const ssize_t got = recv(probe_->file(), bytes.data(), bytes.size(), 0);
      if (got < 0) break;
      if (answers_stun_request(std::span(bytes).first(static_cast<std::size_t>(got)),
                               transaction_)) {
        answered();
      }
    }
    hear();
  });
}

void Supervisor::answered() {
  unanswered_ = 0;
  if (std::exchange(healthy_, true)) return;
  since_ = now();
  told_.clear();
  log_.info("the relay works", {{"pid", child_->pid()}});
  timer_.arm(patience_.ask_healthy, [this] { ask(); });
  tell_verdict();
  if (hooks_.changed) hooks_.changed();
}

void Supervisor::ended(const std::string& how) {
  if (stopping_) {
    child_.reset();
    return;
  }
  // Those of one that has worked tell the addresses of clients, not why it ended.
  const std::string last = healthy_ ? std::string() : child_->last_lines();
  failed({"relay/ended", last.empty() ? how : how + ": " + last});
}

void Supervisor::failed(const Failure& failure) {
  probe_.reset();
  child_.reset();
  const bool worked = std::exchange(healthy_, false);
  if (worked && now() - since_ >= patience_.good_run) wait_ = patience_.first_wait;
  // A port that stays busy would be told again and again.
  const auto level = told_ == failure.code ? log::Level::debug : log::Level::warning;
  told_ = failure.code;
  const std::array fields{log::Field{"code", failure.code}, log::Field{"why", failure.why},
                          log::Field{"again_in_ms", wait_.count()}};
  log_.write(level, "there is no relay: calls between networks that need one fail", fields);
  timer_.arm(wait_, [this] { launch(); });
  wait_ = std::min(wait_ * 2, patience_.max_wait);
  tell_verdict();
  if (worked && hooks_.changed) hooks_.changed();
}

void Supervisor::tell_verdict() {
  if (const auto tell = std::exchange(hooks_.first_verdict, nullptr)) tell();
}

}  // namespace parley::server::relay
