#include "server/text/unicode.hpp"

#include <unicode/normalizer2.h>
#include <unicode/uchar.h>
#include <unicode/unistr.h>
#include <unicode/utf8.h>

#include <cstdint>
#include <utility>

namespace parley::server::text {

namespace {

constexpr UChar32 kReplacementPoint = 0xfffd;

/// Calls `take(code point, its bytes)` for each code point; with U+FFFD for invalid bytes.
template <class Take>
void for_each_code_point(std::string_view text, Take&& take) {
  const auto length = static_cast<std::int32_t>(text.size());
  for (std::int32_t i = 0; i < length;) {
    const std::int32_t begin = i;
    UChar32 point = 0;
    U8_NEXT(text.data(), i, length, point);
    take(point, text.substr(static_cast<std::size_t>(begin), static_cast<std::size_t>(i - begin)));
  }
}

std::string normalised(const icu::Normalizer2* form, UErrorCode error, std::string_view text) {
  if (U_FAILURE(error) || form == nullptr) return std::string(text);
  const auto source = icu::UnicodeString::fromUTF8(
      icu::StringPiece(text.data(), static_cast<std::int32_t>(text.size())));
  const icu::UnicodeString result = form->normalize(source, error);
  if (U_FAILURE(error)) return std::string(text);
  std::string out;
  return result.toUTF8String(out);
}

}  // namespace

bool is_valid(std::string_view text) {
  bool valid = true;
  for_each_code_point(text, [&](UChar32 point, std::string_view) { valid = valid && point >= 0; });
  return valid;
}

std::size_t count_code_points(std::string_view text) {
  std::size_t count = 0;
  for_each_code_point(text, [&](UChar32, std::string_view) { ++count; });
  return count;
}

std::string repaired(std::string text) {
  if (is_valid(text)) return text;
  std::string out;
  for_each_code_point(text, [&](UChar32 point, std::string_view bytes) {
    out += point < 0 ? kReplacement : bytes;
  });
  return out;
}

std::string presentable(std::string text, std::size_t max_bytes) {
  std::string out;
  bool full = false;
  for_each_code_point(text, [&](UChar32 point, std::string_view bytes) {
    const bool bad = point < 0 || point == kReplacementPoint ||
                     u_charType(point) == U_CONTROL_CHAR || point == 0x2028 || point == 0x2029;
    const std::string_view piece = bad ? kReplacement : bytes;
    full = full || out.size() + piece.size() > max_bytes;
    if (!full) out += piece;
  });
  return out;
}

std::string composed(std::string_view text) {
  UErrorCode error = U_ZERO_ERROR;
  const icu::Normalizer2* form = icu::Normalizer2::getNFCInstance(error);
  return normalised(form, error, text);
}

std::string folded(std::string_view text) {
  UErrorCode error = U_ZERO_ERROR;
  const icu::Normalizer2* form = icu::Normalizer2::getNFKCCasefoldInstance(error);
  return normalised(form, error, text);
}

}  // namespace parley::server::text
