#include "server/store/sqlite/call_store.hpp"

#include "server/store/sqlite/calls.hpp"
#include "server/store/sqlite/store.hpp"

#include <utility>

namespace parley::server::store::sqlite {

std::vector<switchboard::CallRecord> CallStore::take_open_calls() {
  return store_.take_open_calls();
}

void CallStore::write(const switchboard::CallRecord& record, StoreTicket ticket) {
  store_.write(record, ticket);
}

void CallStore::want(StoreTicket ticket) { store_.want(ticket); }

std::size_t CallStore::backlog() const { return store_.backlog(); }

void CallStore::history_of(const UserId& user, const HistoryQuery& query,
                           Done<std::vector<HistoryEntry>> done) {
  store_.read<std::vector<HistoryEntry>>(
      [user, query](Database& database) { return sqlite::history_of(database, user, query); },
      std::move(done));
}

void CallStore::rate(const CallId& call, const UserId& user, Rating rating,
                     Done<RatingOutcome> done) {
  store_.execute<RatingOutcome>(
      [call, user, rating](Database& database) { return rate_call(database, call, user, rating); },
      std::move(done));
}

}  // namespace parley::server::store::sqlite
