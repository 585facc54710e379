// Unicode text as people type it and as a database may hold it: checked, repaired, and in one form.
// Behind it is ICU.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace parley::server::text {

/// What stands for bytes that are no text: U+FFFD.
inline constexpr std::string_view kReplacement = "\xef\xbf\xbd";

/// Whether `text` is UTF-8 (RFC 3629): no overlong forms, no surrogates, nothing above U+10FFFF.
[[nodiscard]] bool is_valid(std::string_view text);

/// The number of code points; those of broken bytes count too.
[[nodiscard]] std::size_t count_code_points(std::string_view text);

/// `text` with U+FFFD in place of everything that is no UTF-8.
[[nodiscard]] std::string repaired(std::string text);

/// `text`, repaired, without control characters, and cut between two code points to at most
/// `max_bytes`: for what is shown to people and was not checked just now.
[[nodiscard]] std::string presentable(std::string text, std::size_t max_bytes);

/// The canonical composition (NFC) of valid UTF-8: é as one code point.
[[nodiscard]] std::string composed(std::string_view text);

/// A form in which texts that differ only in case, width or composition are equal (Unicode's
/// NFKC_Casefold): for searching, never for showing.
[[nodiscard]] std::string folded(std::string_view text);

}  // namespace parley::server::text
