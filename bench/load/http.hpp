// A minimal HTTP/1.1 client for signing up and reading the history: one connection, one request
// at a time, waiting for the answer.
#pragma once

#include "bench/load/web_socket.hpp"

#include <string>
#include <string_view>

namespace parley::load {

struct HttpResponse {
  int status = 0;
  std::string body;
};

class HttpConnection {
 public:
  /// Throws when no server listens.
  explicit HttpConnection(const Endpoint& server);
  ~HttpConnection();
  HttpConnection(const HttpConnection&) = delete;
  HttpConnection& operator=(const HttpConnection&) = delete;

  HttpResponse post(std::string_view path, std::string_view json_body);
  HttpResponse get(std::string_view path, std::string_view token = {});

 private:
  HttpResponse exchange(std::string_view request);
  void receive_more(std::string& input);

  std::string host_;
  int fd_ = -1;
};

}  // namespace parley::load
