// String helpers for the writers.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace parley::generate {

/// Removes white space at both ends.
std::string_view trimmed(std::string_view text);

/// Breaks at spaces into lines of at most `width` characters; longer words stay whole.
std::vector<std::string> wrapped(std::string_view text, std::size_t width);

/// `going_away` and `kGoingAway` become `goingAway`.
std::string camel_case(std::string_view name);

/// `kMaxFrameBytes` becomes `max frame bytes`.
std::string spaced(std::string_view constant_name);

/// `EndReason` becomes `endReasons`.
std::string plural_value_name(std::string_view type_name);

}  // namespace parley::generate
