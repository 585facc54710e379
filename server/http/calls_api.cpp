#include "server/http/calls_api.hpp"

#include "server/http/bodies.hpp"
#include "server/http/failures.hpp"
#include "server/http/json_body.hpp"
#include "server/http/paths.hpp"

#include <algorithm>
#include <cstdint>

namespace parley::server::http {

namespace {

CallBody call_for(const UserId& me, const store::HistoryEntry& entry) {
  const switchboard::CallRecord& record = entry.record;
  const bool outgoing = record.caller.user == me;
  const switchboard::Leg& mine = outgoing ? record.caller : record.callee;
  const switchboard::Leg& theirs = outgoing ? record.callee : record.caller;
  CallBody body;
  body.call = record.call;
  body.direction = outgoing ? wire::Direction::outgoing : wire::Direction::incoming;
  body.peer = {theirs.user, {outgoing ? entry.callee_name : entry.caller_name}};
  body.kind = record.kind;
  body.reason = record.reason.value_or(wire::EndReason::abandoned);
  body.failure = record.failure;
  body.ended_by = record.ended_by;
  body.invited_at_ms = record.invited_at_ms;
  body.ringing_at_ms = record.ringing_at_ms;
  body.accepted_at_ms = record.accepted_at_ms;
  body.connected_at_ms = record.connected_at_ms;
  body.ended_at_ms = record.ended_at_ms.value_or(record.invited_at_ms);
  if (record.connected_at_ms) {
    // Records of old versions may have been written by a clock that was set back.
    body.lasted_ms = std::max<std::int64_t>(0, body.ended_at_ms - *record.connected_at_ms);
  }
  if (mine.status) {
    body.my_microphone = mine.status->microphone;
    body.my_camera = mine.status->camera;
  }
  if (theirs.status) {
    body.peer_microphone = theirs.status->microphone;
    body.peer_camera = theirs.status->camera;
  }
  // The rating of the other user is private.
  body.my_rating = outgoing ? entry.caller_rating : entry.callee_rating;
  return body;
}

Response rated(store::RatingOutcome outcome) {
  switch (outcome) {
    case store::RatingOutcome::saved:
      return no_content();
    case store::RatingOutcome::unknown_call:
      return failure(Error::unknown_call);
    case store::RatingOutcome::not_over:
      return failure(Error::call_not_over);
    case store::RatingOutcome::never_connected:
      return failure(Error::call_not_connected);
  }
  return failure(Error::internal);
}

}  // namespace

void CallsApi::history(const Request& request, const Respond& respond) {
  const auto limit = page_size(request);
  if (!limit) return respond(failure(Error::invalid_field, "limit"));
  store::HistoryQuery page;
  page.limit = *limit;
  if (const auto before = query_parameter(request.query, "before")) {
    page.before = store::from_cursor(*before);
    if (!page.before) return respond(failure(Error::invalid_field, "before"));
  }
  authenticator_.with_account(request, respond, [=, this](const store::Account& account) {
    calls_.history_of(account.user, page, [respond, page, me = account.user](auto found) {
      if (!found) return respond(failure(Error::internal));
      CallsBody body;
      for (const store::HistoryEntry& entry : *found) {
        body.calls.items.push_back(call_for(me, entry));
      }
      if (found->size() == page.limit) {
        const switchboard::CallRecord& last = found->back().record;
        body.next = store::to_cursor({last.invited_at_ms, last.call});
      }
      respond(json_response(body));
    });
  });
}

void CallsApi::rate(const Request& request, const Respond& respond) {
  const auto body = read_body<RatingBody>(request);
  if (!body) return respond(body.error());
  const auto id = parse_uuid(part_of(request.path, kRatingPath).value_or(""));
  authenticator_.with_account(
      request, respond, [=, this, rating = body->rating](const store::Account& account) {
        if (!id) return respond(failure(Error::unknown_call));
        calls_.rate({id->high, id->low}, account.user, rating, [respond](auto outcome) {
          respond(outcome ? rated(*outcome) : failure(Error::internal));
        });
      });
}

}  // namespace parley::server::http
