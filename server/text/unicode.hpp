// Unicode text from users and databases: checks, repairs, and normal forms. Uses ICU.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace parley::server::text {

/// The replacement for invalid bytes: U+FFFD.
inline constexpr std::string_view kReplacement = "\xef\xbf\xbd";

/// Whether `text` is UTF-8 (RFC 3629): no overlong forms, no surrogates, nothing above U+10FFFF.
[[nodiscard]] bool is_valid(std::string_view text);

/// The number of code points; invalid bytes count too.
[[nodiscard]] std::size_t count_code_points(std::string_view text);

/// `text` with U+FFFD in place of invalid UTF-8.
[[nodiscard]] std::string repaired(std::string text);

/// `text`, repaired, without control characters, and cut between two code points to at most
/// `max_bytes`: for text that is shown to people and may be unchecked.
[[nodiscard]] std::string presentable(std::string text, std::size_t max_bytes);

/// The canonical composition (NFC) of valid UTF-8: é as one code point.
[[nodiscard]] std::string composed(std::string_view text);

/// A form in which texts that differ only in case, width or composition are equal (Unicode's
/// NFKC_Casefold): for search, not for display.
[[nodiscard]] std::string folded(std::string_view text);

}  // namespace parley::server::text
