#include "bench/load/accounts.hpp"

#include "bench/load/http.hpp"
#include "core/json/codec.hpp"
#include "core/wire/types.hpp"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <fstream>
#include <functional>
#include <mutex>
#include <numeric>
#include <stdexcept>
#include <thread>

namespace parley::load {

using json::field;
using namespace std::chrono_literals;

namespace {

/// This many concurrent requests let the server commit them in groups.
constexpr std::size_t kThreads = 16;
constexpr std::uint64_t kMostPages = 1000;

// The bodies of docs/http-api.md, with the members used here.

struct SignUp {
  std::string user;
  std::string name;
  std::string password = "correct horse battery staple";
  static constexpr auto fields() {
    return std::tuple{field("user", &SignUp::user, ""), field("name", &SignUp::name, ""),
                      field("password", &SignUp::password, "")};
  }
};

struct SignedIn {
  std::string token;
  static constexpr auto fields() { return std::tuple{field("token", &SignedIn::token, "")}; }
};

struct Call {
  wire::Direction direction = wire::Direction::outgoing;
  std::string reason;
  static constexpr auto fields() {
    return std::tuple{field("direction", &Call::direction, ""), field("reason", &Call::reason, "")};
  }
};

struct History {
  json::List<Call, 1000> calls;
  std::optional<std::string> next;
  static constexpr auto fields() {
    return std::tuple{field("calls", &History::calls, ""), field("next", &History::next, "")};
  }
};

struct Health {
  std::uint64_t calls = 0;
  static constexpr auto fields() { return std::tuple{field("calls", &Health::calls, "")}; }
};

template <class Body>
Body parse(const HttpResponse& response, std::string_view what) {
  Body body;
  json::Reader in(response.body);
  json::ReadError error;
  if (response.status != 200 || !json::read(in, body, error)) {
    throw std::runtime_error(std::string(what) + ": the server answered " +
                             std::to_string(response.status) + " " + response.body.substr(0, 200));
  }
  return body;
}

/// Runs `work(connection, index)` for every index below `count`, on several threads. Throws the
/// first failure.
void for_each(const Endpoint& server, std::size_t count,
              const std::function<void(HttpConnection&, std::size_t)>& work) {
  std::atomic<std::size_t> next = 0;
  std::mutex mutex;
  std::string problem;
  std::vector<std::jthread> threads;
  for (std::size_t i = 0; i < std::min(kThreads, count); ++i) {
    threads.emplace_back([&] {
      try {
        HttpConnection connection(server);
        for (std::size_t index = next++; index < count; index = next++) work(connection, index);
      } catch (const std::exception& error) {
        next = count;
        const std::lock_guard lock(mutex);
        if (problem.empty()) problem = error.what();
      }
    });
  }
  threads.clear();
  if (!problem.empty()) throw std::runtime_error(problem);
}

}  // namespace

std::vector<Account> sign_up(const Endpoint& server, std::size_t count) {
  std::vector<Account> accounts(count);
  // Names that no earlier run has used.
  const std::string run = std::to_string(std::chrono::system_clock::now().time_since_epoch() / 1ms);
  for_each(server, count, [&](HttpConnection& connection, std::size_t index) {
    Account& account = accounts[index];
    account.user.text = "load-" + run + "-" + std::to_string(index + 1);
    const SignUp request{.user = account.user.text, .name = "Load " + std::to_string(index + 1)};
    const HttpResponse response = connection.post("/api/sign-up", json::to_json(request));
    account.token = parse<SignedIn>(response, "signing up").token;
  });
  return accounts;
}

std::vector<Account> read_accounts(const std::string& file) {
  std::ifstream in(file);
  if (!in) throw std::runtime_error("cannot read " + file);
  std::vector<Account> accounts;
  Account account;
  while (in >> account.user.text >> account.token) accounts.push_back(account);
  return accounts;
}

std::uint64_t Records::ended_in_all() const {
  return std::accumulate(ended.begin(), ended.end(), std::uint64_t{0},
                         [](std::uint64_t sum, const auto& entry) { return sum + entry.second; });
}

Records read_records(const Endpoint& server, const std::vector<Account>& accounts) {
  Records records;
  std::mutex mutex;
  for_each(server, accounts.size(), [&](HttpConnection& connection, std::size_t index) {
    std::string path = "/api/calls?limit=100";
    for (std::uint64_t page = 0; page < kMostPages; ++page) {
      const auto history =
          parse<History>(connection.get(path, accounts[index].token), "reading the history");
      {
        const std::lock_guard lock(mutex);
        for (const Call& call : history.calls.items) {
          if (call.direction == wire::Direction::outgoing) ++records.ended[call.reason];
        }
      }
      if (!history.next) return;
      path = "/api/calls?limit=100&before=" + *history.next;
    }
  });
  HttpConnection connection(server);
  records.open = parse<Health>(connection.get("/health"), "asking for health").calls;
  return records;
}

}  // namespace parley::load
