#include "server/http/body.hpp"

#include "server/http/limits.hpp"
#include "server/http/text.hpp"

#include <algorithm>
#include <charconv>

namespace parley::server::http {

namespace {

std::unexpected<BadRequest> bad(std::string_view why, unsigned status = 400) {
  return std::unexpected(BadRequest{status, why});
}

}  // namespace

BodyReader::BodyReader(BodyLength length, std::size_t max_bytes)
    : chunked_(length.chunked),
      max_bytes_(max_bytes),
      stage_(length.chunked      ? Stage::chunk_size
             : length.bytes == 0 ? Stage::complete
                                 : Stage::bytes),
      left_(length.bytes) {}

std::expected<std::size_t, BadRequest> BodyReader::take(std::string_view bytes) {
  std::size_t taken = 0;
  while (!complete()) {
    const Stage before = stage_;
    const auto some = take_some(bytes.substr(taken));
    if (!some) return some;
    taken += *some;
    if (*some == 0 && stage_ == before) break;
  }
  return taken;
}

std::expected<std::size_t, BadRequest> BodyReader::take_some(std::string_view bytes) {
  switch (stage_) {
    case Stage::bytes: {
      if (left_ > max_bytes_ - body_.size()) return bad("body too large", 413);
      const std::size_t size = std::min<std::size_t>(bytes.size(), left_);
      body_ += bytes.substr(0, size);
      left_ -= size;
      if (left_ == 0) stage_ = chunked_ ? Stage::chunk_end : Stage::complete;
      return size;
    }
    case Stage::chunk_size:
      return take_chunk_size(bytes);
    case Stage::chunk_end:
      if (bytes.starts_with("\r\n")) {
        stage_ = Stage::chunk_size;
        return 2;
      }
      if (bytes.empty() || bytes == "\r") return 0;
      return bad("no end of a chunk");
    case Stage::trailers:
      return take_trailer(bytes);
    case Stage::complete:
      return 0;
  }
  return 0;
}

std::expected<std::size_t, BadRequest> BodyReader::take_chunk_size(std::string_view bytes) {
  const std::size_t end = bytes.find('\n');
  if (std::min(end, bytes.size()) > kMaxChunkLine) return bad("bad chunk size");
  if (end == std::string_view::npos) return 0;
  std::string_view line = bytes.substr(0, end);
  if (!line.ends_with('\r')) return bad("bad chunk size");
  line.remove_suffix(1);
  std::uint64_t size = 0;
  const char* const stop = line.data() + line.size();
  const auto [behind, error] = std::from_chars(line.data(), stop, size, 16);
  if (error == std::errc::result_out_of_range) return bad("body too large", 413);
  // from_chars accepts a minus sign, which is no digit, but no plus sign and no 0x.
  if (error != std::errc{} || line.front() == '-') return bad("bad chunk size");
  const std::string_view rest =
      trimmed(line.substr(static_cast<std::size_t>(behind - line.data())));
  if (!rest.empty() && rest.front() != ';') return bad("bad chunk size");
  if (std::ranges::any_of(rest, [](char c) { return c != '\t' && (c < ' ' || c == 0x7f); })) {
    return bad("bad chunk size");
  }
  if (size > max_bytes_ - body_.size()) return bad("body too large", 413);
  left_ = size;
  stage_ = size == 0 ? Stage::trailers : Stage::bytes;
  return end + 1;
}

std::expected<std::size_t, BadRequest> BodyReader::take_trailer(std::string_view bytes) {
  const std::size_t end = bytes.find('\n');
  if (trailer_bytes_ + std::min(end, bytes.size()) > kMaxTrailerBytes) {
    return bad("trailers too large", 431);
  }
  if (end == std::string_view::npos) return 0;
  const std::string_view line = bytes.substr(0, end);
  if (!line.ends_with('\r')) return bad("a line feed alone");
  if (line.size() == 1) {
    stage_ = Stage::complete;
  } else if (!is_token(line.substr(0, line.find(':'))) || !line.contains(':')) {
    return bad("bad trailer");
  }
  trailer_bytes_ += end + 1;
  return end + 1;
}

}  // namespace parley::server::http
