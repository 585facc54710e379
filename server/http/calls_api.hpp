// The requests for a user's call history and for rating calls.
#pragma once

#include "server/http/authenticator.hpp"
#include "server/http/message.hpp"
#include "server/store/calls.hpp"

namespace parley::server::http {

class CallsApi {
 public:
  CallsApi(store::CallStore& calls, Authenticator& authenticator)
      : calls_(calls), authenticator_(authenticator) {}

  void history(const Request& request, const Respond& respond);
  void rate(const Request& request, const Respond& respond);

 private:
  store::CallStore& calls_;
  Authenticator& authenticator_;
};

}  // namespace parley::server::http
