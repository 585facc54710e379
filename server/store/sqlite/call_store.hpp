// The call store in SQLite.
#pragma once

#include "server/store/calls.hpp"

#include <cstddef>
#include <vector>

namespace parley::server::store::sqlite {

class Store;

class CallStore final : public store::CallStore {
 public:
  explicit CallStore(Store& store) : store_(store) {}

  std::vector<switchboard::CallRecord> take_open_calls() override;
  void write(const switchboard::CallRecord& record, StoreTicket ticket) override;
  void want(StoreTicket ticket) override;
  [[nodiscard]] std::size_t backlog() const override;

  void history_of(const UserId& user, const HistoryQuery& query,
                  Done<std::vector<HistoryEntry>> done) override;
  void rate(const CallId& call, const UserId& user, Rating rating,
            Done<RatingOutcome> done) override;

 private:
  Store& store_;
};

}  // namespace parley::server::store::sqlite
