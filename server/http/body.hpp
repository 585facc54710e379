// Reads a request's body from a connection, piece by piece (RFC 9112, 6 and 7).
#pragma once

#include "server/http/head.hpp"

#include <cstddef>
#include <cstdint>
#include <expected>
#include <string>
#include <string_view>

namespace parley::server::http {

class BodyReader {
 public:
  BodyReader(BodyLength length, std::size_t max_bytes);

  /// Uses bytes from the front of `bytes`; returns their number. The caller passes the rest again,
  /// with more bytes after it. After the complete body, the rest is the next request.
  [[nodiscard]] std::expected<std::size_t, BadRequest> take(std::string_view bytes);

  [[nodiscard]] bool complete() const { return stage_ == Stage::complete; }
  [[nodiscard]] std::string& body() { return body_; }

 private:
  enum class Stage : std::uint8_t { bytes, chunk_size, chunk_end, trailers, complete };

  [[nodiscard]] std::expected<std::size_t, BadRequest> take_some(std::string_view bytes);
  [[nodiscard]] std::expected<std::size_t, BadRequest> take_chunk_size(std::string_view bytes);
  [[nodiscard]] std::expected<std::size_t, BadRequest> take_trailer(std::string_view bytes);

  bool chunked_;
  std::size_t max_bytes_;
  Stage stage_;
  /// Remaining bytes of the body, or of the chunk.
  std::uint64_t left_ = 0;
  std::size_t trailer_bytes_ = 0;
  std::string body_;
};

}  // namespace parley::server::http
